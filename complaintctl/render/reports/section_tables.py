"""The figures of a report as tables, one or more a section: what the readable views, workbooks and pages draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.reports.figures import Figure, Figures, Measure
from complaintctl.render.reports import definitions
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.text.language import _

# Fields of groups whose values follow each other in time: their tables have a sparkline.
TIME_FIELDS: Final = frozenset({"day", "week", "month", "quarter", "year"})
# A section with more measures than this has its durations in a table of their own.
_MOST_MEASURES: Final = 8
_PIVOTED: Final = 2


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
    """A table: `heads` are the headings of the columns that name the rows.

    `measure` is what all its figures measure, if it shows one field of the groups across the other; `is_course` if the
    columns are then times.
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


# A row of a section before it has words: the group and the key.
_Place = tuple[tuple[str, ...], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Section:
    """The figures of a section by place, measure and period, and what there is of each, in reading order."""

    name: str
    figures: Mapping[tuple[_Place, Measure, str], Figure]
    places: tuple[_Place, ...]
    measures: tuple[Measure, ...]

    def has_keys(self) -> bool:
        return any(key for _group, key in self.places)


def section_tables(figures: Figures, words: ReportWords, *, flat: bool = False) -> list[SectionTable]:
    """Returns the tables of a report in reading order; if `flat`, one a section.

    With a period of comparison a row is one measure: its figure now, then, and the change. Otherwise two fields of
    `--by` make a table for each measure, one field across the other; in all other cases the measures are the columns.
    """
    return [
        table
        for section in _sections(figures)
        for table in _tables_of_section(section, figures, words, flat=flat)
    ]


def _sections(figures: Figures) -> Iterator[_Section]:
    names = dict.fromkeys(figure.measure.section for figure in figures.rows)
    for name in names:
        rows = [figure for figure in figures.rows if figure.measure.section == name]
        yield _Section(
            name=name,
            figures={((row.group, row.key), row.measure, row.period): row for row in rows},
            places=tuple(dict.fromkeys((row.group, row.key) for row in rows)),
            measures=tuple(dict.fromkeys(row.measure for row in rows)),
        )


def _tables_of_section(
    section: _Section, figures: Figures, words: ReportWords, *, flat: bool
) -> list[SectionTable]:
    if len(figures.periods) > 1:
        return [_compared(section, figures, words)]
    if not flat and len(figures.by) == _PIVOTED and not section.has_keys():
        return [_pivot(section, measure, figures, words) for measure in section.measures]
    if not figures.by and not section.has_keys():
        return [_listed(section, figures)]
    return [
        _across(section, measures, figures, words)
        for measures in ([section.measures] if flat else _split_measures(section.measures))
    ]


def _split_measures(measures: Sequence[Measure]) -> list[tuple[Measure, ...]]:
    durations = tuple(measure for measure in measures if measure.unit == "seconds")
    if len(measures) <= _MOST_MEASURES or not durations:
        return [tuple(measures)]
    return [tuple(measure for measure in measures if measure.unit != "seconds"), durations]


def _heads(section: _Section, figures: Figures, words: ReportWords) -> tuple[str, ...]:
    """Returns the headings of the columns that name the rows: the fields of the groups, and what the keys are."""
    groups = tuple(definitions.group_heading(words, name) for name in figures.by)
    return (*groups, definitions.key_heading(section.name)) if section.has_keys() else groups


def _names(section: _Section, place: _Place, figures: Figures, words: ReportWords) -> tuple[str, ...]:
    group, key = place
    names = tuple(
        definitions.group_label(words, field, value) for field, value in zip(figures.by, group, strict=True)
    )
    return (*names, definitions.key_label(words, section.name, key)) if section.has_keys() else names


def _compared(section: _Section, figures: Figures, words: ReportWords) -> SectionTable:
    now, before = figures.periods[0].key, figures.periods[1].key
    columns = [
        *(Column(heading=definitions.period_label(period.key)) for period in figures.periods),
        Column(heading=_("change")),
    ]
    rows = []
    for place in section.places:
        for measure in section.measures:
            found = [section.figures.get((place, measure, period.key)) for period in figures.periods]
            if not any(found):
                continue
            change = Change(
                now=section.figures.get((place, measure, now)),
                before=section.figures.get((place, measure, before)),
            )
            names = (*_names(section, place, figures, words), definitions.measure_label(measure))
            rows.append(TableRow(names=names, cells=(*found, change), measure=measure))
    heads = (*_heads(section, figures, words), _("figure"))
    return _table(section.name, heads, columns, rows)


def _listed(section: _Section, figures: Figures) -> SectionTable:
    """Returns the table of a section with one row: a measure below the other."""
    period = figures.periods[0].key
    rows = [
        TableRow(
            names=(definitions.measure_label(measure),),
            cells=(section.figures.get((place, measure, period)),),
            measure=measure,
        )
        for place in section.places
        for measure in section.measures
    ]
    return _table(section.name, (_("figure"),), [Column(heading=_("value"))], rows)


def _across(
    section: _Section, measures: Sequence[Measure], figures: Figures, words: ReportWords
) -> SectionTable:
    """Returns the table with a row for each group and key, and a column for each measure."""
    period = figures.periods[0].key
    rows = [
        TableRow(
            names=_names(section, place, figures, words),
            cells=tuple(section.figures.get((place, measure, period)) for measure in measures),
        )
        for place in section.places
    ]
    columns = [Column(heading=definitions.measure_label(measure), measure=measure) for measure in measures]
    return _table(section.name, _heads(section, figures, words), columns, rows)


def _pivot(section: _Section, measure: Measure, figures: Figures, words: ReportWords) -> SectionTable:
    """Returns the table of one measure: the values of the first field below each other, those of the second across."""
    period = figures.periods[0].key
    down = tuple(dict.fromkeys(group[0] for group, _key in section.places))
    across = tuple(dict.fromkeys(group[1] for group, _key in section.places))
    is_course = figures.by[1] in TIME_FIELDS
    across = tuple(sorted(across)) if is_course else across
    rows = [
        TableRow(
            names=(definitions.group_label(words, figures.by[0], first),),
            cells=tuple(section.figures.get((((first, second), ""), measure, period)) for second in across),
        )
        for first in down
    ]
    columns = [Column(heading=definitions.group_label(words, figures.by[1], second)) for second in across]
    title = _("{section}: {measure}").format(
        section=definitions.section_label(section.name), measure=definitions.measure_label(measure)
    )
    return SectionTable(
        section=section.name,
        title=title,
        heads=(definitions.group_heading(words, figures.by[0]),),
        columns=tuple(columns),
        rows=tuple(rows),
        measure=measure,
        is_course=is_course,
    )


def _table(
    name: str, heads: Sequence[str], columns: Sequence[Column], rows: Sequence[TableRow]
) -> SectionTable:
    return SectionTable(
        section=name,
        title=definitions.section_label(name),
        heads=tuple(heads),
        columns=tuple(columns),
        rows=tuple(rows),
    )
