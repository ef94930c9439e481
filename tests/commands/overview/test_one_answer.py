"""`board`, `today`, `list`, `show`, `explain` and the line after an event say the same of what a case waits for next.

For random histories under all shipped policies: 500 by night, a sample otherwise. The histories are played through the
domain and written without git; what is compared is what the commands print.
"""

import functools
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from complaintctl.storage.case.new_text import case_yaml
from tests.casebooks import Book, make_book
from tests.domain.overview.histories import DOER, POLICIES, SIGNER, STORIES, Story, play_story, shipped_rules

CASE: Final = "C-20261116-7K3FQ"
# By night every property has 2,000 examples, but each of these is seven commands.
EXAMPLES: Final = 500 if settings().max_examples > 50 else 8
# How much later one asks, in minutes.
LATER: Final = st.sampled_from([0, 1, 45, 600, 1440, 5000])


@functools.cache
def casebook(name: str) -> Book:
    """A casebook after a shipped policy, outside git, with the people of the histories."""
    folder = Path(tempfile.mkdtemp(prefix="one-answer-", dir=_kept().name))
    book = make_book(folder, name, timezone=shipped_rules(name).policy.timezone)
    (book.root / ".git").rename(folder / "unused")
    roles = ", ".join(shipped_rules(name).policy.roles)
    people = ", ".join(f"{who}: {{roles: [{roles}]}}" for who in (DOER, SIGNER))
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8").replace("people: {}", f"people: {{{people}}}")
    policy.write_text(text, encoding="utf-8")
    return book


@functools.cache
def _kept() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


def written(book: Book, name: str, story: Story) -> datetime:
    """Write the one case of the book; gives the time of its last event."""
    for old in (book.root / "cases").rglob("*.yaml"):
        old.unlink()
    case, now = play_story(shipped_rules(name), story, CASE)
    folder = "closed/2026/11" if case.status == "closed" else "open"
    path = book.root / "cases" / folder / f"{CASE}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(case_yaml(case), encoding="utf-8")
    return now


def answers(book: Book, when: str) -> dict[str, Any]:
    """What each command says of the case: step, what and due time; None for a command that does not list it."""
    shown = book.json("show", CASE, "--as-of", when)["case"]
    explained = book.json("explain", CASE, "--as-of", when)["explain"]["next"]
    assert (shown["next"] or {}).get("due") == shown["due"]
    said = {"show": shown["next"], "explain": explained, "today": None, "board": None}
    for entry in book.json("today", "--as-of", when)["today"]:
        assert (entry["step"], entry["due"]) == (entry["next"]["step"], entry["next"]["due"])
        said["today"] = entry["next"]
    for column in book.json("board", "--as-of", when)["board"]:
        for entry in column["cases"]:
            assert column["step"] in {entry["next"]["step"], entry["next"]["what"]}
            assert (entry["due"], entry["overdue"]) == (entry["next"]["due"], entry["next"]["overdue"])
            said["board"] = entry["next"]
    (row,) = book.json("list", "--all", "--columns", "step,due", "--as-of", when)["cases"]
    said["list"] = row
    return said


# Not shrunk: each attempt is seven commands.
@pytest.mark.nightly
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.sampled_from(POLICIES), STORIES, LATER)
@example("ecommerce", [(5, 0, 0)], 1)
@example("hotline", [(5, 0, 0), (1, 33, 1)], 1)
@example("8d", [(5, 0, 0), (5, 37, 0)], 45)
def test_six_commands_agree_on_what_a_case_waits_for_and_until_when(
    name: str, story: Story, later: int
) -> None:
    book = casebook(name)
    when = (written(book, name, story) + timedelta(minutes=later)).isoformat()
    said = answers(book, when)
    awaited, row = said["show"], said.pop("list")
    status = book.json("show", CASE, "--as-of", when)["case"]["status"]
    if status == "closed":
        # `today` and `board` are about open cases.
        assert (said.pop("today"), said.pop("board")) == (None, None)
    elif status == "waiting" and awaited["due"] is None:
        # Nothing is owed until the customer answers.
        assert said.pop("today") is None
    assert said == dict.fromkeys(said, awaited)
    expected = (awaited["step"], awaited["due"]) if awaited else (None, None)
    assert (row["step"], row["due"] and moment(row["due"])) == (
        expected[0],
        expected[1] and moment(expected[1]),
    )
    if moment(when) > datetime.now(UTC):
        # A story that goes on after today: a note would be recorded in the middle of it.
        return
    # A note changes nothing: the line after it is what `show` says now.
    noted = book.json("note", CASE, "seen")["next"]
    assert noted == book.json("show", CASE)["case"]["next"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
