"""Tests --as-of, which ignores later events, and --at, which records an event in the past."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book
from tests.commands.reports.report_rows import report_of

BY_LEVEL = """\
complaintctl: 1
name: by-level
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone]
categories: {defect: {}}
steps:
  - {step: classify, within: {urgent: 1h, general: 4h}}
  - {step: plan, within: {urgent: 6h, general: 48h}}
  - {step: respond, within: 24h, from: plan}
people: {li.wei: {email: li.wei@example.com}, zhao.min: {}}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("time")
    (folder / "policy.yaml").write_text(BY_LEVEL)
    return make_book(folder, folder / "policy.yaml")


@pytest.fixture
def case_id(book: Book) -> str:
    return book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05")


def at(book: Book, case_id: str, moment: str) -> dict[str, Any]:
    return dict(book.json("show", case_id, "--as-of", moment)["case"])


def overdue(book: Book, case_id: str, moment: str) -> set[str]:
    result = book.call("check", "--as-of", moment, "--json")
    return {entry["step"] for entry in result.json()["check"]["overdue"] if entry["case"] == case_id}


def test_before_a_level_is_known_the_shortest_limit_judges_and_explain_says_so(
    book: Book, case_id: str
) -> None:
    book.call("classify", case_id, "--level", "general", "--at", "2024-03-04T12:00", check=0)
    assert overdue(book, case_id, "2024-03-04T10:00") == set()
    assert overdue(book, case_id, "2024-03-04T11:00") == {"classify"}
    assert overdue(book, case_id, "2024-03-04T12:00") == set()
    early = book.call("explain", case_id, "--as-of", "2024-03-04T11:00", check=0).stdout
    assert "no level yet, so the shortest limit of the step applies" in early
    assert "no level yet" not in book.call("explain", case_id, "--as-of", "2024-03-04T12:30", check=0).stdout


def test_a_level_set_at_noon_is_not_known_at_eleven(book: Book, case_id: str) -> None:
    book.call("classify", case_id, "--level", "urgent", "--at", "2024-03-04T12:00", check=0)
    assert "level" not in at(book, case_id, "2024-03-04T11:00")
    assert at(book, case_id, "2024-03-04T12:00")["level"] == "urgent"
    listed = book.json("list", "--where", "level=urgent", "--as-of", "2024-03-04T11:00")["cases"]
    assert case_id not in [entry["id"] for entry in listed]


def test_a_case_closed_since_then_counts_as_open(book: Book, case_id: str) -> None:
    forced = ("--outcome", "upheld", "--force", "--reason", "r", "--at", "2024-03-05T09:00")
    book.call("close", case_id, *forced, check=0)
    then = at(book, case_id, "2024-03-04T20:00")
    assert (then["status"], "outcome" in then, then["file"].split("/")[1]) == ("open", False, "closed")
    assert overdue(book, case_id, "2024-03-04T20:00") == {"classify", "plan"}
    assert overdue(book, case_id, "2024-03-05T09:00") == set()
    owed = [entry["case"] for entry in book.json("today", "--as-of", "2024-03-04T20:00")["today"]]
    assert case_id in owed


def test_a_case_reopened_since_then_counts_as_closed(book: Book, case_id: str) -> None:
    forced = ("--outcome", "upheld", "--force", "--reason", "r", "--at", "2024-03-05T09:00")
    book.call("close", case_id, *forced, check=0)
    book.call("reopen", case_id, "--reason", "again", "--at", "2024-03-07T09:00", check=0)
    assert at(book, case_id, "2024-03-06T09:00")["status"] == "closed"
    assert overdue(book, case_id, "2024-03-06T09:00") == set()
    owed = [entry["case"] for entry in book.json("today", "--as-of", "2024-03-06T09:00")["today"]]
    assert case_id not in owed


def test_a_wait_is_still_going_on_at_a_moment_in_its_middle(book: Book, case_id: str) -> None:
    book.call("wait", case_id, "--reason", "photos", "--at", "2024-03-04T09:30", check=0)
    book.call("heard", case_id, "--via", "phone", "--at", "2024-03-04T15:00", check=0)
    assert at(book, case_id, "2024-03-04T12:00")["status"] == "waiting"
    assert overdue(book, case_id, "2024-03-04T12:00") == set()
    assert overdue(book, case_id, "2024-03-04T15:31") == {"classify"}


