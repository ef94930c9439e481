"""A wait with a last day: the pause ends by itself, and `today` and `check` say so.

Shanghai time, by the clock. Received on Monday 2024-03-04 at 09:00; the answer is due 48 hours later.

  waits from 03-04 10:00 until 03-05           47 h are left, and run again from 03-06 00:00: due 03-07 23:00
  the customer answers on 03-05 at 10:00       24 h not counted: due 03-07 09:00
  prolonged on 03-05 at 10:00 until 03-06      38 + 24 h not counted: due 03-08 23:00
  prolonged on 03-06 at 09:00 until 03-06      not counted: 38 h and 15 h, the 9 h between are: due 03-08 14:00
"""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.casebooks import Book, make_book, refused
from tests.sampling import sample

POLICY: Final = """\
complaintctl: 1
name: waits
timezone: Asia/Shanghai
steps:
  - {step: answer, within: 48h}
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def moment(text: str) -> str:
    """A day and an hour of March 2024."""
    return f"2024-{text}"


@pytest.fixture
def case(book: Book) -> str:
    opened = book.open("t", "--received", moment("03-04T09:00"), "--at", moment("03-04T09:00"))
    book.call(*wait(opened, "03-04T10:00", "2024-03-05"), check=0)
    return opened


def wait(case: str, at: str, until: str) -> tuple[str, ...]:
    return "wait", case, "--reason", "a photo", "--until", until, "--at", moment(at)


def clock(book: Book, case: str, as_of: str) -> dict[str, Any]:
    (found,) = book.json("show", case, "--as-of", moment(as_of))["case"]["clocks"]
    return {name: found[name] for name in ("state", "due", "remaining")}


def running(due: str) -> dict[str, Any]:
    return {"state": "running", "due": f"2024-{due}:00+08:00", "remaining": None}


def test_the_clock_runs_again_after_the_last_day_without_an_event(book: Book, case: str) -> None:
    assert clock(book, case, "03-05T12:00")["remaining"] == 47 * 3600
    assert clock(book, case, "03-05T23:59")["state"] == "paused"
    assert clock(book, case, "03-06T00:00") == running("03-07T23:00")
    assert clock(book, case, "03-07T23:01")["state"] == "overdue"
    assert book.json("show", case)["case"]["status"] == "waiting"


def test_an_answer_before_that_day_ends_the_pause_then(book: Book, case: str) -> None:
    book.call("heard", case, "--via", "phone", "--at", moment("03-05T10:00"), check=0)
    assert clock(book, case, "03-06T12:00") == running("03-07T09:00")


def test_a_late_answer_gains_nothing(book: Book, case: str) -> None:
    book.call("resume", case, "--at", moment("03-06T12:00"), check=0)
    assert clock(book, case, "03-06T12:00") == running("03-07T23:00")


@pytest.mark.parametrize(
    ("at", "until", "due"),
    sample([("03-05T10:00", "2024-03-06", "03-08T23:00"), ("03-06T09:00", "2024-03-06", "03-08T14:00")], 1),
)
def test_a_wait_is_prolonged_from_when_that_is_said(
    book: Book, case: str, at: str, until: str, due: str
) -> None:
    book.call(*wait(case, at, until), check=0)
    assert clock(book, case, "03-07T12:00") == running(due)
    # A wait taken back leaves the one before it.
    (prolonged,) = [event["id"] for event in book.json("show", case)["case"]["history"]][-1:]
    book.call("retract", case, prolonged, "--reason", "r", check=0)
    assert book.json("show", case)["case"]["status"] == "waiting"


def test_a_wait_ends_at_a_time_of_day_too_and_after_its_beginning(book: Book, case: str) -> None:
    book.call(*wait(case, "03-05T10:00", "2024-03-05T18:00"), check=0)
    book.call(*wait(case, "03-05T18:00", "+6h"), check=0)
    assert clock(book, case, "03-06T12:00") == running("03-07T23:00")
    said = refused(book, 2, *wait(case, "03-06T12:00", "2024-03-05"))
    assert (
        said == "A wait from 2024-03-06 12:00 cannot end at 2024-03-06 00:00. Give a later time, such as +3d."
    )
    said = refused(book, 3, "wait", case, "--reason", "x")
    assert f"To wait on: complaintctl wait {case} --until DAY --reason …" in said


def test_explain_adds_up_and_says_when_the_clock_runs_again(book: Book, case: str) -> None:
    paused = book.call("explain", case, "--as-of", moment("03-05T12:00"), check=0).stdout
    assert "  paused while waiting for the customer; 47 h left\n" in paused
    assert "  runs again from 2024-03-06 00:00, even without an answer\n" in paused
    later = book.call("explain", case, "--as-of", moment("03-06T12:00"), check=0).stdout
    assert (
        "  2024-03-04 09:00 – 10:00: 1 h\n"
        "  waiting for the customer 2024-03-04 10:00 – 2024-03-06 00:00: 38 h not counted (a photo)\n"
        "  2024-03-06 00:00 – 2024-03-07 23:00: 47 h\n"
        "  total: 48 h, the limit 48h\n" in later
    )
    assert "until 2024-03-05 24:00; “a photo”" in book.call("log", case, check=0).stdout


def test_the_most_that_a_policy_allows_still_counts(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(f"{POLICY}wait: {{at_most: 2h}}\n", encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    opened = book.open("t", "--received", moment("03-04T09:00"), "--at", moment("03-04T09:00"))
    book.call(*wait(opened, "03-04T10:00", "2024-03-05"), check=0)
    assert clock(book, opened, "03-05T12:00") == running("03-06T11:00")
    paused = book.call("explain", opened, "--as-of", moment("03-04T11:00"), check=0).stdout
    assert "  runs again from 2024-03-04 12:00, even without an answer\n" in paused


def test_check_reminds_when_the_day_has_come(book: Book, case: str) -> None:
    assert "warning" not in book.call("check", "--as-of", moment("03-05T23:00"), check=0).stderr
    said = book.call("check", "--as-of", moment("03-06T08:00"), check=0).stderr
    line = book.file(case).read_text(encoding="utf-8").splitlines().index("history:") + 2
    assert said.startswith(f"cases/open/{case}.yaml:{line}:")
    assert "warning: waited for the customer from 2024-03-04 10:00 until 2024-03-06 00:00; the clocks" in said
    assert f"complaintctl resume {case}; or wait on: complaintctl wait {case} --until DAY" in said
    (problem,) = book.json("check", "--as-of", moment("03-06T08:00"))["check"]["problems"]
    assert (problem["key"], problem["warning"]) == ("wait-over", True)
    book.call("resume", case, "--at", moment("03-06T09:00"), check=0)
    assert "warning" not in book.call("check", "--as-of", moment("03-06T10:00"), check=0).stderr


def test_today_shows_who_waits_since_when_and_until_when(book: Book, case: str) -> None:
    opened = ("--received", moment("03-01T09:00"), "--at", moment("03-01T09:00"), "--owner", "li.wei")
    other = book.open("u", *opened, "--waiting", "a receipt")
    shown = book.call("today", "--as-of", moment("03-06T08:00"), check=0)
    head, block = shown.stdout.split("\nWaiting for the customer\n")
    rows = block.splitlines()[2:]
    assert [row.split("  ")[0] for row in rows] == ["2024-03-04 10:00", "2024-03-01 09:00"]
    assert "2024-03-05 24:00 (over)" in rows[0]
    assert rows[0].endswith(f"complaintctl resume {case}")
    assert "a receipt" in rows[1]
    # The clock that runs again is above.
    assert case in head
    assert other not in head
    assert "2 waiting for the customer" in shown.stderr
    mine = book.call("today", "--mine", "--as-of", moment("03-06T08:00"), check=0)
    assert case not in mine.stdout
    assert "; 1 waiting for the customer" in mine.stderr
    for command in [row.rsplit("  ", 1)[1] for row in rows]:
        book.call(*command.split()[1:], check=0)
    assert "Waiting" not in book.call("today", check=0).stdout


def test_today_names_the_waits_for_programs_and_in_markdown(book: Book, case: str) -> None:
    later = ("today", "--as-of", moment("03-05T08:00"))
    (wait,) = book.json(*later)["waiting"]
    assert wait == {
        "case": case,
        "since": moment("03-04T10:00:00+08:00"),
        "until": moment("03-06T00:00:00+08:00"),
        "over": False,
        "reason": "a photo",
        "owner": None,
        "title": "t",
        "command": f"complaintctl resume {case}",
    }
    assert "## Waiting for the customer\n\n| since | until |" in book.call(*later, "--format", "md").stdout
    # One table for programs: the steps to take.
    assert book.call(*later, "--format", "csv").stdout.count("\n") == 1
