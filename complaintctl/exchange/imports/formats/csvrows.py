"""Reads the rows of a CSV table one by one and strictly; a broken record does not hide the good ones after it."""

import codecs
import csv
import dataclasses
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import Broken

# Replaces a byte that the encoding cannot decode, so that only its row is rejected.
UNREADABLE_CHARACTER: Final = "\udcff"
_ERROR_HANDLER: Final = "complaintctl-unreadable"
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB 18030 has a mark, too; Python decodes it as a character.
_MARK_CHARACTER: Final = "\ufeff"
# Encodings that Python refuses to read without their mark, and the bytes of a character.
_MARKED_ENCODINGS: Final = {"utf-16": 2, "utf-32": 4}
_WEB_PAGE_STARTS: Final = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")
SNIFFED_BYTES: Final = 4096
# Bounds the memory for a line without end.
_MAX_LINE_LENGTH: Final = 1 << 20
# Lines above the heading, such as the title of a report, are searched no further than this.
MAX_LINES_ABOVE: Final = 30
# Spreadsheets write and read this line, which says how the others are separated.
_SEPARATOR_LINE: Final = re.compile(r'"?sep=([^"])"?', re.IGNORECASE)
# A case file has at most 2 MiB. A quote that is never closed is read up to this length, too.
MAX_CELL_LENGTH: Final = 1 << 18
csv.field_size_limit(MAX_CELL_LENGTH)
# The first columns of a rejects file, which are skipped when it is imported again.
REJECT_COLUMNS: Final = ("rejected: line", "rejected: reason")


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvRow:
    """A record with its first line (from 1); it has as many cells as the header."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvStyle:
    """How a table is written, as its mapping says; `quotes_all`: every cell of its header is in quotes."""

    delimiter: str
    escape: str | None = None
    quotes_all: bool = False

    def format_record(self, cells: Iterable[str]) -> str:
        """Returns the lines of a record as a mapping of this style reads them."""
        line = io.StringIO(newline="")
        csv.writer(
            line,
            delimiter=self.delimiter,
            escapechar=self.escape,
            doublequote=self.escape is None,
            quoting=csv.QUOTE_ALL if self.quotes_all else csv.QUOTE_MINIMAL,
        ).writerow(cells)
        return line.getvalue()


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvTable:
    """A header of distinct names and an iterator over the records below it.

    `text` keeps the TextIOWrapper alive: when it is garbage-collected, it closes the stream, which the caller owns.
    """

    header: tuple[str, ...]
    rows: Iterator[CsvRow | RejectedRecord]
    style: CsvStyle
    text: io.TextIOWrapper | None = None


def _mark_unreadable(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return UNREADABLE_CHARACTER, error.end
    raise error


codecs.register_error(_ERROR_HANDLER, _mark_unreadable)


def open_csv_table(
    stream: io.BufferedReader,
    name: str,
    encoding: str | None,
    delimiter: str,
    *,
    escape: str | None = None,
    is_heading: Callable[[tuple[str, ...]], bool] | None = None,
) -> CsvTable:
    """Opens the table in a binary stream; `name` is the file in error messages.

    The encoding is that of a byte order mark, else `encoding`, else UTF-8. A first line `sep=` counts before
    `delimiter`. `escape` takes its meaning from a quote after it. The header is the first record that `is_heading`,
    or the first one if none is. Raises Broken for an empty file, a web page, another encoding or an unreadable header.
    """
    used, mark = choose_encoding(stream.peek(SNIFFED_BYTES)[:SNIFFED_BYTES], name, encoding)
    stream.read(len(mark))
    text = io.TextIOWrapper(stream, encoding=used, errors=_ERROR_HANDLER, newline="")
    try:
        return _read_header(_Records(text, CsvStyle(delimiter=delimiter, escape=escape)), name, is_heading)
    except Broken:
        text.detach()
        raise


def _read_header(
    records: "_Records", name: str, is_heading: Callable[[tuple[str, ...]], bool] | None
) -> CsvTable:
    records.skip_marks()
    above: list[CsvRow | RejectedRecord] = []
    for row in records.rows():
        if not isinstance(row, RejectedRecord) and not any(row.cells):
            continue
        above.append(row)
        if is_heading is None or records.number > MAX_LINES_ABOVE:
            break
        if isinstance(row, CsvRow) and is_heading(row.cells):
            above = [row]
            break
    if not above:
        raise Broken("import-empty", file=name)
    keys = {row.key for row in above if isinstance(row, RejectedRecord)}
    heading = above[0]
    if "import-undecodable" in keys or isinstance(heading, RejectedRecord):
        key = "import-encoding" if "import-undecodable" in keys else "import-header"
        raise Broken(key, file=name, encoding=records.text.encoding)
    records.width = len(heading.cells)
    return CsvTable(
        header=make_distinct(heading.cells),
        rows=records.rows(),
        style=dataclasses.replace(records.style, quotes_all=_quotes_all(records, heading.cells)),
        text=records.text,
    )


def _quotes_all(records: "_Records", cells: tuple[str, ...]) -> bool:
    """Whether the record that was read last is written with every cell in quotes."""
    style = CsvStyle(delimiter=records.delimiter, escape=records.escape, quotes_all=True)
    return style.format_record(cells).rstrip("\r\n") == "".join(records.taken).rstrip("\r\n")


def is_text_encoding(name: str) -> bool:
    """Whether Python can read text in this encoding: `hex` and `zip` are codecs, too, but not of text."""
    try:
        # Python looks nothing up for an empty text, and decodes UTF-16 only with its mark.
        return bool(" ".encode(name))
    except (LookupError, ValueError):
        return False


def has_byte_order_mark(head: bytes) -> bool:
    """Whether a file begins with a byte order mark, which tells its encoding."""
    return any(head.startswith(mark) for mark, _encoding in _BYTE_ORDER_MARKS)


def choose_encoding(head: bytes, name: str, encoding: str | None) -> tuple[str, bytes]:
    """Returns the encoding to read a table with, and the byte order mark if Python would take it for text.

    A mark that the text after it contradicts, such as that of UTF-8 before GB 18030, does not count. Raises Broken if
    the beginning is not that of a table.
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        raise Broken("import-empty", file=name)
    if start.startswith(_WEB_PAGE_STARTS):
        raise Broken("import-web-page", file=name)
    for mark, marked in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            rest = head[len(mark) :]
            is_wrong = encoding is not None and not _can_decode(head, marked) and _can_decode(rest, encoding)
            return (encoding, mark) if is_wrong and encoding is not None else (marked, b"")
    if encoding is None and b"\0" in start.partition(b"\n")[0]:
        raise Broken("import-encoding", file=name, encoding="utf-8")
    if encoding is not None and codecs.lookup(encoding).name in _MARKED_ENCODINGS:
        return _encoding_by_zeros(head, name, codecs.lookup(encoding).name), b""
    return encoding or "utf-8", b""


