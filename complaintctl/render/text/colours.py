"""Terminal colours: red is overdue, yellow is due soon. Off by default; never on in a pipe or with NO_COLOR."""

from collections.abc import Mapping
from typing import Final, Literal

Colour = Literal["red", "yellow", "green", "dim"]
_CODES: Final[Mapping[Colour, str]] = {"red": "31", "yellow": "33", "green": "32", "dim": "2"}
_NONE: Final = "0"
# The only SGR codes that this program prints.
COLOUR_CODES: Final = (*_CODES.values(), _NONE)
# A clock with less time left than this is due soon.
NEAR_SECONDS: Final = 24 * 3600


class _Choice:
    on = False


def set_colours(*, on: bool) -> None:
    """Turn colours on or off for all text painted from now on."""
    _Choice.on = on


def colours_enabled() -> bool:
    """Returns True if colours are on."""
    return _Choice.on


def paint_text(text: str, colour: Colour | None) -> str:
    """Returns the text in the colour; unchanged if colours are off or `colour` is None."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[{_NONE}m" if colour and _Choice.on and text else text


def time_left_colour(seconds: float) -> Colour | None:
    """Returns red if the due time has passed, yellow if it is within a day, else None."""
    return "red" if seconds < 0 else "yellow" if seconds < NEAR_SECONDS else None


def state_colour(state: str) -> Colour | None:
    """Returns the colour of a clock's state, or None."""
    states: Mapping[str, Colour] = {
        "overdue": "red",
        "late": "red",
        "met": "green",
        "ahead": "dim",
        "settled": "dim",
    }
    return states.get(state)
