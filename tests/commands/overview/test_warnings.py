"""Tests warnings before a due time, escalations after it, limited waits, and limits after reopening."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

POLICY = """\
complaintctl: 1
name: warned
timezone: Asia/Shanghai
calendar: office
calendars:
  office: {hours: {mon-fri: ["09:00-12:00", "13:00-18:00"]}, known_until: 2024-03-29}
warn: [75%, 2h before]
wait: {at_most: 8h}
escalation:
  - {before: 1h, to: owner}
  - {late: 0h, to: lead}
  - {late: 4h, to: director}
levels: [urgent, general]
steps:
  - {step: classify, within: {urgent: 8h, general: 16h}, again: 4h}
  - {step: plan, within: 1bd, warn: []}
  - {step: respond, within: 20bd, warn: [1bd before]}
reopen_to: classify
roles: [lead, director]
"""
MONDAY = "2024-03-04"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def registered(book: Book, *options: str) -> str:
    """A case received on Monday at 09:00."""
    return book.open("t", "--received", f"{MONDAY}T09:00", "--at", f"{MONDAY}T09:00", *options)


def kinds(book: Book, as_of: str, *options: str, code: int = 0) -> dict[str, list[str]]:
    """The steps that `check` reports, by kind of finding."""
    found = book.json("check", "--as-of", as_of, *options, check=code)["check"]
    return {
        kind: [entry["step"] for entry in found[kind]]
        for kind in ("overdue", "due", "warned", "unpublished")
        if found[kind]
    }


# An urgent classification has 8 h from Monday 09:00, which end at 18:00; three quarters are gone at 16:00, two hours
# before the end it is 16:00 as well. The answer of 20 working days falls on Monday 1 April, past the calendar.
UNPUBLISHED = ["respond"]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("15:59", {"unpublished": UNPUBLISHED}),
        ("16:00", {"warned": ["classify"], "unpublished": UNPUBLISHED}),
        ("18:00", {"warned": ["classify"], "unpublished": UNPUBLISHED}),
    ],
)
def test_a_clock_is_warned_of_from_its_first_warning_until_it_is_due(
    book: Book, as_of: str, expected: dict[str, list[str]]
) -> None:
    registered(book, "--level", "urgent")
    assert kinds(book, f"{MONDAY}T{as_of}") == expected


def test_a_warning_fails_only_where_it_is_asked_for(book: Book) -> None:
    registered(book, "--level", "urgent")
    assert "warned" in kinds(book, f"{MONDAY}T16:30", "--fail-on", "warning", code=1)
    assert "warned" in kinds(book, f"{MONDAY}T16:30", "--fail-on", "never")
    book.call("check", "--as-of", f"{MONDAY}T15:00", "--fail-on", "warning", check=0)


def test_people_read_the_warning_the_calendar_and_who_shall_know(book: Book) -> None:
    registered(book, "--level", "urgent")
    shown = book.call("check", "--as-of", f"{MONDAY}T17:30", check=0).stdout
    classify, respond = shown.splitlines()[2:]
    assert classify.split("  ")[-1].strip() == "warning (75%), notify the owner"
    assert respond.endswith("calendar not published")
    chinese = book.call("--lang", "zh", "check", "--as-of", f"{MONDAY}T17:30", check=0).stdout
    assert "预警（75%）" in chinese
    assert "日历尚未公布" in chinese


def test_continuous_integration_gets_warnings_as_warnings(book: Book) -> None:
    case = registered(book, "--level", "urgent")
    warned, unpublished = book.call(
        "check", "--as-of", f"{MONDAY}T17:00", "--format", "github", check=0
    ).stdout.splitlines()
    assert warned.startswith(f"::warning file=cases/open/{case}.yaml")
    assert unpublished.endswith("calendar not published")


# Late from 18:00 on: the next four open hours end on Tuesday at 14:00.
@pytest.mark.parametrize(
    ("as_of", "tell"),
    [
        ("2024-03-04T18:00:01", "lead"),
        ("2024-03-05T13:59", "lead"),
        ("2024-03-05T14:00", "director"),
    ],
)
def test_the_ladder_names_who_shall_know_of_a_late_clock(book: Book, as_of: str, tell: str) -> None:
    registered(book, "--level", "urgent")
    found = book.json("check", "--as-of", as_of, check=1)["check"]["overdue"]
    assert {entry["tell"] for entry in found} == {tell}


def test_the_explanation_names_the_moments_of_warnings_and_ladder(book: Book) -> None:
    case = registered(book, "--level", "urgent")
    words = book.call("explain", case, "--step", "classify", "--as-of", f"{MONDAY}T10:00", check=0).stdout
    for line in (
        "  warning from 2024-03-04 16:00 (75%)",
        "  warning from 2024-03-04 16:00 (2h before)",
        "  if not done by then: notify the owner at 2024-03-04 17:00",
        "  if not done by then: notify lead at 2024-03-04 18:00",
        "  if not done by then: notify director at 2024-03-05 14:00",
    ):
        assert line in words.splitlines()


# A wait from 10:00 stops the clock for 8 open hours, so until Tuesday 10:00; 7 h are left then: Tuesday 18:00.
def test_a_wait_stops_a_clock_only_as_long_as_the_policy_lets_it(book: Book) -> None:
    case = registered(book, "--level", "urgent")
    book.call("wait", case, "--reason", "photo", "--at", f"{MONDAY}T10:00", check=0)
    waiting = book.json("explain", case, "--step", "classify", "--as-of", f"{MONDAY}T17:00")["explain"][
        "clocks"
    ]
    assert [clock["state"] for clock in waiting] == ["paused"]
    assert kinds(book, "2024-03-05T18:00") == {"warned": ["classify"], "unpublished": UNPUBLISHED}
    late = book.json("check", "--as-of", "2024-03-05T18:01", check=1)["check"]["overdue"]
    assert [(entry["step"], entry["due"]) for entry in late] == [("classify", "2024-03-05T18:00:00+08:00")]


def test_a_case_may_be_opened_waiting_for_the_customer(book: Book) -> None:
    case = registered(book, "--level", "urgent", "--waiting", "the serial number")
    shown = book.json("show", case, "--as-of", f"{MONDAY}T12:00")["case"]
    assert shown["status"] == "waiting"
    assert {clock["step"]: clock["state"] for clock in shown["clocks"]}["classify"] == "paused"
    book.call("heard", case, "--via", "phone", "--at", f"{MONDAY}T14:00", check=0)
    # 09:00 to 14:00 are 4 open hours of waiting; the 8 h of the limit begin at 14:00 and end on Tuesday at 14:00.
    shown = book.json("show", case, "--as-of", f"{MONDAY}T15:00")["case"]
    assert shown["status"] == "open"
    assert shown["clocks"][0]["due"] == "2024-03-05T14:00:00+08:00"
    assert book.call("check", "--as-of", f"{MONDAY}T15:00", "--archive").returncode == 0
    words = book.call("explain", case, "--step", "classify", "--as-of", f"{MONDAY}T15:00", check=0).stdout
    assert (
        "waiting for the customer 2024-03-04 09:00 – 2024-03-04 14:00: 4 h not counted (the serial number)"
        in words
    )


def test_a_step_that_is_due_again_may_have_a_limit_of_its_own(book: Book) -> None:
    case = registered(book, "--level", "urgent")
    book.call("classify", case, "--level", "urgent", "--at", f"{MONDAY}T10:00", check=0)
    book.call("reopen", case, "--reason", "wrong class", "--at", f"{MONDAY}T11:00", check=0)
    shown = book.json("show", case, "--as-of", f"{MONDAY}T11:30")["case"]
    # 4 h from 11:00: one before lunch, three after it.
    assert shown["clocks"][0]["due"] == "2024-03-04T16:00:00+08:00"
    assert shown["clocks"][0]["limit"] == "4h"
    words = book.call("explain", case, "--step", "classify", "--as-of", f"{MONDAY}T11:30", check=0).stdout
    assert "the limit for a step that is due again" in words


# As general the classification has 16 h: 8 on Monday, 8 on Tuesday.
def test_an_explanation_may_suppose_another_level(book: Book) -> None:
    case = registered(book, "--level", "urgent")
    options = ("explain", case, "--step", "classify", "--as-of", f"{MONDAY}T10:00", "--if", "level=general")
    words = book.call(*options, check=0).stdout.splitlines()
    assert "  total: 16 h, the limit 16h" in words
    assert words[-1] == "  as it is now: due 2024-03-04 18:00"
    assert book.json("show", case)["case"]["level"] == "urgent"
    refused = book.call(*options[:-1], "level=grave", check=2)
    assert "urgent, general" in refused.stderr


def test_the_policy_is_shown_with_its_warnings_waits_ladder_and_second_limits(book: Book) -> None:
    shown = book.call("policy", "show", check=0).stdout
    for words in (
        "Warnings at: 75%, 2h before",
        "One wait pauses a clock for at most 8h",
        "1h before: notify the owner",
        "0h late: notify lead",
        "urgent 8h, general 16h; again 4h",
    ):
        assert words in shown
    assert "超期 4h：应告知 director" in book.call("--lang", "zh", "policy", "show", check=0).stdout
