"""The figures of a report, each with its denominator; docs/reports.md defines the terms."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import actions
from complaintctl.domain.deadlines.clocks import (
    ACTION,
    ACTION_CHECK,
    CONTACT,
    DATED_CLOCKS,
    PROMISE,
    TASK,
    Clock,
    JudgedCase,
)
from complaintctl.domain.deadlines.progress import forced_parts
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle import survey
from complaintctl.domain.overview import overview

GROUP_FIELDS: Final = ("status", "level", "category", "owner", "channel", "department", "outcome")
SCORE_NAMES: Final = ("overall", "attitude", "solved")
NINTH_DECILE: Final = 90
MEDIAN: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFigures:
    """One row of a report: the number of clocks of a step in each state; cases without such a clock are `none`.

    `median` and `ninetieth` (percentile) are elapsed seconds from receipt to the taking of the step, for fixed
    dates from the start of the clock (promise made, task given); None if no step was taken.
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


class ReportTally:
    """Counts cases one by one, so that a report does not need all cases in memory."""

    def __init__(self, rules: Rulebook, as_of: datetime, groups: Iterable[str]) -> None:
        self.rules = rules
        self.as_of = as_of
        self.cases = self.closed = self.overdue = self.reopened = self.forced = 0
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in groups}
        self.states: dict[str, Counter[str]] = {}
        self.none: dict[str, Counter[str]] = {}
        self.times: dict[str, list[int]] = {}
        self.marks: dict[str, list[int]] = {}
        self.asked = 0
        self.answers: Counter[int] = Counter(dict.fromkeys(fields.SCORE_RANGE, 0))
        self.actions: Counter[str] = Counter()
        self.rows = [*rules.order, PROMISE, CONTACT, TASK, ACTION, ACTION_CHECK]

    def add(self, judged: JudgedCase) -> None:
        """Counts one case."""
        self.cases += 1
        closed = judged.progress.status == "closed"
        self.closed += closed
        self.overdue += overview.is_overdue(judged)
        self.reopened += judged.progress.reopenings > 0
        self.forced += bool(forced_parts(judged.progress))
        for name, counter in self.counts.items():
            counter[overview.column_text(judged, name)] += 1
        seen = set()
        for clock in judged.clocks:
            seen.add(clock.step)
            self.states.setdefault(clock.step, Counter())[clock.state] += 1
            self._time(judged.case, clock)
        for step in self.rows:
            if step not in seen:
                self.none.setdefault(step, Counter())["closed" if closed else "open"] += 1
        self._earlier_takings(judged)
        self.actions.update(actions.action_status(action) for action in judged.case.actions)
        for name in SCORE_NAMES:
            mark = getattr(judged.case.satisfaction, name, None)
            if mark is not None:
                self.marks.setdefault(name, []).append(mark)
        self._survey(judged.case)
        if closed and (closing := _closing(judged)):
            self.times.setdefault("", []).append(_seconds_between(judged.case.received, closing.at))

    def _survey(self, case: Case) -> None:
        """Answers of customers who were not asked do not count: they would raise the response rate (D-123)."""
        asking = survey.survey_status(case)
        self.asked += asking is not None
        if asking is not None and asking.mark is not None:
            self.answers[asking.mark] += 1

    def _time(self, case: Case, clock: Clock) -> None:
        if clock.taken is not None:
            start = clock.start if clock.step in DATED_CLOCKS and clock.start else case.received
            self.times.setdefault(clock.step, []).append(_seconds_between(start, clock.taken))

    def _earlier_takings(self, judged: JudgedCase) -> None:
        """Counts earlier verdicts of recurring steps and of steps that became due again."""
        current = {id(event) for event in judged.progress.taken.values()}
        recurring = {name for name, step in self.rules.steps.items() if step.every}
        shown = {clock.step for clock in judged.clocks if clock.taken is not None}
        for event in judged.progress.events:
            if event.met is None or event.did not in self.rules.order:
                continue
            if id(event) not in current or (event.did in recurring and event.did not in shown):
                self.states.setdefault(event.did, Counter())["met" if event.met else "late"] += 1

    def result(self) -> ReportFigures:
        """Returns the figures of all cases added so far."""
        return ReportFigures(
            as_of=self.as_of,
            cases=self.cases,
            open=self.cases - self.closed,
            closed=self.closed,
            overdue_cases=self.overdue,
            reopened=self.reopened,
            forced=self.forced,
            counts={name: dict(counter.most_common()) for name, counter in self.counts.items()},
            steps=tuple(
                self._figures(step) for step in self.rows if step in self.states or step not in DATED_CLOCKS
            ),
            satisfaction={
                name: MeanScore(cases=len(marks), mean=sum(marks) / len(marks))
                for name, marks in self.marks.items()
            },
            survey=SurveyFigures(asked=self.asked, marks=self.answers),
            actions=dict(self.actions.most_common()),
            closing_median=nearest_rank_percentile(self.times.get("", []), MEDIAN),
            closing_ninetieth=nearest_rank_percentile(self.times.get("", []), NINTH_DECILE),
        )

    def _figures(self, step: str) -> StepFigures:
        states, none = self.states.get(step, Counter()), self.none.get(step, Counter())
        return StepFigures(
            step=step,
            met=states["met"],
            late=states["late"],
            unjudged=states["unjudged"],
            running=states["running"],
            paused=states["paused"],
            overdue=states["overdue"],
            settled=states["settled"],
            none_open=none["open"] + states["ahead"],
            none_closed=none["closed"],
            median=nearest_rank_percentile(self.times.get(step, []), MEDIAN),
            ninetieth=nearest_rank_percentile(self.times.get(step, []), NINTH_DECILE),
        )


def _closing(judged: JudgedCase) -> Event | None:
    return next((event for event in reversed(judged.progress.events) if event.did == "close"), None)


def _seconds_between(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def nearest_rank_percentile(values: list[int], percent: int) -> int | None:
    """Returns the smallest value such that at least `percent` percent of the values do not exceed it, or None."""
    if not values:
        return None
    rank = -(-percent * len(values) // 100)
    return sorted(values)[max(rank, 1) - 1]
