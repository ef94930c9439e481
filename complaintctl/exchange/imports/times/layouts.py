"""Time layouts of a mapping: strptime formats that say everything about their time, and words for plain numbers."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from complaintctl.exchange.imports.times.zone_words import is_zone_abbreviation

# Words that stand in `times:` for numbers: seconds or milliseconds since 1970, days of a spreadsheet.
NUMBER_LAYOUTS: Final = ("epoch", "epoch-ms", "excel")
# A sample time whose parts cannot be confused with each other: day > 12, month 10, hour 23, year 2011.
_SAMPLE_TIME: Final = datetime(2011, 10, 29, 23, 45, 58, tzinfo=UTC)
_PART: Final = re.compile(r"%.", re.DOTALL)
_FIXED_OFFSET: Final = re.compile(r"[+-]\d{2}:?\d{2}")
_FIXED_UTC: Final = re.compile(r"(?<![A-Za-z])(?:UTC|GMT|Z)(?![A-Za-z])")
# Abbreviations of zones have three letters or more; the T of ISO 8601 is none.
_WORD: Final = re.compile(r"[A-Za-z]{3,}")
_CLOCK_PARTS: Final = frozenset({"%H", "%I", "%p", "%M", "%S", "%f"})


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeLayout:
    """A strptime format, with a zone that stood in it as fixed text (`Z`, `+0000`) replaced by `%Z` or `%z`."""

    pattern: str
    parts: frozenset[str]


@lru_cache(maxsize=1 << 8)
def analyse_layout(layout: str) -> TimeLayout:
    """Returns the layout as it is used; a literal zone in it is read from the text, so that it counts."""
    pattern = _replace_in_literals(unicodedata.normalize("NFKC", layout), _FIXED_OFFSET, "%z")
    if "%z" not in pattern:
        pattern = _replace_in_literals(pattern, _FIXED_UTC, "%Z")
    return TimeLayout(pattern=pattern, parts=frozenset(_PART.findall(pattern)))


def _replace_in_literals(layout: str, searched: re.Pattern[str], replacement: str) -> str:
    """Replaces a pattern in the fixed text of a layout, between its parts."""
    literals = _PART.split(layout)
    replaced = [searched.sub(replacement, literal) for literal in literals]
    return "".join(
        literal + part for literal, part in zip(replaced, [*_PART.findall(layout), ""], strict=True)
    )


def layout_fault(layout: str) -> str | None:
    """Returns the key of what is wrong with a layout, or None: it must give the whole day, and the hour without doubt."""
    if layout in NUMBER_LAYOUTS:
        return None
    used = analyse_layout(layout)
    try:
        parsed = datetime.strptime(_SAMPLE_TIME.strftime(used.pattern), used.pattern)  # noqa: DTZ007 - no zone needed
    except (ValueError, re.error):
        # A part that stands twice is an error of the pattern that strptime builds.
        return "mapping-layout"
    if parsed.date() != _SAMPLE_TIME.date():
        return "mapping-layout"
    has_clock = bool(used.parts & _CLOCK_PARTS) and parsed.hour != _SAMPLE_TIME.hour
    if has_clock or ("%p" in used.parts) != ("%I" in used.parts):
        return "mapping-layout-hour"
    if used.parts & {"%z", "%Z"}:
        return None
    words = [word for literal in _PART.split(used.pattern) for word in _WORD.findall(literal)]
    return "mapping-layout-zone" if any(map(is_zone_abbreviation, words)) else None
