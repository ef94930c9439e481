"""A report as a workbook (.xlsx): a sheet a section, numbers as numbers, with the library of the extra `workbook`."""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from complaintctl.domain.reports.figures import Figure, Figures, Unit
from complaintctl.render.reports import definitions
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.reports.figure_text import figure_change, raw_value
from complaintctl.render.reports.report_heading import heading_lines
from complaintctl.render.reports.section_tables import Cell, Change, SectionTable, section_tables
from complaintctl.render.text.language import _
from complaintctl.render.text.wrapping import text_width

_DAY: Final = 86400
_HOUR: Final = 3600
# A spreadsheet keeps a duration as a part of a day. It shows a negative one as #####, so a change is in hours.
_FORMATS: Final[Mapping[Unit, str]] = {
    "cases": "#,##0",
    "number": "#,##0.##",
    "seconds": "[h]:mm:ss",
    "share": "0.0%",
    "mark": "0.00",
    "money": "#,##0.00",
    "per-thousand": "0.00",
}
_CHANGE_FORMATS: Final[Mapping[Unit, str]] = {
    "cases": "+#,##0;-#,##0;0",
    "number": "+#,##0.##;-#,##0.##;0",
    "seconds": '+0.00" h";-0.00" h";0" h"',
    "share": "+0.0%;-0.0%;0.0%",
    "mark": "+0.00;-0.00;0.00",
    "money": "+#,##0.00;-#,##0.00;0.00",
    "per-thousand": "+0.00;-0.00;0.00",
}
# Excel allows 31 characters in the name of a sheet, and none of these.
_MOST_OF_A_NAME: Final = 31
_NOT_IN_A_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_NARROWEST: Final = 8
_WIDEST: Final = 60
# Texts of cases stay texts, whatever they begin with: no formula, no link, no number.
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def figures_workbook(figures: Figures, words: ReportWords) -> bytes:
    """Returns the report as .xlsx: the heading, a sheet a section with its first row frozen, and the definitions."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as workbook:
        # The moment of the report instead of that of the writing: equal figures give equal files.
        workbook.set_properties({"created": figures.as_of.replace(tzinfo=None)})
        writer = _Writer(workbook)
        first, *lines = heading_lines(figures, words)
        writer.add_texts(_("Report"), [first], [[line] for line in lines])
        tables = section_tables(figures, words, complete=True)
        for table in tables:
            writer.add_table(table)
        measures = dict.fromkeys(measure for table in tables for measure in table.measures())
        meanings = [
            [definitions.measure_label(measure), definitions.measure_meaning(measure)] for measure in measures
        ]
        writer.add_texts(_("Definitions"), [_("word"), _("meaning")], meanings)
    return stream.getvalue()


class _Writer:
    """The sheets of a workbook, and its number formats, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.workbook = workbook
        self.names: set[str] = set()
        self.formats: dict[str, Any] = {}
        self.bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})

    def add_texts(self, name: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Adds a sheet of texts."""
        sheet = self._add_sheet(name, headings, 0)
        for number, row in enumerate(rows, start=1):
            for index, text in enumerate(row):
                sheet.write_string(number, index, text, self.wrapped)
        _set_widths(sheet, [headings, *rows])

    def add_table(self, table: SectionTable) -> None:
        """Adds the sheet of a section; a column of shares, means or times has its denominators beside it."""
        counted = [
            _has_denominators([row.cells[index] for row in table.rows]) for index in range(len(table.columns))
        ]
        headings = list(table.heads)
        for column, is_counted in zip(table.columns, counted, strict=True):
            headings += [
                column.heading,
                *([_("{figure}: of").format(figure=column.heading)] if is_counted else []),
            ]
        sheet = self._add_sheet(table.title, headings, len(table.heads))
        for number, row in enumerate(table.rows, start=1):
            for index, name in enumerate(row.names):
                sheet.write_string(number, index, name)
            index = len(row.names)
            for cell, is_counted in zip(row.cells, counted, strict=True):
                self._write_cell(sheet, number, index, cell)
                if is_counted and isinstance(cell, Figure) and cell.of is not None:
                    sheet.write_number(number, index + 1, cell.of, self._format(_FORMATS["cases"]))
                index += 2 if is_counted else 1
        _set_widths(sheet, [headings, *(row.names for row in table.rows)])

    def _write_cell(self, sheet: Worksheet, number: int, index: int, cell: Cell) -> None:
        if isinstance(cell, Figure) and (value := raw_value(cell)) is not None:
            unit = cell.measure.unit
            divisor = _DAY if unit == "seconds" else 1
            sheet.write_number(number, index, value / divisor, self._format(_FORMATS[unit]))
        elif (
            isinstance(cell, Change)
            and cell.now
            and (change := figure_change(cell.now, cell.before)) is not None
        ):
            unit = cell.now.measure.unit
            divisor = _HOUR if unit == "seconds" else 1
            sheet.write_number(number, index, change / divisor, self._format(_CHANGE_FORMATS[unit]))

    def _add_sheet(self, name: str, headings: Sequence[str], frozen: int) -> Worksheet:
        """Returns a new sheet with its first row written; that row and `frozen` columns stay in sight."""
        sheet = self.workbook.add_worksheet(self._free_name(name))
        for index, heading in enumerate(headings):
            sheet.write_string(0, index, heading, self.bold)
        sheet.freeze_panes(1, frozen)
        return sheet

    def _free_name(self, name: str) -> str:
        """Returns the name of a sheet as Excel allows it, unlike those before."""
        base = name.translate(_NOT_IN_A_NAME).strip("' ")[:_MOST_OF_A_NAME] or "-"
        free, number = base, 2
        while free.lower() in self.names:
            suffix = f" {number}"
            free, number = base[: _MOST_OF_A_NAME - len(suffix)] + suffix, number + 1
        self.names.add(free.lower())
        return free

    def _format(self, code: str) -> Any:
        if code not in self.formats:
            self.formats[code] = self.workbook.add_format({"num_format": code})
        return self.formats[code]


def _has_denominators(cells: Sequence[Cell]) -> bool:
    return any(
        isinstance(cell, Figure) and cell.of is not None and cell.measure.unit != "cases" for cell in cells
    )


def _set_widths(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    columns = max(map(len, rows))
    for index in range(columns):
        widest = max(text_width(row[index]) for row in rows if index < len(row))
        sheet.set_column(index, index, min(max(widest + 2, _NARROWEST), _WIDEST))
