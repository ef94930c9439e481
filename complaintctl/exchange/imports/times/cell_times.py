"""Reads the time in a cell by the layouts of the mapping, strictly: one moment, or the reason why not."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.worktime.time_range import RANGE_VALUES, is_in_range
from complaintctl.domain.zones import EPOCH, SECONDS_A_DAY, convert_to_zone, resolve_local_time
from complaintctl.exchange.imports.times.layouts import TimeLayout, analyse_layout
from complaintctl.exchange.imports.times.month_names import find_month
from complaintctl.exchange.imports.times.zone_words import find_zone

# What other languages write for AM and PM.
_HALF_DAYS: Final[Mapping[str, str]] = {
    "上午": "AM",
    "下午": "PM",
    "午前": "AM",
    "午後": "PM",
    "오전": "AM",
    "오후": "PM",
    "a.m.": "AM",
    "p.m.": "PM",
    "a. m.": "AM",
    "p. m.": "PM",
}
_HALF_DAY: Final = re.compile("|".join(map(re.escape, _HALF_DAYS)), re.IGNORECASE)
# The end of a day. The next day begins at the same moment.
_MIDNIGHT: Final = re.compile(r"(?<![\d:])24(:00(?::00(?:[.,]0+)?)?)(?![\d:])")
# strptime reads six digits of a second; databases write seven or nine.
_LONG_FRACTION: Final = re.compile(r"(?<=[.,]\d{6})\d+")
_LETTERS: Final = re.compile(r"[^\W\d_]+\.?")
_ZONE_WORD: Final = re.compile(
    r"(?:(?:UTC|GMT)\s?)?[+\-−]\d{1,2}(?::?\d{2})?(?!\d)|[A-Za-z]+(?:/[A-Za-z]+(?:[_+\-][A-Za-z0-9]+)*)*"
)
_ENGLISH_MONTHS: Final = tuple(datetime(2000, month, 1).strftime("%B") for month in range(1, 13))  # noqa: DTZ001
_SECONDS: Final = re.compile(r"\d{1,11}(?:[.,]\d+)?")
_MILLISECONDS: Final = re.compile(r"\d{12,14}")
_DAYS: Final = re.compile(r"\d{1,6}(?:[.,]\d+)?")
# Spreadsheets count days from here; their 1900 has a 29 February, so earlier numbers are a day off.
_FIRST_DAY: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - local
_FIRST_RIGHT_DAY: Final = 61


class WrongTimeError(ValueError):
    """The text is not one moment; `key` and `values` say why."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeReading:
    """How times are read: layouts, the zone of times without one, words for zones, the language of months."""

    layouts: tuple[str, ...]
    zone: ZoneInfo
    zones: tuple[tuple[str, str], ...] = field(default=())
    language: str | None = None


@lru_cache(maxsize=1 << 12)
def parse_cell_time(text: str, zone_word: str, reading: TimeReading) -> datetime:
    """Parses a time by all layouts; raises WrongTimeError if none fits or if they give different times.

    `zone_word` is the zone in a column of its own, or "". A zone in the text counts before it.
    """
    local = _named_zone(zone_word, reading) if zone_word else reading.zone
    moments = set()
    for layout in reading.layouts:
        for clock, word in _read_by_layout(text, layout, reading.language):
            zone = _named_zone(word, reading) if word else local
            moments.add(_moment_in_range(clock, zone, reading.zone))
    if len(moments) != 1:
        raise WrongTimeError("import-ambiguous-time" if moments else "import-unreadable-time")
    return moments.pop()


def _named_zone(word: str, reading: TimeReading) -> tzinfo:
    zone = find_zone(word, dict(reading.zones))
    if zone is None:
        raise WrongTimeError("import-unknown-zone", zone=word)
    return zone


