"""Moments before and after a due time: when to warn, and when to escalate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.deadlines import limit_ends
from complaintctl.domain.policy.policy import Rung
from complaintctl.domain.worktime import limits, worktime
from complaintctl.domain.worktime.limits import Limit
from complaintctl.domain.worktime.worktime import CountingRule, Timetable

# Working days counted back from a due time keep its time of day.
BACKWARD_COUNTING: Final = CountingRule(
    counts_first=False, day_off="stays", keeps_time=True, cutoff=None, then=None
)
FULL_PERCENT: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class DuePoint:
    """A warning or escalation at a moment before or after a due time.

    `rung` is the escalation rule reached at that moment and `to` its receiver. Both are None for a warning,
    which goes to the person responsible for the step.
    """

    at: datetime
    text: str
    to: str | None
    rung: Rung | None


def warning_points(
    table: Timetable, texts: tuple[str, ...], start: datetime, limit: Limit | None, due: datetime
) -> Iterator[DuePoint]:
    """Yields the warnings, counted back from the due time, so that a pause moves them along with it (D-020).

    `75%` warns when a quarter of the limit is left: a quarter of its open time, or of its elapsed time if the
    limit counts calendar days or months or the due time is a fixed date (`limit` None).
    """
    for text in texts:
        if (threshold := limits.parse_threshold(text)) is None:
            continue
        if threshold.before is not None:
            yield DuePoint(at=moment_before(table, due, threshold.before), text=text, to=None, rung=None)
        elif threshold.percent is not None:
            calendar, length = _unpaused_length(table, start, limit, due)
            left = length * (FULL_PERCENT - threshold.percent) // FULL_PERCENT
            yield DuePoint(at=worktime.add_working_time(calendar, due, -left), text=text, to=None, rung=None)


def _unpaused_length(
    table: Timetable, start: datetime, limit: Limit | None, due: datetime
) -> tuple[Timetable, int]:
    """Returns the calendar on which the limit counts, and its length there in seconds, without pauses."""
    if limit is not None and limit.until is not None:
        limit = None
    if limit is not None and not limit_ends.is_day_limit(limit):
        return table, limit.seconds
    end = due if limit is None else limit_ends.unpaused_end(table, start, limit)
    calendar = table if limit is not None and limit.working_days else worktime.always_open(table.zone)
    return calendar, worktime.working_seconds(calendar, start, end)


def moment_before(table: Timetable, due: datetime, limit: Limit) -> datetime:
    """Returns the moment that lies one `limit` before `due` on the same calendar."""
    if limit.working_days:
        return worktime.add_working_days(table, due, -limit.working_days, BACKWARD_COUNTING)
    if limit.months or limit.days:
        return worktime.add_days(table, worktime.add_months(table, due, -limit.months), -limit.days)
    return worktime.add_working_time(table, due, -limit.seconds) if limit.seconds else due


def rung_points(table: Timetable, ladder: tuple[Rung, ...], due: datetime) -> Iterator[DuePoint]:
    """Yields the moment of each escalation: `late` counts from the due time, `before` back from it (D-020)."""
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
