"""Finds the zone that a word of a table names: UTC, an offset, Area/City, or a word of the mapping."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_UTC_WORDS: Final = frozenset({"z", "utc", "gmt", "ut", "zulu"})
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*([+\-−])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
# Abbreviations that the zone database does not have.
_OTHER_ABBREVIATIONS: Final = frozenset({"MEZ", "MESZ", "HNE", "HAE", "HNEC", "HAEC"})


def find_zone(word: str, zones: Mapping[str, str]) -> tzinfo | None:
    """Returns the zone of a word, or None.

    `zones` are the words of the mapping. An abbreviation is found only there: CST is a zone of China, of America and
    of Cuba.
    """
    own = {name.casefold(): zone for name, zone in zones.items()}
    plain = word.strip()
    if plain.casefold() in own:
        return load_zone(own[plain.casefold()])
    if plain.casefold() in _UTC_WORDS:
        return UTC
    if offset := _OFFSET.fullmatch(plain):
        length = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(length if offset[1] == "+" else -length) if length < timedelta(days=1) else None
    return load_zone(plain) if "/" in plain else None


@cache
def load_zone(name: str) -> ZoneInfo | None:
    """Returns the zone of the zone database with this name, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def is_zone_abbreviation(word: str) -> bool:
    """Whether a word is the abbreviation of a zone anywhere in the world, such as CET."""
    return word in _zone_abbreviations()


@cache
def _zone_abbreviations() -> frozenset[str]:
    names = {
        moment.astimezone(zone).tzname() or ""
        for zone in map(load_zone, sorted(available_timezones()))
        if zone is not None
        for moment in (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC))
    }
    return frozenset(name for name in names if name.isalpha()) | _OTHER_ABBREVIATIONS
