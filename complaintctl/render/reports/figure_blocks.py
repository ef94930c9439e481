"""The figures of a report in blocks: those of a section, or of the groups of some dimensions, by row and kind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.reports.figures import Figure, Figures, Measure, Period
from complaintctl.domain.reports.measures import FIRST_ANSWER, MARKS, RESOLUTION
from complaintctl.render.reports import definitions
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.text.language import _, current_language

# Figures that only the complete tables have: each stands in another one, as a denominator or a sum.
_DETAILS: Final = frozenset({"steps.judged", "steps.settled", "steps.none_open", "steps.none_closed"})
# The figures that a comparison leaves out, too: a case is in these states for a time only.
_PASSING: Final = frozenset({"steps.running", "steps.paused", "steps.unjudged", "steps.none", "steps.taken"})
# The columns of a table of groups that is not complete: measure, and key in its section.
_CHIEF_FIGURES: Final = (
    ("cases.cases", ""),
    ("cases.open", ""),
    ("cases.overdue", ""),
    ("flow.closed", ""),
    ("punctuality.share_in_time", ""),
    ("times.median", FIRST_ANSWER),
    ("times.median", RESOLUTION),
    ("satisfaction.mean", MARKS[0]),
)
# Sections that say nothing if this, their first figure, is 0.
_NEEDED: Final = frozenset({"survey.asked", "actions.total", "customers.known"})
# Sections whose keys are values of a field of the case.
_BY_VALUE: Final = frozenset({"outcomes", "remedies", "people", "departments"})
_TWO_DIMENSIONS: Final = 2
# Its figures can have groups of their own: the field by which the team counts its units.
_RATES: Final = "rates"

# A kind of figure in a table: its measure, and its key if that is part of the heading.
FigureKind = tuple[Measure, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureBlock:
    """The figures of one or more tables, by the place of their row, their kind and period, in reading order.

    A place is the group, or the group and the key; `names` are its texts.
    """

    title: str
    section: str
    heads: tuple[str, ...]
    names: Mapping[tuple[str, ...], tuple[str, ...]]
    kinds: tuple[FigureKind, ...]
    figures: Mapping[tuple[tuple[str, ...], FigureKind, str], Figure]
    periods: tuple[Period, ...]

    def cells(self, place: tuple[str, ...], kind: FigureKind) -> tuple[Figure | None, ...]:
        """Returns the figure of each period."""
        return tuple(self.figures.get((place, kind, period.key)) for period in self.periods)


def section_blocks(figures: Figures, words: ReportWords, *, complete: bool) -> Iterator[FigureBlock]:
    """Yields the figures of all cases, section by section; those with a row for each key after the others.

    Without the details and the sections that say nothing, unless `complete`.
    """
    omitted = frozenset() if complete else _DETAILS | (_PASSING if len(figures.periods) > 1 else set())
    rows = [
        figure
        for figure in figures.rows
        if (not figure.by or figure.measure.section == _RATES)
        and definitions.measure_name(figure.measure) not in omitted
    ]
    for section in dict.fromkeys(figure.measure.section for figure in rows):
        of_section = [figure for figure in rows if figure.measure.section == section]
        if not complete and _says_nothing(of_section):
            continue
        totals = [figure for figure in of_section if not definitions.is_keyed(figure.measure)]
        keyed = [figure for figure in of_section if definitions.is_keyed(figure.measure)]
        title = _section_title(section, figures)
        if totals:
            yield _section_block(title, totals, figures, words)
        if keyed:
            heading = definitions.key_heading(section)
            further = _("{what}: {which}").format(what=title, which=heading) if totals else title
            yield _section_block(further, keyed, figures, words)


def _says_nothing(rows: Sequence[Figure]) -> bool:
    """Whether nothing was counted in a section or table of groups, or no case has a value by which it counts."""
    if definitions.measure_name(rows[0].measure) in _NEEDED:
        return not any(row.value for row in rows if row.measure == rows[0].measure)
    has_values = rows[0].by or rows[0].measure.section in _BY_VALUE
    return bool(has_values) and not any((*row.group, row.key) != ("",) * (len(row.group) + 1) for row in rows)


def _section_title(section: str, figures: Figures) -> str:
    title = definitions.section_label(section)
    units = figures.labels.get(current_language()) if section == _RATES else None
    return _("{what}: {which}").format(what=title, which=units) if units else title


def _section_block(title: str, rows: Sequence[Figure], figures: Figures, words: ReportWords) -> FigureBlock:
    section, by, keyed = rows[0].measure.section, rows[0].by, definitions.is_keyed(rows[0].measure)
    groups = tuple(definitions.group_heading(words, field) for field in by)
    return FigureBlock(
        title=title,
        section=section,
        heads=(*groups, definitions.key_heading(section)) if keyed else groups,
        names={
            (*row.group, row.key): (
                *_group_names(row, words),
                *([definitions.key_label(words, section, row.key)] if keyed else []),
            )
            for row in rows
        },
        kinds=tuple(dict.fromkeys((row.measure, "") for row in rows)),
        figures={((*row.group, row.key), (row.measure, ""), row.period): row for row in rows},
        periods=figures.periods,
    )


def _group_names(row: Figure, words: ReportWords) -> tuple[str, ...]:
    return tuple(
        definitions.group_label(words, field, value) for field, value in zip(row.by, row.group, strict=True)
    )


def groups_block(
    dimensions: tuple[str, ...], figures: Figures, words: ReportWords, *, complete: bool
) -> FigureBlock | None:
    """Returns the figures of the groups of some dimensions; None if there is nothing to tell.

    Only the chief figures, unless `complete`.
    """
    rows = [figure for figure in figures.rows if figure.by == dimensions and figure.measure.section != _RATES]
    if not rows or (not complete and _says_nothing(rows)):
        return None
    kinds = tuple(dict.fromkeys((figure.measure, figure.key) for figure in rows))
    heads = tuple(definitions.group_heading(words, field) for field in dimensions)
    return FigureBlock(
        title=_groups_title(heads),
        section="",
        heads=heads,
        names={figure.group: _group_names(figure, words) for figure in rows},
        kinds=kinds if complete else chosen_kinds(kinds, _CHIEF_FIGURES),
        figures={(figure.group, (figure.measure, figure.key), figure.period): figure for figure in rows},
        periods=figures.periods,
    )


def _groups_title(heads: tuple[str, ...]) -> str:
    if len(heads) == _TWO_DIMENSIONS:
        return _("By {first} and {second}").format(first=heads[0], second=heads[1])
    return _("By {field}").format(field=_(", ").join(heads))


def chosen_kinds(kinds: tuple[FigureKind, ...], wanted: Sequence[tuple[str, str]]) -> tuple[FigureKind, ...]:
    """Returns the kinds that are wanted; all of them if there is none of these."""
    chosen = [kind for kind in kinds if (definitions.measure_name(kind[0]), kind[1]) in wanted]
    return tuple(chosen) or kinds
