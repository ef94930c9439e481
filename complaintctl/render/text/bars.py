"""Bars and sparklines of a terminal, of block characters or ASCII; none are drawn into a file or a pipe."""

from collections.abc import Sequence
from typing import Final, Literal

BarSigns = Literal["blocks", "ascii"]
# All characters that `blocks` draws with, to be tried against the encoding of a terminal.
BLOCKS: Final = "▏▎▍▌▋▊▉█▁▂▃▄▅▆▇"
_EIGHTHS: Final = BLOCKS[:8]
_LEVELS: Final[dict[BarSigns, str]] = {"blocks": BLOCKS[8:] + "█", "ascii": "_.-~=+*#"}
_FULL: Final[dict[BarSigns, str]] = {"blocks": "█", "ascii": "#"}


class _Choice:
    signs: BarSigns | None = None


def set_bar_signs(signs: BarSigns | None) -> None:
    """Draw bars with these characters from now on; None draws none."""
    _Choice.signs = signs


def bar_signs() -> BarSigns | None:
    """Returns the characters of bars, or None if output does not go to a terminal."""
    return _Choice.signs


def bar_text(value: float, most: float, columns: int, signs: BarSigns) -> str:
    """Returns a bar for `value`, `columns` wide for `most`; a value above 0 has at least the smallest bar."""
    if value <= 0 or most <= 0:
        return ""
    share = min(value / most, 1)
    if signs == "ascii":
        return _FULL[signs] * max(round(share * columns), 1)
    full, rest = divmod(max(round(share * columns * 8), 1), 8)
    return _FULL[signs] * full + (_EIGHTHS[rest - 1] if rest else "")


def sparkline_text(values: Sequence[float | None], signs: BarSigns) -> str:
    """Returns one character a value, its height from 0 to the largest; a blank for None."""
    levels = _LEVELS[signs]
    most = max((value for value in values if value is not None), default=0)
    return "".join(
        " " if value is None else levels[round(max(value, 0) / most * (len(levels) - 1)) if most > 0 else 0]
        for value in values
    )