def _moment_in_range(clock: datetime, local: tzinfo, zone: ZoneInfo) -> datetime:
    """Converts a time to the zone; raises WrongTimeError if it is outside the years that we calculate in."""
    try:
        if clock.tzinfo is None and local is zone:
            moment = resolve_local_time(zone, clock)
        else:
            moment = convert_to_zone(clock if clock.tzinfo else _with_zone(clock, local), zone)
    except OverflowError:
        moment = clock
    if not is_in_range(moment):
        raise WrongTimeError("import-time-too-far", **RANGE_VALUES)
    return moment


def _with_zone(clock: datetime, zone: tzinfo) -> datetime:
    return resolve_local_time(zone, clock) if isinstance(zone, ZoneInfo) else clock.replace(tzinfo=zone)


def _read_by_layout(text: str, layout: str, language: str | None) -> Iterator[tuple[datetime, str]]:
    """Yields the time of a text in a layout, and the zone that the text names, or ""; nothing if it does not fit."""
    if layout in _NUMBER_READERS:
        if (moment := _NUMBER_READERS[layout](text)) is not None:
            yield moment, ""
        return
    used = analyse_layout(layout)
    plain, days = _plain_text(text, used)
    for variant in _english_months(plain, used, language):
        for known, word in _zone_variants(variant, used):
            try:
                clock = datetime.strptime(known, used.pattern) + timedelta(days=days)  # noqa: DTZ007 - the zone is added
            except (ValueError, OverflowError):
                continue
            yield clock, word


def _plain_text(text: str, layout: TimeLayout) -> tuple[str, int]:
    """Returns the text with the parts that strptime does not know replaced, and the days to add."""
    plain, days = unicodedata.normalize("NFKC", text), 0
    if "%p" in layout.parts:
        plain = _HALF_DAY.sub(lambda match: _HALF_DAYS[match[0].lower()], plain)
    if "%f" in layout.parts:
        plain = _LONG_FRACTION.sub("", plain)
    if "%H" in layout.parts and "24" in plain:
        plain, days = _MIDNIGHT.subn(r"00\1", plain)
    return plain, days


def _english_months(text: str, layout: TimeLayout, language: str | None) -> Iterator[str]:
    """Yields the text, and for each word that names a month the text with its English name instead."""
    if not layout.parts & {"%b", "%B"}:
        yield text
        return
    length = None if "%B" in layout.parts else 3
    found = False
    for match in _LETTERS.finditer(text):
        if month := find_month(match[0].rstrip("."), language):
            found = True
            name = _ENGLISH_MONTHS[month - 1][:length]
            dots = ("", ".") if match[0].endswith(".") else ("",)
            yield from (text[: match.start()] + name + dot + text[match.end() :] for dot in dots)
    if not found:
        yield text


def _zone_variants(text: str, layout: TimeLayout) -> Iterator[tuple[str, str]]:
    """Yields the text with each word that may be its zone replaced by UTC, which strptime knows, and that word."""
    if "%Z" not in layout.parts:
        yield text, ""
        return
    for match in _ZONE_WORD.finditer(text):
        yield text[: match.start()] + "UTC" + text[match.end() :], match[0]


def _read_seconds(text: str) -> datetime | None:
    return _add_seconds(EPOCH, text, 1) if _SECONDS.fullmatch(text) else None


def _read_milliseconds(text: str) -> datetime | None:
    return EPOCH + timedelta(milliseconds=int(text)) if _MILLISECONDS.fullmatch(text) else None


def _read_days(text: str) -> datetime | None:
    """Days have too few digits for a fraction of a second."""
    if not _DAYS.fullmatch(text) or int(re.split("[.,]", text)[0]) < _FIRST_RIGHT_DAY:
        return None
    moment = _add_seconds(_FIRST_DAY, text, SECONDS_A_DAY)
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def _add_seconds(start: datetime, text: str, unit: int) -> datetime:
    seconds = Decimal(text.replace(",", ".")) * unit
    return start + timedelta(microseconds=round(seconds * 1_000_000))


_NUMBER_READERS: Final[Mapping[str, Callable[[str], datetime | None]]] = {
    "epoch": _read_seconds,
    "epoch-ms": _read_milliseconds,
    "excel": _read_days,
}
