"""Rows in the format that was asked for: a table for people, the rest for machines."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from complaintctl.errors import InvalidInput
from complaintctl.render.text import table_layout

TABLE_FORMATS: Final = ("table", "plain", "json", "jsonl", "csv", "md")
# D-144: these two speak a language; the others are for programs.
READABLE_FORMATS: Final = ("table", "md")
# Of a page that is no table of rows.
PAGES: Final = ("table", "md", "json")
JSON_VERSION: Final = 1
# A spreadsheet takes a cell that begins with one of these for a formula, a Chinese one also the wide ones.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# What ends a cell, begins a link or a picture, or is HTML.
_SIGNS: Final = re.compile(r"[\\|\[<]")
_NUMBER: Final = re.compile(r"[+-]\d+(\.\d+)?")

TableRow = Mapping[str, Any]


def check_format(name: str, known: Sequence[str]) -> str:
    """The format, if it is known; raises InvalidInput."""
    if name not in known:
        raise InvalidInput("unknown-format", format=name, choices=list(known))
    return name


def format_rows(columns: Mapping[str, str], entries: Iterable[TableRow], output_format: str) -> str:
    """The rows as `table`, `plain` (tabs, no header), `csv` or `md`; `columns` maps keys to headings."""
    if output_format == "jsonl":
        return "".join(json.dumps(dict(entry), ensure_ascii=False) + "\n" for entry in entries)
    cells = [[_text(entry.get(name)) for name in columns] for entry in entries]
    if output_format == "plain":
        return "".join("\t".join(_one_line(cell) for cell in row) + "\n" for row in cells)
    if output_format == "csv":
        return _csv(list(columns), cells)
    if output_format == "md":
        return _markdown(list(columns.values()), cells)
    return _table(list(columns.values()), cells)


def format_raw_rows(keys: Iterable[str], entries: Iterable[TableRow], output_format: str) -> str:
    """The rows for programs, in any of TABLE_FORMATS but `json`: the keys are the headings (D-144)."""
    return format_rows({key: key for key in keys}, entries, output_format)


def json_document(kind: str, content: Any) -> str:
    """A JSON document: its version, then the content under the name of its kind. Never localised."""
    return json.dumps({"version": JSON_VERSION, kind: content}, ensure_ascii=False, indent=2) + "\n"


def flat_json_document(content: Mapping[str, Any]) -> str:
    """A JSON document of one object."""
    return json.dumps({"version": JSON_VERSION, **content}, ensure_ascii=False, indent=2) + "\n"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _csv(header: list[str], cells: list[list[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_escape_formula(cell) for cell in row] for row in cells])
    return stream.getvalue()


def _escape_formula(cell: str) -> str:
    """The cell so that no spreadsheet calculates it, nor takes it for two rows; a signed number stays one."""
    text = f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell
    # Python before 3.13 writes a lone carriage return without quotes.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _markdown(headings: list[str], cells: list[list[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *cells]
    return "".join(
        "| " + " | ".join(_SIGNS.sub(r"\\\g<0>", _one_line(cell)) for cell in row) + " |\n" for row in lines
    )


def _table(headings: list[str], cells: list[list[str]]) -> str:
    return (
        table_layout.table_text(headings, [[_one_line(cell) for cell in row] for row in cells])
        if cells
        else ""
    )
