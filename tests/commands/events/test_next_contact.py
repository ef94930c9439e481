"""The next contact agreed with the customer: set by a command, with a clock, kept by a message on that channel.

Shanghai time. Agreed on Monday 2024-03-04 at 10:00: by phone, by Tuesday 03-05 at 15:00; never paused.
"""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.casebooks import Book, make_book, refused
from tests.commands.reports.report_rows import report_of
from tests.sampling import sample

POLICY: Final = """\
complaintctl: 1
name: contacts
timezone: Asia/Shanghai
warn: [2h before]
channels: {phone: {label: {zh: 电话}}, email: {label: {zh: 邮件}}}
escalation:
  - {late: 1h, to: owner, steps: [next-contact]}
steps:
  - {step: plan}
  - {step: check-up, optional: true}
close: {withdrawn: {}}
"""
AGREED: Final = ("--contact-by", "2024-03-05T15:00", "--contact-via", "phone")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def at(text: str) -> tuple[str, str]:
    """A day and an hour of March 2024."""
    return "--at", f"2024-{text}"


def opened(book: Book, *words: str) -> str:
    return book.open("t", "--received", "2024-03-04T09:00", "--channel", "email", *at("03-04T09:00"), *words)


@pytest.fixture
def case(book: Book) -> str:
    """A case whose next contact was agreed with the plan, on the phone."""
    case = opened(book)
    book.call("plan", case, "--via", "phone", *AGREED, *at("03-04T10:00"), check=0)
    return case


def clocks(book: Book, case: str, as_of: str) -> list[tuple[str, str]]:
    """What each agreed contact is about, and its state."""
    shown = book.json("show", case, "--as-of", f"2024-{as_of}")["case"]["clocks"]
    return [(clock["what"], clock["state"]) for clock in shown if clock["step"] == "next-contact"]


@pytest.mark.parametrize(
    "words",
    sample(
        [
            ("ack", "CASE"),
            ("plan", "CASE"),
            ("update", "CASE", "--via", "email"),
            ("respond", "CASE"),
            ("step", "CASE", "check-up"),
            ("heard", "CASE", "--via", "phone"),
            ("wait", "CASE", "--reason", "r"),
        ],
        3,
        single=True,
    ),
    ids=" ".join,
)
def test_these_commands_agree_on_a_contact(book: Book, words: tuple[str, ...]) -> None:
    case = opened(book)
    event = book.json(
        *(case if word == "CASE" else word for word in words),
        *("--contact-by", "2024-03-05", "--contact-via", "电话", *at("03-04T10:00")),
    )["event"]
    agreed = {"contact.by": [None, "2024-03-05T23:59:59+08:00"], "contact.via": [None, "phone"]}
    assert {name: event["set"][name] for name in agreed} == agreed
    assert book.json("show", case)["case"]["contact"] == {"by": "2024-03-05T23:59:59+08:00", "via": "phone"}
    assert "contact: {by: 2024-03-05T23:59:59+08:00, via: phone}" in book.file(case).read_text("utf-8")
    assert clocks(book, case, "03-05T23:59:59") == [("phone", "running")]
    assert clocks(book, case, "03-06T00:00") == [("phone", "overdue")]


def test_a_contact_is_agreed_at_registration(book: Book) -> None:
    case = opened(book, *AGREED)
    assert clocks(book, case, "03-04T12:00") == [("phone", "running")]
    book.call("check", "--as-of", "2024-03-04T12:00", check=0)


