"""What a dashboard shows, as plain values: today's duties, figures for charts, and one short row a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.reports.figures import Figure, Figures
from complaintctl.domain.reports.pareto import Pareto
from complaintctl.domain.trends.hot_spots import HotSpot

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
class FoundSpot:
    """A value of a field that has more cases in the last week than its own past explains.

    `recent` are the counts of the last weeks, the oldest first; `since` is the first day of the run of high counts.
    """

    field: str
    value: str
    spot: HotSpot
    since: datetime
    recent: tuple[int, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DashboardContent:
    """All that is on the page. `figures` are those of the whole period and, in a table by MONTH, of each month.

    `due_steps` are the most urgent ones of `due_count`. `findings` is None if the past is too short to find any;
    `week` is the last complete week, in which they were looked for.
    """

    figures: Figures
    due_count: int
    due_steps: tuple[DueStep, ...]
    duties: tuple[JudgedDuty, ...]
    paretos: tuple[Pareto, ...]
    findings: tuple[FoundSpot, ...] | None
    week: tuple[datetime, datetime]
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


def table_order(rows: Iterable[CaseRow]) -> list[CaseRow]:
    """Returns open cases first, the one due first before; then closed ones, the one received last before."""
    return sorted(rows, key=_order)


def _order(row: CaseRow) -> tuple[bool, bool, float, str]:
    is_closed = row.status == "closed"
    moment = -row.received.timestamp() if is_closed else row.due.timestamp() if row.due else 0.0
    return is_closed, row.due is None, moment, row.id
