"""Parts of a drawing as SVG: text in lines that fit a room, boxes, lines; safe for XML whatever they hold."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from complaintctl.render.text import wrapping

# The reader's own sans serif, with a Chinese face beside it on every system.
FONTS: Final = (
    "'Noto Sans','Segoe UI','Helvetica Neue',Arial,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',"
    "'WenQuanYi Micro Hei',sans-serif"
)
# Of the size of the type: from one line of a text to the next, how far it reaches above and below its foot.
LEADING: Final = 1.38
ASCENT: Final = 0.96
DESCENT: Final = 0.26
# XML 1.0 knows no other characters, not even escaped; what turns the direction of writing would turn the line.
_FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
# Widths are those of DejaVu Sans, the widest of the usual faces, so that a text never leaves its room.
_BROAD: Final = frozenset("mwMW@%")
_NARROW: Final = frozenset(" fijlrtI.,:;'!|()[]/\\-`")
_BOLD: Final = 1.12
_EMOJI: Final = 1.4
# Numerals and symbols outside ASCII, such as Ⅷ and №; letters of other scripts and the rest are narrower.
_SIGNS: Final = {"N": 1.5, "S": 1.5}


def clean_xml_text(text: str) -> str:
    """The text on one line, without what XML forbids."""
    return " ".join(_FORBIDDEN.sub("\ufffd", text).split())


@cache
def _em(sign: str) -> float:
    columns = wrapping.text_width(sign)
    if columns != 1:
        return _EMOJI if sign >= "\U0001f000" else columns / 2
    # A letter is as wide without its accent.
    sign = unicodedata.normalize("NFD", sign)[0]
    if sign in _NARROW:
        return 0.5
    if sign.isascii():
        small = sign.islower() or sign.isdigit()
        return 1.0 if sign in _BROAD else 0.64 if small else 0.84
    return _SIGNS.get(unicodedata.category(sign)[0], 1.1)


def text_measurer(size: float, *, bold: bool) -> Callable[[str], float]:
    """How wide a text of that size is at most."""
    factor = size * (_BOLD if bold else 1)
    return lambda text: factor * sum(map(_em, text))


def wrap_to_room(text: str, room: float, size: float, *, bold: bool) -> list[str]:
    """The text in lines no wider than the room."""
    return list(wrapping.wrap_to_measure(clean_xml_text(text), room, text_measurer(size, bold=bold))) or [""]


def max_text_width(texts: Iterable[str], size: float, *, bold: bool) -> float:
    """How wide the widest of the lines is at most."""
    return max(map(text_measurer(size, bold=bold), texts), default=0)


def svg_text(
    words: str, x: float, y: float, size: float, *, fill: str, bold: bool = False, anchor: str = "start"
) -> str:
    """One line of text, its foot at y."""
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"'
    return f'<text {place} fill="{fill}"{weight}>{escape(words)}</text>'


def svg_text_block(
    words: Iterable[str],
    x: float,
    top: float,
    size: float,
    *,
    fill: str,
    bold: bool = False,
    anchor: str = "start",
) -> list[str]:
    """Lines of text below each other, the first one's upper edge at `top`."""
    leading = size * LEADING
    foot = top + size * ASCENT + (leading - size * (ASCENT + DESCENT)) / 2
    return [
        svg_text(line, x, foot + place * leading, size, fill=fill, bold=bold, anchor=anchor)
        for place, line in enumerate(words)
    ]


def block_height(words: list[str], size: float) -> float:
    """How high so many lines are."""
    return len(words) * size * LEADING


def svg_line(path: str, color: str, width: float) -> str:
    """An open line along a path."""
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width:g}" stroke-linecap="round"/>'


def svg_shape(path: str, fill: str) -> str:
    """A filled outline."""
    return f'<path d="{path}" fill="{fill}"/>'


def svg_box(x: float, y: float, width: float, high: float, *, fill: str, radius: float = 8) -> str:
    """A filled rectangle with round corners."""
    size = f'width="{width:.1f}" height="{high:.1f}" rx="{radius:g}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{fill}"/>'


def svg_circle(x: float, y: float, radius: float, *, fill: str) -> str:
    """A filled circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}"/>'


def svg_document(width: float, high: float, title: str, told: str, parts: Iterable[str]) -> str:
    """The whole picture on white, with what it shows in words for those who do not see it."""
    size = f'viewBox="0 0 {width:.0f} {high:.0f}" width="{width:.0f}" height="{high:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc"'
    body = [
        f"{head} font-family={quoteattr(FONTS)}>",
        f'<title id="title">{escape(clean_xml_text(title))}</title>',
        f'<desc id="desc">{escape(clean_xml_text(told))}</desc>',
        f'<rect width="{width:.0f}" height="{high:.0f}" fill="#ffffff"/>',
        *parts,
        "</svg>",
    ]
    return "\n".join(body) + "\n"
