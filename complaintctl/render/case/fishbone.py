"""The cause-and-effect diagram as SVG: bones above and below a spine, the problem in the head."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.render.text import svg

FONT_SIZE: Final = 14.0
# One colour for each branch; white text is easy to read on all of them.
BRANCH_COLORS: Final = ("#1d4ed8", "#b45309", "#047857", "#7c3aed", "#be123c", "#0f766e")
TEXT_COLOR: Final = "#1f2937"
SPINE_COLOR: Final = "#334155"
# Maximum line widths of a cause, of a branch's name and of the problem.
_ROOM: Final = 230.0
_NAME_ROOM: Final = 140.0
_HEAD_ROOM: Final = 190.0
_PAD: Final = 10.0
_GAP: Final = 18.0
# Minimum height of a bone; how far it leans to the left per unit of height, and at most in all.
_SHORTEST: Final = 96.0
_LEAN: Final = 0.42
_MOST_LEAN: Final = 240.0
_TAIL: Final = 46.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rib:
    """A branch with its causes, all wrapped into lines."""

    name: list[str]
    causes: list[list[str]]
    color: str

    @property
    def box(self) -> tuple[float, float]:
        """Returns width and height of the box around the name."""
        wide = svg.max_text_width(self.name, FONT_SIZE, bold=True)
        return wide + 2 * _PAD, svg.block_height(self.name, FONT_SIZE) + _PAD

    def need(self, clear: float) -> float:
        """Returns the height that the causes need along the bone, with `clear` left free at its end."""
        return sum(svg.block_height(cause, FONT_SIZE) + _GAP for cause in self.causes) + clear + _GAP

    def reach(self, lean: float) -> float:
        """Returns how far the causes reach to the left of the bone."""
        return max(
            svg.max_text_width(cause, FONT_SIZE, bold=False)
            + lean * svg.block_height(cause, FONT_SIZE)
            + 2 * _GAP
            for cause in self.causes
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class FishboneLayout:
    """The positions of all parts: the spine is at height 0; `joints` are its joints from left to right."""

    ribs: list[Rib]
    tail: float
    joints: list[float]
    head: list[str]
    head_left: float
    above: float
    below: float
    clear: float
    lean: float

    @property
    def width(self) -> float:
        """Returns the width from the left end to the tip of the head."""
        return self.head_left + _head_size(self.head)[0]

    @property
    def top(self) -> float:
        """Returns how far the diagram reaches above the spine."""
        return max(self._reach(self.ribs[::2], self.above), _head_size(self.head)[1] / 2)

    @property
    def bottom(self) -> float:
        """Returns how far the diagram reaches below the spine."""
        return max(self._reach(self.ribs[1::2], self.below), _head_size(self.head)[1] / 2)

    def _reach(self, ribs: list[Rib], length: float) -> float:
        return max((length + rib.box[1] / 2 for rib in ribs), default=0)


def lay_out_fishbone(problem: str, branches: Mapping[str, Sequence[str]]) -> FishboneLayout:
    """Lay out the branches in pairs, one above and one below the spine, in their order (D-126)."""
    ribs = [
        Rib(
            name=_balanced(name, _NAME_ROOM, FONT_SIZE, bold=True),
            causes=[_balanced(cause, _ROOM, FONT_SIZE, bold=False) for cause in causes],
            color=BRANCH_COLORS[index % len(BRANCH_COLORS)],
        )
        for index, (name, causes) in enumerate(branches.items())
    ]
    # The box with a name is wider than its bone: no cause may begin beside it, nor beside that of a neighbour.
    clear = max(rib.box[1] for rib in ribs) / 2
    above, below = (max((rib.need(clear) for rib in side), default=0) for side in (ribs[::2], ribs[1::2]))
    above, below = max(above, _SHORTEST), max(below, _SHORTEST) if len(ribs) > 1 else 0
    lean = min(_LEAN, _MOST_LEAN / max(above, below))
    name_room = max(rib.box[0] for rib in ribs) + _GAP
    tail = max(lean * max(above, below), _TAIL)
    joints: list[float] = []
    for index in range(0, len(ribs), 2):
        column = max(name_room, *(rib.reach(lean) for rib in ribs[index : index + 2]))
        joints.append((joints[-1] if joints else tail) + column)
    head = _balanced(problem, _HEAD_ROOM, FONT_SIZE + 1, bold=True)
    free = max(2 * _GAP, name_room / 2 - lean * min(above, below or above) + _GAP)
    return FishboneLayout(
        ribs=ribs,
        tail=tail,
        joints=joints,
        head=head,
        head_left=joints[-1] + free,
        above=above,
        below=below,
        clear=clear,
        lean=lean,
    )


def _balanced(words: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Returns the text in as few lines as `room` allows, of about equal length."""
    lines = svg.wrap_to_room(words, room, size, bold=bold)
    while len(lines) > 1 and room > size * 4:
        room -= size
        narrower = svg.wrap_to_room(words, room, size, bold=bold)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _head_size(head: list[str]) -> tuple[float, float]:
    wide, high = svg.max_text_width(head, FONT_SIZE + 1, bold=True), svg.block_height(head, FONT_SIZE + 1)
    return wide + 3 * _PAD + _nose(high), high + 4 * _PAD


