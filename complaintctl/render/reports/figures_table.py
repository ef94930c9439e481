"""A report for people: its heading, then a table a section, in the format `table` or `md`; bars on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.reports.figures import Figure, Figures, Unit
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.reports.figure_text import change_text, figure_text
from complaintctl.render.reports.report_heading import heading_lines
from complaintctl.render.reports.section_tables import (
    Cell,
    Change,
    SectionTable,
    Share,
    TableRow,
    section_tables,
)
from complaintctl.render.text import bars, tables
from complaintctl.render.text.bars import BarSigns
from complaintctl.render.text.language import _
from complaintctl.render.text.tables import markdown_line
from complaintctl.render.text.wrapping import screen_width, text_width

# The columns of a bar; with less room than the least there is none.
_WIDEST_BAR: Final = 24
_LEAST_BAR: Final = 6
# What the bars of a section compare; those of other sections, and of groups, compare counts.
_COUNTS: Final[tuple[Unit, ...]] = ("cases", "number")
_BAR_UNITS: Final[Mapping[str, tuple[Unit, ...]]] = {
    "steps": ("share", "seconds"),
    "times": ("seconds",),
    "satisfaction": ("mark",),
    "cost": ("money",),
    "rates": ("per-thousand",),
}
# The value of a full bar; of other units it is the largest value of the table.
_FULL_BARS: Final[Mapping[Unit, int]] = {"share": 1, "mark": fields.SCORE_RANGE[-1]}
# What tabulate adds to a heading, and what it puts between columns.
_AIR: Final = 2
_GAP: Final = 2


def figures_text(figures: Figures, words: ReportWords, output_format: str) -> str:
    """Returns the report in one of tables.READABLE_FORMATS; with bars and sparklines if they are on (bars.py)."""
    first, *more = heading_lines(figures, words)
    is_markdown = output_format == "md"
    heading = [f"# {markdown_line(first)}", *(f"\n{markdown_line(line)}" for line in more)]
    parts = ["\n".join(heading if is_markdown else [first, *more]) + "\n"]
    for table in section_tables(figures, words):
        title = f"## {markdown_line(table.title)}" if is_markdown else table.title
        parts.append(f"{title}\n\n{_table_text(table, output_format)}")
    return "\n".join(parts)


def cell_text(cell: Cell) -> str:
    """Returns a figure or a change as text for people."""
    if isinstance(cell, Change):
        return change_text(cell.now, cell.before)
    return f"{100 * cell.value:.0f} %" if isinstance(cell, Share) else figure_text(cell)


def _table_text(table: SectionTable, output_format: str) -> str:
    headings = [*table.heads, *(column.heading for column in table.columns)]
    rows = [[*row.names, *map(cell_text, row.cells)] for row in table.rows]
    signs = bars.bar_signs() if output_format == "table" else None
    if signs is not None and (drawn := _drawn_column(table, headings, rows, signs)):
        headings.append(drawn[0])
        rows = [[*cells, bar] for cells, bar in zip(rows, drawn[1], strict=True)]
    columns = {str(index): heading for index, heading in enumerate(headings)}
    entries = [dict(zip(columns, cells, strict=True)) for cells in rows]
    return tables.format_rows(columns, entries, output_format)


def _drawn_column(
    table: SectionTable, headings: Sequence[str], rows: Sequence[Sequence[str]], signs: BarSigns
) -> tuple[str, list[str]] | None:
    """Returns the heading and the cells of the column that draws the table, or None if it has no room or use."""
    if table.is_course:
        return _("course"), [bars.sparkline_text(_course(table, row), signs) for row in table.rows]
    index = _bar_column(table)
    room = min(screen_width(0) - _natural_width(headings, rows) - _GAP, _WIDEST_BAR)
    if index is None or room < _LEAST_BAR:
        return None
    values = [value or 0 for value in _values([row.cells[index] for row in table.rows])]
    measure = table.columns[index].measure
    most = _FULL_BARS.get(measure.unit if measure else "cases", max(values))
    heading = table.columns[index].heading if len(table.columns) > 1 else ""
    return heading, [bars.bar_text(value, most, room, signs) for value in values]


def _course(table: SectionTable, row: TableRow) -> list[float | int | None]:
    """Returns the values of a row; where no case was counted, a count is 0, and any other figure unknown."""
    is_count = table.measure is not None and table.measure.unit == "cases"
    return [0 if value is None and is_count else value for value in _values(row.cells)]


def _values(cells: Sequence[Cell]) -> list[float | int | None]:
    return [cell.value if isinstance(cell, Figure) else None for cell in cells]


def _bar_column(table: SectionTable) -> int | None:
    """Returns the column that bars can compare: that of the first unit of _BAR_UNITS; None if there is none."""
    if len(table.rows) == 1 or table.measure is not None:
        return None
    units = [column.measure.unit if column.measure else None for column in table.columns]
    wanted = _BAR_UNITS.get(table.section, _COUNTS)
    return next((units.index(unit) for unit in wanted if unit in units), None)


def _natural_width(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Returns the columns of the screen that a table takes if nothing is wrapped."""
    widths = [
        max(text_width(heading) + _AIR, *map(text_width, cells))
        for heading, *cells in zip(headings, *rows, strict=True)
    ]
    return sum(widths) + _GAP * (len(widths) - 1)
