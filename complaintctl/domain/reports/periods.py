"""Periods of a report: as typed, by the calendar, and the ones that they are compared with.

Days, weeks (Monday to Sunday, ISO 8601), months, quarters, halves and years are those of the policy's time zone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from complaintctl.domain.reports.figures import Period
from complaintctl.domain.worktime import typed_times
from complaintctl.domain.worktime.time_range import RANGE_VALUES, is_in_range
from complaintctl.domain.zones import convert_to_zone, resolve_local_time
from complaintctl.errors import InvalidInput

# What a report may be compared with: the period of the same length before it, or the same period of the year before.
Comparison = Literal["previous", "year"]
COMPARISONS: Final[tuple[Comparison, ...]] = ("previous", "year")
_MONTHS_OF: Final = {"Q": 3, "H": 6}
_CALENDAR: Final = re.compile(r"(\d{4})(?:-?(?:(\d{2})|([QH])(\d)|W(\d{2}))(?:-(\d{2}))?)?")
_MONTHS_A_YEAR: Final = 12
_DAYS_A_WEEK: Final = 7
_YEAR_OF_WEEKS: Final = timedelta(weeks=52)


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarSpan:
    """Whole days from `first` to `last`; `months` is their length if they are whole months, otherwise 0."""

    first: date
    last: date
    months: int = 0


def bucket_key(unit: str, day: date) -> str:
    """Returns the name of the day, week, month, quarter or year (`unit`) that a day lies in.

    `2026-10-31`, `2026-W44`, `2026-10`, `2026-Q4`, `2026`.
    """
    return BUCKETS[unit](day)


def _week_key(day: date) -> str:
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


# The dimensions of time, each with the name of the one that a day lies in.
BUCKETS: Final[Mapping[str, Callable[[date], str]]] = {
    "day": date.isoformat,
    "week": _week_key,
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day.year}",
}


def parse_calendar_span(text: str) -> CalendarSpan:
    """Returns the days of `2026`, `2026-H1`, `2026Q3`, `2026-10`, `2026-W44` or `2026-10-31`; raises InvalidInput."""
    match = _CALENDAR.fullmatch(typed_times.half_width(text).upper())
    if match is None or (match[6] and not match[2]):
        raise InvalidInput("bad-period", value=text)
    try:
        span = _parse_parts(*match.groups())
    except ValueError as error:
        raise InvalidInput("bad-period", value=text) from error
    if not (is_in_range(span.first) and is_in_range(span.last)):
        raise InvalidInput("time-too-far", value=text, **RANGE_VALUES)
    return span


def _parse_parts(
    year: str, month: str | None, part: str | None, number: str | None, week: str | None, day: str | None
) -> CalendarSpan:
    """Raises ValueError if there is no such part of the year."""
    if week:
        first = date.fromisocalendar(int(year), int(week), 1)
        return CalendarSpan(first=first, last=first + timedelta(days=_DAYS_A_WEEK - 1))
    if day:
        only = date(int(year), int(month or 1), int(day))
        return CalendarSpan(first=only, last=only)
    months = _MONTHS_A_YEAR if part is None and month is None else _MONTHS_OF.get(part or "", 1)
    start = int(month) if month else (int(number or 1) - 1) * months + 1
    first = date(int(year), start, 1)
    return CalendarSpan(first=first, last=_add_months(first, months) - timedelta(days=1), months=months)


def _add_months(day: date, months: int) -> date:
    """Returns the same day some months later, or the last day of that month if it has no such day."""
    number = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    year, month = number // _MONTHS_A_YEAR, number % _MONTHS_A_YEAR + 1
    following = date(year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1)
    return date(year, month, min(day.day, (following - timedelta(days=1)).day))


def same_span_last_year(span: CalendarSpan) -> CalendarSpan:
    """Returns the same days of the year before; of a week from Monday the days 52 weeks before."""
    if _is_week(span.first, span.last + timedelta(days=1)):
        return CalendarSpan(first=span.first - _YEAR_OF_WEEKS, last=span.last - _YEAR_OF_WEEKS)
    first, after = span.first, span.last + timedelta(days=1)
    last = _add_months(after, -_MONTHS_A_YEAR) - timedelta(days=1)
    return CalendarSpan(first=_add_months(first, -_MONTHS_A_YEAR), last=last, months=span.months)


def _is_week(first: date, after: date) -> bool:
    return first.weekday() == 0 and (after - first).days == _DAYS_A_WEEK


def start_of_day(zone: ZoneInfo, day: date) -> datetime:
    """Returns the first moment of a day in the zone."""
    return convert_to_zone(resolve_local_time(zone, datetime.combine(day, time())), zone)


def span_period(span: CalendarSpan, zone: ZoneInfo) -> Period:
    """Returns whole days as a period."""
    return Period(start=start_of_day(zone, span.first), end=start_of_day(zone, span.last + timedelta(days=1)))


def typed_period(start: str | None, end: str | None, now: datetime, zone: ZoneInfo) -> Period:
    """Returns the period of `--from` and `--to`, both inclusive; None is without limit.

    A day, month or year as the end belongs to the period; a time as the end does not. Raises InvalidInput if the end
    is not after the start.
    """
    first = typed_times.parse_time_range(typed_times.half_width(start), now, zone)[0] if start else None
    last = None
    if end:
        typed = typed_times.half_width(end)
        begin, after = typed_times.parse_time_range(typed, now, zone)
        last = after if typed_times.names_days(typed) else begin
    if first is not None and last is not None and first >= last:
        raise InvalidInput("period-backwards", start=start, end=end)
    return Period(start=first, end=last)


def last_period(length: str, as_of: datetime, zone: ZoneInfo) -> Period:
    """Returns the whole days (`30d`, `4w`) or months (`12m`) up to the day of `as_of`, which is the last one.

    Raises InvalidInput if the text is no such length.
    """
    match = re.fullmatch(r"(\d{1,4})\s*(d|w|m|y|天|日|周|个?月|年)", typed_times.half_width(length).lower())
    if match is None or int(match[1]) == 0:
        raise InvalidInput("bad-length", value=length)
    number, unit = int(match[1]), match[2]
    after = as_of.astimezone(zone).date() + timedelta(days=1)
    if unit in {"d", "w", "天", "日", "周"}:
        first = after - timedelta(days=number * (_DAYS_A_WEEK if unit in {"w", "周"} else 1))
    else:
        first = _add_months(after, -number * (_MONTHS_A_YEAR if unit in {"y", "年"} else 1))
    if not is_in_range(first):
        raise InvalidInput("time-too-far", value=length, **RANGE_VALUES)
    return Period(start=start_of_day(zone, first), end=start_of_day(zone, after))


def compared_period(period: Period, comparison: Comparison, as_of: datetime, zone: ZoneInfo) -> Period:
    """Returns the period that a period is compared with; its key is the comparison.

    `previous` is as long and ends where the period starts: whole months before whole months, whole days before whole
    days. `year` is the same days a year before, of a week from Monday the days 52 weeks before. A period without end ends at `as_of`. Raises InvalidInput if the
    period has no start.
    """
    if period.start is None:
        raise InvalidInput("compare-without-start")
    start, end = convert_to_zone(period.start, zone), convert_to_zone(period.end or as_of, zone)
    is_whole_days = _is_midnight(start) and _is_midnight(end)
    if comparison == "year" and is_whole_days and _is_week(start.date(), end.date()):
        first, after = (start_of_day(zone, moment.date() - _YEAR_OF_WEEKS) for moment in (start, end))
        return Period(key="year", start=first, end=after)
    if comparison == "year":
        return Period(key="year", start=_months_before(start, 12, zone), end=_months_before(end, 12, zone))
    months = (end.year - start.year) * _MONTHS_A_YEAR + end.month - start.month
    if months > 0 and _is_month_start(start) and _is_month_start(end):
        return Period(key="previous", start=_months_before(start, months, zone), end=period.start)
    if is_whole_days:
        first = start_of_day(zone, start.date() - (end.date() - start.date()))
        return Period(key="previous", start=first, end=period.start)
    return Period(key="previous", start=start - (end - start), end=period.start)


def _is_midnight(moment: datetime) -> bool:
    return moment.time() == time()


def _is_month_start(moment: datetime) -> bool:
    return moment.day == 1 and _is_midnight(moment)


def _months_before(moment: datetime, months: int, zone: ZoneInfo) -> datetime:
    local = datetime.combine(_add_months(moment.date(), -months), moment.time())
    return convert_to_zone(resolve_local_time(zone, local), zone)


def is_in_period(period: Period, moment: datetime) -> bool:
    """Whether a moment lies in the period: at its start or later, and before its end."""
    return (period.start is None or moment >= period.start) and (period.end is None or moment < period.end)
