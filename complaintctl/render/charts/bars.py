"""Horizontal bars: one value a row, or several parts of a whole in each row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.render.charts.frame import (
    FONT_SIZE,
    LINE,
    WIDTH,
    Caption,
    Mark,
    chart_bar,
    chart_svg,
    chart_text,
    clipped_lines,
    list_item,
    unread,
)
from complaintctl.render.text import svg

LABEL_ROOM: Final = 170.0
_VALUE_ROOM: Final = 92.0
BAR: Final = 18.0
_GAP: Final = 9.0
_LABEL_LINES: Final = 2
_SWATCH: Final = 11.0
# A value is written into its part of a bar if it fits.
_INSIDE: Final = 6.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of stacked bars: its name, its parts from left to right, and the text after the last part."""

    label: str
    parts: Sequence[Mark]
    text: str


def row_height(label: str) -> float:
    """Returns the height of a row with this label."""
    return max(BAR, LINE * len(clipped_lines(label, LABEL_ROOM, _LABEL_LINES))) + _GAP


def label_room(names: Sequence[str]) -> float:
    """Returns the width of the column of labels: that of the widest one, at most LABEL_ROOM."""
    return min(svg.max_text_width(names, FONT_SIZE, bold=False) + 2, LABEL_ROOM)


def row_label(label: str, top: float, room: float) -> list[str]:
    """Returns the label of a row, right-aligned before its bar; `top` is the upper edge of the row."""
    lines = clipped_lines(label, LABEL_ROOM, _LABEL_LINES)
    first = top + (row_height(label) - LINE * len(lines)) / 2 + LINE - 4
    return [chart_text(line, room, first + LINE * index, anchor="e") for index, line in enumerate(lines)]


def bar_chart(caption: Caption, marks: Sequence[Mark], *, most: float = 0) -> str:
    """Returns one bar a mark, in their order, each with its label before and its value behind.

    `most` is the value of a bar of full width, by default the highest one.
    """
    rows = [Row(label=mark.label, parts=(mark,), text=mark.text) for mark in marks]
    return stacked_chart(caption, rows, legend=(), most=most)


def stacked_chart(
    caption: Caption, rows: Sequence[Row], *, legend: Sequence[tuple[str, str]], most: float = 0
) -> str:
    """Returns one bar a row, its parts one behind the other; `legend` names each colour class."""
    most = most or max((sum(part.value or 0 for part in row.parts) for row in rows), default=0) or 1
    room = label_room([row.label for row in rows])
    scale = (WIDTH - room - _VALUE_ROOM - 8) / most
    parts, top = _legend(legend, room)
    for row in rows:
        parts += _row(row, top, room, scale, is_stacked=bool(legend))
        top += row_height(row.label)
    return chart_svg(caption, top + 2, parts)


def _legend(legend: Sequence[tuple[str, str]], room: float) -> tuple[list[str], float]:
    if not legend:
        return [], 2.0
    measure, x, y, parts = svg.text_measurer(FONT_SIZE, bold=False), room + 8, 4.0, []
    for label, tone in legend:
        wide = _SWATCH + 5 + measure(label) + 10
        if x + wide > WIDTH:
            x, y = room + 8, y + LINE
        parts += [chart_bar(x, y, _SWATCH, _SWATCH, tone), chart_text(label, x + _SWATCH + 5, y + 10)]
        x += wide
    return [unread(parts)], y + LINE + 6


def _row(row: Row, top: float, room: float, scale: float, *, is_stacked: bool) -> Iterator[str]:
    middle = top + (row_height(row.label) - BAR) / 2
    x = room + 8
    yield unread(row_label(row.label, top, room))
    for part in row.parts:
        wide = (part.value or 0) * scale
        mark = Mark(
            label=f"{row.label}, {part.label}" if is_stacked else part.label,
            value=part.value,
            text=part.text,
            note=part.note,
        )
        shapes = [chart_bar(x, middle, max(wide, 1.5) if part.value else 0, BAR, part.tone)]
        if is_stacked and wide > svg.max_text_width([part.text], FONT_SIZE, bold=False) + _INSIDE:
            shapes.append(chart_text(part.text, x + wide / 2, middle + BAR - 4.5, anchor="m", tone="on"))
        if part.value or not is_stacked:
            yield list_item(mark, shapes)
        x += wide
    if row.text:
        yield unread([chart_text(row.text, x + 6, middle + BAR - 4.5)])
