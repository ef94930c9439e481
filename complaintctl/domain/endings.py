"""When a limit ends: along the calendar, with pauses counted in the clock's own working time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from complaintctl.domain import worktime
from complaintctl.domain.limits import Limit
from complaintctl.domain.progress import Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
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
    if limit.seconds == 0 and (limit.days or limit.working_days):
        return _day_limit_end(table, start, limit, pauses, as_of)
    left, cursor = limit.seconds, start
    for begin, end in pauses:
        used = worktime.elapsed(table, cursor, max(begin, cursor))
        if used >= left:
            break
        left -= used
        if end is None or end > as_of:
            return Ending(due=worktime.add(table, max(as_of, cursor), left), remaining=left)
        cursor = max(end, cursor)
    return Ending(due=worktime.add(table, cursor, left), remaining=None)


def _day_limit_end(
    table: worktime.Timetable, start: datetime, limit: Limit, pauses: tuple[Interval, ...], as_of: datetime
) -> Ending:
    """Day limits: calendar days move by the paused time itself, working days by the working days it touched."""
    due = _plain_day_end(table, start, limit, 0)
    paused, touched = timedelta(), 0
    for begin, end in pauses:
        if begin >= due:
            break
        first, last = max(begin, start), min(end or as_of, as_of)
        paused += max(last - first, timedelta())
        touched += _working_days_between(table, first, last)
        due = _plain_day_end(table, start, limit, touched) if limit.working_days else due
        if limit.days:
            due = worktime.add(
                worktime.always(table.zone), _plain_day_end(table, start, limit, 0), _whole(paused)
            )
        if end is None or end > as_of:
            return Ending(due=due, remaining=max(worktime.elapsed(table, as_of, due), 0))
    return Ending(due=due, remaining=None)


def _whole(length: timedelta) -> int:
    return int(length.total_seconds())


def _plain_day_end(table: worktime.Timetable, start: datetime, limit: Limit, more_days: int) -> datetime:
    if limit.working_days:
        return worktime.after_working_days(table, start, limit.working_days + more_days)
    return worktime.after_days(table, start, limit.days)


def _working_days_between(table: worktime.Timetable, start: datetime, end: datetime) -> int:
    """Working days after the day of `start` up to the day of `end`."""
    first, last = start.astimezone(table.zone).date(), end.astimezone(table.zone).date()
    days = (first + worktime.ONE_DAY * offset for offset in range(1, (last - first).days + 1))
    return sum(worktime.is_working_day(table, day) for day in days)
