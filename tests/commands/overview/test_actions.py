"""Tests corrective actions: set, reported done, verified by another person, listed for all cases."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused
from tests.commands.reports.report_rows import report_of
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: capa
timezone: Asia/Shanghai
people: {li.wei: , zhao.yan: , ma.li: }
channels: {phone: , internal: {label: {zh: 内部}}}
steps:
  - {step: plan, within: 5d}
close: {withdrawn: {}}
"""
OPENED = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:00")
DAYS = ("--due", "2024-03-08", "--check", "2024-03-20")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def acted(book: Book, case_id: str, at: str, *words: str) -> None:
    book.call("action", case_id, *words, "--at", f"2024-03-{at}", check=0)


def with_action(book: Book, *words: str) -> str:
    """A case with an action for zhao.yan, due on the 8th, to be checked by the 20th."""
    case_id = book.open("Battery swells", *OPENED)
    acted(book, case_id, "04T10:00", "--what", "Thicker foil", "--who", "zhao.yan", *DAYS, *words)
    return case_id


def clocks(book: Book, case_id: str, at: str) -> list[tuple[str, str, str | None]]:
    shown = book.json("show", case_id, "--as-of", f"2024-03-{at}")["case"]["clocks"]
    found = [clock for clock in shown if clock["step"].startswith("action")]
    return [(clock["step"], clock["state"], clock["due"]) for clock in found]


def test_an_action_is_a_clock_until_it_is_done_and_then_its_check_is_one(book: Book) -> None:
    case_id = with_action(book)
    # A day ends at midnight: the 8th lasts until 23:59:59, regardless of waits for the customer.
    due, check = "2024-03-08T23:59:59+08:00", "2024-03-20T23:59:59+08:00"
    book.call("wait", case_id, "--reason", "photo", "--at", "2024-03-05T09:00", check=0)
    assert clocks(book, case_id, "08T23:59") == [("action", "running", due), ("action-check", "ahead", None)]
    assert clocks(book, case_id, "09T00:00") == [("action", "overdue", due), ("action-check", "ahead", None)]
    acted(book, case_id, "09T10:00", "--done", "1", "--by", "zhao.yan", "--text", "In production")
    assert clocks(book, case_id, "20T12:00") == [("action", "late", due), ("action-check", "running", check)]
    assert clocks(book, case_id, "21T00:00") == [("action", "late", due), ("action-check", "overdue", check)]
    acted(book, case_id, "20T15:00", "--verify", "1", "--effective", "yes", "--by", "ma.li")
    assert clocks(book, case_id, "21T00:00") == [("action", "late", due), ("action-check", "met", check)]
    # The past does not change.
    assert clocks(book, case_id, "08T23:59")[0][1] == "running"
    assert clocks(book, case_id, "04T09:30") == []


def test_check_explain_report_and_today_know_actions(book: Book) -> None:
    case_id = with_action(book)
    acted(book, case_id, "05T10:00", "--what", "Ask the supplier", "--who", "ma.li", "--due", "2024-03-06")
    book.call("plan", case_id, "--at", "2024-03-05T11:00", check=0)
    when = ("--as-of", "2024-03-07T00:00")
    assert "action 2 Ask the supplier" in book.call("check", *when, check=1).stdout
    assert "never paused" in book.call("explain", case_id, "--step", "action", *when, check=0).stdout
    counted = report_of(book, *when).step("action")
    assert (counted["overdue"], counted["running"]) == (1, 1)
    (owed,) = book.json("today", *when)["today"]
    assert (owed["what"], owed["command"]) == (
        "2 Ask the supplier",
        f"complaintctl action {case_id} --done 2",
    )
    (mine,) = book.json("today", *when, "--owner", "zhao.yan")["today"]
    assert mine["command"] == f"complaintctl action {case_id} --done 1"


def test_whoever_does_an_action_does_not_judge_it(book: Book) -> None:
    case_id = with_action(book)
    judge = ("action", case_id, "--verify", "1", "--effective", "yes", "--by")
    assert "not done yet" in refused(book, 3, *judge, "ma.li")
    acted(book, case_id, "06T10:00", "--done", "1", "--by", "li.wei")
    for name in ("li.wei", "zhao.yan"):
        assert "People who can: ma.li." in refused(book, 3, *judge, name)
    acted(book, case_id, "07T10:00", "--verify", "1", "--effective", "yes", "--by", "ma.li")
    assert "was verified as effective" in refused(book, 3, *judge, "ma.li")


