"""What a dashboard shows, as plain values: today's duties, figures for charts, and one short row a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS, JudgedCase
from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview import overview
from complaintctl.domain.overview.next_step import NextStep, clock_urgency, next_step
from complaintctl.domain.reports.figures import Figure, Figures
from complaintctl.domain.zones import resolve_local_time

# More rows make a page that nobody reads; the number of all is said beside them.
MOST_STEPS: Final = 40
# The dimension of the trend.
MONTH: Final = "month"


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRow:
    """A case of the table. `step` is what it waits for next, `due` when; `closed` is the last closing.

    `title` and `customer` are None on a page without customer data.
    """

    id: str
    received: datetime
    status: str
    level: str | None
    category: str | None
    owner: str | None
    department: str | None
    step: str | None
    due: datetime | None
    is_overdue: bool
    outcome: str | None
    title: str | None
    customer: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DueStep:
    """A step that is overdue or due by the end of the day; `late` is in seconds, negative before the due time."""

    case: str
    step: str
    what: str
    due: datetime
    late: int
    level: str | None
    owner: str | None
    title: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ParetoCount:
    """A value of the Pareto field: `cumulative` is the share (0 to 1) that it and those before it make.

    `is_vital`: it is one of the few that make four fifths. `is_rest`: all smaller values together.
    """

    key: str
    count: int
    cumulative: float
    is_vital: bool
    is_rest: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ParetoTable:
    """The values of `field` from the most frequent down; `unknown` cases have no value and are not in `of`."""

    field: str
    of: int
    unknown: int
    rows: tuple[ParetoCount, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HotSpot:
    """A value of some fields with more cases than its own past explains.

    `recent` are the counts of the last weeks, the oldest first; `chance` is the probability of such a count or more
    without a cause, corrected for all comparisons.
    """

    fields: tuple[str, ...]
    keys: tuple[str, ...]
    count: int
    expected: float
    since: datetime
    chance: float
    cases: tuple[str, ...]
    recent: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DashboardContent:
    """All that is on the page. `figures` are those of the whole period and, in a table by MONTH, of each month.

    `due_steps` are the most urgent ones of `due_count`. `findings` is None if hot spots were not looked for, because
    the past is too short.
    """

    figures: Figures
    due_count: int
    due_steps: tuple[DueStep, ...]
    duties: tuple[JudgedDuty, ...]
    pareto: ParetoTable
    findings: tuple[HotSpot, ...] | None
    cases: tuple[CaseRow, ...]


class FigureIndex:
    """Finds figures of the reported period by section, measure, row and group."""

    def __init__(self, figures: Figures) -> None:
        period = figures.periods[0].key
        self._rows = {
            (row.measure.section, row.measure.key, row.key, row.by, row.group): row
            for row in figures.rows
            if row.period == period
        }

    def find(self, section: str, key: str, row: str = "") -> Figure | None:
        """Returns the figure of all cases; None if the report does not have it."""
        return self._rows.get((section, key, row, (), ()))

    def count(self, section: str, key: str, row: str = "") -> int:
        """Returns a count of all cases; 0 if the report does not have it."""
        figure = self.find(section, key, row)
        return int(figure.value or 0) if figure else 0

    def keys(self, section: str) -> list[str]:
        """Returns the rows of a section in reading order."""
        found = (row for where, _key, row, by, _group in self._rows if where == section and not by)
        return list(dict.fromkeys(found))

    def groups(self, field: str) -> list[str]:
        """Returns the values of a table by one field, in reading order."""
        return list(dict.fromkeys(group[0] for *_rest, by, group in self._rows if by == (field,)))

    def in_group(self, section: str, key: str, field: str, value: str) -> int:
        """Returns a count of a group; 0 if it does not have it."""
        figure = self._rows.get((section, key, "", (field,), (value,)))
        return int(figure.value or 0) if figure else 0


class CaseCollector:
    """Makes the rows of the case table and of today's duties, one case after the other."""

    def __init__(self, rules: Rulebook, as_of: datetime, *, with_customers: bool) -> None:
        self.rules = rules
        self.with_customers = with_customers
        self.rows: list[CaseRow] = []
        self.due_steps: list[tuple[tuple[int, datetime], DueStep]] = []
        self.day_end = end_of_day(as_of, rules)

    def add(self, judged: JudgedCase) -> None:
        """Adds one case."""
        case = judged.case
        awaited = next_step(judged, self.rules) if judged.progress.status != "closed" else None
        self.rows.append(
            CaseRow(
                id=case.id,
                received=case.received,
                status=judged.progress.status,
                level=case.level,
                category=case.category,
                owner=case.owner,
                department=case.department,
                step=awaited.step if awaited else None,
                due=awaited.due if awaited else None,
                is_overdue=overview.is_overdue(judged),
                outcome=case.outcome,
                title=case.title if self.with_customers else None,
                customer=fields.text_at(case, "customer.name") if self.with_customers else None,
            )
        )
        if awaited and awaited.clock and awaited.due and awaited.due <= self.day_end:
            self.due_steps.append(
                (clock_urgency(awaited.clock), self._due_step(judged, awaited, awaited.due))
            )

    def _due_step(self, judged: JudgedCase, awaited: NextStep, due: datetime) -> DueStep:
        case = judged.case
        # What a task or action is called is free text.
        is_free_text = awaited.step in DATED_CLOCKS and not self.with_customers
        return DueStep(
            case=case.id,
            step=awaited.step,
            what="" if is_free_text else awaited.what,
            due=due,
            late=int((judged.as_of - due).total_seconds()),
            level=case.level,
            owner=case.owner,
            title=case.title if self.with_customers else None,
        )

    def most_urgent(self) -> tuple[DueStep, ...]:
        """Returns today's steps, the most urgent first, at most MOST_STEPS."""
        ordered = sorted(self.due_steps, key=lambda pair: (pair[0], pair[1].case))
        return tuple(step for _urgency, step in ordered[:MOST_STEPS])


def end_of_day(moment: datetime, rules: Rulebook) -> datetime:
    """Returns the end of the day of a moment in the policy's time zone."""
    day = moment.astimezone(rules.zone).date() + timedelta(days=1)
    return resolve_local_time(rules.zone, datetime.combine(day, time()))


def table_order(rows: Iterable[CaseRow]) -> list[CaseRow]:
    """Returns open cases first, the one due first before; then closed ones, the one received last before."""
    return sorted(rows, key=_order)


def _order(row: CaseRow) -> tuple[bool, bool, float, str]:
    is_closed = row.status == "closed"
    moment = -row.received.timestamp() if is_closed else row.due.timestamp() if row.due else 0.0
    return is_closed, row.due is None, moment, row.id
