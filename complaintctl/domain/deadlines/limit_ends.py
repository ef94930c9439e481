"""When a limit ends: along the calendar, with pauses counted in the clock's own working time."""

from datetime import datetime, timedelta
from typing import NamedTuple

from complaintctl.domain.deadlines.progress import Interval
from complaintctl.domain.limits import Limit
from complaintctl.domain.worktime import worktime
from complaintctl.domain.worktime.worktime import Timetable


class LimitEnd(NamedTuple):
    """When a clock ends.

    With `remaining` (open seconds) it stands still; `due` is then what it would be if the wait ended now.
    """

    due: datetime
    remaining: int | None


class PlacedPause(NamedTuple):
    """A pause along a calendar: the position at which it begins and the open seconds in it, None while it goes on."""

    position: int
    length: int | None


class ClockTrack(NamedTuple):
    """A start with its pauses, placed along a calendar once for all limits that count from there."""

    table: Timetable
    start: datetime
    position: int
    pauses: tuple[Interval, ...]
    stops: tuple[PlacedPause, ...]
    as_of: datetime


def place_track(
    table: Timetable, start: datetime, pauses: tuple[Interval, ...], as_of: datetime
) -> ClockTrack:
    """Place a start and its pauses, which are in order, along a calendar."""
    stops, cursor = [], start
    for begin, end in pauses:
        cursor = max(begin, cursor)
        position = worktime.timetable_position(table, cursor)
        if end is None or end > as_of:
            stops.append(PlacedPause(position, None))
            break
        cursor = max(end, cursor)
        stops.append(PlacedPause(position, worktime.timetable_position(table, cursor) - position))
    return ClockTrack(table, start, worktime.timetable_position(table, start), pauses, tuple(stops), as_of)


def limit_end(where: ClockTrack, limit: Limit) -> LimitEnd:
    """When a limit ends, pauses counted in the clock's own working time (decision 4).

    A clock that ran out before a pause stays late while it waits (decision 10).
    """
    if not limit.seconds:
        return _day_limit_end(where, limit)
    target = where.position + limit.seconds
    for position, length in where.stops:
        if position >= target:
            break
        if length is None:
            left = target - position
            return LimitEnd(worktime.add_working_time(where.table, max(where.as_of, where.start), left), left)
        target += length
    return LimitEnd(worktime.moment_at_position(where.table, target, where.start), None)


def is_day_limit(limit: Limit) -> bool:
    """Whether the limit is one of days, working days or months, not of open hours."""
    return bool(limit.working_days or limit.days or limit.months)


def _day_limit_end(where: ClockTrack, limit: Limit) -> LimitEnd:
    """Day limits: calendar days move by the paused time itself, working days by the working days it touched."""
    table, start, as_of = where.table, where.start, where.as_of
    unpaused = due = unpaused_end(table, start, limit)
    if not where.pauses or not is_day_limit(limit):
        return LimitEnd(due, None)
    clock, paused, touched = worktime.always_open(table.zone), timedelta(), 0
    for begin, end in where.pauses:
        if begin >= due:
            break
        first, last = max(begin, start), min(end or as_of, as_of)
        if limit.working_days:
            touched += worktime.working_days_between(table, first, last)
            days = limit.working_days + touched
            due = worktime.add_working_days(table, start, days, table.counting)
        else:
            paused += max(last - first, timedelta())
            due = worktime.add_working_time(clock, unpaused, int(paused.total_seconds()))
        if end is None or end > as_of:
            return LimitEnd(due=due, remaining=worktime.working_seconds(table, as_of, due))
    return LimitEnd(due=due, remaining=None)


def unpaused_end(table: Timetable, start: datetime, limit: Limit) -> datetime:
    """When a limit from `start` ends where nothing pauses it."""
    if limit.working_days:
        return worktime.add_working_days(table, start, limit.working_days, table.counting)
    if limit.months or limit.days:
        later = worktime.add_months(table, start, limit.months) if limit.months else start
        return worktime.add_days(table, later, limit.days)
    return worktime.add_working_time(table, start, limit.seconds)
