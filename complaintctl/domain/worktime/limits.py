"""Parses limits (`15m`, `1h30m`, `10d`, `8w`, `3mo`, `3bd`, `PT4H`, `2小时`, `3个工作日`) and warning thresholds."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

_COUNT: Final = r"(\d{1,5})"
_OURS: Final = re.compile(rf"{_COUNT}\s*(bd|mo|min|m|h|d|w|y)")
_HOURS_AND_MINUTES: Final = re.compile(rf"{_COUNT}\s*(?:h|个?小时)\s*{_COUNT}\s*(?:min|m|分钟?)")
_CHINESE: Final = re.compile(
    rf"{_COUNT}\s*(个?工作日|个?自然日|个?小时|分钟|分|天|日|周|个?星期|个?月|年)(?:内|以内)?"
)
_ISO_DATE: Final = re.compile(rf"P(?:{_COUNT}Y)?(?:{_COUNT}M)?(?:{_COUNT}W)?(?:{_COUNT}D)?")
_ISO_TIME: Final = re.compile(rf"PT(?:{_COUNT}H)?(?:{_COUNT}M)?(?:{_COUNT}S)?")
_PERCENT: Final = re.compile(r"(\d{1,2})\s*[%％]")
_BEFORE: Final = re.compile(r"(.+?)\s*(?:before|之?前)")

_UNITS: Final = {
    "min": "m",
    "分": "m",
    "分钟": "m",
    "小时": "h",
    "天": "d",
    "日": "d",
    "自然日": "d",
    "周": "w",
    "星期": "w",
    "工作日": "bd",
    "月": "mo",
    "年": "y",
}
# A hundred years: together with the years of `time_range` no due time exceeds those that `datetime` supports.
MAX_MONTHS: Final = 1200
MAX_DAYS: Final = 36_525
_SECONDS: Final = {"m": 60, "h": 3600}
_DAYS: Final = {"d": 1, "w": 7}
_MONTHS: Final = {"mo": 1, "y": 12}


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A length: open time in `seconds` on the step's calendar, working days, or months and calendar days.

    Months and calendar days keep the time of day; for working days the calendar defines the time of day. `until` is
    set instead of a length if the limit ends at a date of the case.
    """

    text: str
    seconds: int
    months: int
    days: int
    working_days: int
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """When to warn: after `percent` of the limit, or a length `before` the due time; exactly one of them is set."""

    text: str
    percent: int | None
    before: Limit | None


NO_TIME: Final = Limit(text="", seconds=0, months=0, days=0, working_days=0)


@lru_cache(maxsize=1024)
def parse_limit(text: str) -> Limit | None:
    """Parses a limit; returns None if the text is not one, or if it is longer than a hundred years.

    ISO 8601 with both days and hours (`P1DT12H`) is not a limit: calendar days and open hours cannot be added (D-018).
    """
    limit = _parse_any_notation(text.strip())
    if limit is None or limit.months > MAX_MONTHS or limit.days + limit.working_days > MAX_DAYS:
        return None
    return limit


def _parse_any_notation(typed: str) -> Limit | None:
    if match := _HOURS_AND_MINUTES.fullmatch(typed):
        return _make_limit(typed, seconds=int(match[1]) * 3600 + int(match[2]) * 60)
    if match := _OURS.fullmatch(typed) or _CHINESE.fullmatch(typed):
        unit = match[2].removeprefix("个")
        return _limit_of_unit(typed, int(match[1]), _UNITS.get(unit, unit))
    if (match := _ISO_TIME.fullmatch(typed)) and any(match.groups()):
        hours, minutes, seconds = (int(count or 0) for count in match.groups())
        return _make_limit(typed, seconds=hours * 3600 + minutes * 60 + seconds)
    if (match := _ISO_DATE.fullmatch(typed)) and any(match.groups()):
        years, months, weeks, days = (int(count or 0) for count in match.groups())
        return _make_limit(typed, months=years * 12 + months, days=weeks * 7 + days)
    return None


def _limit_of_unit(text: str, count: int, unit: str) -> Limit:
    return _make_limit(
        text,
        seconds=count * _SECONDS.get(unit, 0),
        months=count * _MONTHS.get(unit, 0),
        days=count * _DAYS.get(unit, 0),
        working_days=count if unit == "bd" else 0,
    )


def _make_limit(
    text: str, *, seconds: int = 0, months: int = 0, days: int = 0, working_days: int = 0
) -> Limit:
    return Limit(text=text, seconds=seconds, months=months, days=days, working_days=working_days)


@lru_cache(maxsize=256)
def parse_threshold(text: str) -> Threshold | None:
    """Parses a warning threshold (`75%`, `2h before`); returns None if the text is not one."""
    typed = text.strip()
    if (match := _PERCENT.fullmatch(typed)) and int(match[1]):
        return Threshold(text=typed, percent=int(match[1]), before=None)
    if (match := _BEFORE.fullmatch(typed)) and (before := parse_limit(match[1])):
        return Threshold(text=typed, percent=None, before=before)
    return None
