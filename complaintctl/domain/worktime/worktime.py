"""Working time: adds and measures open time and working days on a calendar.

All moments are timezone-aware datetimes; durations are whole seconds of open time. Elapsed seconds are counted, so
a day on which daylight saving time changes has 23 or 25 hours in a calendar that is always open. The opening spans
are computed once per year, with cumulative open time (`SpanLayout`), so every query is a binary search.
"""

import calendar as months
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from complaintctl.domain.policy.policy import Calendar, CountRule
from complaintctl.domain.worktime.calendars import (
    ONE_DAY,
    ROUND_THE_CLOCK,
    DayRules,
    build_day_rules,
    day_hours,
    ends_after_midnight,
    is_working_day,
    parse_minutes,
)
from complaintctl.domain.worktime.opening_spans import NeverOpenError, SpanLayout
from complaintctl.domain.zones import convert_to_zone, epoch_seconds, from_epoch_seconds, resolve_local_time

ONE_SECOND: Final = timedelta(seconds=1)
MONTHS_A_YEAR: Final = 12
# Ends the search in a calendar that never opens again.
HORIZON_YEARS: Final = 4

TimeSpan = tuple[datetime, datetime]
DayOffRule = Literal["stays", "moves", "next opening"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CountingRule:
    """How working days are counted; `cutoff` and `then` are minutes of the local day.

    `counts_first`: the day of the start counts as the first day. `day_off`: a start on a day off stays, moves to
    the same time of the next working day, or to its opening. `keeps_time`: the end has the time of day of the
    start; otherwise it is the last closing of the day.
    """

    counts_first: bool
    day_off: DayOffRule
    keeps_time: bool
    cutoff: int | None
    then: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """A calendar in a zone, compiled for counting. `always`: open at every moment; open time needs no layout then."""

    name: str
    zone: ZoneInfo
    rules: DayRules
    always: bool
    counting: CountingRule
    known_until: date | None
    layout: SpanLayout = field(compare=False, repr=False)


PLAIN_COUNTING: Final = CountingRule(
    counts_first=False, day_off="stays", keeps_time=False, cutoff=None, then=None
)


@cache
def always_open(zone: ZoneInfo) -> Timetable:
    """Returns the calendar that is open at every moment."""
    return Timetable(
        name="always",
        zone=zone,
        rules=ROUND_THE_CLOCK,
        always=True,
        counting=PLAIN_COUNTING,
        known_until=None,
        layout=SpanLayout("always", ROUND_THE_CLOCK, zone),
    )


def build_counting(count: CountRule) -> CountingRule:
    """Builds the counting rule from a calendar's `count`, which must be free of faults."""
    return CountingRule(
        counts_first=count.from_ == "same day",
        # D-017: beside a cut-off, never the day off itself.
        day_off=count.day_off or ("next opening" if count.cutoff else "stays"),
        keeps_time=count.until == "same time",
        cutoff=parse_minutes(count.cutoff) if count.cutoff else None,
        then=parse_minutes(count.then) if count.then else None,
    )


def build_timetable(name: str, calendar: Calendar, zone: ZoneInfo) -> Timetable:
    """Builds the timetable of a calendar, which must be free of faults; `zone` is the default time zone."""
    rules = build_day_rules(calendar)
    calendar_zone = ZoneInfo(calendar.timezone) if calendar.timezone else zone
    return Timetable(
        name=name,
        zone=calendar_zone,
        rules=rules,
        always=False,
        counting=build_counting(calendar.count),
        known_until=calendar.known_until,
        layout=SpanLayout(name, rules, calendar_zone),
    )


def timetable_position(table: Timetable, moment: datetime) -> int:
    """Returns the open seconds up to a moment from an arbitrary origin; only differences are meaningful (D-015)."""
    return epoch_seconds(moment) if table.always else table.layout.position(epoch_seconds(moment))


def moment_at_position(table: Timetable, target: int, start: datetime) -> datetime:
    """Returns the first moment with that position: a limit that ends exactly at closing time is due at closing time.

    Raises NeverOpenError if the calendar does not reach the position within four years after `start`.
    """
    if table.always:
        return from_epoch_seconds(table.zone, target)
    layout = table.layout
    index = bisect_left(layout.upto, target)
    if index == len(layout.upto):
        _extend_layout(layout, start, target)
        index = bisect_left(layout.upto, target)
    return layout.at(index, target)


def _extend_layout(layout: SpanLayout, start: datetime, target: int) -> None:
    """Computes years until the position `target` is reached; raises NeverOpenError four years after `start`."""
    last = start.astimezone(layout.zone).year + HORIZON_YEARS
    while not layout.upto or layout.upto[-1] < target:
        if layout.years.stop > last:
            raise NeverOpenError(layout.name)
        layout.later()


def add_working_time(table: Timetable, start: datetime, seconds: int) -> datetime:
    """Returns the moment after `seconds` of open time.

    0 seconds lead to the next open moment; negative seconds count back. Raises NeverOpenError if the calendar
    does not have enough open time within four years.
    """
    target = timetable_position(table, start) + seconds
    if seconds > 0 or table.always:
        return moment_at_position(table, target, start)
    layout = table.layout
    first = start.astimezone(table.zone).year - HORIZON_YEARS
    while target < layout.base:
        if layout.years.start < first:
            raise NeverOpenError(layout.name)
        layout.earlier(1)
    _extend_layout(layout, start, target + 1)
    return layout.at(bisect_right(layout.upto, target), target)


def working_seconds(table: Timetable, start: datetime, end: datetime) -> int:
    """Returns the seconds of open time between two moments; 0 if `end` is not after `start`."""
    return max(timetable_position(table, end) - timetable_position(table, start), 0)


def spans_between(table: Timetable, start: datetime, end: datetime) -> Iterator[TimeSpan]:
    """Yields the opening spans between two moments, in order and without overlaps; first and last span are cut."""
    if table.always:
        if start < end:
            yield convert_to_zone(start, table.zone), convert_to_zone(end, table.zone)
        return
    layout, first, last = table.layout, epoch_seconds(start), epoch_seconds(end)
    layout.cover(last)
    layout.cover(first)
    # The caller may compute more years between two spans: later ones are appended to these lists, earlier ones
    # go to new lists. Either way, the entries read here stay the same.
    opens, closes = layout.opens, layout.closes
    for index in range(bisect_right(closes, first), bisect_left(opens, last)):
        bounds = max(opens[index], first), min(closes[index], last)
        yield from_epoch_seconds(table.zone, bounds[0]), from_epoch_seconds(table.zone, bounds[1])


def add_days(table: Timetable, start: datetime, days: int) -> datetime:
    """Returns the moment `days` calendar days later (or earlier) at the same local time."""
    return resolve_local_time(table.zone, start.astimezone(table.zone) + days * ONE_DAY)


def add_months(table: Timetable, start: datetime, count: int) -> datetime:
    """Returns the moment `count` months later at the same local time, at the latest on the last day of the month."""
    local = start.astimezone(table.zone)
    year, month = divmod(local.year * MONTHS_A_YEAR + local.month - 1 + count, MONTHS_A_YEAR)
    day = min(local.day, months.monthrange(year, month + 1)[1])
    return resolve_local_time(table.zone, local.replace(year=year, month=month + 1, day=day))


def closing_time(table: Timetable, day: date) -> datetime | None:
    """Returns when the night shift that begins on that day ends on the next one; None if there is no such shift."""
    hours = day_hours(table.rules, day) if table.layout.nights and day > date.min else ()
    if not ends_after_midnight(hours):
        return None
    return resolve_local_time(table.zone, datetime.combine(day, time()) + timedelta(minutes=hours[-1][1]))


def shift_day(table: Timetable, moment: datetime) -> date:
    """Returns the day to which a moment belongs: until the end of a night shift, the day on which the shift began."""
    day = moment.astimezone(table.zone).date()
    if not table.layout.nights:
        return day
    closing = closing_time(table, day - ONE_DAY)
    return day - ONE_DAY if closing is not None and moment < closing else day


def due_day(table: Timetable, due: datetime) -> date:
    """Like `shift_day`, for a due time: one at the end of a night shift belongs to the shift."""
    return shift_day(table, due - ONE_SECOND) if table.layout.nights else due.astimezone(table.zone).date()


class CountingStart(NamedTuple):
    """The working day from which days are counted, and the time since its midnight (24 hours or more in a night shift)."""

    day: date
    since: timedelta


def counting_start(table: Timetable, start: datetime, counting: CountingRule) -> CountingStart:
    """Returns the day and the time from which working days are counted.

    A start on a day off moves first, if `day_off` says so. Then a start at or after `cutoff` moves to the next
    working day, at `then` or at the same time. Raises NeverOpenError.
    """
    local = start.astimezone(table.zone).replace(tzinfo=None)
    day = shift_day(table, start)
    since = local - datetime.combine(day, time())
    if counting.day_off != "stays" and not is_working_day(table.rules, day):
        day = _next_working_day(table, day, 0)
        if counting.day_off == "next opening":
            opening = day_hours(table.rules, day)[0][0]
            return CountingStart(day, _since_midnight(opening if counting.then is None else counting.then))
    if counting.cutoff is not None and since >= _since_midnight(counting.cutoff):
        day = _next_working_day(table, day, 1)
        return CountingStart(day, since if counting.then is None else _since_midnight(counting.then))
    return CountingStart(day, since)


def _since_midnight(minute: int) -> timedelta:
    return timedelta(minutes=minute)


def _next_working_day(table: Timetable, day: date, later: int) -> date:
    """Returns the first working day at least `later` days after `day`."""
    layout = table.layout
    # Compute the index before reading `layout.days`: _working_day_index may replace that list.
    index = _working_day_index(layout, day.toordinal() + later, 0, day.year)
    return date.fromordinal(layout.days[index])


def add_working_days(table: Timetable, start: datetime, count: int, counting: CountingRule) -> datetime:
    """Returns the end of the `count`-th working day after the day of `start`, or before it if `count` is negative.

    The end is the last closing of the day, or the time of the start if `counting.keeps_time`. Raises
    NeverOpenError if the calendar does not have enough working days within four years.
    """
    (day, since), layout = counting_start(table, start, counting), table.layout
    ordinal = day.toordinal()
    if count > 0:
        ordinal, count = ordinal + (not counting.counts_first), count - 1
    index = _working_day_index(layout, ordinal, count, day.year)
    if not counting.keeps_time:
        return layout.closings[index]
    last = datetime.combine(date.fromordinal(layout.days[index]), time())
    return resolve_local_time(table.zone, last + since)


def _working_day_index(layout: SpanLayout, ordinal: int, offset: int, year: int) -> int:
    """Returns the index of the first working day on or after a day, plus `offset` working days (may be negative)."""
    layout.cover_year(year)
    index = bisect_left(layout.days, ordinal) + offset
    while index < 0:
        if layout.years.start < year - HORIZON_YEARS:
            raise NeverOpenError(layout.name)
        layout.earlier(1)
        index = bisect_left(layout.days, ordinal) + offset
    while index >= len(layout.days):
        if layout.years.stop > year + HORIZON_YEARS:
            raise NeverOpenError(layout.name)
        layout.later()
        index = bisect_left(layout.days, ordinal) + offset
    return index


def working_days_between(table: Timetable, start: datetime, end: datetime) -> int:
    """Returns the number of working days after the day of `start` up to and including the day of `end`."""
    layout = table.layout
    layout.cover(epoch_seconds(end))
    layout.cover(epoch_seconds(start))
    first, last = (shift_day(table, moment).toordinal() for moment in (start, end))
    return max(bisect_right(layout.days, last) - bisect_right(layout.days, first), 0)


def day_start(table: Timetable, day: date) -> datetime:
    """Returns the first moment of a local day."""
    return resolve_local_time(table.zone, datetime.combine(day, time()))


def is_day_published(table: Timetable, moment: datetime) -> bool:
    """Whether the calendar is published for the local day of the moment."""
    return table.known_until is None or due_day(table, moment) <= table.known_until
