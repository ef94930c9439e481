"""Tests a transferred call: the new owner of the case, and the clock that starts.

Shanghai time, received on Monday 2024-03-04 at 09:00; hours run by the clock. `answer` counts from the assignment:

  passed on at 10:30 to zhao.min     due 03-04 12:30
  heard again at 11:00, same owner   due 03-04 12:30, as before
  passed on at 11:30 to li.wei       due 03-04 13:30
"""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused

POLICY = """\
complaintctl: 1
name: calls
timezone: Asia/Shanghai
channels: [phone]
steps:
  - {step: answer, within: 2h, from: assignment}
people: {li.wei: {email: li.wei@example.com}, zhao.min: {}}
"""
DAY = "2024-03-04"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def test_a_call_passed_on_makes_its_receiver_the_owner_in_one_event(book: Book) -> None:
    case = book.open("t", "--received", f"{DAY}T09:00", "--at", f"{DAY}T09:00")
    book.call("wait", case, "--reason", "a call back", "--at", f"{DAY}T10:00", check=0)

    def passed_on(hour: str, name: str) -> tuple[str, dict[str, list[str | None]], str]:
        words = ("--via", "phone", "--text", "asks for the boss", "--transfer", name)
        event = book.json("heard", case, *words, "--at", f"{DAY}T{hour}")["event"]
        (clock,) = book.json("show", case, "--as-of", f"{DAY}T{hour}")["case"]["clocks"]
        return event["to"], event.get("set", {}), clock["due"]

    taken = {"owner": [None, "zhao.min"]}
    assert passed_on("10:30", "zhao.min") == ("zhao.min", taken, f"{DAY}T12:30:00+08:00")
    assert passed_on("11:00", "zhao.min") == ("zhao.min", {}, f"{DAY}T12:30:00+08:00")
    back = {"owner": ["zhao.min", "li.wei"]}
    assert passed_on("11:30", "li.wei") == ("li.wei", back, f"{DAY}T13:30:00+08:00")

    assert book.json("show", case)["case"]["status"] == "open"  # the call ended the wait
    for command in ("show", "log"):
        assert "via phone; to zhao.min" in book.call(command, case, check=0).stdout
    assert book.git("log", "--format=%s", "-1").strip() == f"{case} heard: li.wei"
    book.call("check", "--as-of", f"{DAY}T12:00", check=0)
    (event,) = [one["id"] for one in book.json("show", case)["case"]["history"]][-1:]
    book.call("retract", case, event, "--reason", "wrong line", check=0)
    assert book.json("show", case)["case"]["owner"] == "zhao.min"


def test_a_closed_case_is_passed_on_to_nobody(book: Book) -> None:
    case = book.open("t")
    book.call("close", case, "--outcome", "withdrawn", "--force", "--reason", "gone", check=0)
    said = refused(book, 3, "heard", case, "--via", "phone", "--transfer", "zhao.min")
    assert f"{case} is closed" in said
    again = ("--reopen-to", "answer", "--text", "not solved")
    book.call("heard", case, "--via", "phone", "--transfer", "zhao.min", *again, check=0)
    assert [book.json("show", case)["case"][name] for name in ("status", "owner")] == ["open", "zhao.min"]
