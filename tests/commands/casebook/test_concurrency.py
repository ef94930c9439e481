"""Twenty processes write to one casebook at the same time: every event is recorded, with one commit each."""

import hashlib
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from complaintctl.domain.case.case import Event
from complaintctl.domain.deadlines import history
from complaintctl.storage.case import casefile, edited_text
from complaintctl.storage.write.transaction import LOCK_TIMEOUT_SECONDS
from tests.casebooks import Book, Result, make_book
from tests.commands.casebook.writes import outcome
from tests.commands.processes import start_command

SAID_OF_OTHERS = ("interrupted", "Interrupted", "yourself")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def at_once(book: Book, commands: list[tuple[str, ...]]) -> tuple[list[Result], float]:
    """Start every command before waiting for any; gives how they ended and the longest run in seconds."""
    started = time.monotonic()
    running = [
        start_command(
            words,
            book.root,
            book.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for words in commands
    ]
    results = []
    for process in running:
        out, said = process.communicate(timeout=120)
        english = book.english(said.decode())
        results.append(Result(returncode=process.returncode, stdout=out.decode(), stderr=english))
    return results, time.monotonic() - started


@pytest.mark.parametrize("count", [4, pytest.param(20, marks=pytest.mark.nightly)])
def test_many_processes_at_once_lose_no_event(book: Book, count: int) -> None:
    shared = book.open("The case they all write to")
    before = len(book.git("log", "--format=%H").splitlines())
    notes = [("note", shared, f"note {number}") for number in range(count // 2)]
    opens = [("open", "--title", f"complaint {number}") for number in range(count // 2)]
    results, longest = at_once(book, [words for pair in zip(notes, opens, strict=True) for words in pair])
    print(
        f"{count} processes at once: all had ended after {longest:.1f} s; the lock waits {LOCK_TIMEOUT_SECONDS:.0f} s"
    )

    assert [result.returncode for result in results] == [0] * count
    # Nobody fails, completes or drops what another one is just writing; each tells of its own event.
    assert not any(words in result.stderr for result in results for words in SAID_OF_OTHERS)
    assert [outcome(result.stderr) for result in results] == [None] * count
    assert {result.stdout.strip() for result in results[1::2]} <= {
        case["id"] for case in book.json("list")["cases"]
    }
    assert {result.stdout for result in results[::2]} == {f"{shared} note\n"}
    history = book.json("show", shared)["case"]["history"]
    assert sorted(event["text"] for event in history[1:]) == sorted(text for _note, _case, text in notes)
    titles = {case["title"] for case in book.json("list", "--columns", "title")["cases"]}
    assert titles == {
        "The case they all write to",
        *(f"complaint {number}" for number in range(count // 2)),
    }

    commits = book.git("log", "--format=%(trailers:key=Event,valueonly,separator=%x2C)").split()
    assert len(book.git("log", "--format=%H").splitlines()) == before + count
    told = [event["id"] for event in history]
    assert [commits.count(event) for event in told] == [1] * len(told)
    assert book.git("status", "--porcelain") == ""
    book.run("check", check=0)


def started(book: Book, *words: str) -> subprocess.Popen[bytes]:
    return start_command(
        words,
        book.root,
        book.variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def test_what_waited_for_the_lock_comes_after_what_was_recorded_meanwhile(book: Book) -> None:
    case_id = book.open("Battery swells")
    path = book.file(case_id)
    with FileLock(book.root / ".git" / "complaintctl.lock"):
        waiting = started(
            book, "investigate", case_id, "--cause", "quality/manufacturing", "--finding", "a crack"
        )
        time.sleep(3)
        loaded, _problems = casefile.read_case(path)
        assert loaded is not None
        now = datetime.now(UTC).replace(microsecond=0)
        steps = [Event(at=now, by="li.wei", did=step) for step in ("assess", "classify")]
        for step in steps:
            event = history.identify_event(case_id, loaded.case.history, step)
            loaded = replace(loaded, case=replace(loaded.case, history=(*loaded.case.history, event)))
        path.write_bytes(edited_text.edit_case_text(path.read_bytes(), {}, loaded.case.history[1:]))
        book.git("commit", "--quiet", "--all", "--message", "recorded by somebody else meanwhile")
    _out, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, said.decode()
    events = book.json("show", case_id)["case"]["history"]
    assert [event["did"] for event in events] == ["open", "assess", "classify", "investigate"]
    assert events[3]["at"] >= events[2]["at"]


@pytest.mark.nightly
def test_two_files_of_one_name_at_once_do_not_overwrite_each_other(book: Book, tmp_path: Path) -> None:
    case_id = book.open("Battery swells")
    photos = [tmp_path / name / "photo.jpg" for name in ("a", "b")]
    for photo in photos:
        photo.parent.mkdir()
        photo.write_text(photo.parent.name, encoding="utf-8")
    with FileLock(book.root / ".git" / "complaintctl.lock"):
        waiting = [started(book, "attach", case_id, str(photo)) for photo in photos]
        time.sleep(3)
    codes = []
    for process in waiting:
        process.communicate(timeout=60)
        codes.append(process.returncode)
    assert sorted(codes) == [0, 2]
    (entry,) = book.json("show", case_id)["case"]["attachments"]
    kept = book.root / "attachments" / case_id / "photo.jpg"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == entry["sha256"]
    assert kept.read_text(encoding="utf-8") == photos[codes.index(0)].parent.name
    assert book.git("status", "--porcelain") == ""
