"""Separates a file with conflict markers into the file of each side."""

import re
from dataclasses import dataclass, field
from typing import Final

# Within a common ancestor that is itself a merge the markers are longer; those of one conflict are equally long.
_MARKER: Final = re.compile(rb"(<{7,}|\|{7,}|={7,}|>{7,})( .*)?\r?\n?")


@dataclass(slots=True)
class Side:
    """The file as one side has it: its lines, and the number of each in the file with the markers (from 1)."""

    lines: list[bytes] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    @property
    def text(self) -> bytes:
        """The whole file."""
        return b"".join(self.lines)

    def add(self, line: bytes, number: int) -> None:
        """Append a line of the file with the markers."""
        self.lines.append(line)
        self.numbers.append(number)


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a file, and the line where its first conflict begins (1 if it has none)."""

    ours: Side
    theirs: Side
    line: int

    @property
    def both(self) -> tuple[Side, Side]:
        """Both sides."""
        return self.ours, self.theirs


def split_sides(text: bytes) -> Sides:
    """Returns the file of each side; a file without markers is the same on both."""
    ours, theirs = Side(), Side()
    both = [ours, theirs]
    current, first, width = both, 0, 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        marker = _MARKER.fullmatch(line)
        sign, length = (marker[1][:1], len(marker[1])) if marker else (b"", 0)
        if current is both and sign == b"<":
            current, first, width = [ours], first or number, length
        elif current is not both and sign in (b"|", b"=", b">") and length == width:
            current = {b"|": [], b"=": [theirs], b">": both}[sign]
        else:
            for side in current:
                side.add(line, number)
    return Sides(ours=ours, theirs=theirs, line=first or 1)
