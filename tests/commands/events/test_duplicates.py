"""A duplicate leads to one original that is open or was answered; the original shows its duplicates."""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused

POLICY = """\
complaintctl: 1
name: duplicates
timezone: Asia/Shanghai
steps:
  - {step: respond}
close: {withdrawn: {}, duplicate: {needs: [links]}, invalid: {}}
"""
DUPLICATE = ("--outcome", "duplicate")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def duplicate(book: Book, original: str) -> str:
    """A case that was closed as a duplicate."""
    case = book.open("again")
    book.call("link", case, original, "--as", "duplicate_of", check=0)
    book.call("close", case, *DUPLICATE, check=0)
    return case


def shown(book: Book, case: str, *words: str) -> Any:
    return book.json("show", case, *words)["case"]


def test_a_duplicate_needs_the_link_to_its_original(book: Book) -> None:
    case, original = book.open("a"), book.open("b")
    needs = f"{case} needs the link to its original: complaintctl close {case} --duplicate-of ORIGINAL."
    assert needs in refused(book, 3, "close", case, *DUPLICATE)
    book.call("link", case, original, check=0)
    assert needs in refused(book, 3, "close", case, *DUPLICATE)
    book.call("link", case, original, "--as", "duplicate_of", check=0)
    book.call("close", case, *DUPLICATE, check=0)


