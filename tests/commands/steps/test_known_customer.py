"""Tests what `open` says and asks about a customer who is known from earlier cases."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.terminal import Terminal, pty_only

PHONE = "138-0013-8000"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def test_an_opening_names_earlier_cases_of_the_same_phone_e_mail_or_serial(book: Book) -> None:
    closed = book.open("swollen", "--phone", PHONE, "--at", "2026-11-01T09:00")
    marks = ("--set", "satisfaction.overall=4")
    book.call("close", closed, "--outcome", "withdrawn", *marks, "--at", "2026-11-02T09:00", check=0)
    running = book.open("dead", "--email", "a@example.com", "--serial", "SN-4411", "--at", "2026-11-03T09:00")
    book.open("another's", "--phone", "13900139000", "--at", "2026-11-03T10:00")
    new = (
        "open",
        "--title",
        "t",
        "--phone",
        "+86 138 0013 8000",
        "--serial",
        "sn4411",
        "--email",
        "A@example.com",
    )
    said = book.call(*new, check=0)
    assert said.stdout.startswith("C-")
    assert said.stdout.count("\n") == 1
    assert f"same e-mail address, serial number: {running} of 2026-11-03 (open): dead" in said.stderr
    assert (
        f"same telephone number: {closed} of 2026-11-01 (closed, withdrawn, satisfaction 4): swollen"
        in said.stderr
    )
    assert "another's" not in said.stderr
    known = book.json(*new)["known"]
    assert [entry["id"] for entry in known][1:] == [running, closed]
    assert known[-1] == {
        "id": closed,
        "known_by": ["phone"],
        "received": "2026-11-01T09:00:00+08:00",
        "status": "closed",
        "outcome": "withdrawn",
        "satisfaction": 4,
        "title": "swollen",
    }


def test_an_unknown_customer_and_one_without_a_number_are_known_from_nowhere(book: Book) -> None:
    book.open("t", "--customer-name", "王芳", "--serial", "unknown")
    for options in (("--customer-name", "王芳"), ("--serial", "unknown"), ("--phone", PHONE)):
        assert book.json("open", "--title", "t", *options)["known"] == []


def test_only_the_latest_five_earlier_cases_are_printed(book: Book) -> None:
    for number in range(7):
        book.open(f"case {number}", "--phone", PHONE, "--at", f"2026-11-0{number + 1}T09:00", "--no-commit")
    said = book.call("open", "--title", "t", "--phone", PHONE, check=0).stderr
    assert said.count("same telephone number") == len(range(5))
    assert "2 more cases; all of them: complaintctl customer PHONE" in said
    assert "case 6" in said
    assert "case 1" not in said


@pytest.fixture
def earlier(book: Book) -> str:
    return book.open("dead", "--phone", PHONE, "--channel", "phone", "--at", "2026-11-03T09:00")


def events(book: Book, case_id: str) -> list[str]:
    return [event["did"] for event in book.json("show", case_id)["case"]["history"]]


@pty_only
def test_on_a_terminal_the_call_can_be_recorded_as_a_word_on_the_earlier_case(
    book: Book, earlier: str
) -> None:
    options = ("--title", "still dead", "--phone", "13800138000")
    terminal = Terminal(book.root, book, "open", *options, only_errors=False)
    terminal.answer(f"A new case, or a word on {earlier}? [n]: ", "zzzzz")
    terminal.answer("zzzzz is none of these cases.", earlier[-5:].lower())
    terminal.answer("The channel of this contact [", "fax")
    terminal.answer("The channel of this contact [", "phone")
    assert terminal.ended()[0] == 0
    assert events(book, earlier)[-1] == "heard"
    assert book.json("show", earlier)["case"]["history"][-1]["text"] == "still dead"
    assert len(list((book.root / "cases" / "open").glob("C-*"))) == 1


def leave_open(terminal: Terminal) -> None:
    """Leave the questions of the intake without an answer, and record the case."""
    terminal.await_words("Enter leaves a question out")
    terminal.type(b"\n" * 20)
    assert terminal.ended()[0] == 0


@pty_only
def test_on_a_terminal_enter_opens_a_new_case(book: Book, earlier: str) -> None:
    options = ("--title", "loud", "--phone", "13800138000")
    terminal = Terminal(book.root, book, "open", *options, only_errors=False)
    terminal.answer(f"or a word on {earlier}? [n]: ", "")
    leave_open(terminal)
    assert events(book, earlier) == ["open"]
    assert len(list((book.root / "cases" / "open").glob("C-*"))) == len([earlier, "the new case"])


@pty_only
def test_the_question_speaks_chinese(book: Book, earlier: str) -> None:
    terminal = Terminal(
        book.root,
        book.speaking("zh"),
        "open",
        "--title",
        "仍不开机",
        "--phone",
        "13800138000",
        only_errors=False,
    )
    terminal.answer(
        f"登记新案件，还是关于 {earlier}？ [n]：",
        earlier,
    )
    terminal.answer("本次联系的渠道", "电话")
    assert terminal.ended()[0] == 0
    assert events(book, earlier)[-1] == "heard"


@pytest.mark.nightly
@pty_only
def test_nothing_is_asked_where_the_output_goes_elsewhere_or_all_earlier_cases_are_closed(
    book: Book, earlier: str
) -> None:
    options = ("open", "--title", "t", "--phone", "13800138000")
    terminal = Terminal(book.root, book, *options)
    assert terminal.ended()[0] == 0
    assert earlier in terminal.shown
    for path in (book.root / "cases" / "open").glob("C-*"):
        book.call("close", path.stem, "--outcome", "withdrawn", check=0)
    terminal = Terminal(book.root, book, *options, only_errors=False)
    leave_open(terminal)
    assert "or a word on" not in terminal.shown
    assert earlier in terminal.shown
