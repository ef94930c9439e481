"""One line on the terminal that says how far a slow command is; it is gone when the work is done."""

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from complaintctl.render.text.wrapping import text_width

# Seconds until the line appears, and between two changes of it.
_DELAY: Final = 1.0
_PERIOD: Final = 0.2
# Of a terminal that does not say how wide it is.
_USUAL_COLUMNS: Final = 80

T = TypeVar("T")


class ProgressLine:
    """The line of one piece of work, with `words` for a number of things done; it is not `shown` where nobody looks."""

    def __init__(self, words: Callable[[int], str], *, shown: bool) -> None:
        self._words, self._shown = words, shown
        self._next = time.monotonic() + _DELAY
        self._done = self._width = 0

    def count(self, things: Iterable[T]) -> Iterable[T]:
        """Returns the things; each is counted when the next one is asked for."""
        return self._counted(things) if self._shown else things

    def _counted(self, things: Iterable[T]) -> Iterator[T]:
        for thing in things:
            yield thing
            self._done += 1
            if time.monotonic() >= self._next:
                self._write(self._words(self._done))
                self._next = time.monotonic() + _PERIOD

    def say(self, words: str) -> None:
        """Shows other words from now on, if the line has appeared."""
        if self._width:
            self._write(words)

    def clear(self) -> None:
        """Removes the line."""
        if self._width:
            self._write("")

    def _write(self, words: str) -> None:
        """Writes over the line so far, in spaces: a console without escape sequences has it right too."""
        width = text_width(words)
        # On a narrower screen the line would break, and its first half would stay.
        if width >= (os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_COLUMNS):
            words, width = "", 0
        text = f"\r{words}{' ' * (self._width - width)}\r"
        # Past the stream of messages, which escapes a lone carriage return.
        sys.stderr.flush()
        sys.stderr.buffer.write(text.encode(sys.stderr.encoding, "backslashreplace"))
        sys.stderr.buffer.flush()
        self._width = width


@contextmanager
def show_progress(words: Callable[[int], str]) -> Iterator[ProgressLine]:
    """Gives a line for the work in this block, with `words` for the number of things done; it is removed at the end."""
    line = ProgressLine(words, shown=_has_reader())
    try:
        yield line
    finally:
        line.clear()


def _has_reader() -> bool:
    """Whether somebody looks at stderr, and no other program that may draw on the terminal reads our output."""
    if not sys.stderr.isatty() or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        return False
    try:
        return not stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode)
    except OSError:
        return False
