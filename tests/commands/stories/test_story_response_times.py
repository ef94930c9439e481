"""Plays the response-time rule with three levels on the command line: a complaint was graded too low.

Shanghai time, received on Monday 2024-03-04 at 09:00; hours run by the clock. The due times:

  step         due          counted
  open         03-04 09:15  receipt + 15 min
  ack          03-04 10:00  receipt + 1 h, the shortest, until it is graded at 09:20
               03-04 13:00  receipt + 4 h, as level 3
  respond      03-07 09:00  receipt + 72 h, as level 3; none as level 2
  investigate  03-06 09:00  receipt + 48 h, as level 2 from 14:00 on
  plan         03-06 09:00  receipt + 48 h, as level 2
               03-10 11:00  reopened 03-08 11:00 + 48 h
"""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.stories import dues, verdicts

DAY = "2024-03-04"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path, "response-times")


def registered(book: Book, *options: str) -> str:
    facts = ("--customer-name", "王芳", "--phone", "13800138000", "--description", "The app is down")
    return book.open(
        "The app is down", "--received", f"{DAY}T09:00", "--at", f"{DAY}T09:10", *facts, *options
    )


def do(book: Book, step: str, case: str, at: str, *options: str, check: int = 0) -> str:
    return book.call(step, case, "--at", f"2024-{at}", *options, check=check).stderr


@pytest.mark.nightly
def test_a_complaint_graded_too_low_is_escalated_and_its_solution_made_again(book: Book) -> None:
    case = registered(book)
    assert dues(book, case, "03-04T09:15") == {
        "ack": "03-04 10:00",
        "plan": "03-05 09:00",
        "respond": "03-07 09:00",
    }

    do(book, "classify", case, "03-04T09:20", "--level", "level-3")
    assert dues(book, case, "03-04T09:30") == {"ack": "03-04 13:00", "respond": "03-07 09:00"}

    # Refused: the case has no owner yet, and a solution cannot come before the dispatch.
    said = book.call("step", case, "dispatch", "--at", f"{DAY}T09:30", check=3).stderr
    assert "owner" in said
    assert "dispatch" in do(book, "plan", case, "03-04T09:30", "--remedy", "explanation", check=3)

    do(book, "assign", case, "03-04T09:35", "--to", "li.wei")
    book.call("step", case, "dispatch", "--at", f"{DAY}T09:40", check=0)
    do(book, "ack", case, "03-04T12:00", "--via", "phone")
    assert dues(book, case, "03-04T12:30") == {"respond": "03-07 09:00"}

    do(book, "escalate", case, "03-04T14:00", "--level", "level-2", "--reason", "orders are held up")
    assert dues(book, case, "03-04T14:30") == {"investigate": "03-06 09:00", "plan": "03-06 09:00"}

    do(book, "investigate", case, "03-05T10:00", "--finding", "a full disk")
    warned = book.json("check", "--as-of", "2024-03-05T21:00")["check"]["warned"]
    assert [entry["step"] for entry in warned] == ["plan"]  # 36 of 48 hours are gone
    late = book.json("check", "--as-of", "2024-03-06T09:30", check=1)["check"]["overdue"]
    assert [(entry["step"], entry["late"]) for entry in late] == [("plan", 30 * 60)]

    # Refused: at level 2, the customer must be told the time and channel of the next contact.
    said = do(book, "plan", case, "03-06T10:00", "--remedy", "repair", check=3)
    assert "contact.by" in said
    assert "contact.via" in said
    talk = ("--contact-by", "2024-03-08T10:00", "--contact-via", "电话")
    do(book, "plan", case, "03-06T10:00", "--remedy", "repair", *talk)
    assert dues(book, case, "03-06T12:00") == {"next-contact": "03-08 10:00"}
    do(book, "execute", case, "03-07T09:00")
    do(book, "respond", case, "03-07T10:00", "--outcome", "upheld", "--via", "phone")

    do(book, "reopen", case, "03-08T11:00", "--reason", "the customer is not satisfied")
    assert dues(book, case, "03-08T12:00") == {"plan": "03-10 11:00"}
    do(book, "plan", case, "03-09T10:00", "--remedy", "compensation")
    do(book, "execute", case, "03-09T11:00")
    do(book, "respond", case, "03-09T12:00", "--outcome", "upheld", "--via", "phone")
    do(book, "follow-up", case, "03-11T09:00", "--satisfaction", "4", "--via", "phone")
    do(book, "close", case, "03-11T09:30")

    assert verdicts(book, case) == [
        ("open", True),
        ("ack", True),
        ("investigate", True),
        ("plan", False),
        ("plan", True),
    ]
    assert book.json("show", case)["case"]["reopenings"] == 1
    book.call("check", "--archive", check=0)


