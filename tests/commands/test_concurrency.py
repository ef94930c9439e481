"""Twenty processes write to one casebook at once: every event is there, one commit each."""

import subprocess
import time
from pathlib import Path

import pytest

from complaintctl.storage.recording import LOCK_SECONDS
from tests.casebooks import Book, command, make_book

PROCESSES = 20


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def at_once(book: Book, commands: list[tuple[str, ...]]) -> tuple[list[int], float]:
    """Start every command before waiting for any; gives the exit codes and the longest run in seconds."""
    started = time.monotonic()
    running = [
        subprocess.Popen(
            command(*words),
            cwd=book.root,
            env=dict(book.variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for words in commands
    ]
    codes = []
    for process in running:
        _out, said = process.communicate(timeout=120)
        codes.append(process.returncode)
        assert process.returncode == 0, said.decode()
    return codes, time.monotonic() - started


def test_twenty_processes_at_once_lose_no_event(book: Book) -> None:
    shared = book.open("The case they all write to")
    before = len(book.git("log", "--format=%H").splitlines())
    notes = [("note", shared, f"note {number}") for number in range(PROCESSES // 2)]
    opens = [("open", "--title", f"complaint {number}") for number in range(PROCESSES // 2)]
    codes, longest = at_once(book, [words for pair in zip(notes, opens, strict=True) for words in pair])
    print(
        f"{PROCESSES} processes at once: all had ended after {longest:.1f} s; the lock waits {LOCK_SECONDS:.0f} s"
    )

    assert codes == [0] * PROCESSES
    assert longest < LOCK_SECONDS
    history = book.json("show", shared)["case"]["history"]
    assert sorted(event["text"] for event in history[1:]) == sorted(text for _note, _case, text in notes)
    titles = {case["title"] for case in book.json("list", "--columns", "title")["cases"]}
    assert titles == {
        "The case they all write to",
        *(f"complaint {number}" for number in range(PROCESSES // 2)),
    }

    commits = book.git("log", "--format=%(trailers:key=Event,valueonly,separator=%x2C)").split()
    assert len(book.git("log", "--format=%H").splitlines()) == before + PROCESSES
    told = [event["id"] for event in history]
    assert [commits.count(event) for event in told] == [1] * len(told)
    assert book.git("status", "--porcelain") == ""
    book.run("check", check=0)
