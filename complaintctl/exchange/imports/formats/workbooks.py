"""Reads a sheet of a workbook (.xlsx, .xls, .ods) as a table of texts, with the library of the extra `xlsx`."""

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import Broken, InvalidInput
from complaintctl.exchange.imports.formats.csvrows import (
    MAX_LINES_ABOVE,
    CsvRow,
    CsvStyle,
    CsvTable,
    make_distinct,
)

# The first bytes of an archive.
ARCHIVE_MARK: Final = b"PK\x03\x04"

Cell = int | float | str | bool | time | date | datetime | timedelta


def open_workbook_table(
    stream: io.BufferedReader,
    name: str,
    sheet: str | None,
    style: CsvStyle,
    is_heading: Callable[[tuple[str, ...]], bool],
) -> CsvTable:
    """Opens a sheet, the first one if none is named; the header is the first row that `is_heading`, else the first.

    Raises InvalidInput if there is no such sheet, Broken if the workbook cannot be read or the sheet is empty.
    """
    content = stream.read()
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise InvalidInput("import-no-sheet", file=name, sheet=sheet, choices=names)
        rows = list(_read_rows(workbook.get_sheet_by_name(sheet or names[0])))
    except PasswordError as error:
        raise Broken("import-workbook-locked", file=name) from error
    except (CalamineError, IndexError) as error:
        # Every archive that is cut looks like a workbook.
        key = "import-archive" if content.startswith(ARCHIVE_MARK) else "import-workbook-faulty"
        raise Broken(key, file=name, detail=str(error)) from error
    if not rows:
        raise Broken("import-empty", file=name)
    top = (index for index, (_line, cells) in enumerate(rows[:MAX_LINES_ABOVE]) if is_heading(cells))
    place = next(top, 0)
    width = max((index for index, cell in enumerate(rows[place][1], 1) if cell), default=1)
    header = make_distinct(rows[place][1][:width])
    return CsvTable(header=header, rows=_make_rows(rows[place + 1 :], width), style=style)


def _read_rows(sheet: CalamineSheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yields the rows that are not empty, with their numbers."""
    first = sheet.start[0] + 1 if sheet.start else 1
    for line, row in enumerate(sheet.to_python(), first):
        cells = tuple(map(_cell_text, row))
        if any(cells):
            yield line, cells


def _make_rows(rows: list[tuple[int, tuple[str, ...]]], width: int) -> Iterator[CsvRow | RejectedRecord]:
    for line, cells in rows:
        if any(cells[width:]):
            values = {"found": len(cells), "expected": width}
            yield RejectedRecord(line=line, key="import-ragged", values=values, cells=cells)
        else:
            yield CsvRow(line=line, cells=cells[:width])


def _cell_text(cell: Cell) -> str:
    """The text of a cell: a number without the `.0` of spreadsheets, a time as ISO 8601 with a blank."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        # Days have too few digits for a fraction of a second.
        return (cell + timedelta(milliseconds=500)).replace(microsecond=0).isoformat(sep=" ")
    return str(cell)
