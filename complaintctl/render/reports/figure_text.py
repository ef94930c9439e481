"""Figures and their changes as text for people, by unit."""

from collections.abc import Callable, Mapping
from typing import Final

from complaintctl.domain.reports.figures import Figure, Unit
from complaintctl.render.text import values
from complaintctl.render.text.language import _

# Programs get shares to four digits, other fractions to two (D-145).
_DIGITS: Final[Mapping[Unit, int]] = {"share": 4}
_USUAL_DIGITS: Final = 2
_COUNTS: Final = frozenset({"cases", "number"})


def raw_value(figure: Figure) -> float | int | None:
    """Returns the value for programs: counts and seconds as whole numbers, other values rounded."""
    if figure.value is None or isinstance(figure.value, int):
        return figure.value
    if figure.measure.unit in {"cases", "seconds"}:
        return round(figure.value)
    return round(figure.value, _DIGITS.get(figure.measure.unit, _USUAL_DIGITS))


def figure_text(figure: Figure | None) -> str:
    """Returns the value in the unit of its measure, a share with its denominator; "" if nothing was measured."""
    if figure is None or figure.value is None:
        return ""
    text = _UNIT_TEXTS[figure.measure.unit](figure.value)
    if figure.measure.unit == "share" and figure.of is not None:
        return _("{percent} of {count}").format(percent=text, count=figure.of)
    return text


def change_text(now: Figure | None, before: Figure | None) -> str:
    """Returns the change with its sign, a count also in percent, a share in percentage points; "" if one is missing."""
    change = figure_change(now, before)
    if change is None or now is None or before is None:
        return ""
    unit = now.measure.unit
    sign = "+" if change > 0 else "-" if change < 0 else ""
    if unit == "share":
        return _("{change} points").format(change=f"{sign}{100 * abs(change):.1f}" if change else "0")
    text = f"{sign}{_UNIT_TEXTS[unit](abs(change))}"
    if unit in _COUNTS and change and before.value:
        percent = f"{sign}{100 * abs(change) / before.value:.0f} %"
        return text + _(" ({words})").format(words=percent)
    return text


def figure_change(now: Figure | None, before: Figure | None) -> float | int | None:
    """Returns the value of `now` minus that of `before`, in the unit of the measure; None if one is missing."""
    if now is None or before is None or now.value is None or before.value is None:
        return None
    return now.value - before.value


def _number_text(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.1f}"


_UNIT_TEXTS: Final[Mapping[Unit, Callable[[float], str]]] = {
    "cases": lambda value: f"{value:.0f}",
    "number": _number_text,
    "seconds": lambda value: values.duration_text(round(value)),
    "share": lambda value: f"{100 * value:.0f} %",
    "mark": lambda value: f"{value:.1f}",
    "money": lambda value: f"{value:.2f}",
    "per-thousand": lambda value: f"{value:.2f}",
}
