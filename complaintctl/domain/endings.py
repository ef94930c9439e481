"""When a limit ends: along the calendar, with pauses counted in the clock's own working time."""

from datetime import datetime, timedelta
from typing import NamedTuple

from complaintctl.domain import worktime
from complaintctl.domain.limits import Limit
from complaintctl.domain.progress import Interval


class Ending(NamedTuple):
    """When a clock ends.

    With `remaining` (open seconds) it stands still; `due` is then what it would be if the wait ended now.
    """

    due: datetime
    remaining: int | None


def due_at(
    table: worktime.Timetable, start: datetime, limit: Limit, pauses: tuple[Interval, ...], as_of: datetime
) -> Ending:
    """When a limit from `start` ends, pauses counted in the clock's own working time (decision 4).

    A clock that ran out before a pause stays late while it waits (decision 10).
    """
    if not limit.seconds:
        return _day_limit_end(table, start, limit, pauses, as_of)
    target, cursor = worktime.position(table, start) + limit.seconds, start
    for begin, end in pauses:
        cursor = max(begin, cursor)
        reached = worktime.position(table, cursor)
        if reached >= target:
            break
        if end is None or end > as_of:
            return Ending(worktime.add(table, max(as_of, cursor), target - reached), target - reached)
        cursor = max(end, cursor)
        target += worktime.position(table, cursor) - reached
    return Ending(worktime.at_position(table, target, cursor), None)


def counts_days(limit: Limit) -> bool:
    """Whether the limit is one of days, working days or months, not of open hours."""
    return bool(limit.working_days or limit.days or limit.months)


def _day_limit_end(
    table: worktime.Timetable, start: datetime, limit: Limit, pauses: tuple[Interval, ...], as_of: datetime
) -> Ending:
    """Day limits: calendar days move by the paused time itself, working days by the working days it touched."""
    unpaused = due = unpaused_end(table, start, limit)
    if not pauses or not counts_days(limit):
        return Ending(due, None)
    clock, paused, touched = worktime.always(table.zone), timedelta(), 0
    for begin, end in pauses:
        if begin >= due:
            break
        first, last = max(begin, start), min(end or as_of, as_of)
        if limit.working_days:
            touched += worktime.working_days_between(table, first, last)
            days = limit.working_days + touched
            due = worktime.after_working_days(table, start, days, table.counting)
        else:
            paused += max(last - first, timedelta())
            due = worktime.add(clock, unpaused, int(paused.total_seconds()))
        if end is None or end > as_of:
            return Ending(due=due, remaining=worktime.elapsed(table, as_of, due))
    return Ending(due=due, remaining=None)


def unpaused_end(table: worktime.Timetable, start: datetime, limit: Limit) -> datetime:
    """When a limit from `start` ends where nothing pauses it."""
    if limit.working_days:
        return worktime.after_working_days(table, start, limit.working_days, table.counting)
    if limit.months or limit.days:
        later = worktime.after_months(table, start, limit.months) if limit.months else start
        return worktime.after_days(table, later, limit.days)
    return worktime.add(table, start, limit.seconds)