@pytest.mark.parametrize(
    ("words", "state"),
    sample(
        [
            (("update", "--via", "phone", *at("03-05T15:00")), "met"),
            (("update", "--via", "phone", *at("03-05T15:01")), "late"),
            # Another channel, a note, and the customer's own words do not keep it.
            (("update", "--via", "email", *at("03-05T12:00")), "overdue"),
            (("note", "called, nobody there", *at("03-05T12:00")), "overdue"),
            (("heard", "--via", "phone", *at("03-05T12:00")), "overdue"),
            # Waiting does not pause it; closing in time settles it.
            (("wait", "--reason", "r", *at("03-04T12:00")), "overdue"),
            (("close", "--outcome", "withdrawn", *at("03-05T12:00")), "settled"),
            (("close", "--outcome", "withdrawn", *at("03-05T16:00")), "late"),
        ],
        4,
    ),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_only_a_message_on_the_agreed_channel_keeps_it(
    book: Book, case: str, words: tuple[str, ...], state: str
) -> None:
    book.call(words[0], case, *words[1:], check=0)
    assert clocks(book, case, "03-05T18:00") == [("phone", state)]


def test_without_an_agreed_channel_every_message_keeps_it(book: Book) -> None:
    case = opened(book)
    book.call("heard", case, "--via", "phone", "--contact-by", "+1d", *at("03-04T10:00"), check=0)
    assert clocks(book, case, "03-04T12:00") == [("next-contact", "running")]
    # A step without a limit gives way to the contact once the policy warns of it.
    (row,) = book.json("today", "--as-of", "2024-03-04T12:00")["today"]
    assert row["command"] == f"complaintctl plan {case}"
    (row,) = book.json("today", "--as-of", "2024-03-05T08:30")["today"]
    assert row["command"] == f"complaintctl update {case} --via email"
    book.call("update", case, "--via", "email", *at("03-05T09:00"), check=0)
    assert clocks(book, case, "03-05T12:00") == [("next-contact", "met")]


def test_another_date_replaces_it_and_one_that_was_missed_stays_late(book: Book, case: str) -> None:
    new = ("--contact-by", "2024-03-06T15:00")
    book.call("update", case, "--via", "email", *new, *at("03-05T12:00"), check=0)
    assert clocks(book, case, "03-05T18:00") == [("next-contact", "running")]
    newer = ("--contact-by", "2024-03-08T15:00", "--contact-via", "email")
    book.call("heard", case, "--via", "phone", *newer, *at("03-07T12:00"), check=0)
    assert clocks(book, case, "03-07T18:00") == [("next-contact", "late"), ("email", "running")]
    # The call keeps the date and agrees on the next one.
    last = ("--contact-by", "2024-03-11", "--contact-via", "phone")
    book.call("update", case, "--via", "email", *last, *at("03-08T12:00"), check=0)
    assert clocks(book, case, "03-08T18:00")[1:] == [("email", "met"), ("phone", "running")]
    book.call("edit", case, "--set", "contact.by=", "--set", "下次联系方式=", *at("03-09T12:00"), check=0)
    assert clocks(book, case, "03-12T18:00")[1:] == [("email", "met")]
    # The past stays as it was.
    assert clocks(book, case, "03-04T12:00") == [("phone", "running")]


def test_taking_back_the_event_brings_the_earlier_date_back(book: Book, case: str) -> None:
    new = ("--contact-by", "2024-03-06T15:00")
    event = book.json("update", case, "--via", "email", *new, *at("03-04T12:00"))["event"]["id"]
    book.call("retract", case, event, "--reason", "wrong", *at("03-04T12:30"), check=0)
    assert clocks(book, case, "03-04T13:00") == [("phone", "running")]
    plan = next(event["id"] for event in book.json("show", case)["case"]["history"] if event["did"] == "plan")
    book.call("retract", case, plan, "--reason", "wrong", *at("03-04T14:00"), check=0)
    assert clocks(book, case, "03-04T15:00") == []
    assert "contact" not in book.json("show", case)["case"]


def test_today_check_show_explain_and_report_know_the_contact(book: Book, case: str) -> None:
    shown = book.call("today", "--as-of", "2024-03-05T14:00", check=0).stdout
    assert "next contact via phone" in shown
    assert shown.rstrip().endswith(f"complaintctl update {case[-5:]} --via phone")
    warned = book.json("check", "--as-of", "2024-03-05T14:00")["check"]["warned"]
    assert [(one["step"], one["what"]) for one in warned] == [("next-contact", "phone")]
    (late,) = book.json("check", "--as-of", "2024-03-05T16:30", check=1)["check"]["overdue"]
    assert (late["step"], late["late"], late["tell"]) == ("next-contact", 5400, "owner")
    said = book.call("explain", case, "--step", "next-contact", "--as-of", "2024-03-05T14:00", check=0).stdout
    assert said.startswith(
        "next contact via phone — running\n"
        "  counted from when it was agreed: 2024-03-04 10:00\n"
        "  the contact agreed with the customer; fixed, never paused\n"
        "  due 2024-03-05 15:00, 1 h left\n"
    )
    page = book.call("show", case, "--as-of", "2024-03-05T14:00", check=0).stdout
    assert "contact.by: 2024-03-05 15:00" in page
    assert "contact.via: phone" in page
    book.call("escalate", "--due", "--as-of", "2024-03-05T16:30", check=0)
    assert report_of(book, "--as-of", "2024-03-05T16:30").step("next-contact")["overdue"] == 1


def test_a_contact_needs_a_date_that_lies_ahead(book: Book, case: str) -> None:
    said = refused(book, 2, "update", case, "--via", "phone", "--contact-via", "email")
    assert said == "The next contact needs a date: --contact-by +2d"
    said = refused(book, 2, "update", case, "--via", "phone", "--contact-by", "2024-03-04")
    assert "cannot be due at 2024-03-04 23:59. Give a later time, such as +2d." in said
    said = refused(book, 2, "plan", case, "--contact-by", "+2d", "--contact-via", "fax")
    assert "channel fax is not in the policy." in said


def test_a_contact_written_by_hand_is_found(book: Book, case: str) -> None:
    path = book.file(case)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("contact: {by: 2024-03-05", "contact: {by: 2024-03-09"), encoding="utf-8")
    said = book.call("check", check=4).stderr
    assert "contact.by was changed without an event." in said
    path.write_text(text.replace("via: phone}\n", "via: fax}\n", 1), encoding="utf-8")
    assert "contact.via fax is not in the policy." in book.call("check", check=4).stderr


