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
# The colours of skin, which stand on the sign before.
_SKIN: Final = range(0x1F3FB, 0x1F400)
# A word with the spaces before it, or one wide character with the punctuation that must stay with it.
_WIDE: Final = r"[⺀-鿿豈-﫿＀-｠]"
# A longer one is cut here, for looking how much of it fits takes time.
_LONGEST: Final = 1000
_PIECE: Final = re.compile(
    rf"\s*[{_OPENING}]*(?:{_WIDE}|(?:(?!{_WIDE}|[{_OPENING}])\S){{1,{_LONGEST}}})[{_CLOSING}]*|\s*\S"
)
_COLOUR: Final = re.compile(r"\x1b\[\d*m")


class _Screen:
    columns: int | None = None


def set_screen_width(columns: int | None) -> None:
    """Write for a screen of that many columns from now on; None is a file or a pipe, whose lines have no end."""
    _Screen.columns = columns


def screen_width(usual: int) -> int:
    """The columns of the screen; where there is none, the usual ones."""
    return _Screen.columns or usual


def has_screen() -> bool:
    """Whether somebody looks at a screen, where a line that is too long would go on at the left."""
    return _Screen.columns is not None


def text_width(text: str) -> int:
    """The columns that a text takes in a terminal, whatever its colour."""
    if text.isascii() and text.isprintable():
        return len(text)
    # Its tables of signs take long to load, and not every command needs them.
    from wcwidth import wcswidth, wcwidth  # noqa: PLC0415

    bare = _COLOUR.sub("", text)
    columns = wcswidth(bare)
    return columns if columns >= 0 else sum(max(wcwidth(sign), 0) for sign in bare)


def split_pieces(text: str) -> list[str]:
    """What a line may be broken between, each with the spaces before it."""
    return _PIECE.findall(text)


def wrap_text(text: str, columns: int) -> Iterator[str]:
    """The text in lines of at most that many columns of a terminal."""
    return wrap_to_measure(text, columns, text_width)


def wrap_to_measure(text: str, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The text in lines that measure no more than the room; a word longer than a line is cut."""
    return _wrap_pieces(" ".join(text.split()), room, measure)


def _wrap_pieces(text: str, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    line = ""
    for piece in split_pieces(text):
        if line and measure(line + piece) > room:
            yield line
            line = ""
        line = line + piece if line else piece.lstrip()
        while measure(line) > room and (cut := _cut_position(line, room, measure)):
            yield line[:cut]
            line = line[cut:]
    if line:
        yield line


def _cut_position(line: str, room: float, measure: Callable[[str], float]) -> int:
    """Where the longest beginning that fits ends, never within what is drawn as one sign; 0 where it is all one."""
    cut = 0
    for place in range(1, len(line)):
        if _is_joined(line[place]) or line[place - 1] == _JOINER:
            continue
        if cut and measure(line[:place]) > room:
            break
        cut = place
    return cut


def _is_joined(sign: str) -> bool:
    return unicodedata.category(sign) in _JOINING or ord(sign) in _SKIN


def wrap_to_screen(text: str) -> str:
    """The text with each line that is wider than the screen broken, what follows indented below it."""
    if not has_screen():
        return text
    return "".join(_wrap_screen_line(line) for line in text.splitlines(keepends=True))


def _wrap_screen_line(line: str) -> str:
    columns, bare = screen_width(0), line.rstrip("\n")
    if text_width(bare) <= columns:
        return line
    said = bare.lstrip(" ")
    indent = min(len(bare) - len(said), columns // 2)
    first, *others = _wrap_pieces(said, columns - indent - 2, text_width)
    later = "".join(f"\n{' ' * (indent + 2)}{other}" for other in others)
    return f"{' ' * indent}{first}{later}{line[len(bare) :]}"


def definition_lines(rows: list[tuple[str, str]], columns: int, widest: int = 30) -> Iterator[str]:
    """Names with their explanations beside them; under them where a name is too wide."""
    room = min(max((text_width(name) for name, _text in rows), default=0), widest)
    for name, text in rows:
        lines = list(wrap_text(text, columns - room - 4))
        if text_width(name) > room:
            yield f"  {name}"
        else:
            first = lines.pop(0) if lines else ""
            yield f"  {name}{' ' * (room - text_width(name))}  {first}".rstrip()
        yield from (f"{' ' * (room + 4)}{line}" for line in lines)
