"""Rows of exported cases as a workbook (.xlsx), with the library of the extra `workbook`."""

from collections.abc import Iterable, Mapping
from typing import IO, Any, Final

import xlsxwriter

from complaintctl.exchange.exports.row_texts import cell_text

# The limits of Excel: characters in a cell, and rows in a sheet.
MOST_OF_A_CELL: Final = 32_767
MOST_ROWS: Final = 1_048_576
# `constant_memory` writes each row to a temporary file. Texts stay texts, whatever they begin with.
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(
    stream: IO[bytes], sheet_name: str, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]
) -> tuple[int, int]:
    """Writes a sheet with a frozen heading; returns how many cells were cut and how many rows did not fit."""
    names = list(columns)
    cut = lost = 0
    with xlsxwriter.Workbook(stream, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet(sheet_name)
        sheet.freeze_panes(1, names.index("id") + 1)
        for index, name in enumerate(names):
            sheet.write_string(0, index, name)
        for number, row in enumerate(rows, 1):
            if number >= MOST_ROWS:
                lost += 1
                continue
            cut += sum(_write_cell(sheet, number, index, row.get(name)) for index, name in enumerate(names))
    return cut, lost


def _write_cell(sheet: Any, number: int, index: int, value: Any) -> bool:
    """Writes a cell, a truth value as a word; returns whether its text was cut."""
    if value is None:
        return False
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(number, index, value)
        return False
    text = cell_text(value)
    # Excel counts in UTF-16.
    is_long = len(text) + sum(sign > "\uffff" for sign in text) > MOST_OF_A_CELL
    sheet.write_string(number, index, _cut_text(text) if is_long else text)
    return is_long


def _cut_text(text: str) -> str:
    encoded = text.encode("utf-16-le", "surrogatepass")[: 2 * (MOST_OF_A_CELL - 1)]
    return encoded.decode("utf-16-le", "ignore") + "…"