def test_facts_links_attachments_and_promises_added_later_are_undone(
    book: Book, case_id: str, tmp_path: Path
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    other = book.open("other", "--at", "2024-03-04T09:00")
    later = ("--at", "2024-03-04T12:00")
    book.call("edit", case_id, "--set", "product.model=X100", "--set", "x.shop=12", *later, check=0)
    book.call("attach", case_id, str(tmp_path / "photo.jpg"), *later, check=0)
    book.call("link", case_id, other, *later, check=0)
    book.call("update", case_id, "--promise-by", "2024-03-04T18:00", *later, check=0)
    before, after = at(book, case_id, "2024-03-04T11:59"), at(book, case_id, "2024-03-04T12:00")
    added = {"product", "x", "attachments", "links", "promised"}
    assert added.isdisjoint(before)
    assert added <= set(after)


def test_an_event_recorded_late_counts_from_when_it_happened(book: Book, case_id: str) -> None:
    book.call("classify", case_id, "--level", "general", "--at", "2024-03-04T12:00", check=0)
    book.call("assign", case_id, "--to", "zhao.min", "--at", "2024-03-04T10:00", check=0)
    assert at(book, case_id, "2024-03-04T10:30")["owner"] == "zhao.min"
    assert "level" not in at(book, case_id, "2024-03-04T10:30")


def test_a_note_of_something_before_the_opening_does_not_open_the_case_earlier(
    book: Book, case_id: str
) -> None:
    book.call("note", case_id, "the shop had called", "--at", "2024-03-04T09:02", check=0)
    assert book.call("show", case_id, "--as-of", "2024-03-04T09:03").returncode == 5
    assert at(book, case_id, "2024-03-04T09:05")["received"] == "2024-03-04T09:00:00+08:00"


def test_a_verdict_stands_when_the_policy_changes_and_open_clocks_move(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(BY_LEVEL)
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    case_id = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05")
    book.call("classify", case_id, "--level", "general", "--at", "2024-03-04T12:00", check=0)
    policy = book.root / "complaintctl.yaml"
    policy.write_text(
        policy.read_text().replace("general: 4h", "general: 1h").replace("general: 48h", "general: 4h")
    )

    clocks = {entry["step"]: entry for entry in at(book, case_id, "2024-03-04T13:30")["clocks"]}
    assert (clocks["classify"]["state"], clocks["classify"]["due"]) == ("met", "2024-03-04T13:00:00+08:00")
    assert (clocks["plan"]["state"], clocks["plan"]["due"]) == ("overdue", "2024-03-04T13:00:00+08:00")


def test_a_report_of_the_past_counts_what_was_known_then(book: Book) -> None:
    then = "2024-03-01T12:00"
    first = book.open("t", "--received", "2024-03-01T09:00", "--at", "2024-03-01T09:00")
    book.call("classify", first, "--level", "urgent", "--at", "2024-03-01T12:30", check=0)
    book.open("t", "--received", "2024-03-01T11:00", "--at", "2024-03-01T13:00")
    report = report_of(book, "--as-of", then)
    assert (report.cases("cases"), report.counts("level")) == ((1,), {"": 1})
    classify = report.step("classify")
    assert (classify["overdue"], classify["late"]) == (1, 0)


@pytest.mark.parametrize(
    ("text", "minutes"), [("20m", 20), ("2h", 120), ("1d", 1440), ("90分钟", 90), ("2小时前", 120)]
)
def test_a_length_is_so_long_ago(book: Book, text: str, minutes: int) -> None:
    case_id = book.open("t", "--at", "3d")
    event = book.json("note", case_id, "x", "--at", text)["event"]
    ago = datetime.now(UTC) - datetime.fromisoformat(event["at"])
    assert abs(ago - timedelta(minutes=minutes)) < timedelta(minutes=1)


def test_a_clock_time_is_that_of_today(book: Book) -> None:
    case_id = book.open("t", "--at", "3d")
    event = book.json("note", case_id, "x", "--at", "00:00:01")["event"]
    today = datetime.now(UTC).astimezone(datetime.fromisoformat(event["at"]).tzinfo)
    assert event["at"] == f"{today:%Y-%m-%d}T00:00:01+08:00"


def test_as_of_may_lie_ahead(book: Book, case_id: str) -> None:
    book.call("classify", case_id, "--level", "general", "--at", "2024-03-04T12:00", check=0)
    ahead = datetime.now(UTC) + timedelta(days=30)
    assert overdue(book, case_id, ahead.isoformat()) == {"plan"}
    assert book.call("list", "--as-of", "+30d", check=0).stdout
