"""Reading a casebook from Python: the answers of the commands, as values."""

import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from complaintctl.api import open_casebook
from complaintctl.errors import Broken, InvalidInput
from tests.casebooks import Book, make_book

AS_OF = datetime.fromisoformat("2024-03-06T09:00+08:00")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = make_book(tmp_path_factory.mktemp("api"))
    made.open("late", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:00")
    made.open("fresh", "--received", "2024-03-06T08:30", "--at", "2024-03-06T08:30")
    closed = made.open("withdrawn", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:00")
    made.call("close", closed, "--outcome", "withdrawn", "--at", "2024-03-04T10:00", check=0)
    return made


def test_open_cases_are_read_and_closed_ones_on_request(book: Book) -> None:
    casebook = open_casebook(book.root / "cases")
    assert sorted(judged.case.title for judged in casebook.cases()) == ["fresh", "late"]
    assert sorted(judged.case.title for judged in casebook.cases(closed=True)) == [
        "fresh",
        "late",
        "withdrawn",
    ]


def test_a_question_about_the_past_is_answered_as_it_was(book: Book) -> None:
    before_closing = datetime.fromisoformat("2024-03-04T09:30+08:00")
    titles = [judged.case.title for judged in open_casebook(book.root).cases(as_of=before_closing)]
    assert sorted(titles) == ["late", "withdrawn"]


def test_what_is_overdue_is_what_check_says(book: Book) -> None:
    overdue = open_casebook(book.root).overdue(as_of=AS_OF)
    said = book.json("check", "--as-of", AS_OF.isoformat(), check=1)["check"]["overdue"]
    assert len(overdue) > 1
    assert [(f.case.id, f.clock.step, f.due.isoformat(), f.late) for f in overdue] == [
        (entry["case"], entry["step"], entry["due"], entry["late"]) for entry in said
    ]


def test_an_explanation_has_the_lines_of_explain(book: Book) -> None:
    casebook = open_casebook(book.root)
    (late,) = (judged for judged in casebook.cases(as_of=AS_OF) if judged.case.title == "late")
    said = book.json("explain", late.case.id, "--as-of", AS_OF.isoformat(), check=0)["explain"]["clocks"]
    assert [[line.key for line in account.lines] for account in casebook.explain(late)] == [
        [line["key"] for line in clock["lines"]] for clock in said
    ]


def test_a_faulty_file_is_named_once_and_stops_nothing(tmp_path: Path) -> None:
    copy = make_book(tmp_path)
    copy.open("whole", "--at", "2024-03-04T09:00")
    (copy.root / "cases/open/C-20240304-AAAAA.yaml").write_text("- a list\n", encoding="utf-8")
    casebook = open_casebook(copy.root)
    for _time in range(2):
        assert "whole" in [judged.case.title for judged in casebook.cases()]
    assert [Path(problem.file).name for problem in casebook.problems] == ["C-20240304-AAAAA.yaml"]


def test_a_time_without_a_zone_is_refused(book: Book) -> None:
    with pytest.raises(ValueError, match="time zone"):
        open_casebook(book.root).overdue(as_of=datetime(2024, 3, 6, 9))  # noqa: DTZ001 - that is the point


def test_no_casebook_and_a_faulty_policy_are_failures_with_their_reason(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as missing:
        open_casebook(tmp_path)
    assert missing.value.key == "no-casebook"
    (tmp_path / "faulty").mkdir()
    copy = make_book(tmp_path / "faulty")
    (copy.root / "complaintctl.yaml").write_text("name: t\nsteps: 3\n", encoding="utf-8")
    with pytest.raises(Broken) as faulty:
        open_casebook(copy.root)
    assert faulty.value.values["problems"]


def test_reading_prints_and_changes_nothing(book: Book, capfd: pytest.CaptureFixture[str]) -> None:
    casebook = open_casebook(book.root)
    for judged in casebook.cases(closed=True):
        casebook.explain(judged)
    casebook.overdue()
    assert capfd.readouterr() == ("", "")
    status = subprocess.run(["git", "status", "--porcelain"], cwd=book.root, capture_output=True, check=True)
    assert status.stdout == b""
