"""Wraps text to a width; Chinese has no spaces to break at, and each character takes two columns."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

# Punctuation that may not start a line, and that may not end one.
_CLOSING: Final = "，。、；：？！）」』》”’…"
_OPENING: Final = "（「『《“‘"
# Categories of characters that belong to the one before, and the joiner that merges two.
_JOINING: Final = frozenset({"Mn", "Me", "Mc", "Cf"})
_JOINER: Final = "\u200d"
# Emoji skin tones, which belong to the character before.
_SKIN: Final = range(0x1F3FB, 0x1F400)
# A word with the spaces before it, or one wide character with the punctuation that must stay with it.
_WIDE: Final = r"[⺀-鿿豈-﫿＀-｠]"
# A longer word is cut here: measuring how much of it fits takes time.
_LONGEST: Final = 1000
_PIECE: Final = (
    rf"\s*[{_OPENING}]*(?:{_WIDE}|(?:(?!{_WIDE}|[{_OPENING}])\S){{1,{_LONGEST}}})[{_CLOSING}]*|\s*\S"
)
# Output formats of which lines are wrapped to the screen.
WRAPPED_FORMATS: Final = frozenset({"table", "text"})
_COLOUR: Final = re.compile(r"\x1b\[\d*m")


class _Screen:
    columns: int | None = None


def set_screen_width(columns: int | None) -> None:
    """Set the columns of the screen; None for a file or a pipe, where lines are not wrapped."""
    _Screen.columns = columns


def screen_width(usual: int) -> int:
    """Returns the columns of the screen, or `usual` without a screen."""
    return _Screen.columns or usual


def has_screen() -> bool:
    """Returns True if output goes to a screen, so long lines must be wrapped."""
    return _Screen.columns is not None


def text_width(text: str) -> int:
    """Returns the terminal columns that a text takes; colour codes take none (D-109)."""
    if text.isascii() and text.isprintable():
        return len(text)
    # The tables of wcwidth load slowly, and not every command needs them.
    from wcwidth import wcswidth, wcwidth  # noqa: PLC0415

    bare = _COLOUR.sub("", text)
    columns = wcswidth(bare)
    return columns if columns >= 0 else sum(max(wcwidth(char), 0) for char in bare)


def split_pieces(text: str) -> list[str]:
    """Returns the pieces between which a line may break, each with the spaces before it."""
    return re.findall(_PIECE, text)


def wrap_text(text: str, columns: int) -> Iterator[str]:
    """Yields the text in lines of at most `columns` terminal columns."""
    return wrap_to_measure(text, columns, text_width)


def wrap_to_measure(text: str, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Yields the text in lines that `measure` at most `room`; a word longer than a line is cut."""
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
    """Returns the length of the longest start that fits, at least one drawn character; 0 if it cannot be cut."""
    cut = 0
    for index in range(1, len(line)):
        if _is_joined(line[index]) or line[index - 1] == _JOINER:
            continue
        if cut and measure(line[:index]) > room:
            break
        cut = index
    return cut


def _is_joined(char: str) -> bool:
    return unicodedata.category(char) in _JOINING or ord(char) in _SKIN


def wrap_to_screen(text: str) -> str:
    """Returns the text with lines wider than the screen wrapped; continuation lines are indented."""
    if not has_screen():
        return text
    return "".join(_wrap_screen_line(line) for line in text.splitlines(keepends=True))


def _wrap_screen_line(line: str) -> str:
    columns, bare = screen_width(0), line.rstrip("\n")
    if text_width(bare) <= columns:
        return line
    content = bare.lstrip(" ")
    indent = min(len(bare) - len(content), columns // 2)
    first, *others = _wrap_pieces(content, columns - indent - 2, text_width)
    later = "".join(f"\n{' ' * (indent + 2)}{other}" for other in others)
    return f"{' ' * indent}{first}{later}{line[len(bare) :]}"


def definition_lines(rows: list[tuple[str, str]], columns: int, widest: int = 30) -> Iterator[str]:
    """Yields names with their texts beside them; below a name that is wider than `widest`."""
    name_width = min(max((text_width(name) for name, _text in rows), default=0), widest)
    for name, text in rows:
        lines = list(wrap_text(text, columns - name_width - 4))
        if text_width(name) > name_width:
            yield f"  {name}"
        else:
            first = lines.pop(0) if lines else ""
            yield f"  {name}{' ' * (name_width - text_width(name))}  {first}".rstrip()
        yield from (f"{' ' * (name_width + 4)}{line}" for line in lines)
