"""Tests the two ways on after the findings: a plan, or the refusal that needs none; and what `today` costs."""

import shlex
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from complaintctl.domain.lifecycle.missing_facts import missing_for_step
from complaintctl.render.text.language import Language
from tests.casebooks import Book, make_book, spoken
from tests.terminal import Terminal, pty_only

POLICY = """\
complaintctl: 1
name: findings
timezone: Asia/Shanghai
steps:
  - {step: investigate}
  - {step: plan, when: {outcome: [upheld, ""]}, needs: [plan.principle]}
  - {step: respond, needs: [outcome]}
close: {not-upheld: {steps: [respond]}}
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def investigated(book: Book) -> str:
    case_id = book.open("t")
    book.call("investigate", case_id, check=0)
    return case_id


def test_today_prints_the_plan_and_the_refusal_while_both_are_possible(book: Book) -> None:
    case_id = book.open("t")
    (entry,) = book.json("today")["today"]
    assert entry["if_not_upheld"] is None
    assert spoken("or, if not upheld", "如不成立") not in book.call("today", check=0).stdout
    book.call("investigate", case_id, check=0)
    (entry,) = book.json("today")["today"]
    assert (entry["step"], entry["command"]) == ("plan", f"complaintctl plan {case_id}")
    refusal = f"complaintctl respond {case_id} --outcome not-upheld"
    assert entry["if_not_upheld"] == refusal
    assert "--outcome not-upheld" in book.call("today", check=0).stdout
    assert "如不成立" in book.call("today", "--lang", "zh", check=0).stdout
    book.call(*shlex.split(refusal)[1:], check=0)
    (entry,) = book.json("today")["today"]
    assert (entry["step"], entry["if_not_upheld"]) == ("close", None)


def test_a_step_of_the_teams_own_records_the_refusal(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    policy.write_text(POLICY.replace("respond", "answer"), encoding="utf-8")
    case_id = investigated(book)
    (entry,) = book.json("today")["today"]
    assert entry["if_not_upheld"] == f"complaintctl step {case_id} answer --set outcome=not-upheld"
    book.call(*shlex.split(entry["if_not_upheld"])[1:], check=0)


@pytest.mark.parametrize("words", [("--set", "outcome=upheld"), ()])
def test_a_known_outcome_leaves_one_way(book: Book, words: tuple[str, ...]) -> None:
    case_id = investigated(book)
    book.call("edit", case_id, *(words or ("--set", "outcome=not-upheld")), check=0)
    (entry,) = book.json("today")["today"]
    assert (entry["step"], entry["if_not_upheld"]) == ("plan" if words else "respond", None)


@pty_only
@pytest.mark.parametrize(
    ("lang", "question", "answer"),
    [
        pytest.param("en", "outcome:", "not-upheld", marks=pytest.mark.nightly),
        ("zh", "结论：", "不成立"),
    ],
)
def test_respond_asks_for_the_outcome_first(book: Book, lang: Language, question: str, answer: str) -> None:
    refused, upheld = investigated(book), investigated(book)
    for case_id, word, code in ((refused, answer, 0), (upheld, "1", 3)):
        terminal = Terminal(book.root, book.speaking(lang), "respond", case_id, only_errors=False)
        terminal.answer(question, word)
        ended, _printed = terminal.ended()
        assert ended == code, terminal.before + terminal.shown
    assert book.json("show", refused)["case"]["outcome"] == "not-upheld"
    assert "outcome" not in book.json("show", upheld)["case"]


@pty_only
def test_respond_asks_nothing_where_no_outcome_opens_the_way(book: Book) -> None:
    terminal = Terminal(book.root, book, "respond", book.open("t"), only_errors=False)
    ended, _printed = terminal.ended()
    assert (ended, "outcome" in terminal.shown) == (3, False)


def test_today_works_out_once_what_a_command_asks_for(book: Book) -> None:
    for _number in range(3):
        investigated(book)
    calls = 0

    def count(frame: FrameType, event: str, _value: Any) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code is missing_for_step.__code__

    sys.setprofile(count)
    try:
        book.call("today", check=0)
    finally:
        sys.setprofile(None)
    assert calls == 3  # rows
