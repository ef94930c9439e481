"""Tests the crisis track: its own steps from its start, shorter limits while it lasts, and its end."""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused

POLICY = """\
complaintctl: 1
name: crisis
timezone: Asia/Shanghai
levels: [urgent, general]
categories: {quality: {}}
steps:
  - {step: ack, within: 1h, first_answer: true}
  - {step: report-up, within: 15m, from: crisis, when: {crisis: yes}, after: []}
  - {step: task-force, within: 1h, from: crisis, when: {crisis: yes}, after: [report-up]}
  - {step: calm, within: 90m, when: {crisis: no}, after: []}
  - {step: respond, within: {crisis: 12h, quality: 24h, urgent: 36h, else: 48h}, after: []}
  - {step: update, every: {crisis: 2h, urgent: 8h, else: 24h}}
"""
DAY = "2024-03-04"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


@pytest.fixture
def case_id(book: Book) -> str:
    """An urgent case of quality, received and acknowledged at 08:00."""
    words = ("--level", "urgent", "--category", "quality", "--at", f"{DAY}T08:00")
    opened = book.open("t", "--received", f"{DAY}T08:00", *words)
    book.call("ack", opened, "--via", "phone", "--at", f"{DAY}T08:00", check=0)
    return opened


def event(book: Book, case_id: str, at: str, *words: str) -> Any:
    """Escalates at that time of the day; returns the event."""
    return book.json("escalate", case_id, *words, "--reason", "r", "--at", f"{DAY}T{at}")["event"]


def dues(book: Book, case_id: str, as_of: str) -> dict[str, str]:
    """When each open step is due, as day and time of day."""
    clocks = book.json("show", case_id, "--as-of", f"{DAY}T{as_of}")["case"]["clocks"]
    running = [clock for clock in clocks if clock["due"] and not clock["taken"]]
    return {clock["step"]: f"{clock['due'][8:10]} {clock['due'][11:16]}" for clock in running}


# Received at 08:00: an answer of quality in 24 h, an update every 8 h.
BEFORE = {"calm": "04 09:30", "respond": "05 08:00", "update": "04 16:00"}
# Crisis from 09:00: 15 min and 1 h from then; 12 h from receipt; 2 h from the last contact at 08:00.
DURING = {"report-up": "04 09:15", "task-force": "04 10:00", "respond": "04 20:00", "update": "04 10:00"}


def test_a_crisis_starts_its_own_steps_and_shorter_limits(book: Book, case_id: str) -> None:
    assert dues(book, case_id, "08:59") == BEFORE
    told = event(book, case_id, "09:00", "--crisis")
    assert told["set"] == {"crisis": [None, "true"]}
    assert {step: [old[11:16], new[11:16]] for step, (old, new) in told["moved"].items()} == {
        "respond": ["08:00", "20:00"],
        "update": ["16:00", "10:00"],
    }
    assert dues(book, case_id, "09:00") == DURING
    assert dues(book, case_id, "08:59") == BEFORE
    assert "\ncrisis: true\n" in book.file(case_id).read_text(encoding="utf-8")


def test_a_crisis_that_ends_gives_the_other_limits_back(book: Book, case_id: str) -> None:
    event(book, case_id, "09:00", "--crisis")
    book.call("step", case_id, "report-up", "--at", f"{DAY}T09:10", check=0)
    told = event(book, case_id, "09:20", "--no-crisis")
    assert told["set"] == {"crisis": ["true", None]}
    assert {step: [old[11:16], new[11:16]] for step, (old, new) in told["moved"].items()} == {
        "respond": ["20:00", "08:00"],
        "update": ["10:00", "16:00"],
    }
    assert dues(book, case_id, "09:20") == BEFORE
    # Steps taken in the crisis stay taken, with their verdicts.
    history = book.json("show", case_id)["case"]["history"]
    assert [(one["did"], one["met"]) for one in history if one["did"] == "report-up"] == [("report-up", True)]


def test_the_steps_of_a_second_crisis_are_due_again(book: Book, case_id: str) -> None:
    event(book, case_id, "09:00", "--crisis")
    book.call("step", case_id, "report-up", "--at", f"{DAY}T09:10", check=0)
    event(book, case_id, "09:20", "--no-crisis")
    event(book, case_id, "09:30", "--crisis")
    # 15 min and 1 h from 09:30.
    found = dues(book, case_id, "09:30")
    assert (found["report-up"], found["task-force"]) == ("04 09:45", "04 10:30")


