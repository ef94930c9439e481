"""The figures of a report as tables: what the readable views, workbooks and pages draw."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.reports.dimensions import TIME_DIMENSIONS, list_buckets
from complaintctl.domain.reports.figures import Figure, Figures, Measure
from complaintctl.domain.reports.measures import RESOLUTION
from complaintctl.render.reports import definitions
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.reports.figure_blocks import (
    FigureBlock,
    FigureKind,
    chosen_kinds,
    groups_block,
    section_blocks,
)
from complaintctl.render.text.language import _

# A section with more measures than this is several tables.
_MOST_MEASURES: Final = 6
# The figures that have a table for two crossing dimensions.
_CROSSED: Final = (("cases.cases", ""), ("punctuality.share_in_time", ""), ("times.median", RESOLUTION))
_TWO_DIMENSIONS: Final = 2
# A slip in a year, such as 1926, must not make thousands of columns.
_MOST_TIMES: Final = 120
_COUNTS: Final = frozenset({"cases", "number"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """The change of a figure from the period of comparison to that of the report."""

    now: Figure | None
    before: Figure | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """The share of a count in its denominator, from 0 to 1."""

    value: float


Cell = Figure | Change | Share | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of figures; `measure` is what all of them measure, None if each row has a measure of its own."""

    heading: str
    measure: Measure | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """A row: the texts that name it, then its figures. `measure` is what all of them measure, None if they differ."""

    names: tuple[str, ...]
    cells: tuple[Cell, ...]
    measure: Measure | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionTable:
    """A table of a section, or of the groups of some dimensions; `heads` are the headings of the row names.

    `measure` is what all its figures measure, if two dimensions cross; `is_course` if the columns are then times.
    """

    section: str
    title: str
    heads: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    measure: Measure | None = None
    is_course: bool = False

    def measures(self) -> tuple[Measure, ...]:
        """Returns the measures of the table, each once."""
        columns, rows = (column.measure for column in self.columns), (row.measure for row in self.rows)
        named = [self.measure, *columns, *rows]
        return tuple(dict.fromkeys(measure for measure in named if measure is not None))


def section_tables(figures: Figures, words: ReportWords, *, complete: bool = False) -> list[SectionTable]:
    """Returns the tables of a report in reading order.

    With a period of comparison a row is one figure: now, then, and the change. Without, the measures are the columns;
    two dimensions of groups make a table for each of the chief figures, one dimension across the other.
    `complete` gives all figures: one table a section (two, if it has totals beside its rows), and one for each table
    of groups. Otherwise tables that say nothing are left out: a survey of nobody, cases by a field that none has.
    """
    tables: list[SectionTable] = []
    for block in section_blocks(figures, words, complete=complete):
        tables += _tables_of_section(block, complete=complete)
    for dimensions in figures.tables:
        groups = groups_block(dimensions, figures, words, complete=complete)
        if groups is not None:
            tables += _tables_of_groups(groups, dimensions, complete=complete)
    return tables


def _tables_of_section(block: FigureBlock, *, complete: bool) -> list[SectionTable]:
    if len(block.periods) > 1:
        return [_compared(block)]
    if not block.heads:
        return [_listed(block)]
    return [_across(part) for part in ([block] if complete else _split_block(block))]


def _split_block(block: FigureBlock) -> list[FigureBlock]:
    """Returns the block in parts that a screen has room for.

    Steps by the denominator of their figures, which is in the same part; all others in counts and the rest.
    """
    if len(block.kinds) <= _MOST_MEASURES:
        return [block]
    wholes = {measure.whole for measure, _key in block.kinds if measure.whole}
    parts: dict[str, list[FigureKind]] = {}
    for measure, key in block.kinds:
        if block.section == "steps":
            part = measure.key if measure.key in wholes else measure.whole
        else:
            part = "" if measure.unit in _COUNTS else "rest"
        parts.setdefault(part, []).append((measure, key))
    return [
        dataclasses.replace(
            block, kinds=tuple(kinds), title=definitions.part_title(block.section, part, block.title)
        )
        for part, kinds in parts.items()
    ]


def _tables_of_groups(
    block: FigureBlock, dimensions: tuple[str, ...], *, complete: bool
) -> list[SectionTable]:
    if len(block.periods) > 1:
        return [_compared(block)]
    if len(dimensions) == _TWO_DIMENSIONS and not complete:
        return [_crossed(block, kind, dimensions[1]) for kind in chosen_kinds(block.kinds, _CROSSED)]
    return [_across(part) for part in ([block] if complete else _split_block(block))]


