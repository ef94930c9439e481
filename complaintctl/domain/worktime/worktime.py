"""Working time: moments and lengths along the opening hours of a calendar.

All moments are aware datetimes; durations are whole seconds of open time. Real seconds are counted, so a day of
daylight saving has 23 or 25 hours where a calendar is open round the clock. A calendar is laid out once, year by
year, as spans with the open time up to each: every question after that is a search, never a walk over days.
"""

import calendar as months
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from complaintctl.domain.policy.policy import Calendar, CountRule
from complaintctl.domain.worktime.calendars import (
    ROUND_THE_CLOCK,
    DayRules,
    build_day_rules,
    day_hours,
    is_working_day,
    parse_minutes,
)
from complaintctl.domain.worktime.opening_spans import NeverOpenError, SpanLayout
from complaintctl.domain.zones import convert_to_zone, epoch_seconds, from_epoch_seconds, resolve_local_time

ONE_DAY: Final = timedelta(days=1)
MONTHS_A_YEAR: Final = 12
# A calendar that never opens again would make every search endless: after four years it is called closed.
HORIZON_YEARS: Final = 4

TimeSpan = tuple[datetime, datetime]
DayOffRule = Literal["stays", "moves", "next opening"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CountingRule:
    """How working days are counted; minutes of the local day for `cutoff` and `then`.

    `counts_first`: the day of the start is the first one. `day_off`: a start on a day off stays, moves to that hour
    of the next working day, or to its opening. `keeps_time`: the end keeps the time of day, else it is the last closing.
    """

    counts_first: bool
    day_off: DayOffRule
    keeps_time: bool
    cutoff: int | None
    then: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """A calendar in a zone, ready to count along. `always`: open at every moment, nothing to lay out for hours."""

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
    """The calendar of the clock: open at every moment."""
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
    """The count rule of a checked policy, made ready."""
    return CountingRule(
        counts_first=count.from_ == "same day",
        day_off=count.day_off or ("next opening" if count.cutoff else "stays"),
        keeps_time=count.until == "same time",
        cutoff=parse_minutes(count.cutoff) if count.cutoff else None,
        then=parse_minutes(count.then) if count.then else None,
    )


def build_timetable(name: str, calendar: Calendar, zone: ZoneInfo) -> Timetable:
    """A calendar of a checked policy, made ready; `zone` holds where the calendar names none."""
    rules = build_day_rules(calendar)
    there = ZoneInfo(calendar.timezone) if calendar.timezone else zone
    return Timetable(
        name=name,
        zone=there,
        rules=rules,
        always=False,
        counting=build_counting(calendar.count),
        known_until=calendar.known_until,
        layout=SpanLayout(name, rules, there),
    )


def timetable_position(table: Timetable, moment: datetime) -> int:
    """Open seconds up to a moment, counted from anywhere: only the difference of two positions says something."""
    return epoch_seconds(moment) if table.always else table.layout.position(epoch_seconds(moment))


def moment_at_position(table: Timetable, target: int, start: datetime) -> datetime:
    """The first moment with that position; a limit that ends exactly at closing time is due at closing time.

    Raises NeverOpenError where the calendar does not come so far within four years after `start`.
    """
    if table.always:
        return from_epoch_seconds(table.zone, target)
    layout = table.layout
    place = bisect_left(layout.upto, target)
    if place == len(layout.upto):
        _extend_layout(layout, start, target)
        place = bisect_left(layout.upto, target)
    return layout.at(place, target)


def _extend_layout(layout: SpanLayout, start: datetime, target: int) -> None:
    """Lay out years until so much open time is reached, at most four years after the start."""
    last = start.astimezone(layout.zone).year + HORIZON_YEARS
    while not layout.upto or layout.upto[-1] < target:
        if layout.years.stop > last:
            raise NeverOpenError(layout.name)
        layout.later()


def add_working_time(table: Timetable, start: datetime, seconds: int) -> datetime:
    """The moment after `seconds` of open time.

    No time at all leads to the next open moment, time less than none back to the moment from which so much had
    passed. Raises NeverOpenError where the calendar has not that much open time within four years.
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
    place = bisect_right(layout.upto, target)
    return layout.at(place, target)


def working_seconds(table: Timetable, start: datetime, end: datetime) -> int:
    """Seconds of open time between two moments; 0 where `end` is not after `start`."""
    return max(timetable_position(table, end) - timetable_position(table, start), 0)


def spans_between(table: Timetable, start: datetime, end: datetime) -> Iterator[TimeSpan]:
    """The opening spans between two moments, in order, the first and the last one cut. None overlap."""
    if table.always:
        if start < end:
            yield convert_to_zone(start, table.zone), convert_to_zone(end, table.zone)
        return
    layout, first, last = table.layout, epoch_seconds(start), epoch_seconds(end)
    layout.cover(last)
    layout.cover(first)
    # These lists stay as they are, whatever years are laid out while they are read.
    opens, closes = layout.opens, layout.closes
    for place in range(bisect_right(closes, first), bisect_left(opens, last)):
        bounds = max(opens[place], first), min(closes[place], last)
        yield from_epoch_seconds(table.zone, bounds[0]), from_epoch_seconds(table.zone, bounds[1])


def add_days(table: Timetable, start: datetime, days: int) -> datetime:
    """So many calendar days later at the same local time of day."""
    return resolve_local_time(table.zone, start.astimezone(table.zone) + days * ONE_DAY)


def add_months(table: Timetable, start: datetime, count: int) -> datetime:
    """So many months later on the same day of the month at the same local time, or on the month's last day."""
    here = start.astimezone(table.zone)
    year, month = divmod(here.year * MONTHS_A_YEAR + here.month - 1 + count, MONTHS_A_YEAR)
    day = min(here.day, months.monthrange(year, month + 1)[1])
    return resolve_local_time(table.zone, here.replace(year=year, month=month + 1, day=day))


def counting_start(table: Timetable, start: datetime, counting: CountingRule) -> datetime:
    """The local time, its offset no longer meant, from which working days are counted.

    First a start on a day off moves, where that is the rule, then one at or after the cut-off hour: to the next
    working day, at the hour `then` or the same one. Raises NeverOpenError.
    """
    here = start.astimezone(table.zone)
    if counting.day_off != "stays" and not is_working_day(table.rules, here.date()):
        here = _on_working_day(table, here, 0)
        if counting.day_off == "next opening":
            opening = day_hours(table.rules, here.date())[0][0]
            return _at_minute(here, opening if counting.then is None else counting.then)
    if counting.cutoff is not None and here.hour * 60 + here.minute >= counting.cutoff:
        here = _on_working_day(table, here, 1)
        return here if counting.then is None else _at_minute(here, counting.then)
    return here


def _at_minute(here: datetime, minute: int) -> datetime:
    """A minute of the same day."""
    return datetime.combine(here, time(minute // 60, minute % 60))


def _on_working_day(table: Timetable, here: datetime, later: int) -> datetime:
    """The same wall-clock time on the first working day that is at least `later` days after."""
    layout = table.layout
    # The place comes first: to find it, years may be laid out anew, into another list of days.
    place = _place(layout, here.toordinal() + later, 0, here.year)
    return datetime.combine(date.fromordinal(layout.days[place]), here.time())


def add_working_days(table: Timetable, start: datetime, count: int, counting: CountingRule) -> datetime:
    """The end of the n-th working day after the day of `start`, or before it where n is negative.

    Raises NeverOpenError where the calendar has not that many working days within four years.
    """
    here, layout = counting_start(table, start, counting), table.layout
    ordinal = here.toordinal()
    if count > 0:
        ordinal, count = ordinal + (not counting.counts_first), count - 1
    place = _place(layout, ordinal, count, here.year)
    if not counting.keeps_time:
        return layout.closings[place]
    return resolve_local_time(table.zone, datetime.combine(date.fromordinal(layout.days[place]), here.time()))


def _place(layout: SpanLayout, ordinal: int, more: int, year: int) -> int:
    """The place of a working day: the first one on or after a day, and so many further, or back."""
    layout.cover_year(year)
    place = bisect_left(layout.days, ordinal) + more
    while place < 0:
        if layout.years.start < year - HORIZON_YEARS:
            raise NeverOpenError(layout.name)
        layout.earlier(1)
        place = bisect_left(layout.days, ordinal) + more
    while place >= len(layout.days):
        if layout.years.stop > year + HORIZON_YEARS:
            raise NeverOpenError(layout.name)
        layout.later()
        place = bisect_left(layout.days, ordinal) + more
    return place


def working_days_between(table: Timetable, start: datetime, end: datetime) -> int:
    """Working days after the day of `start` up to the day of `end`."""
    layout = table.layout
    layout.cover(epoch_seconds(end))
    layout.cover(epoch_seconds(start))
    first, last = (moment.astimezone(table.zone).toordinal() for moment in (start, end))
    return max(bisect_right(layout.days, last) - bisect_right(layout.days, first), 0)


def day_start(table: Timetable, day: date) -> datetime:
    """The first moment of a local day."""
    return resolve_local_time(table.zone, datetime.combine(day, time()))


def is_day_published(table: Timetable, moment: datetime) -> bool:
    """Whether the calendar was already published for that day."""
    return table.known_until is None or moment.astimezone(table.zone).date() <= table.known_until
