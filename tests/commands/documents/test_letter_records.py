"""Tests what sending a letter records: the step of the letter, if the policy has it; its clock stops.

The team acknowledges within an hour, responds within three days and sends an update every day. Shanghai time, received on
Monday 2024-03-04 at 09:00; hours run by the clock. Each letter with its time, the recorded event, and the clocks after it:

  sent         letter      records    clocks after it
  03-04 09:30  ack         ack        ack met (due 10:00); promise: respond 03-04 09:30 + 48 h = 03-06 09:30
                                      update 03-04 09:30 + 24 h = 03-05 09:30; respond 03-04 09:00 + 72 h = 03-07 09:00
  03-04 10:00  info         wait      counts as contact at 10:00; only the promise runs until 12:00
  03-04 12:00  (heard)                2 h waited: respond 03-07 11:00, update 10:00 + 24 h + 2 h = 03-05 12:00
  03-05 10:00  progress     update    met; update 03-06 10:00
  03-05 11:00  apology      note      also a contact: update 03-06 11:00
  03-06 10:00  holding      update    met, the promise of 09:30 is late; a new one 10:00 + 24 h = 03-07 10:00; update 03-07 10:00
  03-07 09:30  result       respond   met (due 11:00), the second promise kept (due 10:00), the first one late; no more updates
  03-08 09:00  survey       survey-asked
  03-09 09:00  after-care   note

To the second: the acknowledgement is due 03-04 10:00:00 and promises an answer 48 h after it is sent.

  sent               verdict   promised           --promise-by +30m: promised, too
  03-04 09:59:59     met       03-06 09:59:59     03-04 10:29:59
  03-04 10:00:00     met       03-06 10:00:00     03-04 10:30:00
  03-04 10:00:01     late      03-06 10:00:01     03-04 10:30:01
"""

import json
import subprocess
import time
from pathlib import Path

import pytest
from filelock import FileLock

from tests.casebooks import LANG, Book, make_book, refused
from tests.commands.processes import start_command
from tests.commands.reports.report_rows import report_of
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: desk
timezone: Asia/Shanghai
channels: [email, phone]
steps:
  - {step: ack, within: 1h, first_answer: true, promise: {respond: 48h}}
  - {step: respond, within: 72h, needs: [outcome]}
  - {step: explain, when: {outcome: not-upheld}, optional: true, after: []}
  - {step: update, every: 24h}
