"""The figures of a report as the present tables show them, taken from the long form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.reports.figures import Figure, Figures
from complaintctl.domain.reports.measures import RESOLUTION

GROUP_FIELDS: Final = ("status", "level", "category", "owner", "channel", "department", "outcome")


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFigures:
    """One row of a report: the number of clocks of a step in each state; cases without such a clock are `none`.

    `median` and `ninetieth` (percentile) are elapsed seconds from the start of each clock to the taking of the step,
    without the time while the case was closed; None if no step was taken.
    """

    step: str
    met: int
    late: int
    unjudged: int
    running: int
    paused: int
    overdue: int
    settled: int
    none_open: int
    none_closed: int
    median: int | None
    ninetieth: int | None

    @property
    def none(self) -> int:
        """Cases that never had such a clock."""
        return self.none_open + self.none_closed


@dataclass(frozen=True, kw_only=True, slots=True)
class MeanScore:
    """The mean of the customers' marks, and the number of cases with a mark (D-119)."""

    cases: int
    mean: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyFigures:
    """The number of customers asked after the closing, and the number of answers with each overall mark."""

    asked: int
    marks: Mapping[int, int]

    @property
    def answered(self) -> int:
        """The number of answers."""
        return sum(self.marks.values())

    @property
    def mean(self) -> float | None:
        """The mean of the marks; None without answers."""
        total = sum(mark * count for mark, count in self.marks.items())
        return total / self.answered if self.answered else None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFigures:
    """All figures of a report on a casebook at `as_of`; times are in seconds."""

    as_of: datetime
    cases: int
    open: int
    closed: int
    overdue_cases: int
    reopened: int
    forced: int
    counts: Mapping[str, Mapping[str, int]]
    steps: tuple[StepFigures, ...]
    satisfaction: Mapping[str, MeanScore]
    survey: SurveyFigures
    actions: Mapping[str, int]
    closing_median: int | None
    closing_ninetieth: int | None


class _Values:
    """The values of one period without groups, by section, key and row."""

    def __init__(self, figures: Figures) -> None:
        self.rows = [row for row in figures.rows if row.period == figures.periods[0].key]
        self.values = {
            (row.measure.section, row.measure.key, row.key): row for row in self.rows if not row.by
        }

    def whole(self, section: str, key: str, row: str = "") -> int:
        figure = self.values.get((section, key, row))
        return int(figure.value or 0) if figure else 0

    def seconds(self, section: str, key: str, row: str) -> int | None:
        value = self.values[section, key, row].value
        return None if value is None else int(value)

    def keyed(self, section: str, key: str) -> dict[str, Figure]:
        return {
            row: figure
            for (name, measure, row), figure in self.values.items()
            if (name, measure) == (section, key)
        }


def summarise_figures(figures: Figures) -> ReportFigures:
    """Returns what the present tables show of the first period of a report."""
    values = _Values(figures)
    counts: dict[str, dict[str, int]] = {"-".join(by): {} for by in figures.tables}
    for row in values.rows:
        if row.by and (row.measure.section, row.measure.key) == ("cases", "cases"):
            counts["-".join(row.by)]["/".join(row.group)] = int(row.value or 0)
    actions = {state: int(row.value or 0) for state, row in values.keyed("actions", "number").items()}
    return ReportFigures(
        as_of=figures.as_of,
        cases=values.whole("cases", "cases"),
        open=values.whole("cases", "open"),
        closed=values.whole("cases", "closed"),
        overdue_cases=values.whole("cases", "overdue"),
        reopened=values.whole("cases", "reopened"),
        forced=values.whole("cases", "forced"),
        counts=counts,
        steps=tuple(_step_figures(values, step) for step in values.keyed("steps", "met")),
        satisfaction={
            name: MeanScore(cases=row.of or 0, mean=row.value)
            for name, row in values.keyed("satisfaction", "mean").items()
            if row.value is not None
        },
        survey=SurveyFigures(
            asked=values.whole("survey", "asked"),
            marks={mark: values.whole("survey", "marks", str(mark)) for mark in fields.SCORE_RANGE},
        ),
        actions={
            state: count for state, count in sorted(actions.items(), key=lambda entry: -entry[1]) if count
        },
        closing_median=values.seconds("times", "median", RESOLUTION),
        closing_ninetieth=values.seconds("times", "p90", RESOLUTION),
    )


def _step_figures(values: _Values, step: str) -> StepFigures:
    states = (
        "met",
        "late",
        "unjudged",
        "running",
        "paused",
        "overdue",
        "settled",
        "none_open",
        "none_closed",
    )
    return StepFigures(
        step=step,
        median=values.seconds("steps", "median", step),
        ninetieth=values.seconds("steps", "p90", step),
        **{state: values.whole("steps", state, step) for state in states},
    )
