"""Tests taking back a wrong closing: the case is as if it had never been closed, and nobody counts a reopening.

Shanghai time, received on Monday 2024-03-04 at 09:00; hours run by the clock.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, git_merge, make_book, refused
from tests.commands.reports.report_rows import report_of

POLICY = """\
complaintctl: 1
name: closings
timezone: Asia/Shanghai
channels: [phone]
steps:
  - {step: assess, within: 24h}
  - {step: respond, within: 72h}
close: {withdrawn: {}, not-upheld: {}, duplicate: {}}
"""
REASON = ("--reason", "the wrong case")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


@pytest.fixture
def case(book: Book) -> str:
    return opened(book)


def opened(book: Book) -> str:
    return book.open("Dark", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10")


def do(book: Book, verb: str, case: str, at: str, *words: str) -> str:
    """Record an event in March 2024; gives its id."""
    return str(book.json(verb, case, *words, "--at", f"2024-03-{at}")["event"]["id"])


def closed(book: Book, case: str, at: str = "04T12:00", outcome: str = "withdrawn") -> str:
    return do(book, "close", case, at, "--outcome", outcome, "--lesson", "ask twice")


def shown(book: Book, case: str, *words: str) -> Any:
    return book.json("show", case, *words)["case"]


def test_a_closing_that_is_taken_back_never_stopped_a_clock_and_counts_as_no_reopening(
    book: Book, case: str
) -> None:
    before = shown(book, case, "--as-of", "2024-03-06T09:00")
    wrong = closed(book, case)
    file = book.file(case)
    taken_back = do(book, "retract", case, "05T12:00", wrong, *REASON)
    assert (book.root / "cases/open" / f"{case}.yaml").is_file()
    assert not file.exists()
    assert book.git("status", "--porcelain") == ""
    assert book.git("log", "-1", "--format=%s").strip() == f"{case} retract"

    after = shown(book, case, "--as-of", "2024-03-06T09:00")
    for fact in ("status", "outcome", "lesson", "clocks", "reopenings"):
        assert after.get(fact) == before.get(fact)
    assert after["reopenings"] == 0
    assert [event["did"] for event in after["history"]] == ["open", "close", "retract"]
    # In between it was closed.
    assert shown(book, case, "--as-of", "2024-03-05T09:00")["status"] == "closed"
    assert shown(book, case, "--as-of", "2024-03-05T09:00")["outcome"] == "withdrawn"

    report = report_of(book, "--as-of", "2024-03-06T09:00")
    assert report.cases("open", "closed", "reopened") == (1, 0, 0)
    book.call("check", "--archive", "--as-of", "2024-03-05T13:00", check=1)  # assess, due 03-05 09:00
    assert taken_back in book.call("log", case, check=0).stdout
    sample = book.json("survey", "sample", "--closed-since", "2024-03-01")["survey"]
    assert (sample["closed"], sample["cases"]) == (0, [])
    # And it is closed again, as the case that it is.
    closed(book, case, "06T10:00", "not-upheld")
    assert shown(book, case)["outcome"] == "not-upheld"


def test_a_case_that_waited_when_it_was_closed_waits_again(book: Book, case: str) -> None:
    do(book, "wait", case, "04T10:00", "--reason", "a photo")
    wrong = closed(book, case)
    do(book, "retract", case, "04T13:00", wrong, *REASON)
    after = shown(book, case, "--as-of", "2024-03-04T14:00")
    assert after["status"] == "waiting"
    assert {clock["state"] for clock in after["clocks"]} == {"paused"}


def test_a_closing_is_not_taken_back_after_a_reopening_but_after_that_is_taken_back(
    book: Book, case: str
) -> None:
    wrong = closed(book, case)
    reopening = do(book, "reopen", case, "04T13:00", "--reason", "not satisfied")
    assert refused(book, 3, "retract", case, wrong, *REASON) == (
        f"The closing {wrong} cannot be taken back, because reopen {reopening} came after it. Take that back first: "
        f"complaintctl retract {case} {reopening} --reason …"
    )
    do(book, "retract", case, "04T14:00", reopening, *REASON)
    assert shown(book, case)["status"] == "closed"
    do(book, "retract", case, "04T15:00", wrong, *REASON)
    after = shown(book, case)
    assert (after["status"], after["reopenings"]) == ("open", 0)


def test_a_closing_whose_customer_was_asked_about_it_stays(book: Book, case: str) -> None:
    wrong = closed(book, case)
    words = ("record", case, "--score", "4", "--at", "2024-03-04T13:00")
    asked = book.json("survey", *words)["event"]["id"]
    assert f"because survey-answered {asked} came after it" in refused(
        book, 3, "retract", case, wrong, *REASON
    )


def test_a_closing_whose_outcome_was_corrected_stays_and_a_note_changes_nothing(
    book: Book, case: str
) -> None:
    wrong = closed(book, case)
    do(book, "note", case, "04T12:30", "seen")
    edited = do(book, "edit", case, "04T13:00", "--set", "outcome=not-upheld")
    assert f"because edit {edited} came after it" in refused(book, 3, "retract", case, wrong, *REASON)
    do(book, "retract", case, "04T14:00", edited, *REASON)
    do(book, "retract", case, "04T15:00", wrong, *REASON)
    assert shown(book, case)["status"] == "open"


def test_a_closing_that_a_later_duplicate_relies_on_stays(book: Book, case: str) -> None:
    before, later = opened(book), opened(book)
    for duplicate in (before, later):
        do(book, "link", duplicate, "04T10:00", case, "--as", "duplicate_of")
    closed(book, before, "04T11:00", "duplicate")
    wrong = closed(book, case, outcome="not-upheld")
    relying = closed(book, later, "04T13:00", "duplicate")
    assert refused(book, 3, "retract", case, wrong, *REASON) == (
        f"The closing {wrong} cannot be taken back, because {later} was closed as a duplicate of {case} after it. "
        f"Take that back first: complaintctl retract {later} {relying} --reason …"
    )
    do(book, "retract", later, "04T14:00", relying, *REASON)
    do(book, "retract", case, "04T15:00", wrong, *REASON)
    assert shown(book, before)["status"] == "closed"


def test_what_is_taken_back_once_is_not_taken_back_again_nor_before_it_happened(
    book: Book, case: str
) -> None:
    wrong = closed(book, case)
    at = ("--at", "2024-03-04T11:00")
    assert "before close" in refused(book, 3, "retract", case, wrong, *REASON, *at)
    do(book, "retract", case, "04T13:00", wrong, *REASON)
    assert "already retracted" in refused(book, 3, "retract", case, wrong, *REASON)


def test_a_closing_taken_back_in_one_clone_unites_with_a_note_in_the_other(
    book: Book, case: str, tmp_path: Path
) -> None:
    wrong = closed(book, case)
    other = book.clone(tmp_path / "clone")
    do(book, "retract", case, "04T13:00", wrong, *REASON)
    do(other, "note", case, "04T13:30", "the customer called")
    if git_merge(book, other):
        book.call("resolve", "--commit", check=0)
    after = shown(book, case)
    assert (after["status"], after.get("outcome")) == ("open", None)
    assert [event["did"] for event in after["history"]] == ["open", "close", "retract", "note"]
    assert book.file(case).parent.name == "open"
    book.call("check", "--archive", "--as-of", "2024-03-04T14:00", check=0)


def test_of_two_closings_by_two_clones_each_is_taken_back(book: Book, case: str, tmp_path: Path) -> None:
    other = book.clone(tmp_path / "clone")
    closings = [closed(book, case), closed(other, case, "04T12:30")]
    if git_merge(book, other):
        book.call("resolve", "--commit", check=0)
    # The later one first.
    assert f"because close {closings[1]} came" in refused(book, 3, "retract", case, closings[0], *REASON)
    do(book, "retract", case, "04T13:00", closings[1], *REASON)
    assert shown(book, case)["status"] == "closed"
    do(book, "retract", case, "04T14:00", closings[0], *REASON)
    after = shown(book, case)
    assert (after["status"], after.get("outcome")) == ("open", None)
    book.call("check", "--archive", "--as-of", "2024-03-04T15:00", check=0)