def test_without_a_rule_of_the_policy_the_link_is_needed_too(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY.partition("close:")[0], encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    case = book.open("a")
    said = refused(book, 3, "close", case, *DUPLICATE)
    assert "missing respond, and its original (--duplicate-of CASE)." in said
    event = book.json("close", case, *DUPLICATE, "--force", "--reason", "kept elsewhere")["event"]
    assert event["forced"] == ["respond", "duplicate_of"]


def test_two_cases_are_not_closed_as_duplicates_of_each_other(book: Book) -> None:
    original = book.open("b")
    case = duplicate(book, original)
    said = refused(book, 3, "link", original, case, "--as", "duplicate_of")
    assert (
        f"{original} cannot be a duplicate of a case that leads back to it: {original}, {case}, {original}."
        in said
    )
    third = duplicate(book, case)
    assert "leads back to it" in refused(book, 3, "link", original, third, "--as", "duplicate_of")
    book.call("link", original, case, check=0)


def test_a_duplicate_of_a_duplicate_leads_to_the_first_original(book: Book) -> None:
    original = book.open("b")
    between = duplicate(book, original)
    last = duplicate(book, between)
    assert shown(book, between)["duplicates"] == [last]
    book.call("close", original, "--outcome", "withdrawn", check=0)
    another = book.open("c")
    book.call("link", another, last, "--as", "duplicate_of", check=0)
    assert f"{original} was closed as withdrawn" in refused(book, 3, "close", another, *DUPLICATE)


@pytest.mark.parametrize("outcome", ["withdrawn", "invalid"])
def test_an_original_that_answers_nobody_is_refused_with_the_command_that_helps(
    book: Book, outcome: str
) -> None:
    case, original = book.open("a"), book.open("b")
    book.call("close", original, "--outcome", outcome, check=0)
    book.call("link", case, original, "--as", "duplicate_of", check=0)
    assert refused(book, 3, "close", case, *DUPLICATE) == (
        f"{original} was closed as {outcome}, so nobody answers {case}. Reopen it: complaintctl reopen {original} "
        f"--reason …; or handle {case} by itself."
    )
    # Nor by the way round of another outcome, nor by force.
    assert "nobody answers" in refused(book, 3, "close", case, *DUPLICATE, "--force", "--reason", "r")
    book.call("close", case, "--outcome", "withdrawn", check=0)
    assert "nobody answers" in refused(book, 3, "edit", case, "--set", "outcome=duplicate")
    book.call("reopen", original, "--reason", "another customer", check=0)
    book.call("edit", case, "--set", "outcome=duplicate", check=0)


def test_an_original_closed_as_answered_is_one(book: Book) -> None:
    original = book.open("b")
    book.call("respond", original, check=0)
    book.call("close", original, "--outcome", "not-upheld", check=0)
    duplicate(book, original)
    unanswered = book.open("c")
    book.call("close", unanswered, "--outcome", "upheld", "--force", "--reason", "r", check=0)
    case = book.open("a")
    book.call("link", case, unanswered, "--as", "duplicate_of", check=0)
    assert "nobody answers" in refused(book, 3, "close", case, *DUPLICATE)


def test_there_is_one_original(book: Book) -> None:
    case, first, second = (book.open(name) for name in "abc")
    book.call("link", case, first, "--as", "duplicate_of", check=0)
    book.call("link", case, second, "--as", "duplicate_of", check=0)
    assert f"several cases ({first}, {second})" in refused(book, 3, "close", case, *DUPLICATE)
    case = duplicate(book, first)
    assert "several cases" in refused(book, 3, "link", case, second, "--as", "duplicate_of")


def test_the_original_shows_its_duplicates_open_and_closed(book: Book) -> None:
    original = book.open("b")
    closed = duplicate(book, original)
    still_open, related = book.open("c"), book.open("d")
    book.call("link", still_open, original, "--as", "duplicate_of", check=0)
    book.call("link", related, original, check=0)
    assert sorted(shown(book, original)["duplicates"]) == sorted([closed, still_open])
    said = book.call("show", original, check=0).stdout
    assert f"duplicate of this case: {closed}, closed" in said
    assert f"duplicate of this case: {still_open}, open" in said
    assert shown(book, closed)["duplicates"] == []


def test_one_command_links_a_duplicate_and_closes_it_in_one_event_and_commit(book: Book) -> None:
    original, case = book.open("b"), book.open("a")
    before = book.git("rev-list", "--count", "HEAD")
    event = book.json("close", case, "--duplicate-of", original[-5:].lower())["event"]
    assert (event["did"], event["link"], event["set"]["outcome"]) == ("close", original, [None, "duplicate"])
    assert int(book.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert shown(book, case)["links"] == [{"duplicate_of": original}]
    assert shown(book, case)["file"].startswith("cases/closed/")
    assert shown(book, original)["duplicates"] == [case]
    book.call("check", "--archive", check=0)


def test_the_day_before_a_duplicate_was_closed_it_is_no_duplicate(book: Book) -> None:
    day = ("--at", "2024-03-04T09:00")
    original, case = book.open("b", *day), book.open("a", *day)
    book.call("close", case, "--duplicate-of", original, "--at", "2024-03-05T09:00", check=0)
    then = shown(book, case, "--as-of", "2024-03-04T12:00")
    assert (then["status"], then.get("links"), then.get("outcome")) == ("open", None, None)


def test_a_link_made_before_is_not_made_again(book: Book) -> None:
    original, case = book.open("b"), book.open("a")
    book.call("link", case, original, "--as", "duplicate_of", check=0)
    event = book.json("close", case, "--duplicate-of", original)["event"]
    assert event.get("link") is None
    assert shown(book, case)["links"] == [{"duplicate_of": original}]


def test_what_cannot_be_an_original_is_refused_in_one_command_too(book: Book) -> None:
    original, case = book.open("b"), book.open("a")
    withdrawn = book.open("c")
    book.call("close", withdrawn, "--outcome", "withdrawn", check=0)
    to_this = ("close", case, "--duplicate-of")
    assert "cannot be linked to itself" in refused(book, 2, *to_this, case)
    assert "No case matches C-1" in refused(book, 5, *to_this, "C-1")
    assert "so nobody answers" in refused(book, 3, *to_this, withdrawn)
    said = refused(book, 2, *to_this, original, "--outcome", "upheld")
    assert said == "A case closed with --duplicate-of is a duplicate; it cannot be closed as upheld."
    book.call(*to_this, original, "--outcome", "duplicate", check=0)
    assert "leads back to it" in refused(book, 3, "close", original, "--duplicate-of", case)
    other = book.open("d")
    book.call("link", other, original, "--as", "duplicate_of", check=0)
    another = book.open("e")
    assert "several cases" in refused(book, 3, "close", other, "--duplicate-of", another)


def test_steps_that_the_policy_asks_of_a_duplicate_are_still_needed(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY.partition("close:")[0], encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    original, case = book.open("b"), book.open("a")
    assert "missing respond." in refused(book, 3, "close", case, "--duplicate-of", original)
    book.call("close", case, "--duplicate-of", original, "--force", "--reason", "one answer", check=0)
    assert shown(book, case)["forced"] == ["respond"]
