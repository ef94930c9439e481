"""Counts working time day by day: slow, but simple enough to serve as the reference for results and speed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.worktime.calendars import MIDNIGHT_MINUTE, DayRules, day_hours

ONE_DAY: Final = timedelta(days=1)
MOST_DAYS: Final = 5 * 366


def after(rules: DayRules, zone: ZoneInfo, start: datetime, seconds: int) -> datetime | None:
    """Returns the time after `seconds` of open time, or None if they do not fit into five years."""
    left = timedelta(seconds=seconds)
    for opens, closes in open_spans(rules, zone, start):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return None


def between(rules: DayRules, zone: ZoneInfo, start: datetime, end: datetime) -> int:
    """Returns the open seconds between two times."""
    total = timedelta()
    for opens, closes in open_spans(rules, zone, start):
        if opens >= end.astimezone(UTC):
            break
        total += min(closes, end.astimezone(UTC)) - opens
    return int(total.total_seconds())


def closing_of_working_day(rules: DayRules, zone: ZoneInfo, start: datetime, count: int) -> datetime | None:
    """Returns the closing time of the n-th working day (`count`) after the day of `start`; None after five years."""
    day = shift_day(rules, zone, start)
    for _ in range(MOST_DAYS):
        day += ONE_DAY
        if hours := day_hours(rules, day):
            count -= 1
            if count == 0:
                return at_minute(zone, day, hours[-1][1])
    return None


def working_days_between(rules: DayRules, zone: ZoneInfo, start: datetime, end: datetime) -> int:
    """Returns the number of working days after the day of `start`, up to and including the day of `end`."""
    day, last = shift_day(rules, zone, start), shift_day(rules, zone, end)
    count = 0
    while day < last:
        day += ONE_DAY
        count += bool(day_hours(rules, day))
    return count


def shift_day(rules: DayRules, zone: ZoneInfo, moment: datetime) -> date:
    """Returns the day to which a moment belongs: until the end of a night shift, the day on which the shift began."""
    day = moment.astimezone(zone).date()
    before = day - ONE_DAY
    hours = day_hours(rules, before)
    is_night = (
        bool(hours) and hours[-1][1] > MIDNIGHT_MINUTE and moment < at_minute(zone, before, hours[-1][1])
    )
    return before if is_night else day


def open_spans(rules: DayRules, zone: ZoneInfo, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yields the opening spans from `start` on, in UTC, for five years."""
    cursor = start.astimezone(UTC)
    first = shift_day(rules, zone, start)
    for offset in range(MOST_DAYS):
        day = first + ONE_DAY * offset
        for opens, closes in day_hours(rules, day):
            begin, end = max(at_minute(zone, day, opens), cursor), at_minute(zone, day, closes)
            # If daylight saving skips the opening, it may move behind the closing: the span is empty.
            if end > begin:
                yield begin, end
                cursor = end


def at_minute(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """Returns a minute of a local day in UTC; a time that daylight saving skips moves forward by the gap."""
    if minute >= MIDNIGHT_MINUTE:
        day, minute = day + ONE_DAY, minute - MIDNIGHT_MINUTE
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone).astimezone(UTC)
