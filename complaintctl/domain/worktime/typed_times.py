"""Parses typed times: `09:30`, `20m` (ago), `+48h` (from now), ISO 8601 with or without a zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.time_range import RANGE_VALUES, is_in_range
from complaintctl.domain.zones import convert_to_zone, resolve_local_time
from complaintctl.errors import InvalidInput

_RELATIVE: Final = re.compile(r"(\+?)(\d+)\s*(m|min|h|d|w|分钟|小时|天|周)前?")
_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
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


def parse_time(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Parses a typed time into a moment in the zone, to the second; without a zone, the text is local time there.

    A time of day without a date means today, a date without a time means its start. Raises InvalidInput if the
    text is not a time, or a time outside the years that we calculate in.
    """
    try:
        moment = _parse_any_time(text.strip(), now, zone)
    except OverflowError as error:
        raise far_time_error(text) from error
    except ValueError as error:
        raise InvalidInput("bad-time", value=text) from error
    if not is_in_range(moment):
        raise far_time_error(text)
    return moment.replace(microsecond=0)


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
    typed = text.strip()
    return parse_time(f"+{typed}" if _RELATIVE.fullmatch(f"+{typed}") else typed, now, zone)


def parse_day_end(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Like `parse_future_time`, but a date without a time means the midnight that ends the day."""
    moment = parse_future_time(text, now, zone)
    if not _DATE.fullmatch(text.strip()):
        return moment
    return resolve_local_time(zone, datetime.combine(moment.date() + timedelta(days=1), time()))


def parse_last_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Like `parse_day_end`, but a date without a time means the last second of the day: what happens then is in time."""
    moment = parse_day_end(text, now, zone)
    return moment - timedelta(seconds=1) if _DATE.fullmatch(text.strip()) else moment


def _parse_iso_time(text: str, today: date) -> datetime:
    if _CLOCK.fullmatch(text):
        return datetime.combine(
            today, time.fromisoformat(text.zfill(len("00:00") if text.count(":") == 1 else 8))
        )
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return datetime.fromisoformat(text)
