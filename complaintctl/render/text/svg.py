"""SVG elements: text wrapped to a width, boxes, lines. Wrapping removes characters that XML forbids."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from complaintctl.render.text import wrapping

# The usual sans serif of each system, and a Chinese font of each.
FONTS: Final = (
    "'Noto Sans','Segoe UI','Helvetica Neue',Arial,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',"
    "'WenQuanYi Micro Hei',sans-serif"
)
# In multiples of the font size: line height, ascent above the baseline, descent below it.
LEADING: Final = 1.38
ASCENT: Final = 0.96
DESCENT: Final = 0.26
# XML 1.0 allows no other characters, not even escaped; bidirectional controls, though legal, would reverse the line.
_FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
# Widths of DejaVu Sans, the widest of the usual fonts, so that no text is wider than measured (D-126).
_BROAD: Final = frozenset("mwMW@%")
_NARROW: Final = frozenset(" fijlrtI.,:;'!|()[]/\\-`")
_BOLD: Final = 1.12
_EMOJI: Final = 1.4
# Unicode categories of numerals and symbols outside ASCII, such as Ⅷ and №; all other characters are narrower.
_SIGNS: Final = {"N": 1.5, "S": 1.5}


def clean_xml_text(text: str) -> str:
    """Returns the text on one line, with U+FFFD for each character that XML forbids or that changes direction."""
    return " ".join(_FORBIDDEN.sub("\ufffd", text).split())


@cache
def _em(char: str) -> float:
    columns = wrapping.text_width(char)
    if columns != 1:
        return _EMOJI if char >= "\U0001f000" else columns / 2
    # An accent does not make a letter wider.
    char = unicodedata.normalize("NFD", char)[0]
    if char in _NARROW:
        return 0.5
    if char.isascii():
        small = char.islower() or char.isdigit()
        return 1.0 if char in _BROAD else 0.64 if small else 0.84
    return _SIGNS.get(unicodedata.category(char)[0], 1.1)


def text_measurer(size: float, *, bold: bool) -> Callable[[str], float]:
    """Returns a function from a text to its maximum width in this font size."""
    factor = size * (_BOLD if bold else 1)
    return lambda text: factor * sum(map(_em, text))


def wrap_to_room(text: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Returns the text in lines at most `room` wide; at least one line."""
    return list(wrapping.wrap_to_measure(clean_xml_text(text), room, text_measurer(size, bold=bold))) or [""]


def max_text_width(texts: Iterable[str], size: float, *, bold: bool) -> float:
    """Returns the maximum width of the widest text."""
    return max(map(text_measurer(size, bold=bold), texts), default=0)


def svg_text(
    words: str, x: float, y: float, size: float, *, fill: str, bold: bool = False, anchor: str = "start"
) -> str:
    """Returns one line of text with its baseline at `y`."""
    weight = ' font-weight="600"' if bold else ""
    position = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"'
    return f'<text {position} fill="{fill}"{weight}>{escape(words)}</text>'


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
    """Returns lines of text below each other; `top` is the upper edge of the first."""
    leading = size * LEADING
    baseline = top + size * ASCENT + (leading - size * (ASCENT + DESCENT)) / 2
    return [
        svg_text(line, x, baseline + index * leading, size, fill=fill, bold=bold, anchor=anchor)
        for index, line in enumerate(words)
    ]


def block_height(words: list[str], size: float) -> float:
    """Returns the height of these lines, one below the other."""
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


def svg_document(width: float, high: float, title: str, description: str, parts: Iterable[str]) -> str:
    """Returns the picture on white; screen readers read `title` and `description`."""
    size = f'viewBox="0 0 {width:.0f} {high:.0f}" width="{width:.0f}" height="{high:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc"'
    body = [
        f"{head} font-family={quoteattr(FONTS)}>",
        f'<title id="title">{escape(clean_xml_text(title))}</title>',
        f'<desc id="desc">{escape(clean_xml_text(description))}</desc>',
        f'<rect width="{width:.0f}" height="{high:.0f}" fill="#ffffff"/>',
        *parts,
        "</svg>",
    ]
    return "\n".join(body) + "\n"