def test_a_crisis_taken_back_never_was_and_an_end_taken_back_leaves_it_from_its_beginning(
    book: Book, case_id: str
) -> None:
    called = event(book, case_id, "09:00", "--crisis")
    ended = event(book, case_id, "09:20", "--no-crisis")
    words = ("--reason", "r", "--at", f"{DAY}T09:30")
    book.call("retract", case_id, ended["id"], *words, check=0)
    assert dues(book, case_id, "09:30") == DURING
    book.call("retract", case_id, called["id"], *words, check=0)
    assert dues(book, case_id, "09:30") == BEFORE
    assert book.call("check", "--fail-on", "never", check=0).stderr.count("crisis") == 0


def test_the_explanation_names_the_crisis(book: Book, case_id: str) -> None:
    event(book, case_id, "09:00", "--crisis")
    said = book.call("explain", case_id, "--as-of", f"{DAY}T09:00", check=0).stdout
    assert "counted from the crisis: 2024-03-04 09:00" in said
    assert "2h (crisis)" in said


def supposed(book: Book, case_id: str, crisis: str, as_of: str) -> dict[str, str]:
    """The due times if the crisis began, or ended, at that time."""
    words = ("--if", f"crisis={crisis}", "--as-of", f"{DAY}T{as_of}")
    clocks = book.json("explain", case_id, *words)["explain"]["clocks"]
    running = [clock for clock in clocks if clock["due"] and not clock["taken"]]
    return {clock["step"]: f"{clock['due'][8:10]} {clock['due'][11:16]}" for clock in running}


def test_the_explanation_answers_what_a_crisis_would_change(book: Book, case_id: str) -> None:
    head = book.head()
    assert supposed(book, case_id, "yes", "09:00") == DURING
    assert supposed(book, case_id, "no", "09:00") == BEFORE
    event(book, case_id, "09:00", "--crisis")
    # Half an hour later it is still the crisis from 09:00.
    assert supposed(book, case_id, "yes", "09:30") == DURING
    assert supposed(book, case_id, "no", "09:30") == BEFORE
    assert supposed(book, case_id, "", "09:30") == BEFORE
    assert book.git("rev-list", "--count", f"{head}..HEAD").strip() == "1"
    assert "yes or no" in refused(book, 2, "explain", case_id, "--if", "crisis=perhaps")


def test_until_a_level_is_known_the_limit_of_a_crisis_is_not_the_shortest(book: Book) -> None:
    opened = book.open("t", "--received", f"{DAY}T08:00", "--at", f"{DAY}T08:00")
    # The shortest of class, level and else: 24 h of quality.
    assert dues(book, opened, "08:00")["respond"] == "05 08:00"


def test_only_the_command_sets_a_crisis(book: Book, case_id: str) -> None:
    assert "use the command for it" in refused(book, 2, "edit", case_id, "--set", "crisis=yes")
    words = ("--reason", "r", "--at", f"{DAY}T09:00")
    refused(book, 3, "escalate", case_id, "--no-crisis", *words)
    event(book, case_id, "09:00", "--crisis")
    refused(book, 3, "escalate", case_id, "--crisis", *words)
    refused(book, 2, "escalate", case_id, "--crisis")
    refused(book, 2, "escalate", "--due", "--crisis")


def test_a_crisis_written_by_hand_is_named_until_it_is_recorded(book: Book, case_id: str) -> None:
    file = book.file(case_id)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\nhistory:", "\ncrisis: true\n\nhistory:"), encoding="utf-8")
    result = book.call("check", "--as-of", f"{DAY}T08:10", check=4)
    assert "crisis" in result.stderr
    assert event(book, case_id, "09:00", "--crisis")["set"] == {"crisis": [None, "true"]}
    assert "crisis" not in book.call("check", "--as-of", f"{DAY}T09:01").stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("levels: [urgent, general]", "levels: [urgent, general, crisis]", "cannot be called crisis"),
        ("categories: {quality: {}}", "categories: {quality: {}, crisis: {}}", "cannot be called crisis"),
        ("{crisis: no}", "{crisis: maybe}", "maybe"),
        ("within: 90m", "within: 90m, needs: {crisis: [owner]}", "crisis"),
    ],
)
def test_a_policy_that_mistakes_a_crisis_is_faulty(book: Book, old: str, new: str, said: str) -> None:
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    assert old in text
    policy.write_text(text.replace(old, new), encoding="utf-8")
    result = book.call("policy", "check", check=1)
    assert said in result.stdout + result.stderr
