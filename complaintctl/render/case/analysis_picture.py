"""The analysis of a case as one SVG picture: title, fishbone, and below them 5W1H, five whys and the result."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.render.case import fishbone
from complaintctl.render.case.analysis import Analysis
from complaintctl.render.text import svg
from complaintctl.render.text.language import _

_MARGIN: Final = 32.0
_NARROWEST: Final = 900.0
_TITLE: Final = 22.0
_HEADING: Final = 16.0
_SIZE: Final = 14.0
_PAD: Final = 18.0
_ROW_GAP: Final = 9.0
_BADGE: Final = 12.0
_MUTED: Final = "#475569"
_PANEL: Final = "#f1f5f9"
_RULE: Final = "#cbd5e1"

PanelRow = tuple[list[str], list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Panel:
    """A heading and rows of a label and its text, both wrapped; `in_circles` draws the labels in circles."""

    heading: str
    rows: Sequence[PanelRow]
    aside: float
    in_circles: bool

    @property
    def height(self) -> float:
        rows = sum(_row_height(row) + _ROW_GAP for row in self.rows)
        return rows + _HEADING * svg.LEADING + 2 * _PAD


def analysis_svg(analysis: Analysis) -> str:
    """Returns the whole picture."""
    fish = fishbone.lay_out_fishbone(analysis.head, analysis.branches) if analysis.branches else None
    width = max(_NARROWEST, (fish.width if fish else 0) + 2 * _MARGIN)
    title = svg.wrap_to_room(analysis.title, width - 2 * _MARGIN, _TITLE, bold=True)
    y = _MARGIN
    parts = svg.svg_text_block(
        [_("Cause analysis {case}").format(case=analysis.case)], _MARGIN, y, _SIZE, fill=_MUTED
    )
    y += _SIZE * svg.LEADING + 2
    parts += svg.svg_text_block(title, _MARGIN, y, _TITLE, fill=fishbone.TEXT_COLOR, bold=True)
    y += svg.block_height(title, _TITLE) + _MARGIN * 0.75
    if fish:
        parts += fishbone.fishbone_svg(fish, (width - fish.width) / 2, y + fish.top)
        y += fish.top + fish.bottom + _MARGIN
    for row in _panel_rows(analysis, width - 2 * _MARGIN):
        high = max(panel.height for panel, _wide in row)
        x = _MARGIN
        for panel, wide in row:
            parts += _panel_svg(panel, x, y, wide, high)
            x += wide + _MARGIN / 2
        y += high + _MARGIN / 2
    return svg.svg_document(width, y + _MARGIN / 2, _name(analysis), _description(analysis), parts)


def _panel_rows(analysis: Analysis, room: float) -> list[list[tuple[_Panel, float]]]:
    """Returns the panels in rows: 5W1H and the whys side by side, the result below them."""
    whys = {str(number): why for number, why in enumerate(analysis.whys, 1)}
    above = [
        (heading, pairs, circles)
        for heading, pairs, circles in ((_("5W1H"), analysis.problem, False), (_("Five whys"), whys, True))
        if pairs
    ]
    wide = (room - _MARGIN / 2 * (len(above) - 1)) / max(len(above), 1)
    rows = [[(_panel(*parts, wide), wide) for parts in above]] if above else []
    if analysis.result:
        rows.append([(_panel(_("Result"), analysis.result, False, room), room)])
    return rows


def _panel(heading: str, pairs: Mapping[str, str], in_circles: bool, wide: float) -> _Panel:
    aside = 2 * _BADGE if in_circles else svg.max_text_width(pairs, _SIZE, bold=True)
    room = wide - 2 * _PAD - aside - _ROW_GAP
    rows = [([label], svg.wrap_to_room(words, room, _SIZE, bold=False)) for label, words in pairs.items()]
    return _Panel(heading=heading, rows=rows, aside=aside + _ROW_GAP, in_circles=in_circles)


def _row_height(row: PanelRow) -> float:
    return max(svg.block_height(row[1], _SIZE), 2 * _BADGE)


def _panel_svg(panel: _Panel, x: float, y: float, wide: float, high: float) -> Iterator[str]:
    yield svg.svg_box(x, y, wide, high, fill=_PANEL)
    yield from svg.svg_text_block(
        [panel.heading], x + _PAD, y + _PAD / 2, _HEADING, fill=fishbone.TEXT_COLOR, bold=True
    )
    y += _PAD / 2 + _HEADING * svg.LEADING + _ROW_GAP
    for index, row in enumerate(panel.rows):
        label, words = row
        if panel.in_circles:
            if index < len(panel.rows) - 1:
                link = f"M{x + _PAD + _BADGE:.1f} {y:.1f} V{y + _row_height(row) + _ROW_GAP:.1f}"
                yield svg.svg_line(link, _RULE, 2)
            yield svg.svg_circle(x + _PAD + _BADGE, y + _BADGE, _BADGE, fill=fishbone.SPINE_COLOR)
            top = y + _BADGE - 12 * svg.LEADING / 2
            yield from svg.svg_text_block(
                label, x + _PAD + _BADGE, top, 12, fill="#ffffff", bold=True, anchor="middle"
            )
        else:
            top = y + _BADGE - _SIZE * svg.LEADING / 2
            yield from svg.svg_text_block(label, x + _PAD, top, _SIZE, fill=_MUTED, bold=True)
        top = y + _BADGE - _SIZE * svg.LEADING / 2
        yield from svg.svg_text_block(words, x + _PAD + panel.aside, top, _SIZE, fill=fishbone.TEXT_COLOR)
        y += _row_height(row) + _ROW_GAP


def _name(analysis: Analysis) -> str:
    return _("Cause analysis {case}").format(case=analysis.case) + f": {analysis.title}"


def _description(analysis: Analysis) -> str:
    """Returns what the picture shows as text."""
    pairs = [
        *analysis.problem.items(),
        *((name, "; ".join(causes)) for name, causes in analysis.branches.items()),
        *((str(number), why) for number, why in enumerate(analysis.whys, 1)),
        *analysis.result.items(),
    ]
    return ". ".join(f"{name}: {words}" for name, words in pairs)
