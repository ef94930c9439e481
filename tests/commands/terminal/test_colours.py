"""Tests colours: only on a terminal, and not if NO_COLOR is set."""

import os
import pty
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.commands.processes import start_command
from tests.sampling import sample

RED = "\x1b[31m"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = make_book(tmp_path)
    made.open("Nobody looked at this", "--received", "2d", "--at", "2d")
    return made


def on_a_terminal(book: Book, variables: Mapping[str, str], *arguments: str) -> str:
    """The output of a command on a terminal."""
    ours, theirs = pty.openpty()
    with start_command(
        arguments,
        book.root,
        variables,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            parts.append(part)
        process.wait(timeout=60)
    os.close(ours)
    return b"".join(parts).decode()


@pytest.mark.nightly
@pytest.mark.parametrize("words", sample([("today",), ("check",)], 1, single=True))
def test_what_is_late_is_red_on_a_terminal_only(book: Book, words: tuple[str, ...]) -> None:
    coloured = {name: value for name, value in book.variables.items() if name != "NO_COLOR"} | {
        "TERM": "xterm"
    }
    assert RED in on_a_terminal(book, coloured, *words)
    assert RED not in on_a_terminal(book, {**coloured, "NO_COLOR": "1"}, *words)
    assert RED not in on_a_terminal(book, {**coloured, "TERM": "dumb"}, *words)
    assert RED not in book.run(*words, env=coloured).stdout


@pytest.mark.nightly
def test_a_calendar_is_coloured_on_a_terminal_and_reads_the_same_without(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    office = 'calendars: {office: {hours: {mon-fri: ["09:00-18:00"]}, holidays: [2024-10-01]}}\nchannels:\n'
    policy.write_text(policy.read_text(encoding="utf-8").replace("channels:\n", office, 1), encoding="utf-8")
    coloured = {name: value for name, value in book.variables.items() if name != "NO_COLOR"}
    words = ("policy", "calendar", "--year", "2024")
    shown = on_a_terminal(book, coloured | {"TERM": "xterm"}, *words)
    assert f"{RED} 1*\x1b[0m" in shown
    plain = re.sub(r"\x1b\[\d+m", "", shown).replace("\r\n", "\n")
    assert book.english(plain) == book.run(*words, env=coloured).stdout
