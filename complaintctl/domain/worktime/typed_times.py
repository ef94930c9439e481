"""Parses typed times: `09:30`, `20m` (ago), `+48h` (from now), ISO 8601 with or without a zone."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.worktime.time_range import RANGE_VALUES, is_in_range
from complaintctl.domain.zones import convert_to_zone, resolve_local_time
from complaintctl.errors import InvalidInput

_RELATIVE: Final = re.compile(r"(\+?)(\d+)\s*(m|min|h|d|w|分钟|小时|天|周)前?")
_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
# The full-width forms of `!` to `~`.
_HALF_WIDTH: Final = {code + 0xFEE0: code for code in range(ord("!"), ord("~") + 1)}
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNITS: Final = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "分钟": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "小时": timedelta(hours=1),
    "d": timedelta(days=1),
    "天": timedelta(days=1),
    "w": timedelta(weeks=1),
    "周": timedelta(weeks=1),
}

_DAY_WORDS: Final = {"yesterday": -1, "昨天": -1, "today": 0, "今天": 0, "tomorrow": 1, "明天": 1}


def parse_time(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Parses a typed time into a moment in the zone, to the second; without a zone, the text is local time there.

    A time of day without a date means today, a date without a time means its start. Raises InvalidInput if the
    text is not a time, or a time outside the years that we calculate in.
    """
    try:
        moment = _parse_any_time(half_width(text), now, zone)
    except OverflowError as error:
        raise far_time_error(text) from error
    except ValueError as error:
        raise InvalidInput("bad-time", value=text) from error
    if not is_in_range(moment):
        raise far_time_error(text)
    return moment.replace(microsecond=0)


def parse_time_range(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Parses a typed day, month, year or time into its first moment and the first moment after it, in the zone.

    A time is as long as its last part: `09:30` is a minute. Raises InvalidInput like `parse_time`.
    """
    typed = text.strip()
    if days := _named_days(typed, now.astimezone(zone).date()):
        first, last = days
        return _start_of_day(zone, first), _start_of_day(zone, last + timedelta(days=1))
    start = parse_time(typed, now, zone)
    is_minute = ":" in typed and not re.search(r"\d:\d{2}:\d{2}", typed)
    return start, start + (timedelta(minutes=1) if is_minute else timedelta(seconds=1))


def _named_days(typed: str, today: date) -> tuple[date, date] | None:
    """Returns the first and the last day of a typed day, month or year; None if the text is none of them."""
    if typed.lower() in _DAY_WORDS:
        day = today + timedelta(days=_DAY_WORDS[typed.lower()])
        return day, day
    if not (parts := re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", typed)):
        return None
    year, month, number = (int(part) if part else None for part in parts.groups())
    try:
        first = date(year or 1, month or 1, number or 1)
    except ValueError as error:
        raise InvalidInput("bad-time", value=typed) from error
    if not is_in_range(first):
        raise far_time_error(typed)
    if number:
        return first, first
    last_month = month or 12
    return first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])


def _start_of_day(zone: ZoneInfo, day: date) -> datetime:
    return convert_to_zone(resolve_local_time(zone, datetime.combine(day, time())), zone)


def far_time_error(typed: str) -> InvalidInput:
    """Returns the error for a typed time or day outside the years that we calculate in."""
    return InvalidInput("time-too-far", value=typed, **RANGE_VALUES)


def _parse_any_time(typed: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Raises ValueError if the text is not a time, OverflowError if it is outside the years of `datetime`."""
    if typed.lower() in {"now", "现在"}:
        return convert_to_zone(now, zone)
    if relative := _RELATIVE.fullmatch(typed):
        length = int(relative[2]) * _UNITS[relative[3]]
        return convert_to_zone(now.astimezone(UTC) + (length if relative[1] else -length), zone)
    naive = _parse_iso_time(typed, now.astimezone(zone).date())
    return convert_to_zone(naive if naive.tzinfo else resolve_local_time(zone, naive), zone)


def parse_future_time(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Like `parse_time`, but a length without a sign (`48h`) counts from now into the future."""
    typed = half_width(text)
    return parse_time(f"+{typed}" if _RELATIVE.fullmatch(f"+{typed}") else typed, now, zone)


def parse_day_end(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Like `parse_future_time`, but a date without a time means the midnight that ends the day."""
    moment = parse_future_time(text, now, zone)
    if not _is_date(text):
        return moment
    return resolve_local_time(zone, datetime.combine(moment.date() + timedelta(days=1), time()))


def parse_last_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Like `parse_day_end`, but a date without a time means the last second of the day: what happens then is in time."""
    moment = parse_day_end(text, now, zone)
    return moment - timedelta(seconds=1) if _is_date(text) else moment


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(half_width(text)) is not None


def names_days(text: str) -> bool:
    """Whether a typed time is a day, a month, a year or a word for a day, as in `parse_time_range`."""
    typed = text.strip()
    return typed.lower() in _DAY_WORDS or re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", typed) is not None


def half_width(text: str) -> str:
    """Returns the text with the full-width characters of Chinese keyboards as ASCII."""
    return text.translate(_HALF_WIDTH).strip()


def _parse_iso_time(text: str, today: date) -> datetime:
    if _CLOCK.fullmatch(text):
        return datetime.combine(
            today, time.fromisoformat(text.zfill(len("00:00") if text.count(":") == 1 else 8))
        )
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return datetime.fromisoformat(text)
