"""What a paper about a period counts: its figures, the course of twelve months, corrective actions, open cases."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from complaintctl.domain.case.case import Action
from complaintctl.domain.deadlines.actions import (
    ActionStatus,
    action_number_of,
    action_status,
    current_round,
    filter_action_clocks,
    is_action_pending,
)
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.filters import Filter
from complaintctl.domain.overview.next_step import next_step
from complaintctl.domain.overview.overview import is_overdue
from complaintctl.domain.reports.figures import Figures, Period
from complaintctl.domain.reports.periods import is_in_period, start_of_day
from complaintctl.domain.reports.tally import ReportScope, ReportTally
from complaintctl.domain.reports.volumes import Volumes

TREND_MONTHS: Final = 12
MOST_CASES: Final = 50
# By what the complaints of a period are divided.
COUNTED_FIELDS: Final = ("cause.class", "category", "product.model")


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionEntry:
    """A corrective action that is still to be done or verified, or on which something was done in the period."""

    case: str
    number: int
    action: Action
    state: ActionStatus
    overdue: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCase:
    """An open case: what is due next. No words of the customer."""

    id: str
    received: datetime
    level: str | None
    category: str | None
    step: str
    due: datetime | None
    overdue: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTask:
    """A task that was not reported done."""

    case: str
    to: str
    what: str
    due: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodPaper:
    """What was counted. `team` are the figures of all cases, for comparison; None if the paper is about all of them.

    `open_cases` are the first ones, `open_count` is the number of all of them.
    """

    figures: Figures
    trend: Figures
    team: Figures | None
    actions: tuple[ActionEntry, ...]
    open_cases: tuple[OpenCase, ...]
    open_count: int
    tasks: tuple[OpenTask, ...]


def trend_period(period: Period, rules: Rulebook, as_of: datetime) -> Period:
    """Returns the twelve months of the calendar that end with the month of the period's last moment."""
    end = min(period.end or as_of, as_of)
    last = (end - datetime.resolution).astimezone(rules.zone).date()
    months = last.year * 12 + last.month - TREND_MONTHS
    first = date(months // 12, months % 12 + 1, 1)
    return Period(start=start_of_day(rules.zone, first), end=end)


class PeriodPaperTally:
    """Counts cases one by one. With a party (a person or a department), `accepts` chooses its cases.

    `others` accepts the cases of the whole team.
    """

    def __init__(
        self,
        rules: Rulebook,
        as_of: datetime,
        periods: tuple[Period, ...],
        volumes: Volumes | None,
        accepts: Filter,
        others: Filter,
        party: str | None,
    ) -> None:
        self.accepts, self.others, self.party, self.period = accepts, others, party, periods[0]
        scope = ReportScope(
            periods=periods, counted=COUNTED_FIELDS, volumes=volumes if party is None else None
        )
        trend = ReportScope(periods=(trend_period(periods[0], rules, as_of),), tables=(("month",),))
        self.figures = ReportTally(rules, as_of, scope)
        self.trend = ReportTally(rules, as_of, trend)
        self.team = ReportTally(rules, as_of, ReportScope(periods=periods[:1])) if party else None
        self.actions: list[ActionEntry] = []
        self.cases: list[OpenCase] = []
        self.open_count = 0
        self.tasks: list[OpenTask] = []

    def add(self, judged: JudgedCase) -> None:
        """Counts one case, judged at the moment of the paper."""
        if self.team is not None and self.others.matches(judged):
            self.team.add(judged)
        is_ours = self.accepts.matches(judged)
        if is_ours:
            self.figures.add(judged)
            self.trend.add(judged)
            self._add_open_case(judged)
        entries = self._action_entries(judged)
        self.actions += [entry for entry in entries if is_ours or entry.action.who == self.party]
        self.tasks += [
            OpenTask(case=judged.case.id, to=task.to, what=task.what, due=task.due)
            for task in judged.case.tasks
            if task.done is None and (is_ours if self.party is None else task.to == self.party)
        ]

    def _add_open_case(self, judged: JudgedCase) -> None:
        if judged.progress.status == "closed":
            return
        awaited = next_step(judged, judged.rules)
        self.open_count += 1
        self.cases.append(
            OpenCase(
                id=judged.case.id,
                received=judged.case.received,
                level=judged.case.level,
                category=judged.case.category,
                step=awaited.step if awaited else "",
                due=awaited.due if awaited else None,
                overdue=is_overdue(judged),
            )
        )
        if len(self.cases) > 2 * MOST_CASES:
            self.cases = _first_cases(self.cases)

    def _action_entries(self, judged: JudgedCase) -> Iterator[ActionEntry]:
        late = {
            action_number_of(clock.what) for clock in filter_action_clocks(judged) if clock.state == "overdue"
        }
        for number, action in enumerate(judged.case.actions, 1):
            moments = (action.given, action.done, action.verified)
            is_new = any(moment is not None and is_in_period(self.period, moment) for moment in moments)
            if is_new or is_action_pending(action):
                yield ActionEntry(
                    case=judged.case.id,
                    number=number,
                    action=current_round(action),
                    state=action_status(action),
                    overdue=number in late,
                )

    def result(self) -> PeriodPaper:
        """Returns what was counted so far."""
        return PeriodPaper(
            figures=self.figures.figures(),
            trend=self.trend.figures(),
            team=self.team.figures() if self.team else None,
            actions=tuple(sorted(self.actions, key=_action_order)),
            open_cases=tuple(_first_cases(self.cases)),
            open_count=self.open_count,
            tasks=tuple(sorted(self.tasks, key=_task_order)),
        )


def _first_cases(cases: Iterable[OpenCase]) -> list[OpenCase]:
    """Returns the cases that need attention first: overdue, then what is due first."""
    return sorted(cases, key=_case_order)[:MOST_CASES]


def _case_order(case: OpenCase) -> tuple[bool, bool, float, str]:
    return not case.overdue, case.due is None, case.due.timestamp() if case.due else 0.0, case.id


def _action_order(entry: ActionEntry) -> tuple[bool, date, str, int]:
    """What is still to be done first."""
    return not is_action_pending(entry.action), entry.action.due, entry.case, entry.number


def _task_order(task: OpenTask) -> tuple[bool, float, str]:
    return task.due is None, task.due.timestamp() if task.due else 0.0, task.case
