"""A line over time with a point for each period, and a line without axes for a table cell."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape

from complaintctl.render.charts.frame import (
    WIDTH,
    Caption,
    Mark,
    chart_svg,
    chart_text,
    list_item,
    unread,
)
from complaintctl.render.text import svg

_LEFT: Final = 46.0
_RIGHT: Final = 16.0
_TOP: Final = 12.0
_PLOT: Final = 170.0
_FOOT: Final = 26.0
_LABEL_GAP: Final = 10.0
_SPARK: Final = (88.0, 22.0)


def share_chart(caption: Caption, marks: Sequence[Mark]) -> str:
    """Returns shares (0 to 1) over time, on an axis from 0 to 100 %; a period without a value leaves a gap."""
    places = [(mark, x, _height(mark.value)) for mark, x in zip(marks, _columns(len(marks)), strict=True)]
    parts = [unread(_axes()), unread(_time_labels(marks)), unread(_strokes(places))]
    for mark, x, y in places:
        shape = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="{mark.tone}"/>'] if y is not None else []
        parts.append(list_item(mark, shape))
    return chart_svg(caption, _TOP + _PLOT + _FOOT, parts)


def _columns(count: int) -> list[float]:
    room = WIDTH - _LEFT - _RIGHT - 16
    step = room / max(count - 1, 1)
    return [_LEFT + 8 + (step * index if count > 1 else room / 2) for index in range(count)]


def _height(share: float | None) -> float | None:
    return None if share is None else _TOP + _PLOT * (1 - share)


def _axes() -> Iterator[str]:
    for percent in (0, 25, 50, 75, 100):
        y = _TOP + _PLOT * (1 - percent / 100)
        yield f'<path d="M{_LEFT:.0f} {y:.1f}H{WIDTH - _RIGHT:.0f}" class="grid"/>'
        yield chart_text(f"{percent} %", _LEFT - 6, y + 4, anchor="e")


def _time_labels(marks: Sequence[Mark]) -> Iterator[str]:
    """Yields as many of the labels as fit beside each other, the last one always."""
    wide = svg.max_text_width([mark.label for mark in marks], 13.0, bold=False) + _LABEL_GAP
    columns = _columns(len(marks))
    every = (
        next((n for n in range(1, len(marks) + 1) if (columns[1] - columns[0]) * n >= wide), 1)
        if columns[1:]
        else 1
    )
    for index, (mark, x) in enumerate(zip(marks, columns, strict=True)):
        if (len(marks) - 1 - index) % every == 0:
            centre = min(max(x, wide / 2), WIDTH - wide / 2)
            yield chart_text(mark.label, centre, _TOP + _PLOT + 20, anchor="m")


def _strokes(places: Sequence[tuple[Mark, float, float | None]]) -> Iterator[str]:
    for is_known, group in groupby(places, key=lambda place: place[2] is not None):
        points = [f"{x:.1f} {y:.1f}" for _mark, x, y in group if y is not None]
        if is_known and len(points) > 1:
            yield f'<path d="M{"L".join(points)}" class="line"/>'


def sparkline(caption: Caption, values: Sequence[float]) -> str:
    """Returns a small line without axes for a table cell; the last value has a dot."""
    wide, high = _SPARK
    most, step = max(values, default=0) or 1, (wide - 8) / max(len(values) - 1, 1)
    points = [(4 + step * index, high - 4 - (high - 8) * value / most) for index, value in enumerate(values)]
    title = svg.clean_xml_text(caption.title)
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dot = f'<circle cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="3" class="c1"/>' if points else ""
    line = f'<path d="M{path}" class="line"/>' if points[1:] else ""
    name = caption.chart_id
    return (
        f'<svg class="spark" viewBox="0 0 {wide:.0f} {high:.0f}" role="img" aria-labelledby="{name}-t">'
        f'<title id="{name}-t">{escape(title)}</title>{line}{dot}</svg>'
    )
