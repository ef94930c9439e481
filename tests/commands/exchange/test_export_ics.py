"""`export ics`: a calendar of due times that two libraries read and that subscribers can follow."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]

from tests.casebooks import Book, make_book

POLICY = """\
complaintctl: 1
name: desk
label: {en: Desk, zh: 客户投诉处理台}
timezone: Asia/Shanghai
warn: [75%, 1h before]
levels: [high, low]
steps:
  - {step: ack, label: {en: first answer, zh: 首次答复并告知客户处理安排、预计完成时间以及联系人和联系方式}, within: 4h, first_answer: true}
  - {step: respond, within: {high: 24h, low: 72h, else: 72h}}
  - {step: update, every: 48h}
people:
  li.wei: {email: li.wei@example.com}
  wang.fang: {email: wang.fang@example.com}
"""
CASES = 100  # two clocks each
OPENED = "2026-11-02T09:00"
LINE_LIMIT = 75  # bytes, RFC 5545, 3.1


@dataclass
class Client:
    """A calendar program: keeps the entries by UID and takes a newer SEQUENCE, whatever order they come in."""

    kept: dict[str, Any] = field(default_factory=dict)

    def read(self, content: bytes) -> None:
        for entry in entries(content):
            uid, known = str(entry["UID"]), self.kept.get(str(entry["UID"]))
            if known is None or entry["SEQUENCE"] > known["SEQUENCE"]:
                self.kept[uid] = entry
            elif entry["SEQUENCE"] == known["SEQUENCE"]:
                # A change that such a program would never see.
                assert entry.to_ical() == known.to_ical()

    def shown(self) -> dict[str, datetime]:
        """What is still to be done."""
        return {
            uid: entry["DUE" if entry.name == "VTODO" else "DTSTART"].dt
            for uid, entry in self.kept.items()
            if entry["STATUS"] in {"NEEDS-ACTION", "CONFIRMED"} and ("DUE" in entry or entry.name == "VEVENT")
        }


def entries(content: bytes) -> Iterator[Any]:
    for component in icalendar.Calendar.from_ical(content).subcomponents:
        assert not component.errors
        yield component


@pytest.fixture
def book(tmp_path: Path) -> Book:
    file = tmp_path / "desk.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, file, lang="en")


def export(book: Book, *arguments: str) -> bytes:
    book.call("export", "ics", "out.ics", *arguments, check=0)
    return (book.root / "out.ics").read_bytes()


def statuses(content: bytes) -> dict[str, str]:
    return {str(entry["UID"]).partition("/")[2]: str(entry["STATUS"]) for entry in entries(content)}


def test_200_clocks_parse_with_two_libraries_and_hold_nothing_personal(book: Book) -> None:
    first = book.file(book.open("Wang Xiaoming 13800138000", "--at", OPENED, "--owner", "li.wei"))
    for number in range(CASES - 1):
        other = f"C-20261102-{number:05}"
        text = first.read_text(encoding="utf-8").replace(first.stem, other)
        (first.parent / f"{other}.yaml").write_text(text, encoding="utf-8")
    content = export(book.speaking("zh"), "--as-of", "2026-11-02T10:00")
    ours = list(entries(content))
    assert len(ours) == 2 * CASES
    (calendar,) = vobject.readComponents(content.decode())
    assert len(calendar.vtodo_list) == 2 * CASES
    by_uid = {todo.uid.value: todo for todo in calendar.vtodo_list}
    for entry in ours:
        other = by_uid[str(entry["UID"])]
        assert other.due.value == entry["DUE"].dt
        assert other.summary.value == str(entry["SUMMARY"])
        assert [alarm.trigger.value for alarm in other.valarm_list] == [
            alarm["TRIGGER"].dt for alarm in entry.subcomponents
        ]
    # Folded between characters, within the limit, with the line ends of the standard.
    assert all(len(line) <= LINE_LIMIT for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        line.decode()
    assert "预计完成时间" in content.replace(b"\r\n ", b"").decode()
    for personal in ("Wang", "Xiaoming", "13800138000"):
        assert personal.encode() not in content
    assert b"Wang Xiaoming" in export(book, "--as-of", "2026-11-02T10:00", "--with-title")


@pytest.mark.parametrize("kind", ["todo", pytest.param("event", marks=pytest.mark.nightly)])
def test_a_subscriber_follows_an_update_a_completion_and_a_cancellation(book: Book, kind: str) -> None:
    case = book.open("broken", "--at", OPENED, "--level", "low", "--owner", "li.wei")
    client, mine = Client(), Client()

    def read(as_of: str) -> dict[str, str]:
        client.read(export(book, "--as", kind, "--as-of", as_of))
        mine.read(export(book, "--as", kind, "--as-of", as_of, "--owner", "li.wei"))
        assert mine.kept.keys() <= client.kept.keys()
        return {
            uid.partition("/")[2].partition("@")[0]: f"{due:%d %H:%M}" for uid, due in client.shown().items()
        }

    assert read("2026-11-02T10:00") == {"ack/receipt": "02 05:00", "respond/receipt": "05 01:00"}
    # Update: a higher level moves the due time, the entry stays the same one.
    book.call("edit", case, "--set", "level=high", "--at", "2026-11-02T11:00", check=0)
    assert read("2026-11-02T11:30") == {"ack/receipt": "02 05:00", "respond/receipt": "03 01:00"}
    # Completion; a recurring step begins.
    book.call("ack", case, "--at", "2026-11-02T12:00", check=0)
    assert read("2026-11-02T12:30") == {"respond/receipt": "03 01:00", "update/20261102T040000Z": "04 04:00"}
    # A pause hides the due times, its end brings them back later.
    book.call("wait", case, "--reason", "photos", "--at", "2026-11-02T13:00", check=0)
    assert read("2026-11-02T15:00") == {}
    book.call("resume", case, "--at", "2026-11-02T16:00", check=0)
    assert read("2026-11-02T16:30") == {"respond/receipt": "03 04:00", "update/20261102T040000Z": "04 07:00"}
    # Retraction: the step runs again under its old entry, the recurring one is cancelled.
    (event,) = re.findall(r"did: ack,.*id: (\w+)}", book.file(case).read_text(encoding="utf-8"))
    book.call("retract", case, event, "--reason", "wrong case", "--at", "2026-11-02T17:00", check=0)
    shown = read("2026-11-02T17:30")
    assert shown.keys() == {"ack/receipt", "respond/receipt"}
    # Another owner: the first one's calendar drops the case.
    assert mine.shown()
    book.call("assign", case, "--to", "wang.fang", "--at", "2026-11-02T18:00", check=0)
    assert read("2026-11-02T18:30").keys() == shown.keys()
    assert not mine.shown()
    # Cancellation: closing leaves nothing to do.
    book.call(
        "close",
        case,
        "--outcome",
        "withdrawn",
        "--force",
        "--reason",
        "withdrawn",
        "--at",
        "2026-11-02T19:00",
    )
    assert read("2026-11-02T19:30") == {}
    last = statuses(export(book, "--as", kind, "--as-of", "2026-11-02T19:30"))
    done = "CANCELLED"
    assert last == {
        "ack/receipt@complaintctl.invalid": done,
        "respond/receipt@complaintctl.invalid": done,
        "update/20261102T040000Z@complaintctl.invalid": done,
    }


def test_a_recurring_step_is_completed_each_time_and_cancelled_by_the_closing(book: Book) -> None:
    case = book.open("broken", "--at", OPENED)
    book.call("ack", case, "--at", "2026-11-02T12:00", check=0)
    book.call("update", case, "--at", "2026-11-02T13:00", check=0)
    closing = ("--outcome", "withdrawn", "--force", "--reason", "withdrawn", "--at", "2026-11-02T14:00")
    book.call("close", case, *closing, check=0)
    content = export(book, "--as-of", "2026-11-02T15:00")
    assert {uid.partition("@")[0]: status for uid, status in statuses(content).items()} == {
        "ack/receipt": "COMPLETED",
        "respond/receipt": "CANCELLED",
        "update/20261102T040000Z": "COMPLETED",
        "update/20261102T050000Z": "CANCELLED",
    }
    done = {str(entry["UID"]): entry["COMPLETED"].dt for entry in entries(content) if "COMPLETED" in entry}
    assert sorted(f"{moment:%H:%M}" for moment in done.values()) == ["04:00", "05:00"]


def test_an_unchanged_casebook_gives_the_same_bytes_whenever_it_is_exported(book: Book) -> None:
    case = book.open("broken", "--at", OPENED)
    book.call("ack", case, "--at", "2026-11-02T12:00", check=0)
    book.call("wait", case, "--reason", "photos", "--at", "2026-11-02T12:30", check=0)
    first = export(book, "--as-of", "2026-11-02T13:00")
    assert export(book, "--as-of", "2026-11-20T13:00") == first
    assert export(book, "--as", "event", "--as-of", "2026-11-02T13:00") == export(
        book, "--as", "event", "--as-of", "2026-11-20T13:00"
    )
    assert "COMPLETED" in statuses(first).values()
    # What ended leaves the file a month after it was recorded, which is when this test runs.
    later = f"{datetime.now(UTC) + timedelta(days=62):%Y-%m-%dT%H:%M}"
    assert "COMPLETED" not in statuses(export(book, "--as-of", later)).values()


def test_a_changed_policy_moves_due_times_with_a_higher_sequence(book: Book) -> None:
    book.open("broken", "--at", OPENED)
    client = Client()
    client.read(export(book, "--as-of", "2026-11-02T10:00"))
    policy = book.root / "complaintctl.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("within: 4h", "within: 6h"), encoding="utf-8"
    )
    book.git("commit", "-qam", "Give more time")
    client.read(export(book, "--as-of", "2026-11-02T10:00"))
    assert {f"{due:%H:%M}" for due in client.shown().values()} == {"07:00", "01:00"}


def test_the_alarms_ring_at_the_warnings_of_the_policy(book: Book) -> None:
    book.open("broken", "--at", OPENED)
    ack = next(entries(export(book, "--as-of", "2026-11-02T10:00")))
    rings = [f"{alarm['TRIGGER'].dt:%H:%M}" for alarm in ack.subcomponents]
    assert rings == ["04:00"]  # three quarters of 4 hours, and 1 hour before, are the same moment
    assert [alarm["TRIGGER"].params["VALUE"] for alarm in ack.subcomponents] == ["DATE-TIME"]
