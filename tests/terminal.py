"""A terminal for the tests: a real pty, on which a command asks and somebody types."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Final

import pytest

from tests.casebooks import Book
from tests.commands.processes import start_command

if sys.platform != "win32":
    import termios

# Of a terminal: a deleted sign takes all of its bytes along. As the kernel has it, for which Python has no name.
IUTF8: Final = 0x4000


class Terminal:
    """A process of the console script whose stdin and stderr, or all, are a terminal, so that it asks."""

    def __init__(self, folder: Path, book: Book, *arguments: str, only_errors: bool = True) -> None:
        self.ours, theirs = os.openpty()
        self.process = start_command(
            arguments,
            folder,
            book.variables,
            stdin=theirs,
            stdout=subprocess.PIPE if only_errors else theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.book, self.screen, self.before = book, b"", ""

    @property
    def shown(self) -> str:
        """What stands on the screen since the last answer, read back; of a sign that is half there nothing."""
        return self.book.english(self.screen.decode(errors="ignore").replace("\r\n", "\n"))

    def await_words(self, words: str) -> None:
        """Read on until these words stand on the screen."""
        while words not in self.shown and (more := self._read()):
            self.screen += more
        assert words in self.shown, self.shown

    def _read(self) -> bytes:
        """What is shown next; nothing where the process has ended, or is silent for long."""
        ready, _, _ = select.select([self.ours], [], [], 30)
        try:
            return os.read(self.ours, 1000) if ready else b""
        except OSError:
            return b""

    def answer(self, question: str, text: str) -> None:
        """Wait for a question that was not answered yet, and type an answer to it."""
        self.await_words(question)
        self.before += self.shown
        self.screen = b""
        self.type(f"{text}\n".encode())

    def delete_signs(self, *, whole: bool) -> None:
        """How Backspace works from now on: by the sign, as a terminal sets it, or by the byte, as an old one does."""
        settings = termios.tcgetattr(self.ours)
        settings[0] = settings[0] | IUTF8 if whole else settings[0] & ~IUTF8
        termios.tcsetattr(self.ours, termios.TCSANOW, settings)

    def type(self, text: bytes) -> None:
        """Type as it stands."""
        os.write(self.ours, text)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        # readline handles only now a signal that came before it waited
        self.type(b"\n")

    def ended(self) -> tuple[int, bytes]:
        """The exit code and what was printed on stdout."""
        printed, _ = self.process.communicate(timeout=30)
        while more := self._read():
            self.screen += more
        os.close(self.ours)
        return self.process.returncode, printed


def on_terminal(
    book: Book,
    *words: str,
    stdout: int | IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
    seconds: int = 60,
) -> str:
    """All that a command wrote to a terminal that is its stderr, and its stdout unless another is given."""
    ours, theirs = os.openpty()
    process = start_command(
        words,
        book.root,
        {**book.variables, **(env or {})},
        stdin=theirs,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs,
    )
    os.close(theirs)
    written = b"".join(_read(ours))
    os.close(ours)
    if process.stdout is not None:
        process.stdout.close()
    assert process.wait(timeout=seconds) == 0
    return written.decode().replace("\r\n", "\n")


def _read(terminal: int) -> Iterator[bytes]:
    """What is written until the last process has closed the terminal, which Linux tells as an error."""
    while True:
        try:
            part = os.read(terminal, 65_536)
        except OSError:
            return
        if not part:
            return
        yield part


def left_on_screen(written: str) -> str:
    """The screen at the end: what follows a carriage return is written over the line."""
    lines = []
    for line in written.split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        lines.append(shown.rstrip())
    return "\n".join(lines)


pty_only = pytest.mark.skipif(sys.platform == "win32", reason="there is no pty to ask on")