def test_closing_waits_for_a_required_action_to_be_found_effective(book: Book) -> None:
    case_id = with_action(book, "--required")
    book.call("plan", case_id, "--at", "2024-03-05T11:00", check=0)
    close = ("close", case_id, "--outcome", "upheld")
    assert "action 1" in refused(book, 3, *close)
    acted(book, case_id, "06T10:00", "--done", "1", "--by", "zhao.yan")
    assert "action 1" in refused(book, 3, *close)
    acted(book, case_id, "07T10:00", "--verify", "1", "--effective", "no", "--by", "ma.li")
    assert "action 1" in refused(book, 3, *close)
    acted(book, case_id, "08T10:00", "--verify", "1", "--effective", "yes", "--by", "ma.li")
    book.call(*close, check=0)


def test_a_short_route_and_a_forced_closing_leave_a_required_action_open(book: Book) -> None:
    short, forced = with_action(book, "--required"), with_action(book, "--required")
    book.call("close", short, "--outcome", "withdrawn", check=0)
    book.call("close", forced, "--outcome", "upheld", "--force", "--reason", "moved", check=0)
    event = book.json("show", forced)["case"]["history"][-1]
    assert event["forced"] == ["plan", "action 1"]
    # After closing, the action can still be reported, and `actions --archive` lists it.
    book.call("action", short, "--done", "1", "--by", "zhao.yan", check=0)
    found = book.json("actions", "--archive", "--open")["actions"]
    assert {(entry["case"], entry["state"]) for entry in found} == {(short, "done"), (forced, "open")}
    assert book.json("actions")["actions"] == []


def test_the_register_lists_the_actions_of_all_cases_by_day_person_department(book: Book) -> None:
    first = with_action(book)
    second = book.open("Leaks", *OPENED, "--department", "lab", "--channel", "internal")
    seal = ("--what", "New seal", "--who", "ma.li", "--due", "2024-03-06", "--kind", "preventive")
    acted(book, second, "04T11:00", *seal)
    acted(book, second, "04T12:00", "--what", "Train", "--who", "ma.li", "--due", "2024-03-07")
    acted(book, second, "06T12:00", "--done", "1")

    def listed(*words: str) -> list[tuple[str, int]]:
        entries = book.json("actions", "--as-of", "2024-03-08T09:00", *words)["actions"]
        return [(entry["case"], entry["number"]) for entry in entries]

    # Done and without a check: nothing is open, so it is last.
    assert listed() == [(second, 2), (first, 1), (second, 1)]
    assert listed("--open") == [(second, 2), (first, 1)]
    assert listed("--overdue") == [(second, 2)]
    assert listed("--who", "zhao.yan") == [(first, 1)]
    assert listed("--department", "lab", "--open") == [(second, 2)]
    assert listed("--channel", "内部") == [(second, 2), (second, 1)]
    assert listed("--channel", "internal", "--department", "stock") == listed("--channel", "phone") == []
    assert refused(book, 2, "actions", "--channel", "letter").startswith(
        "channel letter is not in the policy"
    )
    early = book.json("actions", "--as-of", "2024-03-04T10:30")["actions"]
    assert [(entry["case"], entry["state"]) for entry in early] == [(first, "open")]
    shown = book.call("--lang", "zh", "actions", "--as-of", "2024-03-08T09:00", check=0).stdout
    assert "预防" in shown
    for form in ("plain", "csv", "md", "jsonl", "table"):
        assert "New seal" in book.call("actions", "--format", form, check=0).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    sample(
        [
            ((), "Use one of these"),
            (("--what", "x"), "Use one of these"),
            (("--done", "1", "--verify", "1", "--effective", "yes"), "Use one of these"),
            (("--verify", "1"), "Use one of these"),
            (("--what", "x", "--who", "y", "--due", "soon"), "--due soon is not a date"),
            (("--what", "x", "--who", "y", "--due", "2020-01-01"), "cannot be due on 2020-01-01"),
            (
                ("--what", "x", "--who", "y", "--due", "2199-01-02", "--check", "2199-01-01"),
                "before it is due",
            ),
            (("--what", "x", "--who", "y", "--due", "2199-01-02", "--kind", "odd"), "corrective, preventive"),
            (("--verify", "1", "--effective", "maybe"), "must be yes or no"),
            (("--done", "7"), "has no action 7; it has 1"),
        ],
        3,
    ),
)
def test_what_cannot_be_meant_is_refused_in_a_line(book: Book, words: tuple[str, ...], said: str) -> None:
    assert said in refused(book, 2, "action", with_action(book), *words)