def _kind_headings(kinds: Sequence[FigureKind]) -> list[str]:
    """Returns the heading of each kind of figure; with its section, where two would be the same."""
    headings = [_kind_heading(kind) for kind in kinds]
    return [
        _("{what}: {which}").format(what=definitions.section_label(measure.section), which=heading)
        if headings.count(heading) > 1
        else heading
        for (measure, _key), heading in zip(kinds, headings, strict=True)
    ]


def _kind_heading(kind: FigureKind) -> str:
    measure, key = kind
    label = definitions.measure_label(measure)
    name = definitions.fixed_key_label(measure.section, key) if key else ""
    return _("{what}: {which}").format(what=name, which=label) if name else label


def _compared(block: FigureBlock) -> SectionTable:
    columns = [
        *(Column(heading=definitions.period_label(period.key)) for period in block.periods),
        Column(heading=_("change")),
    ]
    rows = [
        TableRow(
            names=(*names, _kind_heading(kind)),
            cells=(*cells, Change(now=cells[0], before=cells[1])),
            measure=kind[0],
        )
        for place, names in block.names.items()
        for kind in block.kinds
        if any(cells := block.cells(place, kind))
    ]
    return _table(block, columns, rows, heads=(*block.heads, _("figure")))


def _listed(block: FigureBlock) -> SectionTable:
    """Returns the table of a section with one row: a figure below the other."""
    rows = [
        TableRow(names=(_kind_heading(kind),), cells=block.cells(place, kind), measure=kind[0])
        for place in block.names
        for kind in block.kinds
    ]
    return _table(block, [Column(heading=_("value"))], rows, heads=(_("figure"),))


def _across(block: FigureBlock) -> SectionTable:
    """Returns the table with a row for each place, and a column for each kind of figure.

    A table of counts alone has a further column with their shares.
    """
    headings = zip(block.kinds, _kind_headings(block.kinds), strict=True)
    columns = [Column(heading=heading, measure=kind[0]) for kind, heading in headings]
    rows = [
        TableRow(names=names, cells=tuple(block.cells(place, kind)[0] for kind in block.kinds))
        for place, names in block.names.items()
    ]
    if len(block.kinds) == 1 and any(_share(row.cells[0]) for row in rows):
        columns.append(Column(heading=_("share")))
        rows = [dataclasses.replace(row, cells=(*row.cells, _share(row.cells[0]))) for row in rows]
    return _table(block, columns, rows, heads=block.heads)


def _share(cell: Cell) -> Share | None:
    """Returns the share of a count; None if its denominator is unknown or 0."""
    if not isinstance(cell, Figure) or cell.measure.unit not in _COUNTS or cell.value is None or not cell.of:
        return None
    return Share(value=cell.value / cell.of)


def _crossed(block: FigureBlock, kind: FigureKind, second_dimension: str) -> SectionTable:
    """Returns the table of one kind of figure: the first dimension below each other, the second across."""
    down = {place[0]: names[0] for place, names in block.names.items()}
    across = {place[1]: names[1] for place, names in block.names.items()}
    is_course = second_dimension in TIME_DIMENSIONS
    if is_course:
        across = {key: key for key in _without_gaps(second_dimension, across)}
    rows = [
        TableRow(names=(name,), cells=tuple(block.cells((first, second), kind)[0] for second in across))
        for first, name in down.items()
    ]
    title = _("{what}: {which}").format(what=block.title, which=_kind_heading(kind))
    return SectionTable(
        section=block.section,
        title=title,
        heads=block.heads[:1],
        columns=tuple(Column(heading=name) for name in across.values()),
        rows=tuple(rows),
        measure=kind[0],
        is_course=is_course,
    )


def _without_gaps(unit: str, buckets: Iterable[str]) -> list[str]:
    """Returns the times in order; with those between them in which nothing happened, if all are not too many."""
    known = sorted(buckets)
    between = list_buckets(unit, known[0], known[-1])
    return between if len(between) <= _MOST_TIMES else known


def _table(
    block: FigureBlock, columns: Sequence[Column], rows: Sequence[TableRow], *, heads: Sequence[str]
) -> SectionTable:
    return SectionTable(
        section=block.section,
        title=block.title,
        heads=tuple(heads),
        columns=tuple(columns),
        rows=tuple(rows),
    )