@pytest.mark.parametrize("name", ["next-contact", "promise"])
def test_no_step_is_called_like_the_clock(tmp_path: Path, name: str) -> None:
    policy = tmp_path / "wrong.yaml"
    policy.write_text(POLICY.replace("check-up", name), encoding="utf-8")
    book = make_book(tmp_path)
    result = book.call("policy", "check", str(policy), check=1)
    assert f"{name} is an event, so it cannot be a step" in result.stdout + result.stderr


@pytest.mark.parametrize(
    "words",
    sample(
        [
            ("plan", "CASE"),
            ("respond", "CASE"),
            ("step", "CASE", "check-up"),
            ("heard", "CASE", "--via", "phone"),
        ],
        2,
        single=True,
    ),
    ids=" ".join,
)
def test_these_commands_promise_a_date_too(book: Book, words: tuple[str, ...]) -> None:
    case = opened(book)
    promise = ("--promise-by", "+1d", "--promise", "update", *at("03-04T10:00"))
    book.call(*(case if word == "CASE" else word for word in words), *promise, check=0)
    shown = book.json("show", case, "--as-of", "2024-03-04T12:00")["case"]
    made = {"by": "2024-03-05T10:00:00+08:00", "what": "update", "made": "2024-03-04T10:00:00+08:00"}
    assert shown["promised"] == [made]
    assert ("promise", "running") in [(clock["step"], clock["state"]) for clock in shown["clocks"]]


def test_what_a_step_needs_of_the_contact_is_asked_for(tmp_path: Path) -> None:
    text = POLICY.replace("{step: plan}", "{step: plan, needs: [contact.by, contact.via]}")
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    case = opened(book)
    assert "contact.by" in refused(book, 3, "plan", case)
    book.call("plan", case, *AGREED, *at("03-04T10:00"), check=0)
    known: Any = book.json("show", case)["case"]["contact"]
    assert known["via"] == "phone"