def test_nothing_is_done_twice_nor_before_it_was_set(book: Book) -> None:
    case_id = with_action(book)
    assert "before action 1" in refused(book, 3, "action", case_id, "--done", "1", "--at", "2024-03-04T09:30")
    acted(book, case_id, "06T10:00", "--done", "1")
    assert "was done at" in refused(book, 3, "action", case_id, "--done", "1")


def test_a_report_taken_back_makes_the_action_open_again(book: Book) -> None:
    case_id = with_action(book)
    acted(book, case_id, "06T10:00", "--done", "1")
    event = book.json("show", case_id)["case"]["history"][-1]
    assert (event["did"], event["by"]) == ("action-done", "li.wei")
    book.call("retract", case_id, event["id"], "--reason", "not yet", check=0)
    (entry,) = book.json("actions")["actions"]
    assert entry["state"] == "open"


def test_an_action_changed_by_hand_is_named_by_check(book: Book) -> None:
    case_id = with_action(book)
    path = book.file(case_id)
    path.write_text(path.read_text().replace("due: 2024-03-08, given", "due: 2034-03-08, given"))
    assert "action 1 was written or changed here without an event" in book.call("check").stderr


def test_an_action_found_ineffective_is_due_again_and_can_be_done_anew(book: Book) -> None:
    case_id = with_action(book, "--required")
    book.call("plan", case_id, "--at", "2024-03-05T11:00", check=0)
    acted(book, case_id, "08T10:00", "--done", "1", "--by", "zhao.yan")
    acted(book, case_id, "14T10:00", "--verify", "1", "--effective", "no", "--by", "ma.li")
    # Set on the 4th, due on the 8th, to be checked by the 20th; found ineffective on the 14th, so 10 days later.
    due, check = "2024-03-18T23:59:59+08:00", "2024-03-30T23:59:59+08:00"
    assert clocks(book, case_id, "14T11:00") == [("action", "running", due), ("action-check", "ahead", None)]
    assert clocks(book, case_id, "14T09:00")[0][1] == "met"
    (entry,) = book.json("actions", "--open", "--as-of", "2024-03-15T09:00")["actions"]
    assert (entry["state"], entry["due"], entry["check"], entry["owed"], entry["overdue"]) == (
        "ineffective",
        "2024-03-18",
        "2024-03-30",
        True,
        False,
    )
    (owed,) = book.json("today", "--as-of", "2024-03-15T09:00")["today"]
    assert (owed["due"], owed["command"]) == (due, f"complaintctl action {case_id} --done 1")
    late = ("--as-of", "2024-03-19T09:00")
    assert "action 1 Thicker foil" in book.call("check", *late, check=1).stdout
    assert len(book.json("actions", "--overdue", *late)["actions"]) == 1
    assert "before action 1" in refused(book, 3, "action", case_id, "--done", "1", "--at", "2024-03-14T09:00")
    acted(book, case_id, "17T10:00", "--done", "1", "--by", "zhao.yan")
    (action,) = book.json("show", case_id)["case"]["actions"]
    assert (action["due"], action["check"], action["done"]) == (
        "2024-03-18",
        "2024-03-30",
        "2024-03-17T10:00:00+08:00",
    )
    assert "effective" not in action
    assert clocks(book, case_id, "19T09:00") == [("action", "met", due), ("action-check", "running", check)]
    acted(book, case_id, "25T10:00", "--verify", "1", "--effective", "yes", "--by", "ma.li")
    book.call("close", case_id, "--outcome", "upheld", "--at", "2024-03-26T09:00", check=0)
    book.call("check", "--archive", check=0)
