"""Rows in an output format: a table for people, the others for programs."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from complaintctl.errors import InvalidInput
from complaintctl.render.text import table_layout

TABLE_FORMATS: Final = ("table", "plain", "json", "jsonl", "csv", "md")
# D-144: these two are for people and translated; the others are for programs.
READABLE_FORMATS: Final = ("table", "md")
# For a page with more than one table.
PAGE_FORMATS: Final = ("table", "md", "json")
JSON_VERSION: Final = 1
# A spreadsheet reads a cell that begins with one of these as a formula; a Chinese one also the full-width signs.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# In Markdown they end a cell, or begin a link, a picture or HTML.
_SIGNS: Final = re.compile(r"[\\|\[<]")
_NUMBER: Final = re.compile(r"[+-]\d+(\.\d+)?")

TableRow = Mapping[str, Any]


def check_format(name: str, known: Sequence[str]) -> str:
    """Return the format if it is one of `known`, else raise InvalidInput."""
    if name not in known:
        raise InvalidInput("unknown-format", format=name, choices=list(known))
    return name


def format_rows(columns: Mapping[str, str], entries: Iterable[TableRow], output_format: str) -> str:
    """The rows in any of TABLE_FORMATS but `json`; `columns` maps the key of a column to its heading."""
    if output_format == "jsonl":
        return "".join(json.dumps(dict(entry), ensure_ascii=False) + "\n" for entry in entries)
    cells = [[_text(entry.get(name)) for name in columns] for entry in entries]
    headings = list(columns.values() if output_format in READABLE_FORMATS else columns)
    return _CELL_WRITERS[output_format](headings, cells)


def format_raw_rows(keys: Iterable[str], entries: Iterable[TableRow], output_format: str) -> str:
    """Like `format_rows`, with the keys as headings: the formats for programs (D-144)."""
    return format_rows({key: key for key in keys}, entries, output_format)


def json_document(kind: str, content: Any) -> str:
    """Returns a JSON document: its version, then the content under `kind`. Never translated."""
    return json.dumps({"version": JSON_VERSION, kind: content}, ensure_ascii=False, indent=2) + "\n"


def flat_json_document(content: Mapping[str, Any]) -> str:
    """Returns a JSON document: its version, then the keys of `content`."""
    return json.dumps({"version": JSON_VERSION, **content}, ensure_ascii=False, indent=2) + "\n"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _plain(_headings: list[str], cells: list[list[str]]) -> str:
    return "".join("\t".join(_one_line(cell) for cell in row) + "\n" for row in cells)


def _csv(headings: list[str], cells: list[list[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([[_escape_formula(cell) for cell in row] for row in cells])
    return stream.getvalue()


def _escape_formula(cell: str) -> str:
    """Quote a cell that a spreadsheet would calculate, and join what it would split; a signed number stays a number."""
    text = f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell
    # The csv module of Python before 3.13 writes a lone carriage return without quotes.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _markdown(headings: list[str], cells: list[list[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *cells]
    return "".join("| " + " | ".join(markdown_line(cell) for cell in row) + " |\n" for row in lines)


def markdown_line(text: str) -> str:
    """Returns a text for a cell, a heading or an entry of a list: one line, no link, picture or HTML."""
    return _SIGNS.sub(r"\\\g<0>", _one_line(text))


def _table(headings: list[str], cells: list[list[str]]) -> str:
    return (
        table_layout.table_text(headings, [[_one_line(cell) for cell in row] for row in cells])
        if cells
        else ""
    )


_CELL_WRITERS: Final[Mapping[str, Callable[[list[str], list[list[str]]], str]]] = {
    "table": _table,
    "plain": _plain,
    "csv": _csv,
    "md": _markdown,
}


def headed_block(heading: str, table: str, output_format: str) -> str:
    """Returns a further table of a READABLE_FORMATS output, below an empty line and its heading."""
    heading = f"## {heading}\n" if output_format == "md" else heading
    return f"\n{heading}\n{table}"
