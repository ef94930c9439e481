"""Rows of exported cases as CSV (RFC 4180, UTF-8) and as JSON Lines, row by row."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from complaintctl.domain.exports.formula_signs import guard_cell

# Excel reads a CSV file without this mark in the code page of Windows, which breaks Chinese.
BYTE_ORDER_MARK: Final = "\ufeff"
# What a reader could take for a separator, a quote or a line end, and the blanks that some programs drop.
_NEEDS_QUOTES: Final = re.compile(r"[,;|\t\r\n\"']|^\s|\s$")


def csv_lines(columns: Iterable[str], rows: Iterable[Mapping[str, Any]], *, marked: bool) -> Iterator[str]:
    """Yields the lines of a table; `marked`: with a byte order mark before the first."""
    names = list(columns)
    yield (BYTE_ORDER_MARK if marked else "") + _csv_line(names)
    for row in rows:
        yield _csv_line(guard_cell(cell_text(row.get(name))) for name in names)


def _csv_line(cells: Iterable[str]) -> str:
    return ",".join(map(_quoted_cell, cells)) + "\n"


def _quoted_cell(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell


def json_lines(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yields an object a line, its keys in the order of the columns; a key without a value is left out."""
    names = list(columns)
    for row in rows:
        entry = {name: row[name] for name in names if name in row}
        yield json.dumps(entry, ensure_ascii=False) + "\n"


def cell_text(value: Any) -> str:
    """Returns a value as the text of a cell: truth values as true and false, lists and maps as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
