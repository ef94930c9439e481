"""Merges two clones of a casebook of which one imports earlier events of a log and so writes a history anew."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.casebooks import git_merge as merge

POLICY = """\
complaintctl: 1
name: help desk
timezone: Europe/Rome
steps:
  - {step: assess, within: 2h}
  - {step: investigate, within: 1d}
  - {step: respond, within: 3d}
"""
HEADER = "case:concept:name,concept:name,org:resource,time:timestamp,service_level"
ROWS = (
    "Case 1,Assign seriousness,Value 1,2012-10-09T14:50:17+00:00,Value 1",
    "Case 1,Take in charge ticket,Value 2,2012-10-12T15:02:56+00:00,Value 2",
    "Case 1,Resolve ticket,Value 1,2012-10-25T11:54:26+00:00,Value 2",
)
EARLY = "Case 1,Wait,Value 1,2012-10-10T11:54:26+00:00,Value 2"
WORDS = ["Assign seriousness", "Wait", "Take in charge ticket", "Resolve ticket"]


def take_in(book: Book, *rows: str) -> None:
    path = book.root.parent / f"{book.root.name}.csv"
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    book.call("import", "csv", str(path), "--map", "helpdesk-italian", check=0)


@pytest.fixture
def clones(tmp_path: Path) -> tuple[Book, Book]:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml", "Europe/Rome")
    take_in(book, *ROWS)
    return book, book.clone(tmp_path / "theirs")


def unite(clones: tuple[Book, Book], tmp_path: Path) -> list[dict[str, str]]:
    """Merges both ways, which must come to the same file; returns the history."""
    befores = [book.clone(tmp_path / f"before {book.root.name}") for book in clones]
    texts = []
    for book, other in zip(clones, reversed(befores), strict=True):
        assert merge(book, other) == 1
        book.call("resolve", "--commit", check=0)
        book.call("check", "--archive", "--fail-on", "never", check=0)
        (path,) = (book.root / "cases").rglob("C-*.yaml")
        texts.append(path.read_bytes())
    assert texts[0] == texts[1]
    history: list[dict[str, str]] = clones[0].json("show", path.stem)["case"]["history"]
    return history


def only_case(book: Book) -> str:
    (path,) = (book.root / "cases").rglob("C-*.yaml")
    return path.stem


def test_a_history_that_an_import_wrote_anew_is_not_doubled_by_an_event_of_the_other_clone(
    clones: tuple[Book, Book], tmp_path: Path
) -> None:
    ours, theirs = clones
    take_in(ours, ROWS[0], EARLY, *ROWS[1:])
    theirs.call("note", only_case(theirs), "hello", check=0)
    assert [event.get("text") for event in unite(clones, tmp_path)] == [None, *WORDS, "hello"]
    head = ours.head()
    take_in(ours, ROWS[0], EARLY, *ROWS[1:])
    assert ours.head() == head


def test_an_imported_event_that_the_other_clone_took_back_stays_taken_back(
    clones: tuple[Book, Book], tmp_path: Path
) -> None:
    ours, theirs = clones
    take_in(ours, ROWS[0], EARLY, *ROWS[1:])
    case_id = only_case(theirs)
    last = theirs.json("show", case_id)["case"]["history"][-1]
    theirs.call("retract", case_id, last["id"], "--reason", "not solved", check=0)
    history = unite(clones, tmp_path)
    assert [event.get("text") for event in history] == [None, *WORDS, None]
    assert (history[-1]["did"], history[-1]["event"]) == ("retract", history[-2]["id"])
    assert history[-2]["id"] != last["id"]


def test_the_same_rows_imported_by_both_clones_into_a_case_somebody_worked_on_are_there_once(
    clones: tuple[Book, Book], tmp_path: Path
) -> None:
    for book, words in zip(clones, (("note", "one"), ("edit", "--set", "title=two")), strict=True):
        book.call(words[0], only_case(book), *words[1:], check=0)
        take_in(book, ROWS[0], EARLY, EARLY, *ROWS[1:])
    texts = [event.get("text") or "" for event in unite(clones, tmp_path)]
    assert sorted(texts) == sorted(["", "", *WORDS, "Wait", "one"])
