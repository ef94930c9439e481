"""Tests docs/procedures.md: every sentence names an existing test; the commented examples in the policies are valid."""

import re
from pathlib import Path

import pytest

from tests.casebooks import make_book

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent.parent / "docs" / "procedures.md"
# Keys that a policy shows as a comment to be uncommented, and the indented lines below them.
SHOWN = re.compile(r"^# (?=calendars:|warn:|escalation:|  )", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def test_every_sentence_of_a_procedure_names_a_test_that_exists() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    sentences = [row for row in rows if "what the rule says" not in row]
    assert len(sentences) >= 9
    for row in sentences:
        ((file, test),) = NAMED.findall(row)
        (path,) = TESTS.rglob(file)
        assert f"def {test}(" in path.read_text(encoding="utf-8"), row


def test_a_changed_limit_of_the_response_times_is_replayed_on_past_cases(tmp_path: Path) -> None:
    book = make_book(tmp_path, "response-times")
    facts = ("--customer-name", "王芳", "--phone", "13800138000", "--description", "d", "--level", "level-1")
    case = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10", *facts)
    told = ("--set", "x.urgent_measures=rolled back")
    # 50 minutes after receipt: in time by one hour, late by half an hour.
    book.call("ack", case, "--via", "phone", "--at", "2024-03-04T09:50", *told, check=0)
    book.call("close", case, "--outcome", "withdrawn", "--at", "2024-03-04T10:00", check=0)
    policy = (book.root / "complaintctl.yaml").read_text(encoding="utf-8")
    stricter = book.root / "stricter.yaml"
    stricter.write_text(policy.replace("level-1: 1h", "level-1: 30m"), encoding="utf-8")
    found = book.json("policy", "simulate", "stricter.yaml", "--since", "2024-01-01")
    (ack,) = [row for row in found["policy_simulate"]["steps"] if row["step"] == "ack"]
    assert (ack["met_then"], ack["late_now"], ack["to_late"]) == (1, 1, 1)


# Received on Friday 2024-05-10 at 17:30; the office is open from 09:00 to 12:00 and from 13:00 to 18:00.
@pytest.mark.parametrize(
    ("policy", "step", "due"),
    [
        ("electronics", "open", "13T09:30"),  # 1 h: half an hour on Friday, the rest on Monday
        ("electronics", "assess", "13T10:30"),  # 2 h: 30 min, then 90 min
        ("electronics", "classify", "13T13:30"),  # 4 h: 30 min, 3 h until noon, 30 min from 13:00
        ("response-times", "open", "10T17:45"),  # 15 min
        ("response-times", "ack", "13T09:30"),  # 1 h, the shortest: 30 min, then 30 min
        # 24 h: half an hour on Friday, 8 h on Monday and on Tuesday, 3 h until noon and 4 h 30 min from 13:00
        ("manufacturing", "ack", "15T17:30"),
        ("8d", "d3", "15T17:30"),
        ("8d", "d5", "24T18:00"),  # 10 working days, the shortest: 13 to 17 May (5), 20 to 24 (10)
    ],
)
def test_the_office_hours_shown_as_a_comment_count_open_hours(
    tmp_path: Path, policy: str, step: str, due: str
) -> None:
    book = make_book(tmp_path, policy)
    file = book.root / "complaintctl.yaml"
    text = file.read_text(encoding="utf-8")
    assert "\ncalendar: always\n" in text
    shown = SHOWN.sub("", text).replace("\ncalendar: always\n", "\ncalendar: office\n")
    file.write_text(shown, encoding="utf-8")
    book.call("policy", "check", check=0)
    case = book.open("t", "--received", "2024-05-10T17:30", "--at", "2024-05-10T17:40")
    clocks = book.json("show", case, "--as-of", "2024-05-10T17:40")["case"]["clocks"]
    (found,) = [clock["due"] for clock in clocks if clock["step"] == step]
    assert found == f"2024-05-{due}:00+08:00"


def test_the_ladder_shown_as_a_comment_tells_the_owner_and_then_the_manager(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    file = book.root / "complaintctl.yaml"
    file.write_text(SHOWN.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
    case = book.open("t", "--received", "2024-05-06T09:00", "--at", "2024-05-06T09:05", "--owner", "li.wei")
    # To be assessed by 11:00: at 10:30 three quarters of 2 h are gone; at 15:00 it is 4 h late.
    warned = book.json("check", "--as-of", "2024-05-06T10:30")["check"]["warned"]
    assert [entry["step"] for entry in warned] == ["assess"]
    book.call("escalate", "--due", "--as-of", "2024-05-06T14:59", check=0)
    assert book.json("show", case)["case"].get("watchers") is None
    book.call("escalate", "--due", "--as-of", "2024-05-06T15:00", check=0)
    assert book.json("show", case)["case"]["watchers"] == ["manager"]
