"""Tests shortcuts: several steps of one case at one moment, each its own event, all or nothing, one commit."""

from pathlib import Path
from typing import Any

import pytest

from complaintctl.render.text.language import Language
from tests.casebooks import Book, make_book, refused
from tests.terminal import Terminal, pty_only

POLICY = """\
complaintctl: 1
name: shortcuts
timezone: Asia/Shanghai
channels: [phone]
categories: {service: {department: desk}, product: {}}
people: {li.wei: {email: li.wei@example.com, roles: [handler]}, ma.li: {}}
roles: [handler]
fields: {rings: {}}
steps:
  - {step: receive, within: 1h, needs: [x.rings], roles: [handler]}
  - {step: classify, needs: [category]}
  - {step: respond, needs: [outcome]}
  - {step: archive, needs: [lesson]}
close: {withdrawn: {}}
shortcuts:
  solved: {label: {zh: 当场解决}, steps: [receive, classify, respond]}
  finish: {steps: [archive, close]}
"""
AT = "2024-03-04T09:00"
GIVEN = ("--set", "x.rings=2", "--set", "category=service", "--set", "outcome=upheld")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def opened(book: Book) -> str:
    return book.open("t", "--received", AT, "--at", AT)


def case_of(book: Book, case_id: str) -> dict[str, Any]:
    case: dict[str, Any] = book.json("show", case_id)["case"]
    return case


def test_each_step_is_an_event_of_its_own_in_one_commit(book: Book) -> None:
    case_id = opened(book)
    before = int(book.git("rev-list", "--count", "HEAD"))
    words = ("--at", "2024-03-04T09:30", "--text", "by phone", "--via", "phone", "--promise-by", "+24h")
    done = book.json("step", case_id, "solved", *GIVEN, *words)
    assert [event["did"] for event in done["events"]] == ["receive", "classify", "respond"]
    assert done["event"] == done["events"][-1]
    assert [event["at"] for event in done["events"]] == ["2024-03-04T09:30:00+08:00"] * 3
    # Each value is recorded with the step that needs it; the limit of the first is judged.
    assert [event.get("set") for event in done["events"]] == [
        {"x.rings": [None, "2"]},
        {"department": [None, "desk"], "category": [None, "service"]},
        {"outcome": [None, "upheld"]},
    ]
    assert [event.get("met") for event in done["events"]] == [True, None, None]
    assert [event.get("via") for event in done["events"]] == ["phone", None, None]
    assert [bool(event.get("promise")) for event in done["events"]] == [False, False, True]
    assert int(book.git("rev-list", "--count", "HEAD")) == before + 1
    message = book.git("log", "-1", "--format=%B")
    assert message.startswith(f"{case_id} receive, classify, respond\n")
    assert message.count("Event: ") == 3
    result = book.call("step", case_id, "finish", "--set", "lesson=ring", check=0)
    assert result.stdout == f"{case_id} archive\n{case_id} close\n"
    case = case_of(book, case_id)
    assert (case["status"], case["lesson"], len(case["history"])) == ("closed", "ring", 6)
    book.call("check", "--archive", "--fail-on", "never", check=0)


def test_no_rule_of_any_step_is_left_out(book: Book) -> None:
    case_id = opened(book)
    # The last step lacks its outcome: nothing is recorded.
    assert "outcome" in refused(book, 3, "step", case_id, "solved", *GIVEN[:4])
    assert "handler" in refused(book, 3, "step", case_id, "solved", *GIVEN, "--by", "ma.li")
    # Archiving comes after the answer.
    assert "respond" in refused(book, 3, "step", case_id, "finish", "--set", "lesson=ring")
    book.call("step", case_id, "receive", "--set", "x.rings=2", check=0)
    assert "receive" in refused(book, 3, "step", case_id, "solved", *GIVEN)


def test_a_shortcut_is_for_one_case(book: Book) -> None:
    cases = (opened(book), opened(book))
    said = "takes the steps of one case"
    assert said in refused(book, 2, "step", *cases, "solved", *GIVEN)
    assert said in refused(book, 2, "step", "solved", "--where", "status=open", "--yes", *GIVEN)


@pty_only
@pytest.mark.parametrize(
    ("lang", "name", "questions"),
    [
        ("en", "", ("Step (1 receive, 2 archive, 3 solved, 4 finish): ", "rings: ", "class ", "outcome:")),
        ("zh", "当场解决", ("", "rings：", "分类（", "结论：")),
    ],
)
def test_a_terminal_asks_once_for_what_the_steps_lack(
    book: Book, lang: Language, name: str, questions: tuple[str, ...]
) -> None:
    case_id = opened(book)
    words = ("step", case_id, *((name,) if name else ()))
    terminal = Terminal(book.root, book.speaking(lang), *words, only_errors=False)
    for question, answer in zip(questions, ("3", "2", "1", "1"), strict=True):
        if question:
            terminal.answer(question, answer)
    ended, _printed = terminal.ended()
    assert ended == 0, terminal.before + terminal.shown
    case = case_of(book, case_id)
    assert (case["x"], case["category"], case["department"], case["outcome"]) == (
        {"rings": "2"},
        "service",
        "desk",
        "upheld",
    )
    assert [event["did"] for event in case["history"]] == ["open", "receive", "classify", "respond"]


@pytest.mark.parametrize(
    ("shortcuts", "said"),
    [
        ("{a: {steps: []}}", "a shortcut needs steps"),
        ("{a: {steps: [close, respond]}}", "unknown step close"),
        ("{a: {steps: [respond, respond]}}", "respond is here twice"),
        ("{respond: {steps: [receive]}}", "respond is an event, so it cannot be a step"),
        ("{a: {steps: [visit]}}", "unknown step visit"),
        ("{'a b': {steps: [receive]}}", "a b"),
    ],
)
def test_a_shortcut_that_cannot_be_taken_is_a_fault_of_the_policy(
    book: Book, shortcuts: str, said: str
) -> None:
    file = book.root / "complaintctl.yaml"
    file.write_text(f"{POLICY.partition('shortcuts:')[0]}shortcuts: {shortcuts}\n", encoding="utf-8")
    assert said in book.call("policy", "check", check=1).stderr


def test_the_policy_shows_its_shortcuts(book: Book) -> None:
    shown = book.call("policy", "show", "--lang", "zh", check=0).stdout
    assert "solved 当场解决" in shown
