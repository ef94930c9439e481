"""Colours on a terminal: red is late, yellow is near; never in a pipe, never against NO_COLOR."""

from collections.abc import Mapping
from typing import Final, Literal

Colour = Literal["red", "yellow", "green", "dim"]
_CODES: Final[Mapping[Colour, str]] = {"red": "31", "yellow": "33", "green": "32", "dim": "2"}
_NONE: Final = "0"
# Of all that may be told to a terminal, what we tell it.
COLOUR_CODES: Final = (*_CODES.values(), _NONE)
# Below this many seconds to its due time a clock is near.
NEAR_SECONDS: Final = 24 * 3600


class _Choice:
    on = False


def set_colours(*, on: bool) -> None:
    """Paint from now on, or do not."""
    _Choice.on = on


def colours_enabled() -> bool:
    """Whether we paint."""
    return _Choice.on


def paint_text(text: str, colour: Colour | None) -> str:
    """The text in a colour, where colours are on."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[{_NONE}m" if colour and _Choice.on and text else text


def time_left_colour(seconds: float) -> Colour | None:
    """Red past due, yellow within a day of it."""
    return "red" if seconds < 0 else "yellow" if seconds < NEAR_SECONDS else None


def state_colour(state: str) -> Colour | None:
    """The colour of a clock's state."""
    states: Mapping[str, Colour] = {
        "overdue": "red",
        "late": "red",
        "met": "green",
        "ahead": "dim",
        "settled": "dim",
    }
    return states.get(state)
