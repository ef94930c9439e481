"""An event in the future, of a clock that was wrong or of a cheat, does not count yet and is named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.commands.reports.report_rows import report_of

READING = ("check", "list", "today", "board", "report", "actions")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def move_last_event(book: Book, case_id: str, later: timedelta) -> tuple[Path, int]:
    """Write the last event so far after now; gives the file and the line of the event."""
    path = book.file(case_id)
    *lines, last = path.read_text(encoding="utf-8").splitlines()
    start, _comma, rest = last.partition(", by:")
    at = (datetime.now(UTC) + later).isoformat(timespec="seconds")
    lines.append(f"{start.partition('at: ')[0]}at: {at}, by:{rest}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.relative_to(book.root), len(lines)


@pytest.mark.parametrize("command", READING)
def test_an_event_in_the_future_is_a_problem_with_its_line(book: Book, command: str) -> None:
    case_id = book.open("one")
    book.call("note", case_id, "hello", check=0)
    file, line = move_last_event(book, case_id, timedelta(hours=1))
    said = book.call(command, check=4).stderr
    assert f"{file.as_posix()}:{line}:" in said
    assert "note is recorded at" in said
    assert "in the future" in said
    assert "in the future" not in book.call(command, "--as-of", "+2h").stderr


def test_clocks_of_two_computers_may_differ_by_minutes(book: Book) -> None:
    case_id = book.open("one")
    book.call("note", case_id, "hello", check=0)
    move_last_event(book, case_id, timedelta(minutes=4))
    assert book.call("check", check=0).stderr.count("future") == 0


def test_a_case_closed_by_an_event_in_the_future_is_listed_as_open(book: Book) -> None:
    case_id = book.open("one")
    book.call("close", case_id, "--outcome", "withdrawn", check=0)
    file, line = move_last_event(book, case_id, timedelta(days=400))
    assert file.parts[:2] == ("cases", "closed")
    listed = book.call("list", "--all", "--json", check=4)
    (case,) = listed.json()["cases"]
    assert (case["id"], case["status"]) == (case_id, "open")
    checked = book.call("check", "--archive", "--json", check=4)
    assert checked.json()["check"]["judged"] == 1
    assert f"{file.as_posix()}:{line}:" in checked.stderr
    assert "close is recorded at" in checked.stderr
    assert report_of(book, check=4).cases("open") == (1,)
    assert "status: open" in book.call("show", case_id, check=0).stdout
