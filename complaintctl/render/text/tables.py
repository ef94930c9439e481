"""Rows in an output format: a table for people, the others for programs."""

import csv
import functools
import io
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from complaintctl.domain.exports.formula_signs import guard_cell
from complaintctl.errors import InvalidInput
from complaintctl.render.text import table_layout

TABLE_FORMATS: Final = ("table", "plain", "json", "jsonl", "csv", "md")
# D-144: these two are for people and translated; the others are for programs.
READABLE_FORMATS: Final = ("table", "md")
JSON_FORMATS: Final = ("json", "jsonl")
# For a page with more than one table.
PAGE_FORMATS: Final = ("table", "md", "json")
JSON_VERSION: Final = 1
# In Markdown they end a cell, or begin a link, a picture or HTML.
_SIGNS: Final = re.compile(r"[\\|\[<]")
# Excel reads a CSV file without this mark in the code page of Windows, which breaks Chinese.
_BYTE_ORDER_MARK: Final = "\ufeff"
_is_next_csv_marked = False

TableRow = Mapping[str, Any]
# Gives the cells of all rows each time that it is called.
Cells = Callable[[], Iterator[list[str]]]


class Rows(Protocol):
    """Rows that can be iterated more than once: a list, or rows on disk."""

    def __iter__(self) -> Iterator[TableRow]:
        """Yields all rows, from the first."""


@dataclass(frozen=True, slots=True)
class NewRows:
    """Rows that are made again each time that they are iterated."""

    make_rows: Callable[[], Iterator[TableRow]]

    def __iter__(self) -> Iterator[TableRow]:
        """Yields the rows."""
        return self.make_rows()


def check_format(name: str, known: Sequence[str]) -> str:
    """Return the format if it is one of `known`, else raise InvalidInput."""
    if name not in known:
        raise InvalidInput("unknown-format", format=name, choices=list(known))
    return name


def format_rows(columns: Mapping[str, str], entries: Iterable[TableRow], output_format: str) -> str:
    """The rows in any of TABLE_FORMATS but `json`; `columns` maps the key of a column to its heading."""
    return "".join(row_texts(columns, list(entries), output_format))


def row_texts(columns: Mapping[str, str], entries: Rows, output_format: str) -> Iterator[str]:
    """Like `format_rows`, in pieces of whole lines: `entries` may be longer than memory."""
    if output_format == "jsonl":
        return (json.dumps(dict(entry), ensure_ascii=False) + "\n" for entry in entries)
    headings = list(columns.values() if output_format in READABLE_FORMATS else columns)
    return _CELL_WRITERS[output_format](headings, functools.partial(_cells, [*columns], entries))


def _cells(names: list[str], entries: Rows) -> Iterator[list[str]]:
    for entry in entries:
        yield [_text(entry.get(name)) for name in names]


def format_raw_rows(keys: Iterable[str], entries: Iterable[TableRow], output_format: str) -> str:
    """Like `format_rows`, with the keys as headings: the formats for programs (D-144)."""
    return format_rows({key: key for key in keys}, entries, output_format)


def json_document(kind: str, content: Any) -> str:
    """Returns a JSON document: its version, then the content under `kind`. Never translated."""
    return flat_json_document({kind: content})


def flat_json_document(content: Mapping[str, Any]) -> str:
    """Returns a JSON document: its version, then the keys of `content`."""
    return json.dumps({"version": JSON_VERSION, **content}, ensure_ascii=False, indent=2) + "\n"


def json_texts(content: Mapping[str, Any]) -> Iterator[str]:
    """Like `flat_json_document`, in pieces: an iterator anywhere in the content becomes a list, entry by entry."""
    return json_pieces({"version": JSON_VERSION, **content})


def json_pieces(value: Any) -> Iterator[str]:
    """Yields a value as JSON of several lines, in pieces."""
    yield from _json_value(value, "\n")
    yield "\n"


def _json_value(value: Any, line: str) -> Iterator[str]:
    """Yields a value whose lines but the first begin with `line`."""
    if not _is_streamed(value):
        yield json.dumps(value, ensure_ascii=False, indent=2).replace("\n", line)
        return
    inner, between = f"{line}  ", ""
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening
    for entry in value:
        yield f"{between}{inner}" + (f"{json.dumps(entry)}: " if isinstance(value, dict) else "")
        yield from _json_value(value[entry] if isinstance(value, dict) else entry, inner)
        between = ","
    yield f"{line}{closing}" if between else closing


def _is_streamed(value: Any) -> bool:
    return isinstance(value, Iterator) or (isinstance(value, dict) and any(map(_is_streamed, value.values())))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _plain(_headings: list[str], cells: Cells) -> Iterator[str]:
    return ("\t".join(_one_line(cell) for cell in row) + "\n" for row in cells())


def mark_next_csv(*, wanted: bool) -> None:
    """Whether the next table of this command in CSV begins with the byte order mark that Excel needs."""
    global _is_next_csv_marked  # noqa: PLW0603 - a setting of the whole process, like the width of the screen
    _is_next_csv_marked = wanted


def _csv(headings: list[str], cells: Cells) -> Iterator[str]:
    if _is_next_csv_marked:
        mark_next_csv(wanted=False)
        yield _BYTE_ORDER_MARK
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for row in itertools.chain([headings], (map(_csv_cell, row) for row in cells())):
        writer.writerow(row)
        yield stream.getvalue()
        stream.seek(0)
        stream.truncate()


def _csv_cell(cell: str) -> str:
    """Returns a cell that no spreadsheet calculates, without a lone carriage return.

    The csv module of Python before 3.13 writes that without quotes.
    """
    return guard_cell(cell.replace("\r\n", "\n").replace("\r", "\n"))


def _markdown(headings: list[str], cells: Cells) -> Iterator[str]:
    lines = itertools.chain([headings, ["---"] * len(headings)], cells())
    return ("| " + " | ".join(markdown_line(cell) for cell in row) + " |\n" for row in lines)


def markdown_line(text: str) -> str:
    """Returns a text for a cell, a heading or an entry of a list: one line, no link, picture or HTML."""
    return _SIGNS.sub(r"\\\g<0>", _one_line(text))


def _table(headings: list[str], cells: Cells) -> Iterator[str]:
    return table_layout.table_texts(headings, lambda: ([_one_line(cell) for cell in row] for row in cells()))


_CELL_WRITERS: Final[Mapping[str, Callable[[list[str], Cells], Iterator[str]]]] = {
    "table": _table,
    "plain": _plain,
    "csv": _csv,
    "md": _markdown,
}


def headed_block(heading: str, table: str, output_format: str) -> str:
    """Returns a further table of a READABLE_FORMATS output, below an empty line and its heading."""
    heading = f"## {heading}\n" if output_format == "md" else heading
    return f"\n{heading}\n{table}"
