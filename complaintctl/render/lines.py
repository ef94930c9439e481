"""Text in lines of a width: Chinese has no spaces to break at, and each of its characters takes two columns."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

# Never at the beginning of a line, never at its end.
_CLOSING: Final = "，。、；：？！）」』》”’…"
_OPENING: Final = "（「『《“‘"
# Marks on the sign before, and what makes two signs one.
_JOINING: Final = frozenset({"Mn", "Me", "Mc", "Cf"})
_JOINER: Final = "\u200d"
# A word with the spaces before it, or one wide character with the punctuation that must stay with it.
_WIDE: Final = r"[⺀-鿿豈-﫿＀-｠]"
_PIECE: Final = re.compile(rf"\s*[{_OPENING}]*(?:{_WIDE}|(?:(?!{_WIDE}|[{_OPENING}])\S)+)[{_CLOSING}]*|\s*\S")


def width(text: str) -> int:
    """The columns that a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def wrapped(text: str, columns: int) -> Iterator[str]:
    """The text in lines of at most that many columns; a word longer than a line stands alone."""
    line = ""
    for piece in _PIECE.findall(" ".join(text.split())):
        if line and width(line + piece) > columns:
            yield line
            line = piece.lstrip()
        else:
            line += piece
    if line:
        yield line


def fitted(text: str, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The text in lines that measure no more than the room; a word longer than a line is cut."""
    line = ""
    for piece in _PIECE.findall(" ".join(text.split())):
        if line and measure(line + piece) > room:
            yield line
            line = ""
        line = line + piece if line else piece.lstrip()
        while measure(line) > room and (cut := _cut(line, room, measure)):
            yield line[:cut]
            line = line[cut:]
    if line:
        yield line


def _cut(line: str, room: float, measure: Callable[[str], float]) -> int:
    """Where the longest beginning that fits ends, never within what is drawn as one sign; 0 where it is all one."""
    cut = 0
    for place in range(1, len(line)):
        if unicodedata.category(line[place]) in _JOINING or line[place - 1] == _JOINER:
            continue
        if cut and measure(line[:place]) > room:
            break
        cut = place
    return cut


def definitions(rows: list[tuple[str, str]], columns: int, widest: int = 30) -> Iterator[str]:
    """Names with their explanations beside them; under them where a name is too wide."""
    room = min(max((width(name) for name, _text in rows), default=0), widest)
    for name, text in rows:
        lines = list(wrapped(text, columns - room - 4))
        if width(name) > room:
            yield f"  {name}"
        else:
            first = lines.pop(0) if lines else ""
            yield f"  {name}{' ' * (room - width(name))}  {first}".rstrip()
        yield from (f"{' ' * (room + 4)}{line}" for line in lines)
