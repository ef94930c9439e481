"""Reads tables that `export` has written (docs/export.md): the row of a case, then a row for each of its events."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from complaintctl.domain.exports import columns
from complaintctl.domain.exports.columns import ColumnKind
from complaintctl.domain.exports.formula_signs import unguard_cell
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports import tables
from complaintctl.exchange.imports.formats import csvrows, json_rows
from complaintctl.exchange.imports.formats.csvrows import CsvRow, CsvStyle

# Of files that another program has written again; a comma is what `export` writes.
_DELIMITERS: Final = (",", ";", "\t")
_OWN_FIELD: Final = "x."

# The columns of a row that are not empty: texts, in JSON Lines also lists and maps.
Cells = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedCase:
    """The line of a case, its columns, and those of its events."""

    line: int
    cells: Cells
    events: list[Cells] = field(default_factory=list)


class _FaultyCellError(ValueError):
    """A cell that must hold JSON does not; the text is its column."""


def read_exported_cases(stream: io.BufferedReader, name: str) -> Iterator[ExportedCase | RejectedRecord]:
    """Yields each case of an export with its events; `name` is the file in error messages.

    Raises InvalidInput if the file is no export of cases, Broken if it cannot be read at all.
    """
    case: ExportedCase | None = None
    for line, cells in _read_cells(stream, name):
        if isinstance(cells, RejectedRecord):
            yield cells
        elif cells.get("record") == columns.EVENT_RECORD:
            if case is not None and cells.get("id") == case.cells.get("id"):
                case.events.append(cells)
            else:
                yield RejectedRecord(line=line, key="export-event-alone", cells=())
        else:
            if case is not None:
                yield case
            case = ExportedCase(line=line, cells=cells)
    if case is not None:
        yield case


def _read_cells(stream: io.BufferedReader, name: str) -> Iterator[tuple[int, Cells | RejectedRecord]]:
    head = stream.peek(csvrows.SNIFFED_BYTES)[: csvrows.SNIFFED_BYTES]
    if json_rows.is_json_lines(head):
        for number, (line, entry) in enumerate(json_rows.read_json_objects(stream)):
            if number == 0 and not isinstance(entry, RejectedRecord):
                _check_header(entry, name)
            yield line, entry
        return
    is_workbook = tables.is_workbook(head)
    if is_workbook:
        table = tables.open_workbook(stream, name, None, CsvStyle(delimiter=","), _is_header)
    else:
        delimiter = _find_delimiter(head, name)
        table = csvrows.open_csv_table(stream, name, None, delimiter, is_heading=_is_header)
    try:
        _check_header(table.header, name)
        for row in table.rows:
            cells = row if isinstance(row, RejectedRecord) else _row_cells(table.header, row, is_workbook)
            yield row.line, cells
    finally:
        if table.text is not None:
            # The caller closes the stream.
            table.text.detach()


def _row_cells(header: tuple[str, ...], row: CsvRow, is_workbook: bool) -> Cells:
    pairs = zip(header, row.cells, strict=True)
    return {column: cell if is_workbook else unguard_cell(cell) for column, cell in pairs if cell}


def _is_header(cells: tuple[str, ...]) -> bool:
    return set(columns.ROW_COLUMNS) <= set(cells)


def _check_header(names: Any, name: str) -> None:
    missing = [column for column in columns.ROW_COLUMNS if column not in names]
    if missing:
        raise InvalidInput("export-not-ours", file=name, missing=missing)


def _find_delimiter(head: bytes, name: str) -> str:
    encoding, mark = csvrows.choose_encoding(head, name, None)
    start = head[len(mark) :].decode(encoding, "ignore").replace('"', "")
    first, second, *_rest = columns.ROW_COLUMNS
    return next((sign for sign in _DELIMITERS if f"{first}{sign}{second}" in start), _DELIMITERS[0])


def case_fault(case: ExportedCase) -> tuple[str, Mapping[str, object]] | None:
    """Returns why these rows are not a whole case: key and values of the sentence; None if they are one."""
    schema, events = case.cells.get("schema"), case.cells.get("events", "0")
    if str(schema) != str(columns.SCHEMA_VERSION):
        return "export-schema", {"value": schema or "", "version": columns.SCHEMA_VERSION}
    if str(events) != str(len(case.events)):
        return "export-events", {"expected": events, "found": len(case.events)}
    return None


def case_texts(case: ExportedCase) -> dict[str, Any]:
    """Returns the case as a mapping of texts, as its file has it; raises ValueError with a column that is faulty."""
    texts: dict[str, Any] = {"id": case.cells.get("id")}
    for name, kind in columns.FIELD_COLUMNS.items():
        if name in case.cells:
            first, _, rest = name.partition(".")
            value = _cell_value(case.cells, name, kind)
            if rest:
                texts.setdefault(first, {})[rest] = value
            else:
                texts[first] = value
    own = {
        column.removeprefix(_OWN_FIELD): _as_texts(cell)
        for column, cell in case.cells.items()
        if column.startswith(_OWN_FIELD)
    }
    if own:
        given = texts.get("x")
        texts["x"] = {**(given if isinstance(given, dict) else {}), **own}
    texts["history"] = [_event_texts(cells) for cells in case.events]
    return texts


def _event_texts(cells: Cells) -> dict[str, Any]:
    return {
        name.removeprefix(columns.EVENT_PREFIX): _cell_value(cells, name, kind)
        for name, kind in columns.EVENT_COLUMNS.items()
        if name in cells
    }


def _cell_value(cells: Cells, name: str, kind: ColumnKind) -> Any:
    value = cells[name]
    if kind in {"list", "map"} and isinstance(value, str):
        try:
            value = json.loads(value, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            raise _FaultyCellError(name) from error
    if kind == "truth" and isinstance(value, str):
        # Spreadsheets write TRUE.
        return value.lower()
    return _as_texts(value)


def _as_texts(value: Any) -> Any:
    """Returns a value of JSON with texts for its truth values; numbers were read as texts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_as_texts(entry) for entry in value]
    return {name: _as_texts(entry) for name, entry in value.items()} if isinstance(value, dict) else value
