"""Computes when a limit ends on a calendar, with pauses counted in the clock's own working time."""

from datetime import datetime, timedelta
from typing import NamedTuple

from complaintctl.domain.deadlines.progress import Interval
from complaintctl.domain.worktime import worktime
from complaintctl.domain.worktime.limits import Limit
from complaintctl.domain.worktime.worktime import Timetable


class LimitEnd(NamedTuple):
    """The end of a limit.

    `remaining` is None unless the clock is paused. If paused, it is the open time left in seconds, and `due` is
    the due time if the pause ended now.
    """

    due: datetime
    remaining: int | None


class PlacedPause(NamedTuple):
    """A pause on a calendar: its position and its length, both in open seconds; `length` is None if it is not over."""

    position: int
    length: int | None


class ClockTrack(NamedTuple):
    """A starting point and its pauses, placed on a calendar once for all limits that count from it."""

    table: Timetable
    start: datetime
    position: int
    pauses: tuple[Interval, ...]
    stops: tuple[PlacedPause, ...]
    as_of: datetime


def place_track(
    table: Timetable, start: datetime, pauses: tuple[Interval, ...], as_of: datetime
) -> ClockTrack:
    """Places a starting point and its pauses on a calendar; `pauses` must be sorted."""
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
    """Returns the end of a limit, with pauses counted in the clock's own working time (decision 4).

    A clock that expired before a pause stays overdue during the pause (decision 10).
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
    """Whether the limit counts days, working days or months, not open hours."""
    return bool(limit.working_days or limit.days or limit.months)


def _day_limit_end(track: ClockTrack, limit: Limit) -> LimitEnd:
    """Calendar days are extended by the paused time, working days by the number of working days in the pause."""
    if limit.until is not None:
        return LimitEnd(limit.until, None)
    table, start, as_of = track.table, track.start, track.as_of
    unpaused = due = unpaused_end(table, start, limit)
    if not track.pauses or not is_day_limit(limit):
        return LimitEnd(due, None)
    always, paused, paused_days = worktime.always_open(table.zone), timedelta(), 0
    for begin, end in track.pauses:
        if begin >= due:
            break
        first, last = max(begin, start), min(end or as_of, as_of)
        if limit.working_days:
            paused_days += worktime.working_days_between(table, first, last)
            days = limit.working_days + paused_days
            due = worktime.add_working_days(table, start, days, table.counting)
        else:
            paused += max(last - first, timedelta())
            due = worktime.add_working_time(always, unpaused, int(paused.total_seconds()))
        if end is None or end > as_of:
            return LimitEnd(due=due, remaining=worktime.working_seconds(table, as_of, due))
    return LimitEnd(due=due, remaining=None)


def unpaused_end(table: Timetable, start: datetime, limit: Limit) -> datetime:
    """Returns the end of a limit that starts at `start`, without pauses."""
    if limit.working_days:
        return worktime.add_working_days(table, start, limit.working_days, table.counting)
    if limit.months or limit.days:
        later = worktime.add_months(table, start, limit.months) if limit.months else start
        return worktime.add_days(table, later, limit.days)
    return worktime.add_working_time(table, start, limit.seconds)
