"""Types commands as somebody at a desk: on a pseudo-terminal, an answer to each question, every key counted."""

import os
import re
import select
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tests.casebooks import Book
from tests.commands.processes import start_command

# A question waits at the end of the screen.
_QUESTION: Final = re.compile(r"[:：]\s?$")
_SILENCE: Final = 60.0
_SHORTEST: Final = 0.05
# More answers than any command takes: one that is refused is asked for again.
_MOST_ANSWERS: Final = 40

Answer = Callable[[str], str]


class TypedWronglyError(AssertionError):
    """A command on the terminal ended otherwise than expected."""


def type_command(book: Book, arguments: Sequence[str], answer: Answer) -> str:
    """Run a command on a pseudo-terminal and answer each of its questions; gives what the screen showed.

    `answer` is called with what the screen shows since the last answer. The command must end with 0.
    """
    ours, theirs = os.openpty()
    process = start_command(
        arguments,
        book.root,
        {**book.variables, "COLUMNS": "200"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen, since, answers = b"", b"", 0
    try:
        for more in _shown(ours):
            screen, since = screen + more, since + more
            if _is_waiting(ours, since):
                answers += 1
                if answers > _MOST_ANSWERS:
                    raise TypedWronglyError(arguments, "asks without end", _text(screen))
                os.write(ours, f"{answer(_text(since))}\n".encode())
                since = b""
        code = process.wait(timeout=_SILENCE)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    if code != 0:
        raise TypedWronglyError(arguments, code, _text(screen))
    return _text(screen)


def _shown(terminal: int) -> Iterator[bytes]:
    """What appears on the screen, until the command ends; raises if nothing does for long."""
    while True:
        if not select.select([terminal], [], [], _SILENCE)[0]:
            raise TypedWronglyError("the command shows nothing and asks nothing")
        try:
            more = os.read(terminal, 4096)
        except OSError:
            return
        if not more:
            return
        yield more


def _is_waiting(terminal: int, since: bytes) -> bool:
    """Whether a question stands at the end and nothing follows it."""
    return bool(_QUESTION.search(_text(since))) and not select.select([terminal], [], [], _SHORTEST)[0]


def _text(shown: bytes) -> str:
    return shown.decode(errors="ignore").replace("\r\n", "\n")