@pytest.mark.parametrize(
    ("level", "ack", "others"),
    [
        ("level-1", "03-04 10:00", {"plan": "03-05 09:00"}),
        ("一级", "03-04 10:00", {"plan": "03-05 09:00"}),
        ("level-2", "03-04 11:00", {"investigate": "03-06 09:00", "plan": "03-06 09:00"}),
        ("level-3", "03-04 13:00", {"respond": "03-07 09:00"}),
    ],
)
def test_each_level_has_its_own_times(book: Book, level: str, ack: str, others: dict[str, str]) -> None:
    case = registered(book, "--level", level)
    assert dues(book, case, "03-04T09:15") == {"ack": ack, **others}


def test_registration_after_a_quarter_of_an_hour_is_late(book: Book) -> None:
    in_time = book.open("t", "--received", f"{DAY}T09:00", "--at", f"{DAY}T09:15")
    late = book.open("t", "--received", f"{DAY}T09:00", "--at", f"{DAY}T09:16")
    assert (verdicts(book, in_time), verdicts(book, late)) == ([("open", True)], [("open", False)])


def test_a_complaint_is_graded_only_when_its_registration_is_complete(book: Book) -> None:
    case = book.open("t", "--received", f"{DAY}T09:00", "--at", f"{DAY}T09:10")
    said = do(book, "classify", case, "03-04T09:20", "--level", "level-2", check=3)
    for missing in ("customer.name", "customer.phone|customer.email", "description"):
        assert missing in said


@pytest.mark.parametrize(
    ("level", "words"), [("level-1", ("--set", "x.urgent_measures=the app is rolled back")), ("level-2", ())]
)
def test_a_first_response_of_level_1_tells_the_urgent_measures(
    book: Book, level: str, words: tuple[str, ...]
) -> None:
    case = registered(book, "--level", level)
    if words:
        assert "x.urgent_measures" in do(book, "ack", case, "03-04T09:30", "--via", "phone", check=3)
    do(book, "ack", case, "03-04T09:30", "--via", "phone", *words)
    assert verdicts(book, case)[-1] == ("ack", True)


@pytest.mark.parametrize(("level", "asked"), [("level-1", True), ("level-2", True), ("level-3", False)])
def test_the_first_two_levels_are_investigated_before_anything_is_offered(
    book: Book, level: str, asked: bool
) -> None:
    case = registered(book, "--level", level, "--owner", "li.wei")
    do(book, "classify", case, "03-04T09:20", "--level", level)
    book.call("step", case, "dispatch", "--at", f"{DAY}T09:21", check=0)
    offer = ("--remedy", "repair", "--contact-by", "2024-03-05T10:00", "--contact-via", "phone")
    if asked:
        assert "plan must come after investigate" in do(book, "plan", case, "03-04T09:22", *offer, check=3)
        # At once: nothing else stands before it.
        do(book, "investigate", case, "03-04T09:22", "--finding", "a full disk")
    do(book, "plan", case, "03-04T09:23", *offer)


def test_progress_is_told_at_any_time_and_becomes_a_clock_where_the_team_names_an_interval(
    book: Book,
) -> None:
    case = registered(book, "--level", "level-1")
    measures = ("--set", "x.urgent_measures=rolled back")
    do(book, "ack", case, "03-04T09:30", "--via", "phone", *measures)
    do(book, "update", case, "03-04T11:00", "--via", "phone")
    assert "update" not in dues(book, case, "03-04T12:00")
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    optional = "zh: 进展通报}, optional: true}"
    assert optional in text
    policy.write_text(text.replace(optional, "zh: 进展通报}, every: {level-1: 8h}}"), encoding="utf-8")
    assert dues(book, case, "03-04T12:00")["update"] == "03-04 19:00"  # the last contact at 11:00 + 8 h


def test_a_complaint_is_not_closed_before_the_customer_was_called_back(book: Book) -> None:
    case = registered(book, "--level", "level-3", "--owner", "li.wei")
    do(book, "classify", case, "03-04T09:20", "--level", "level-3")
    do(book, "ack", case, "03-04T09:25", "--via", "phone", "--text", "restart it")
    book.call("step", case, "dispatch", "--at", f"{DAY}T09:30", check=0)
    do(book, "plan", case, "03-04T10:00", "--remedy", "explanation")
    do(book, "execute", case, "03-04T11:00")
    do(book, "respond", case, "03-04T12:00", "--outcome", "upheld", "--via", "phone")
    assert "follow-up" in do(book, "close", case, "03-04T13:00", check=3)
    assert "satisfaction.overall" in do(book, "follow-up", case, "03-04T13:00", "--via", "phone", check=3)
    do(book, "follow-up", case, "03-05T10:00", "--via", "phone", "--satisfaction", "5")
    do(book, "close", case, "03-05T10:30")
