"""The customer's word on a closed case: recorded at once, and the case is reopened if somebody says so."""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.casebooks import Book, make_book, refused
from tests.sampling import sample
from tests.terminal import Terminal, pty_only

POLICY: Final = """\
complaintctl: 1
name: words
timezone: Asia/Shanghai
channels: {phone: {label: {zh: 电话}}}
steps:
  - {step: open, within: 1h}
  - {step: plan, within: 4h}
  - {step: respond, within: 24h}
close: {withdrawn: {}}
reopen_to: plan
"""
DAY: Final = "2024-03-04"
PHONE: Final = ("--via", "phone")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def at(hour: str) -> tuple[str, str]:
    return "--at", f"{DAY}T{hour}"


@pytest.fixture
def closed(book: Book) -> str:
    """A case closed at 12:00 while it waited; its plan was made."""
    case = book.open("t", "--received", f"{DAY}T09:00", *at("09:00"))
    book.call("plan", case, *at("10:00"), check=0)
    book.call("wait", case, "--reason", "a photo", *at("11:00"), check=0)
    book.call("close", case, "--outcome", "withdrawn", *at("12:00"), check=0)
    return case


def shown(book: Book, case: str, *words: str) -> Any:
    return book.json("show", case, *words)["case"]


def kinds(book: Book, case: str) -> list[str]:
    return [event["did"] for event in shown(book, case)["history"]]


@pytest.mark.parametrize("answer", sample([(), ("--no-reopen",)], 1, single=True))
def test_without_a_terminal_the_word_is_recorded_and_the_way_to_reopen_is_told(
    book: Book, closed: str, answer: tuple[str, ...]
) -> None:
    said = book.call("heard", closed, *PHONE, "--text", "thanks", *answer, check=0)
    assert f"{closed} heard\n" in said.stdout
    assert f"{closed} stays closed. To go on with it: complaintctl reopen {closed} --reason …" in said.stderr
    assert shown(book, closed)["status"] == "closed"
    assert shown(book, closed)["reopenings"] == 0
    assert book.file(closed).parent.name == "03"
    book.call("check", "--archive", check=0)


def test_reopen_records_the_word_and_the_reopening_in_one_commit(book: Book, closed: str) -> None:
    before = int(book.git("rev-list", "--count", "HEAD"))
    words = (*PHONE, "--text", "it broke again", "--reopen", *at("15:00"))
    answer = book.json("heard", closed, *words)
    assert int(book.git("rev-list", "--count", "HEAD")) == before + 1
    assert (answer["status"], answer["event"]["did"]) == ("open", "heard")
    assert (answer["next"]["step"], answer["next"]["due"]) == ("plan", f"{DAY}T19:00:00+08:00")
    reopening, word = shown(book, closed)["history"][-2:]
    assert (reopening["did"], reopening["to"], reopening["reason"]) == ("reopen", "plan", "it broke again")
    assert (word["did"], word["via"], word["text"]) == ("heard", "phone", "it broke again")
    assert book.git("log", "-1", "--format=%(trailers:key=Event,valueonly)").split()[::2] == [
        "reopen",
        "heard",
    ]
    assert book.file(closed).parent.name == "open"
    book.call("check", "--archive", "--as-of", f"{DAY}T16:00", check=0)


def test_a_reopening_needs_the_reason_in_the_customers_words(book: Book, closed: str) -> None:
    said = refused(book, 2, "heard", closed, *PHONE, "--reopen")
    assert said == "--text is missing, and there is no terminal to ask for it."
    too_early = (*PHONE, "--reopen", "--text", "x", *at("11:30"))
    assert "is before close" in refused(book, 3, "heard", closed, *too_early)


def test_reopen_says_nothing_of_a_case_that_is_open(book: Book) -> None:
    case = book.open("t")
    book.call("heard", case, *PHONE, "--reopen", check=0)
    assert kinds(book, case) == ["open", "heard"]


