"""A Pareto chart: causes from the most frequent down, with a line for the share of all that they make together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.render.charts.bars import BAR, LABEL_ROOM, row_height, row_label
from complaintctl.render.charts.frame import (
    WIDTH,
    Caption,
    Mark,
    chart_bar,
    chart_svg,
    chart_text,
    list_item,
    unread,
)

_TOP: Final = 22.0
_LEFT: Final = LABEL_ROOM + 8
_ROOM: Final = WIDTH - _LEFT - 74


@dataclass(frozen=True, kw_only=True, slots=True)
class ParetoRow:
    """A cause: its bar, and the share (0 to 1) of all cases that it and those above it make."""

    mark: Mark
    cumulative: float


def pareto_chart(caption: Caption, rows: Sequence[ParetoRow], line_at: float) -> str:
    """Returns the bars with the cumulative line on an axis from 0 to 100 %, and a dashed line at `line_at`."""
    most = max((row.mark.value or 0 for row in rows), default=0) or 1
    tops, top = [], _TOP
    for row in rows:
        tops.append(top)
        top += row_height(row.mark.label)
    marks = [_bar(row, begin, most) for row, begin in zip(rows, tops, strict=True)]
    return chart_svg(caption, top + 2, [unread(_axis(top, line_at)), *marks, unread(_cumulative(rows, tops))])


def _bar(row: ParetoRow, top: float, most: float) -> str:
    mark, middle = row.mark, top + (row_height(row.mark.label) - BAR) / 2
    wide = _ROOM * (mark.value or 0) / most
    return unread(row_label(mark.label, top, LABEL_ROOM)) + list_item(
        mark,
        [
            chart_bar(_LEFT, middle, max(wide, 1.5) if mark.value else 0, BAR, mark.tone),
            unread([chart_text(mark.text, WIDTH - 2, middle + BAR - 4.5, anchor="e")]),
        ],
    )


def _axis(bottom: float, line_at: float) -> list[str]:
    lines = [
        f'<path d="M{_LEFT + _ROOM * share:.1f} {_TOP - 4:.0f}V{bottom:.0f}" class="grid"/>'
        + chart_text(f"{100 * share:.0f} %", _LEFT + _ROOM * share, _TOP - 9, anchor="m")
        for share in (0, 0.5, 1)
    ]
    x = _LEFT + _ROOM * line_at
    dashed = f'<path d="M{x:.1f} {_TOP - 4:.0f}V{bottom:.0f}" class="dash"/>'
    return [*lines, dashed, chart_text(f"{100 * line_at:.0f} %", x, _TOP - 9, anchor="m")]


def _cumulative(rows: Sequence[ParetoRow], tops: Sequence[float]) -> list[str]:
    points = [
        (_LEFT + _ROOM * row.cumulative, top + row_height(row.mark.label) / 2)
        for row, top in zip(rows, tops, strict=True)
    ]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" class="late"/>' for x, y in points]
    return [f'<path d="M{path}" class="line late"/>' if points[1:] else "", *dots]