def _can_decode(head: bytes, encoding: str) -> bool:
    """Whether the start of a file is in an encoding; its last character may be cut."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeError:
        return False
    return True


def _encoding_by_zeros(head: bytes, name: str, encoding: str) -> str:
    """The order of the bytes in a file that lacks the mark, by the zero bytes of its commas and line ends."""
    width = _MARKED_ENCODINGS[encoding]
    first, last = head[::width].count(0), head[width - 1 :: width].count(0)
    if first == last:
        raise Broken("import-encoding", file=name, encoding=encoding)
    return f"{encoding}-le" if last > first else f"{encoding}-be"


def find_separator(line: str) -> str | None:
    """Returns the delimiter that a line `sep=;` names; None if it is another line."""
    separator = _SEPARATOR_LINE.fullmatch(line.rstrip("\r\n"))
    return separator[1] if separator else None


def make_distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Makes column names unique: an empty name becomes `column N`, a repeated name gets ` (2)`."""
    distinct: list[str] = []
    for number, name in enumerate(names, 1):
        unique = plain = name.strip() or f"column {number}"
        count = 1
        while unique in distinct:
            count += 1
            unique = f"{plain} ({count})"
        distinct.append(unique)
    return tuple(distinct)


class _Records:
    """Reads records from a text; keeps the lines of the current record, to resume after its first on an error."""

    def __init__(self, text: io.TextIOWrapper, style: CsvStyle) -> None:
        self.text = text
        self.style = style
        self.delimiter = style.delimiter
        self.escape = style.escape
        self.width = 0
        self.number = 0
        self.waiting: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else self.text.readline(_MAX_LINE_LENGTH)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line

    def skip_marks(self) -> None:
        """Skip a byte order mark, and a first line that says how the others are separated: `sep=;`."""
        line = next(self, "").lstrip(_MARK_CHARACTER)
        if separator := find_separator(line):
            self.delimiter = separator
        elif line:
            self.waiting.appendleft(line)
            self.number -= 1

    def rows(self) -> Iterator[CsvRow | RejectedRecord]:
        """Yields the remaining records; skips blank lines."""
        reader = self._reader(self)
        while True:
            self.taken.clear()
            start = self.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                key = _csv_error_key(error)
                values = {"limit": MAX_CELL_LENGTH} if key == "import-cell-too-long" else {}
                yield self._rejected(start, key, self._readable_cells(), **values)
                self._step_back()
                reader = self._reader(self)
                continue
            if cells:
                yield self._judged(start, cells)

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return csv.reader(
            self._keep_signs(lines), delimiter=self.delimiter, escapechar=self.escape, strict=True
        )

    def _keep_signs(self, lines: Iterable[str]) -> Iterable[str]:
        """Doubles an escape sign that stands before another character, because csv would drop it."""
        if self.escape is None:
            return lines
        sign, kept = re.escape(self.escape), re.escape(f'{self.escape}{self.delimiter}"') + r"\r\n"
        alone = re.compile(f"{sign}([{kept}])|{sign}")
        return (alone.sub(lambda match: match[0] if match[1] else match[0] * 2, line) for line in lines)

    def _judged(self, start: int, cells: list[str]) -> CsvRow | RejectedRecord:
        if self.width and len(cells) != self.width:
            rejected = self._rejected(start, "import-ragged", cells, found=len(cells), expected=self.width)
            self._step_back()
            return rejected
        if any(UNREADABLE_CHARACTER in line for line in self.taken):
            return self._rejected(start, "import-undecodable", cells, encoding=self.text.encoding)
        if any("\0" in line for line in self.taken):
            return self._rejected(start, "import-nul", cells)
        return CsvRow(line=start, cells=tuple(cells))

    def _rejected(self, start: int, key: str, cells: list[str], **values: object) -> RejectedRecord:
        return RejectedRecord(line=start, key=key, values=values, cells=tuple(cells))

    def _readable_cells(self) -> list[str]:
        try:
            lines = self._keep_signs(self.taken)
            return next(csv.reader(lines, delimiter=self.delimiter, escapechar=self.escape), [])
        except csv.Error:
            return self.taken[:1]

    def _step_back(self) -> None:
        """Continue at the first later line of a broken record that is a complete record by itself.

        An unclosed quote swallows all following lines; this way they are not lost.
        """
        for index, line in enumerate(self.taken[1:], 1):
            if self._is_record(line):
                self.waiting.extendleft(reversed(self.taken[index:]))
                self.number -= len(self.taken) - index
                return

    def _is_record(self, line: str) -> bool:
        try:
            return self.width > 1 and len(next(self._reader(iter([line])), [])) == self.width
        except csv.Error:
            return False


def _csv_error_key(error: csv.Error) -> str:
    text = str(error)
    if "limit" in text:
        return "import-cell-too-long"
    return "import-cut" if "end of data" in text else "import-quotes"