def test_a_word_on_a_closed_case_can_be_taken_back_but_not_one_that_ended_a_wait(
    book: Book, closed: str
) -> None:
    book.call("heard", closed, *PHONE, "--text", "wrong case", *at("13:00"), check=0)
    late = book.json("heard", closed, *PHONE, "--text", "told late", *at("11:30"))["event"]["id"]
    assert "is closed" in refused(book, 3, "retract", closed, late, "--reason", "r")
    word = shown(book, closed)["history"][-2]
    assert word["text"] == "wrong case"
    book.call("retract", closed, word["id"], "--reason", "another customer", check=0)
    assert shown(book, closed)["status"] == "closed"
    book.call("check", "--archive", check=0)


def test_taking_back_another_event_leaves_the_case_closed(book: Book, closed: str) -> None:
    book.call("heard", closed, *PHONE, *at("13:00"), check=0)
    note = book.json("note", closed, "x", *at("13:10"))["event"]["id"]
    book.call("retract", closed, note, "--reason", "r", *at("13:20"), check=0)
    assert shown(book, closed)["status"] == "closed"
    book.call("reopen", closed, "--reason", "r", *at("14:00"), check=0)
    wait = book.json("wait", closed, "--reason", "w", *at("14:10"))["event"]["id"]
    book.call("retract", closed, wait, "--reason", "r", *at("14:20"), check=0)
    assert shown(book, closed)["status"] == "open"


@pytest.mark.nightly
@pty_only
@pytest.mark.parametrize("lang", sample(["en", "zh"], 1))
def test_a_terminal_asks_whether_to_reopen(tmp_path: Path, lang: str) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml", lang=lang)
    case = book.open("t")
    book.call("close", case, "--outcome", "withdrawn", check=0)
    question = {"en": "The case is closed. Reopen it [no]: ", "zh": "案件已结案。是否重新打开 [否]："}[lang]
    what = {"en": "What the customer said: ", "zh": "客户说了什么："}[lang]

    terminal = Terminal(book.root, book, "heard", case, *PHONE, only_errors=False)
    terminal.answer(question, "")
    assert terminal.ended()[0] == 0
    assert kinds(book, case) == ["open", "close", "heard"]

    terminal = Terminal(book.root, book, "heard", case, *PHONE, only_errors=False)
    terminal.answer(question, "perhaps")
    terminal.answer(question, {"en": "y", "zh": "是"}[lang])
    terminal.answer(what, "broken again")
    assert terminal.ended()[0] == 0
    assert kinds(book, case)[3:] == ["reopen", "heard"]
    assert shown(book, case)["history"][-2]["reason"] == "broken again"


@pytest.mark.nightly
@pty_only
def test_a_terminal_does_not_ask_what_was_answered_or_is_not_in_question(book: Book, closed: str) -> None:
    is_open = book.open("t")
    for words in ((closed, "--no-reopen"), (is_open,), (closed, "--reopen", "--text", "x")):
        terminal = Terminal(book.root, book, "heard", *words, *PHONE)
        assert terminal.ended()[0] == 0
        assert "?" not in terminal.shown
    assert kinds(book, closed)[-3:] == ["heard", "reopen", "heard"]


@pytest.mark.parametrize(
    "words",
    [
        ("reopen", "--to", "open"),
        ("reopen", "--to", "登记"),
        ("heard", *PHONE, "--reopen-to", "open"),
    ],
)
def test_a_case_is_not_reopened_to_its_registration_which_no_command_takes_again(
    book: Book, closed: str, words: tuple[str, ...]
) -> None:
    reason = "--reason" if words[0] == "reopen" else "--text"
    told = refused(book, 3, words[0], closed, *words[1:], reason, "not solved")
    assert "No command takes open" in told
    assert "can be reopened to: plan" in told
    assert "respond" in told
    assert shown(book, closed)["status"] == "closed"


def test_a_policy_that_reopens_to_the_registration_is_faulty(tmp_path: Path, book: Book) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(POLICY.replace("reopen_to: plan", "reopen_to: open"), encoding="utf-8")
    told = book.call("policy", "check", str(path), check=1).stderr
    assert "unknown step open. Available: plan, respond." in told
