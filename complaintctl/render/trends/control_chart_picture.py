"""A control chart as an SVG picture: points, centre line and limits; signals are larger and have the number of a rule."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.trends.control_charts import Chart, ChartPoint
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.text import svg
from complaintctl.render.text.language import N_, _
from complaintctl.render.trends.control_chart_data import ChartPage
from complaintctl.render.trends.control_charts import (
    RULE_LABELS,
    chart_heading,
    rule_notes,
    signal_text,
    value_text,
)

_WIDTH: Final = 960.0
_MARGIN: Final = 32.0
_PLOT_HEIGHT: Final = 320.0
_TITLE: Final = 18.0
_SIZE: Final = 13.0
_LABEL: Final = 12.0
# Room for the numbers left of the plot and the names of the lines right of it.
_LEFT: Final = 64.0
_RIGHT: Final = 96.0
_POINT: Final = 3.5
_SIGNAL: Final = 5.5
_TEXT: Final = "#0f172a"
_MUTED: Final = "#475569"
_LINE: Final = "#1d4ed8"
_CENTRE: Final = "#15803d"
_LIMIT: Final = "#b45309"
_ALARM: Final = "#b91c1c"
# The numbers of the rules, as the labels count them.
_NUMBERS: Final = {rule: str(number) for number, rule in enumerate(RULE_LABELS, 1)}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scale:
    """Where the plot is: `x` of a point by its place, `y` of a value."""

    x: Callable[[int], float]
    y: Callable[[float], float]
    step: float


def chart_svg(page: ChartPage, words: ReportWords) -> str:
    """Returns the picture; its description has the heading and every signal."""
    first, *lines = chart_heading(page, words)
    wrapped = [
        row for line in lines for row in svg.wrap_to_room(line, _WIDTH - 2 * _MARGIN, _SIZE, bold=False)
    ]
    parts = svg.svg_text_block([first], _MARGIN, _MARGIN, _TITLE, fill=_TEXT, bold=True)
    top = _MARGIN + _TITLE * svg.LEADING + 4
    parts += svg.svg_text_block(wrapped, _MARGIN, top, _SIZE, fill=_MUTED)
    top += svg.block_height(wrapped, _SIZE) + _MARGIN
    parts += _plot(page.chart, top)
    signals = [
        f"{point.period}: {value_text(page.chart, point.value)}, {signal_text(point)}"
        for point in page.chart.points
        if point.rules
    ]
    top += _PLOT_HEIGHT + 1.5 * _MARGIN
    notes = rule_notes(page.chart)
    parts += svg.svg_text_block(notes, _MARGIN, top, _SIZE, fill=_MUTED)
    height = top + svg.block_height(notes, _SIZE) + _MARGIN
    return svg.svg_document(_WIDTH, height, first, "; ".join([*lines, *signals]), parts)


def _plot(chart: Chart, top: float) -> Iterator[str]:
    most = max(max(point.value, point.upper) for point in chart.points) or 1.0
    step = (_WIDTH - 2 * _MARGIN - _LEFT - _RIGHT) / len(chart.points)
    scale = _Scale(
        x=lambda index: _MARGIN + _LEFT + (index + 0.5) * step,
        y=lambda value: top + _PLOT_HEIGHT * (1 - value / most),
        step=step,
    )
    yield from _levels(chart, scale)
    for value in (0.0, most):
        y = scale.y(value) + _LABEL / 3
        yield svg.svg_text(
            value_text(chart, value), _MARGIN + _LEFT - 8, y, _LABEL, fill=_MUTED, anchor="end"
        )
    yield svg.svg_line(_course(chart, scale), _LINE, 1.5)
    yield from _points(chart, scale, top)


def _levels(chart: Chart, scale: _Scale) -> Iterator[str]:
    """Yields the centre line and the limits, with their names and last values at the right end."""
    last = chart.points[-1]
    x, lowest = scale.x(len(chart.points) - 1) + scale.step / 2 + 6, 0.0
    for name, of, colour in _level_lines():
        yield svg.svg_line(_stairs(chart, of, scale), colour, 1.5)
        # Names of lines that lie close together stand below each other.
        lowest = max(scale.y(of(last)) + _LABEL / 3, lowest + _LABEL * svg.LEADING)
        yield svg.svg_text(f"{_(name)} {value_text(chart, of(last))}", x, lowest, _LABEL, fill=colour)


def _level_lines() -> Iterator[tuple[str, Callable[[ChartPoint], float], str]]:
    yield N_("upper"), lambda point: point.upper, _LIMIT
    yield N_("centre"), lambda point: point.centre, _CENTRE
    yield N_("lower"), lambda point: point.lower, _LIMIT


def _stairs(chart: Chart, of: Callable[[ChartPoint], float], scale: _Scale) -> str:
    """Returns the path of a line that has a value of its own in every period."""
    half = scale.step / 2
    corners = [
        (scale.x(index) + side, scale.y(of(point)))
        for index, point in enumerate(chart.points)
        for side in (-half, half)
    ]
    return _path(corners)


def _course(chart: Chart, scale: _Scale) -> str:
    return _path([(scale.x(index), scale.y(point.value)) for index, point in enumerate(chart.points)])


def _path(corners: list[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in corners)


def _points(chart: Chart, scale: _Scale, top: float) -> Iterator[str]:
    room = svg.max_text_width([point.period for point in chart.points], _LABEL, bold=False) + 8
    every = max(1, -int(-room // scale.step))
    for index, point in enumerate(chart.points):
        x, y = scale.x(index), scale.y(point.value)
        yield svg.svg_circle(x, y, _SIGNAL if point.rules else _POINT, fill=_ALARM if point.rules else _LINE)
        if point.rules:
            numbers = ", ".join(_NUMBERS[rule] for rule in point.rules)
            above = y - 9 if point.side == "above" else y + 9 + _LABEL * 0.7
            yield svg.svg_text(numbers, x, above, _LABEL, fill=_ALARM, bold=True, anchor="middle")
        if index % every == 0:
            yield svg.svg_text(point.period, x, top + _PLOT_HEIGHT + 22, _LABEL, fill=_MUTED, anchor="middle")
