"""The figures of a report as tables: what the readable views, workbooks and pages draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.reports.figures import Figure, Figures, Measure, Period
from complaintctl.domain.reports.measures import FIRST_ANSWER, MARKS, RESOLUTION
from complaintctl.render.reports import definitions
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.text.language import _

# A section with more measures than this has its durations in a table of their own.
_MOST_MEASURES: Final = 8
# Figures that only the complete tables have: each stands in another one, as a denominator or a sum.
_DETAILS: Final = frozenset({"steps.judged", "steps.settled", "steps.none_open", "steps.none_closed"})
# The columns of a table of groups that is not complete: measure, and key in its section.
_CHIEF_COLUMNS: Final = (
    ("cases.cases", ""),
    ("cases.open", ""),
    ("cases.overdue", ""),
    ("punctuality.share_in_time", ""),
    ("times.median", FIRST_ANSWER),
    ("times.median", RESOLUTION),
    ("satisfaction.mean", MARKS[0]),
)
# The figures that have a table for two crossing dimensions.
_CROSSED: Final = (("cases.cases", ""), ("punctuality.share_in_time", ""), ("times.median", RESOLUTION))
_TWO_DIMENSIONS: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """The change of a figure from the period of comparison to that of the report."""

    now: Figure | None
    before: Figure | None


Cell = Figure | Change | None


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


# A kind of figure in a table: its measure, and its key if that is part of the heading.
_Kind = tuple[Measure, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Block:
    """The figures of one or more tables, by the place of their row, their kind and period, in reading order.

    A place is the group, or the group and the key; `names` are its texts.
    """

    title: str
    section: str
    heads: tuple[str, ...]
    names: Mapping[tuple[str, ...], tuple[str, ...]]
    kinds: tuple[_Kind, ...]
    figures: Mapping[tuple[tuple[str, ...], _Kind, str], Figure]
    periods: tuple[Period, ...]

    def cells(self, place: tuple[str, ...], kind: _Kind) -> tuple[Figure | None, ...]:
        return tuple(self.figures.get((place, kind, period.key)) for period in self.periods)


def section_tables(figures: Figures, words: ReportWords, *, complete: bool = False) -> list[SectionTable]:
    """Returns the tables of a report in reading order.

    With a period of comparison a row is one figure: now, then, and the change. Without, the measures are the columns;
    two dimensions of groups make a table for each of the chief figures, one dimension across the other.
    `complete` gives one table a section and a table of groups each, with all figures.
    """
    tables: list[SectionTable] = []
    for block in _section_blocks(figures, words, complete=complete):
        tables += _tables_of_section(block, complete=complete)
    for dimensions in figures.tables:
        tables += _tables_of_groups(dimensions, figures, words, complete=complete)
    return [table for table in tables if table.rows]


def _section_blocks(figures: Figures, words: ReportWords, *, complete: bool) -> Iterator[_Block]:
    """Yields the figures of all cases, section by section; those with a row for each key after the others."""
    rows = [
        figure
        for figure in figures.rows
        if not figure.by and (complete or definitions.measure_name(figure.measure) not in _DETAILS)
    ]
    for section in dict.fromkeys(figure.measure.section for figure in rows):
        for keyed in (False, True):
            chosen = [
                figure
                for figure in rows
                if figure.measure.section == section and definitions.is_keyed(figure.measure) is keyed
            ]
            names: dict[tuple[str, ...], tuple[str, ...]] = {
                (figure.key,): (definitions.key_label(words, section, figure.key),) if keyed else ()
                for figure in chosen
            }
            yield _Block(
                title=definitions.section_label(section),
                section=section,
                heads=(definitions.key_heading(section),) if keyed else (),
                names=names,
                kinds=tuple(dict.fromkeys((figure.measure, "") for figure in chosen)),
                figures={((figure.key,), (figure.measure, ""), figure.period): figure for figure in chosen},
                periods=figures.periods,
            )


def _tables_of_section(block: _Block, *, complete: bool) -> list[SectionTable]:
    if len(block.periods) > 1:
        return [_compared(block)]
    if not block.heads:
        return [_listed(block)]
    return [_across(block, kinds) for kinds in ([block.kinds] if complete else _split_kinds(block.kinds))]


def _split_kinds(kinds: tuple[_Kind, ...]) -> list[tuple[_Kind, ...]]:
    """Returns the columns of each table: more of them than are readable have the durations in a second table."""
    durations = tuple(kind for kind in kinds if kind[0].unit == "seconds")
    if len(kinds) <= _MOST_MEASURES or not durations:
        return [kinds]
    return [tuple(kind for kind in kinds if kind not in durations), durations]


def _tables_of_groups(
    dimensions: tuple[str, ...], figures: Figures, words: ReportWords, *, complete: bool
) -> list[SectionTable]:
    rows = [figure for figure in figures.rows if figure.by == dimensions]
    kinds = tuple(dict.fromkeys((figure.measure, figure.key) for figure in rows))
    heads = tuple(definitions.group_heading(words, field) for field in dimensions)
    block = _Block(
        title=_groups_title(heads),
        section="",
        heads=heads,
        names={
            figure.group: tuple(
                definitions.group_label(words, field, value)
                for field, value in zip(dimensions, figure.group, strict=True)
            )
            for figure in rows
        },
        kinds=kinds if complete else _chosen_kinds(kinds, _CHIEF_COLUMNS),
        figures={(figure.group, (figure.measure, figure.key), figure.period): figure for figure in rows},
        periods=figures.periods,
    )
    if len(block.periods) > 1:
        return [_compared(block)]
    if len(dimensions) == _TWO_DIMENSIONS and not complete:
        is_course = dimensions[1] in definitions.TIME_HEADINGS
        return [_crossed(block, kind, is_course=is_course) for kind in _chosen_kinds(block.kinds, _CROSSED)]
    return [_across(block, block.kinds)]


def _groups_title(heads: tuple[str, ...]) -> str:
    if len(heads) == _TWO_DIMENSIONS:
        return _("By {first} and {second}").format(first=heads[0], second=heads[1])
    return _("By {field}").format(field=_(", ").join(heads))


def _chosen_kinds(kinds: tuple[_Kind, ...], wanted: Sequence[tuple[str, str]]) -> tuple[_Kind, ...]:
    """Returns the kinds that are wanted; all of them if there is none of these."""
    chosen = [kind for kind in kinds if (definitions.measure_name(kind[0]), kind[1]) in wanted]
    return tuple(chosen) or kinds


def _kind_heading(kind: _Kind) -> str:
    measure, key = kind
    label = definitions.measure_label(measure)
    # Other keys (a currency) are no words of a policy.
    name = definitions.fixed_key_label(measure.section, key) if key else ""
    return _("{what}: {which}").format(what=name, which=label) if name else label


def _compared(block: _Block) -> SectionTable:
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


def _listed(block: _Block) -> SectionTable:
    """Returns the table of a section with one row: a figure below the other."""
    rows = [
        TableRow(names=(_kind_heading(kind),), cells=block.cells(place, kind), measure=kind[0])
        for place in block.names
        for kind in block.kinds
    ]
    return _table(block, [Column(heading=_("value"))], rows, heads=(_("figure"),))


def _across(block: _Block, kinds: Sequence[_Kind]) -> SectionTable:
    """Returns the table with a row for each place, and a column for each kind of figure."""
    columns = [Column(heading=_kind_heading(kind), measure=kind[0]) for kind in kinds]
    rows = [
        TableRow(names=names, cells=tuple(block.cells(place, kind)[0] for kind in kinds))
        for place, names in block.names.items()
    ]
    return _table(block, columns, rows, heads=block.heads)


def _crossed(block: _Block, kind: _Kind, *, is_course: bool) -> SectionTable:
    """Returns the table of one kind of figure: the first dimension below each other, the second across."""
    down = {place[0]: names[0] for place, names in block.names.items()}
    across = {place[1]: names[1] for place, names in block.names.items()}
    if is_course:
        across = dict(sorted(across.items()))
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


def _table(
    block: _Block, columns: Sequence[Column], rows: Sequence[TableRow], *, heads: Sequence[str]
) -> SectionTable:
    return SectionTable(
        section=block.section,
        title=block.title,
        heads=tuple(heads),
        columns=tuple(columns),
        rows=tuple(rows),
    )