"""
FACTS = ("outcome=upheld", "cause.finding=a thin wall", "plan.remedy=refund", "customer.name=王芳")
KNOWN = (*(word for fact in FACTS for word in ("--set", fact)), "--set", "x.improvement=thicker glass")
RESPOND_AND_PROMISE = {"respond": "03-07 11:00", "promise": "03-06 09:30"}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    file = tmp_path / "desk.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, file)


def opened(book: Book) -> str:
    case = book.open("The glass broke", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05")
    book.call("edit", case, *KNOWN, "--at", "2024-03-04T09:10", check=0)
    return case


def send(book: Book, case: str, kind: str, at: str, *options: str) -> dict[str, str]:
    """Sends a letter; returns the recorded event."""
    found = book.json("letter", case, kind, "--send-record", "--at", f"2024-{at}", *options)
    recorded: dict[str, str] = found["letter"]["recorded"]
    return recorded


def dues(book: Book, case: str, at: str) -> dict[str, str]:
    """The running clocks at that time with their due times, from month to minute."""
    shown = book.json("show", case, "--as-of", f"2024-{at}")["case"]
    clocks = [clock for clock in shown["clocks"] if clock["state"] in {"running", "overdue"}]
    return {clock["step"]: clock["due"][5:16].replace("T", " ") for clock in clocks if clock["due"]}


def did(event: dict[str, str]) -> tuple[object, ...]:
    return event["did"], event.get("met"), event["via"], event["text"]


@pytest.mark.nightly
def test_every_letter_is_recorded_as_what_it_is_and_stops_the_clock_that_it_keeps(book: Book) -> None:
    case = opened(book)
    assert dues(book, case, "03-04T09:20") == {"ack": "03-04 10:00", "respond": "03-07 09:00"}
    assert did(send(book, case, "ack", "03-04T09:30")) == ("ack", True, "email", f"ack.{LANG}")
    answer = {"respond": "03-07 09:00", "promise": "03-06 09:30"}
    assert dues(book, case, "03-04T09:40") == {**answer, "update": "03-05 09:30"}

    asked = send(book, case, "info", "03-04T10:00", "--text", "please send a photo")
    assert did(asked) == ("wait", None, "email", f"info.{LANG}")
    assert asked["reason"] == "please send a photo"
    assert dues(book, case, "03-04T11:00") == {"promise": "03-06 09:30"}
    # A second question is a reminder; the wait continues.
    again = send(book, case, "info", "03-04T11:30", "--text", "the photo?")
    assert did(again) == ("note", None, "email", f"info.{LANG}: the photo?")
    book.call("retract", case, again["id"], "--reason", "not sent", "--at", "2024-03-04T11:40", check=0)
    book.call("heard", case, "--via", "email", "--at", "2024-03-04T12:00", check=0)
    assert dues(book, case, "03-04T12:10") == {**RESPOND_AND_PROMISE, "update": "03-05 12:00"}

    told = send(book, case, "progress", "03-05T10:00", "--text", "we measure it")
    assert did(told) == ("update", True, "email", f"progress.{LANG}: we measure it")
    assert dues(book, case, "03-05T10:10") == {**RESPOND_AND_PROMISE, "update": "03-06 10:00"}
    sorry = send(book, case, "apology", "03-05T11:00", "--text", "we lost the photo", "--via", "phone")
    assert did(sorry)[:3] == ("note", None, "phone")
    assert dues(book, case, "03-05T11:10") == {**RESPOND_AND_PROMISE, "update": "03-06 11:00"}

    late = send(book, case, "holding", "03-06T10:00", "--promise-by", "2024-03-07T10:00")
    assert did(late) == ("update", True, "email", f"holding.{LANG}")
    clocks = book.json("show", case, "--as-of", "2024-03-06T10:10")["case"]["clocks"]
    promises = [(one["state"], one["due"][5:16]) for one in clocks if one["step"] == "promise"]
    assert promises == [("overdue", "03-06T09:30"), ("running", "03-07T10:00")]

    assert did(send(book, case, "result", "03-07T09:30"))[:2] == ("respond", True)
    clocks = book.json("show", case, "--as-of", "2024-03-07T09:40")["case"]["clocks"]
    states = [(one["step"], one["state"]) for one in clocks if one["step"] in {"respond", "promise"}]
    assert states == [("respond", "met"), ("promise", "late"), ("promise", "met")]
    assert did(send(book, case, "survey", "03-08T09:00"))[:2] == ("survey-asked", None)
    assert did(send(book, case, "after-care", "03-09T09:00"))[:2] == ("note", None)
    # In a closed case a note can still be recorded, but not the step `respond`.
    book.call("close", case, "--at", "2024-03-09T09:30", check=0)
    assert did(send(book, case, "survey", "03-10T09:00"))[0] == "survey-asked"
    assert report_of(book).value("survey", "asked") == 1
    assert "is closed" in refused(book, 3, "letter", case, "result", "--send-record")


@pytest.mark.parametrize(
    ("kind", "options", "clock"),
    sample(
        [
            ("ack", (), ("ack", "03-04 10:00")),
            ("result", (), ("respond", "03-07 09:00")),
            ("info", ("--text", "t"), ("respond", "03-07 09:00")),
            # 24 h from the first answer at 09:20, not from the letter of 09:30.
            ("progress", ("--text", "t"), ("update", "03-05 09:20")),
            ("apology", ("--text", "t"), ("update", "03-05 09:20")),
        ],
        1,
    ),
)
def test_a_letter_taken_back_lets_its_clock_run_again(
    book: Book, kind: str, options: tuple[str, ...], clock: tuple[str, str]
) -> None:
    case = opened(book)
    if kind in {"result", "progress", "apology"}:
        send(book, case, "ack", "03-04T09:20")
    event = send(book, case, kind, "03-04T09:30", *options)
    assert clock not in dues(book, case, "03-04T09:40").items()
    book.call("retract", case, event["id"], "--reason", "it came back", "--at", "2024-03-04T09:45", check=0)
    assert clock in dues(book, case, "03-04T09:50").items()


def test_the_promise_of_a_letter_goes_with_it(book: Book) -> None:
    case = opened(book)
    send(book, case, "ack", "03-04T09:20")
    late = send(book, case, "holding", "03-06T10:00", "--promise-by", "2024-03-07T10:00")
    book.call("retract", case, late["id"], "--reason", "not sent", "--at", "2024-03-06T10:05", check=0)
    clocks = book.json("show", case, "--as-of", "2024-03-06T10:10")["case"]["clocks"]
    promises = [(one["state"], one["due"][5:16]) for one in clocks if one["step"] == "promise"]
    # That of the acknowledgement: 03-04 09:20 + 48 h.
    assert promises == [("overdue", "03-06T09:20")]


# A letter with all dates to the second.
TO_THE_SECOND = """\
---
title: t
subject: s
records: ack
---
{{ today.iso }}{% for one in coming %} {{ one.due.iso }}{% endfor %}
"""


def to_the_second(book: Book) -> str:
    """A case whose acknowledgement is this letter."""
    folder = book.root / "templates" / "letters"
    folder.mkdir(parents=True)
    (folder / f"ack.{LANG}.md").write_text(TO_THE_SECOND, encoding="utf-8")
    return opened(book)


@pytest.mark.parametrize(
    ("sent", "met", "promised", "sooner"),
    sample(
        [
            ("09:59:59", True, "09:59:59", "10:29:59"),
            ("10:00:00", True, "10:00:00", "10:30:00"),
            ("10:00:01", False, "10:00:01", "10:30:01"),
        ],
        1,
    ),
)
def test_a_letter_promises_to_the_second_what_is_recorded(
    book: Book, sent: str, met: bool, promised: str, sooner: str
) -> None:
    case = to_the_second(book)
    words = ("letter", case, "ack", "--promise-by", "+30m", "--at", f"2024-03-04T{sent}")
    dates = [f"2024-03-04T{sooner}+08:00", f"2024-03-06T{promised}+08:00"]
    told = [f"2024-03-04T{sent}+08:00", *dates]
    # Printed, and then sent.
    for options in ((), ("--send-record",)):
        found = book.json(*words, *options)["letter"]
        assert found["text"].split() == told
    assert found["recorded"]["met"] is met
    assert sorted(found["recorded"]["promise"]) == dates


@pytest.mark.parametrize("at", sample([(), ("--at", "2m")], 1, single=True))
def test_a_letter_tells_the_moment_that_is_recorded_however_long_it_waited(
    book: Book, at: tuple[str, ...]
) -> None:
    case = to_the_second(book)
    words = ("letter", case, "ack", "--promise-by", "+30m", "--send-record", "--json", *at)
    with FileLock(book.root / ".git" / "complaintctl.lock"):
        waiting = start_command(words, book.root, book.variables, stdout=subprocess.PIPE)
        time.sleep(3)
    out, _said = waiting.communicate(timeout=60)
    found = json.loads(out)["letter"]
    recorded = found["recorded"]
    assert found["text"].split() == [recorded["at"], *sorted(recorded["promise"])]
    made = {one["made"] for one in book.json("show", case)["case"]["promised"]}
    assert made == {recorded["at"]}


def test_a_refused_letter_is_neither_shown_nor_recorded(book: Book) -> None:
    case = opened(book)
    send(book, case, "result", "03-04T09:30")
    # It may be printed again; the response was recorded.
    book.call("letter", case, "result", check=0)
    assert "respond" in refused(book, 3, "letter", case, "result", "--send-record")


def test_sending_may_be_another_step_of_the_team(book: Book) -> None:
    case = opened(book)
    book.call("edit", case, "--set", "outcome=not-upheld", "--at", "2024-03-04T09:20", check=0)
    event = send(book, case, "refusal", "03-04T09:30", "--step", "explain")
    assert did(event) == ("explain", None, "email", f"refusal.{LANG}")
    assert "respond" in dues(book, case, "03-04T09:40")


@pytest.mark.parametrize("kind", sample(["ack", "progress", "result"], 1))
def test_what_is_no_step_of_the_policy_is_recorded_as_a_word_to_the_customer(
    tmp_path: Path, kind: str
) -> None:
    book = make_book(tmp_path, "promised-dates")
    case = opened(book)
    event = send(book, case, kind, "03-04T09:30", "--text", "t")
    assert did(event) == ("note", None, "email", f"{kind}.{LANG}: t")


def test_the_step_of_a_letter_that_does_not_apply_to_the_case_is_not_recorded(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(
        text.replace("step: respond,", "step: respond, when: {channel: phone},"), encoding="utf-8"
    )
    case = opened(book)
    assert send(book, case, "result", "03-04T09:30")["did"] == "note"
