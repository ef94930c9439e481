"""Reads JSON Lines (one object a line) as the rows of a table: the keys of all objects are its columns."""

import io
import json
from collections.abc import Iterator
from typing import Any, Final

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import Broken
from complaintctl.exchange.imports.formats.csvrows import (
    MAX_CELL_LENGTH,
    CsvRow,
    CsvStyle,
    CsvTable,
    make_distinct,
)

# Twice the longest case file, because JSON escapes some characters.
_MAX_LINE_LENGTH: Final = 1 << 22
# A file with more keys is no table.
_MAX_COLUMNS: Final = 1_000
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
# How often an object may contain another one.
_DEEPEST: Final = 8

JsonObject = dict[str, Any]


def is_json_lines(head: bytes) -> bool:
    """Whether a file that begins so is JSON Lines: no CSV of a register has a brace as its first character."""
    return head.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"{")


def read_json_objects(stream: io.BufferedReader) -> Iterator[tuple[int, JsonObject | RejectedRecord]]:
    """Yields the number of each line that is not blank, and its object or why it has none; numbers stay texts."""
    line = 0
    while content := stream.readline(_MAX_LINE_LENGTH):
        line += 1
        if len(content) == _MAX_LINE_LENGTH and not content.endswith(b"\n"):
            while (rest := stream.readline(_MAX_LINE_LENGTH)) and not rest.endswith(b"\n"):
                pass
            values = {"limit": _MAX_LINE_LENGTH}
            yield line, RejectedRecord(line=line, key="import-line-too-long", values=values, cells=())
        elif content.strip():
            yield line, _parse_object(line, content if line > 1 else content.removeprefix(_BYTE_ORDER_MARK))


def _parse_object(line: int, content: bytes) -> JsonObject | RejectedRecord:
    try:
        value = json.loads(content.decode(), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value
    return RejectedRecord(
        line=line, key="import-json-line", cells=(content.decode(errors="replace").strip(),)
    )


def open_json_table(stream: io.BufferedReader, name: str, style: CsvStyle) -> CsvTable:
    """Opens the objects as a table; the file is read twice, first for its keys. `style` is that of its rejects file.

    An object inside an object gives the columns `outer.inner`, a list is one cell of JSON. Raises Broken if no line
    is an object, or if there are too many keys.
    """
    start, keys = stream.tell(), dict[str, None]()
    for _line, entry in read_json_objects(stream):
        if not isinstance(entry, RejectedRecord):
            keys.update(dict.fromkeys(_flatten_object(entry)))
        if len(keys) > _MAX_COLUMNS:
            raise Broken("import-too-many-columns", file=name, limit=_MAX_COLUMNS)
    if not keys:
        raise Broken("import-no-objects", file=name)
    stream.seek(start)
    return CsvTable(header=make_distinct(tuple(keys)), rows=_make_rows(stream, tuple(keys)), style=style)


def _make_rows(stream: io.BufferedReader, keys: tuple[str, ...]) -> Iterator[CsvRow | RejectedRecord]:
    for line, entry in read_json_objects(stream):
        if isinstance(entry, RejectedRecord):
            yield entry
            continue
        cells = _flatten_object(entry)
        row = tuple(cells.get(key, "") for key in keys)
        if any(len(cell) > MAX_CELL_LENGTH for cell in row):
            values = {"limit": MAX_CELL_LENGTH}
            yield RejectedRecord(line=line, key="import-cell-too-long", values=values, cells=())
        else:
            yield CsvRow(line=line, cells=row)


def _flatten_object(entry: JsonObject, prefix: str = "", depth: int = 0) -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in entry.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and depth < _DEEPEST:
            cells |= _flatten_object(value, f"{name}.", depth + 1)
        else:
            cells[name] = json_cell(value)
    return cells


def json_cell(value: Any) -> str:
    """Returns a value as the text of a cell: nothing for null, true and false as words, a list or map as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
