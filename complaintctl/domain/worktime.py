"""Working time: opening spans of a calendar, and arithmetic along them.

All moments are aware datetimes; durations are whole seconds of open time. Real seconds are counted in UTC,
so a day of daylight saving has 23 or 25 hours where a calendar is open round the clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.policy import Calendar

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ONE_DAY: Final = timedelta(days=1)
# A calendar that never opens again would make every search endless: after four years it is called closed.
HORIZON_DAYS: Final = 4 * 366
MIDNIGHT: Final = 24 * 60

Span = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """A calendar made ready: minutes of the local day per weekday; `hours` None is open round the clock."""

    name: str
    zone: ZoneInfo
    hours: tuple[tuple[tuple[int, int], ...], ...] | None
    holidays: frozenset[date]
    workdays: frozenset[date]
    known_until: date | None


class NeverOpenError(ValueError):
    """The calendar does not open within the horizon."""


def always(zone: ZoneInfo) -> Timetable:
    """The calendar of the clock: open at every moment."""
    return Timetable(
        name="always", zone=zone, hours=None, holidays=frozenset(), workdays=frozenset(), known_until=None
    )


def minutes(text: str) -> int | None:
    """Minutes since local midnight of `09:00` up to `24:00`, or None for anything else."""
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == len("00")):
        return None
    total = int(hour) * 60 + int(minute)
    return total if total <= MIDNIGHT and int(minute) < len(range(60)) else None


def opening_spans(texts: tuple[str, ...]) -> tuple[tuple[int, int], ...] | None:
    """`09:00-12:00` texts as minute pairs in order, or None where one is no span or two overlap."""
    spans = []
    for text in texts:
        start, end = (minutes(part) for part in (text.split("-", 1) if "-" in text else (text, "")))
        if start is None or end is None or start >= end:
            return None
        spans.append((start, end))
    spans.sort()
    touching = any(later[0] < earlier[1] for earlier, later in pairwise(spans))
    return None if touching else tuple(spans)


def weekdays(text: str) -> tuple[int, ...] | None:
    """`mon-fri`, `sat`, `mon,wed` as weekday numbers (Monday 0), or None for anything else."""
    found: list[int] = []
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            return None
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if end < start:
            return None
        found.extend(range(start, end + 1))
    return tuple(found)


def timetable(name: str, calendar: Calendar, zone: ZoneInfo) -> Timetable:
    """A calendar of a checked policy, made ready; `zone` holds where the calendar names none."""
    week: list[tuple[tuple[int, int], ...]] = [()] * len(WEEKDAYS)
    for days, texts in calendar.hours.items():
        for day in weekdays(days) or ():
            week[day] = opening_spans(texts) or ()
    return Timetable(
        name=name,
        zone=ZoneInfo(calendar.timezone) if calendar.timezone else zone,
        hours=tuple(week),
        holidays=frozenset(calendar.holidays),
        workdays=frozenset(calendar.workdays),
        known_until=calendar.known_until,
    )


def placed(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment as the zone writes it, its offset fixed.

    Python compares and subtracts two times of one zone by the wall clock, so the hour that daylight saving
    repeats would be judged wrongly; times with a fixed offset are compared as what they are.
    """
    here = moment.astimezone(zone)
    return here.replace(tzinfo=timezone(here.utcoffset() or timedelta()), fold=0)


def local(zone: ZoneInfo, naive: datetime) -> datetime:
    """A local wall-clock time as a moment.

    A time that daylight saving skips moves forward by the gap; of an ambiguous one the first is meant.
    """
    return placed(naive.replace(tzinfo=zone, fold=0).astimezone(UTC), zone)


def day_spans(table: Timetable, day: date) -> tuple[tuple[int, int], ...]:
    """The opening spans of one local day in minutes; a make-up working day has a normal weekday's hours."""
    if table.hours is None:
        return ((0, MIDNIGHT),)
    if day in table.workdays:
        return table.hours[day.weekday()] or next((spans for spans in table.hours if spans), ())
    if day in table.holidays:
        return ()
    return table.hours[day.weekday()]


def is_working_day(table: Timetable, day: date) -> bool:
    """Whether the calendar opens at all on that local day."""
    return bool(day_spans(table, day))


def _at_minute(table: Timetable, day: date, minute: int) -> datetime:
    if minute == MIDNIGHT:
        return local(table.zone, datetime.combine(day + ONE_DAY, time()))
    return local(table.zone, datetime.combine(day, time(minute // 60, minute % 60)))


def spans(table: Timetable, start: datetime, horizon_days: int) -> Iterator[Span]:
    """The opening spans from `start` on, in order, the first one cut at `start`, for so many days.

    None overlap, even where daylight saving moves a skipped span onto the next one.
    """
    cursor = placed(start, table.zone)
    day = cursor.date()
    for offset in range(horizon_days):
        for opens, closes in day_spans(table, day + offset * ONE_DAY):
            opening = _at_minute(table, day + offset * ONE_DAY, opens)
            closing = _at_minute(table, day + offset * ONE_DAY, closes)
            if closing > cursor:
                yield max(opening, cursor), closing
                cursor = closing


def add(table: Timetable, start: datetime, seconds: int) -> datetime:
    """The moment after `seconds` of open time; a limit that ends at closing time is due at closing time.

    Raises NeverOpenError where the calendar has not that much open time within four years.
    """
    if table.hours is None:
        return placed(start.astimezone(UTC) + timedelta(seconds=seconds), table.zone)
    left = timedelta(seconds=seconds)
    for opening, closing in spans(table, start, HORIZON_DAYS):
        length = closing - opening
        if left <= length:
            return placed(opening + left, table.zone)
        left -= length
    raise NeverOpenError(table.name)


def elapsed(table: Timetable, start: datetime, end: datetime) -> int:
    """Seconds of open time between two moments; 0 where `end` is not after `start`."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return 0
    if table.hours is None:
        return int((end - start).total_seconds())
    total = timedelta()
    days = (end.astimezone(table.zone).date() - start.astimezone(table.zone).date()).days + 1
    for opening, closing in spans(table, start, days):
        if opening >= end:
            break
        total += min(closing, end) - opening
    return int(total.total_seconds())


def after_days(table: Timetable, start: datetime, days: int) -> datetime:
    """So many calendar days later at the same local time of day."""
    here = start.astimezone(table.zone)
    return local(table.zone, here.replace(tzinfo=None, fold=0) + days * ONE_DAY)


def after_working_days(table: Timetable, start: datetime, count: int) -> datetime:
    """The last closing of the n-th working day after the day of `start`, which is not counted.

    Raises NeverOpenError where the calendar has not that many working days within four years.
    """
    day = start.astimezone(table.zone).date()
    for _ in range(HORIZON_DAYS):
        day += ONE_DAY
        today = day_spans(table, day)
        if today:
            count -= 1
        if count <= 0 and today:
            return _at_minute(table, day, today[-1][1])
    raise NeverOpenError(table.name)


def is_known(table: Timetable, moment: datetime) -> bool:
    """Whether the calendar was already published for that day."""
    return table.known_until is None or moment.astimezone(table.zone).date() <= table.known_until
