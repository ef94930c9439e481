"""The moments round a due time: when to warn of it, and when somebody further up shall know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain import limits
from complaintctl.domain.deadlines import limit_ends
from complaintctl.domain.limits import Limit
from complaintctl.domain.policy.policy import Rung
from complaintctl.domain.worktime import worktime
from complaintctl.domain.worktime.worktime import CountingRule, Timetable

# Counted back from a due time, working days keep its time of day.
BACKWARD_COUNTING: Final = CountingRule(
    counts_first=False, day_off="stays", keeps_time=True, cutoff=None, then=None
)
FULL_PERCENT: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class DuePoint:
    """A moment before or after a due time.

    `rung` is the one of the ladder that is reached then and `to` who shall know; None for a warning to whoever owes
    the step.
    """

    at: datetime
    text: str
    to: str | None
    rung: Rung | None


def warning_points(
    table: Timetable, texts: tuple[str, ...], start: datetime, limit: Limit | None, due: datetime
) -> Iterator[DuePoint]:
    """When to warn, all counted back from the due time, so that a pause moves them with it.

    `75%` leaves a quarter of the limit: of its open time, or of its real time where it counts calendar days or is
    a fixed date (`limit` None).
    """
    for text in texts:
        if (threshold := limits.parse_threshold(text)) is None:
            continue
        if threshold.before is not None:
            yield DuePoint(at=moment_before(table, due, threshold.before), text=text, to=None, rung=None)
        elif threshold.percent is not None:
            along, length = _unpaused_length(table, start, limit, due)
            left = length * (FULL_PERCENT - threshold.percent) // FULL_PERCENT
            yield DuePoint(at=worktime.add_working_time(along, due, -left), text=text, to=None, rung=None)


def _unpaused_length(
    table: Timetable, start: datetime, limit: Limit | None, due: datetime
) -> tuple[Timetable, int]:
    """What the limit gives, without pauses, in seconds along the calendar that it is counted on."""
    if limit is not None and not limit_ends.is_day_limit(limit):
        return table, limit.seconds
    end = due if limit is None else limit_ends.unpaused_end(table, start, limit)
    along = table if limit is not None and limit.working_days else worktime.always_open(table.zone)
    return along, worktime.working_seconds(along, start, end)


def moment_before(table: Timetable, due: datetime, limit: Limit) -> datetime:
    """The moment a limit earlier, along the same calendar."""
    if limit.working_days:
        return worktime.add_working_days(table, due, -limit.working_days, BACKWARD_COUNTING)
    if limit.months or limit.days:
        return worktime.add_days(table, worktime.add_months(table, due, -limit.months), -limit.days)
    return worktime.add_working_time(table, due, -limit.seconds) if limit.seconds else due


def rung_points(table: Timetable, ladder: tuple[Rung, ...], due: datetime) -> Iterator[DuePoint]:
    """When each rung of the ladder is reached: so late after the due time, or so long before it."""
    for rung in ladder:
        limit = limits.parse_limit(rung.late or rung.before or "")
        if limit is None:
            continue
        if rung.late is None:
            yield DuePoint(at=moment_before(table, due, limit), text=rung.before or "", to=rung.to, rung=rung)
        else:
            at = (
                limit_ends.unpaused_end(table, due, limit)
                if limit.seconds or limit_ends.is_day_limit(limit)
                else due
            )
            yield DuePoint(at=at, text=rung.late, to=rung.to, rung=rung)
