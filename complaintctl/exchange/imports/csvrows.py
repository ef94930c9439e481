"""Reads the rows of a CSV table one by one and strictly; a broken record does not hide the good ones after it."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
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
_WEB_PAGE_STARTS: Final = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")
_SNIFFED_BYTES: Final = 4096
# Bounds the memory for a line without end.
_MAX_LINE_LENGTH: Final = 1 << 20
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
    """How a table is written; `quotes_all`: every cell of its header is in quotes."""

    delimiter: str
    quotes_all: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvTable:
    """A header of distinct names and an iterator over the records below it.

    `text` keeps the TextIOWrapper alive: when it is garbage-collected, it closes the stream, which the caller owns.
    """

    header: tuple[str, ...]
    rows: Iterator[CsvRow | RejectedRecord]
    text: io.TextIOWrapper
    style: CsvStyle


def _mark_unreadable(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return UNREADABLE_CHARACTER, error.end
    raise error


codecs.register_error(_ERROR_HANDLER, _mark_unreadable)


def open_csv_table(stream: io.BufferedReader, name: str, encoding: str | None, delimiter: str) -> CsvTable:
    """Opens the table in a binary stream; `name` is the file in error messages.

    The encoding is that of a byte order mark, else `encoding`, else UTF-8. Raises Broken for an empty file, a web
    page, another encoding or an unreadable header.
    """
    used = choose_encoding(stream.peek(_SNIFFED_BYTES)[:_SNIFFED_BYTES], name, encoding)
    text = io.TextIOWrapper(stream, encoding=used, errors=_ERROR_HANDLER, newline="")
    try:
        return _read_header(text, name, delimiter)
    except Broken:
        text.detach()
        raise


def _read_header(text: io.TextIOWrapper, name: str, delimiter: str) -> CsvTable:
    records = _Records(text, delimiter)
    header = next((row for row in records.rows() if isinstance(row, RejectedRecord) or any(row.cells)), None)
    if header is None:
        raise Broken("import-empty", file=name)
    if isinstance(header, RejectedRecord):
        key = "import-encoding" if header.key == "import-undecodable" else "import-header"
        raise Broken(key, file=name, encoding=text.encoding)
    records.width = len(header.cells)
    style = CsvStyle(
        delimiter=delimiter, quotes_all=_quotes_all("".join(records.taken), header.cells, delimiter)
    )
    return CsvTable(header=_make_distinct(header.cells), rows=records.rows(), text=text, style=style)


def _quotes_all(line: str, cells: tuple[str, ...], delimiter: str) -> bool:
    """Whether a record is written with every cell in quotes."""
    quoted = delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells)
    return line.lstrip("\ufeff").rstrip("\r\n") == quoted


def is_text_encoding(name: str) -> bool:
    """Whether Python can read text in this encoding: `hex` and `zip` are codecs, too, but not of text."""
    try:
        # Python looks nothing up for an empty text.
        return isinstance(b" ".decode(name), str)
    except (LookupError, ValueError):
        return False


def has_byte_order_mark(head: bytes) -> bool:
    """Whether a file begins with a byte order mark, which tells its encoding."""
    return any(head.startswith(mark) for mark, _encoding in _BYTE_ORDER_MARKS)


def choose_encoding(head: bytes, name: str, encoding: str | None) -> str:
    """Returns the encoding to read a table with; raises Broken if its beginning is not that of a table."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        raise Broken("import-empty", file=name)
    if start.startswith(_WEB_PAGE_STARTS):
        raise Broken("import-web-page", file=name)
    for mark, marked in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return marked
    if encoding is None and b"\0" in start.partition(b"\n")[0]:
        raise Broken("import-encoding", file=name, encoding="utf-8")
    return encoding or "utf-8"


def _make_distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Makes column names unique: an empty name becomes `column N`, a repeated name gets ` (2)`."""
    distinct: list[str] = []
    for number, name in enumerate(names, 1):
        unique = plain = name.lstrip("\ufeff") or f"column {number}"
        count = 1
        while unique in distinct:
            count += 1
            unique = f"{plain} ({count})"
        distinct.append(unique)
    return tuple(distinct)


class _Records:
    """Reads records from a text; keeps the lines of the current record, to resume after its first on an error."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self.text = text
        self.delimiter = delimiter
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
        return csv.reader(lines, delimiter=self.delimiter, strict=True)

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
            return next(csv.reader(self.taken, delimiter=self.delimiter), [])
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
