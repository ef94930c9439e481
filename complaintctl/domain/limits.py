"""How long a promise gives: `15m`, `1h`, `10d`, `8w`, `3bd`."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Unit = Literal["m", "h", "d", "w", "bd"]

# Five digits are enough for any promise and keep every due date within the years a date can name.
_SHAPE: Final = re.compile(r"\s*(\d{1,5})\s*(bd|m|h|d|w)\s*")
_MINUTES: Final = {"m": 1, "h": 60}
_DAYS: Final = {"d": 1, "w": 7, "bd": 1}


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """Working time (`seconds`, on the step's calendar), calendar days, or working days: one of the three.

    A calendar-day limit keeps the time of day. A working-day limit ends at the last closing of the n-th
    working day after receipt, the day of receipt not counted.
    """

    text: str
    seconds: int
    days: int
    working_days: int


@lru_cache(maxsize=1024)
def parsed(text: str) -> Limit | None:
    """The limit a text states, or None where it states none."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None
    count, unit = int(shape[1]), shape[2]
    return Limit(
        text=text.strip(),
        seconds=count * 60 * _MINUTES.get(unit, 0),
        days=0 if unit == "bd" else count * _DAYS.get(unit, 0),
        working_days=count if unit == "bd" else 0,
    )