def _nose(high: float) -> float:
    return min(60.0, 24 + high / 4)


def fishbone_svg(fish: FishboneLayout, left: float, middle: float) -> Iterator[str]:
    """Yields the diagram with its spine at the height `middle`."""
    yield from _spine(fish, left, middle)
    for index, rib in enumerate(fish.ribs):
        joint = left + fish.joints[index // 2]
        yield from _rib(fish, rib, joint, middle, is_above=index % 2 == 0)
    yield from _head(fish.head, left + fish.head_left, middle)


def _spine(fish: FishboneLayout, left: float, middle: float) -> Iterator[str]:
    start, end = left + fish.tail, left + fish.head_left
    tip, notch = start - _TAIL, start - 24
    yield svg.svg_shape(
        f"M{tip:.1f} {middle - 26:.1f} Q{start - 12:.1f} {middle - 20:.1f} {start:.1f} {middle:.1f} "
        f"Q{start - 12:.1f} {middle + 20:.1f} {tip:.1f} {middle + 26:.1f} "
        f"Q{notch - 2:.1f} {middle + 8:.1f} {notch:.1f} {middle:.1f} "
        f"Q{notch - 2:.1f} {middle - 8:.1f} {tip:.1f} {middle - 26:.1f} Z",
        SPINE_COLOR,
    )
    yield svg.svg_line(f"M{start - 4:.1f} {middle:.1f} H{end:.1f}", SPINE_COLOR, 5)


def _rib(fish: FishboneLayout, rib: Rib, joint: float, middle: float, *, is_above: bool) -> Iterator[str]:
    length = fish.above if is_above else fish.below
    side = -1 if is_above else 1

    def x_at(y: float) -> float:
        return joint - fish.lean * abs(y - middle)

    end = middle + side * length
    yield svg.svg_line(f"M{x_at(end):.1f} {end:.1f} L{joint:.1f} {middle:.1f}", rib.color, 3)
    spare = (length - rib.need(fish.clear)) / len(rib.causes)
    y = end + fish.clear if is_above else middle
    for cause in rib.causes:
        top = y + (_GAP + spare) / 2 + (_GAP / 2 if not is_above else 0)
        foot = top + svg.block_height(cause, FONT_SIZE) + 3
        far = top if is_above else foot
        right = x_at(far) - _PAD
        begin = right - svg.max_text_width(cause, FONT_SIZE, bold=False)
        yield from svg.svg_text_block(cause, begin, top, FONT_SIZE, fill=TEXT_COLOR)
        yield svg.svg_line(f"M{begin:.1f} {foot:.1f} H{x_at(foot):.1f}", rib.color, 1.2)
        y += svg.block_height(cause, FONT_SIZE) + _GAP + spare
    yield from _name(rib, x_at(end), end)


def _name(rib: Rib, x: float, y: float) -> Iterator[str]:
    wide, high = rib.box
    yield svg.svg_box(x - wide / 2, y - high / 2, wide, high, fill=rib.color)
    yield from svg.svg_text_block(
        rib.name, x, y - high / 2 + _PAD / 2, FONT_SIZE, fill="#ffffff", bold=True, anchor="middle"
    )


def _head(head: list[str], left: float, middle: float) -> Iterator[str]:
    wide, high = _head_size(head)
    half, flat = high / 2, left + wide - _nose(svg.block_height(head, FONT_SIZE + 1))
    yield svg.svg_shape(
        f"M{left:.1f} {middle - half + 10:.1f} q0 -10 10 -10 H{flat:.1f} "
        f"Q{left + wide - 8:.1f} {middle - half * 0.7:.1f} {left + wide:.1f} {middle:.1f} "
        f"Q{left + wide - 8:.1f} {middle + half * 0.7:.1f} {flat:.1f} {middle + half:.1f} "
        f"H{left + 10:.1f} q-10 0 -10 -10 Z",
        SPINE_COLOR,
    )
    top = middle - svg.block_height(head, FONT_SIZE + 1) / 2
    yield from svg.svg_text_block(head, left + 1.5 * _PAD, top, FONT_SIZE + 1, fill="#ffffff", bold=True)
