"""Tests repeated complaints: `escalate --due` applies each rule of repetition once per case.

Shanghai time. Similar cases have class shell and batch B7. The judged case was received on Monday 2024-03-04 at 09:00, or
as stated. The begin of its window, and the latest receipt before it:

  within   begins            why                                    outside
  30d      02-03 09:00       29 days of February (2024): 03-04 is   02-03 08:59:59
                             day 64 of the year, 64 - 30 = 34
  1mo      02-04 09:00       the same day of the month before       02-04 08:59:59
  1mo      02-29 09:00       from 03-31: February has no 31st       02-29 08:59:59
  2bd      03-07 09:00       from Monday 03-11: Friday 8, Thursday  03-07 08:59:59
                             7; working days keep the time of day
"""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, faults_with, make_book
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: repeated
timezone: Asia/Shanghai
calendar: office
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
levels: [urgent, important, general]
categories: {shell: {sub: {lid: {}}}, delivery: {}}
roles: [lead, quality]
people: {zhao.min: {roles: [lead]}, li.wei: {email: li.wei@example.com}, chen: {}}
escalation:
  - {late: 0h, to: lead}
repetition:
  - {reopened: 2, to: lead, raise: level}
  - {same: [category, product.batch], cases: 3, within: 30d, to: quality}
steps:
  - {step: respond, within: {urgent: 1h, important: 8h, else: 40h}}
close: {withdrawn: {}, duplicate: {}, invalid: {}}
reopen_to: respond
"""
DAY = "2024-03-04"
ALIKE = ["category", "product.batch"]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return made(tmp_path, POLICY)


def made(folder: Path, policy: str) -> Book:
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    return make_book(folder, folder / "policy.yaml")


def with_rules(folder: Path, *rules: str) -> Book:
    head, rest = POLICY.split("repetition:\n")
    lines = "".join(f"  - {rule}\n" for rule in rules)
    return made(folder, f"{head}repetition:\n{lines}{rest[rest.index('steps:') :]}")


def received(book: Book, at: str, *options: str) -> str:
    """A case of class shell and batch B7, unless the options say otherwise."""
    given = {"--category": "shell", "--batch": "B7", "--level": "general"}
    facts = [word for name, value in given.items() if name not in options for word in (name, value)]
    return book.open("t", "--received", at, "--at", at, *facts, *options)


def due(book: Book, as_of: str, *options: str, check: int = 0) -> dict[str, list[Any]]:
    """Returns the repetitions that a run as of that time did, by case."""
    done = book.json("escalate", "--due", "--as-of", as_of, *options, check=check)["cases"]
    return {entry["id"]: entry["event"].get("repeated", []) for entry in done}


def facts(book: Book, case_id: str) -> tuple[str | None, str | None, list[str] | None]:
    case = book.json("show", case_id)["case"]
    return case.get("level"), case.get("owner"), case.get("watchers")


def test_the_third_case_alike_is_escalated_once(book: Book) -> None:
    first, second = received(book, "2024-02-20T09:00"), received(book, "2024-03-01T09:00")
    # The first one had 40 office hours, until Monday, 26 February at 17:00: late, but it is only the second similar case.
    assert due(book, "2024-03-01T09:00") == {first: []}
    third = received(book, f"{DAY}T09:00")
    rule = {"same": ALIKE, "cases": 3, "within": "30d", "alike": [first, second], "to": "quality"}
    assert due(book, f"{DAY}T09:00", "--dry-run")[third] == [rule]
    assert due(book, f"{DAY}T09:00") == {third: [rule]}
    assert facts(book, third) == ("general", None, ["quality"])
    assert facts(book, first) == ("general", None, ["lead"])
    assert due(book, f"{DAY}T10:00") == {}
    fourth = received(book, f"{DAY}T11:00")
    (again,) = due(book, f"{DAY}T12:00")[fourth]
    assert again["alike"] == [first, second, third]
    said = book.call("log", third, check=0).stdout
    assert (
        f"3 cases within 30d with the same category, product.batch: notify quality ({first}, {second})"
        in said
    )


@pytest.mark.parametrize(
    ("within", "judged", "inside", "outside"),
    sample(
        [
            ("30d", f"{DAY}T09:00", "2024-02-03T09:00:00", "2024-02-03T08:59:59"),
            ("1mo", f"{DAY}T09:00", "2024-02-04T09:00:00", "2024-02-04T08:59:59"),
            ("1mo", "2024-03-31T09:00", "2024-02-29T09:00:00", "2024-02-29T08:59:59"),
            ("2bd", "2024-03-11T09:00", "2024-03-07T09:00:00", "2024-03-07T08:59:59"),
        ],
        2,
    ),
)
def test_a_receipt_at_the_beginning_of_the_window_counts_and_a_second_before_not(
    tmp_path: Path, within: str, judged: str, inside: str, outside: str
) -> None:
    book = with_rules(tmp_path, f"{{same: [product.batch], cases: 2, within: {within}, to: quality}}")
    early, own = received(book, outside), received(book, judged)
    assert own not in due(book, judged)
    on_time = received(book, inside)
    (rule,) = due(book, judged)[own]
    assert rule["alike"] == [on_time]
    assert early not in due(book, judged)


def test_closed_cases_count_but_neither_duplicates_nor_invalid_ones(book: Book) -> None:
    others = {}
    for outcome in ("withdrawn", "duplicate", "invalid"):
        others[outcome] = received(book, "2024-02-20T09:00")
        # By force: the original of this duplicate is kept elsewhere.
        close = ("--outcome", outcome, "--at", "2024-02-21T09:00", "--force", "--reason", "kept elsewhere")
        book.call("close", others[outcome], *close, check=0)
    linked = received(book, "2024-02-22T09:00")
    book.call(
        "link", linked, others["withdrawn"], "--as", "duplicate_of", "--at", "2024-02-22T10:00", check=0
    )
    own = received(book, f"{DAY}T09:00")
    assert own not in due(book, f"{DAY}T09:30")
    another = received(book, f"{DAY}T10:00")
    (rule,) = due(book, f"{DAY}T10:00")[another]
    assert rule["alike"] == [others["withdrawn"], own]


@pytest.mark.parametrize(
    "options",
    [
        ("--batch", "B8"),
        ("--category", "shell/lid"),
        ("--batch", ""),
    ],
)
def test_other_unknown_and_lower_values_are_not_alike(book: Book, options: tuple[str, ...]) -> None:
    received(book, "2024-03-02T09:00")
    received(book, "2024-03-02T09:00", *options)
    last = received(book, f"{DAY}T09:00", *options)
    assert due(book, f"{DAY}T09:30").get(last, []) == []


def test_own_fields_and_personal_ones_compare_and_no_name_is_told(tmp_path: Path) -> None:
    book = with_rules(
        tmp_path, "{same: [customer.phone, x.place], cases: 2, within: 1y, to: lead, hand_over: false}"
    )
    words = ("--phone", "13800138000", "--set", "x.place=Wuhan")
    received(book, "2023-03-05T09:00", *words)
    own = received(book, f"{DAY}T09:00", *words)
    assert len(due(book, f"{DAY}T09:30")[own]) == 1
    assert "13800138000" not in book.file(own).read_text().partition("history:")[2]


def test_the_second_reopening_raises_the_level_and_brings_its_rungs_in_one_event(book: Book) -> None:
    case_id = received(book, f"{DAY}T09:00")
    for hour in (10, 12):
        book.call("respond", case_id, "--via", "phone", "--at", f"{DAY}T{hour}:00", check=0)
        assert due(book, f"{DAY}T{hour}:30") == {}
        reopen = ("--reason", "again", "--at", f"{DAY}T{hour + 1}:00")
        book.call("reopen", case_id, *reopen, check=0)
    # Reopened at 13:00; at the level important, `respond` has 8 office hours: 17:00, and 09:00 to 13:00 on Tuesday.
    # No rung is due yet: one event for the rule alone.
    assert due(book, f"{DAY}T13:00") == {case_id: [{"reopened": 2, "to": "lead"}]}
    assert facts(book, case_id) == ("important", None, ["lead"])
    assert due(book, "2024-03-05T12:59") == {}
    assert due(book, "2024-03-05T13:00") == {case_id: []}


def test_a_level_that_a_repetition_raises_makes_late_and_brings_the_rung_at_once(tmp_path: Path) -> None:
    book = with_rules(tmp_path, "{same: [product.batch], cases: 2, within: 30d, to: quality, raise: level}")
    received(book, f"{DAY}T09:00", "--level", "important")
    own = received(book, f"{DAY}T09:00", "--level", "important")
    # Important: 8 h, due at 17:00. Urgent: 1 h, due at 10:00, so late at 10:30; the ladder adds the lead as a watcher.
    done = book.json("escalate", "--due", "--as-of", f"{DAY}T10:30")["cases"]
    event = next(entry["event"] for entry in done if entry["id"] == own)
    assert (len(event["rungs"]), len(event["repeated"])) == (1, 1)
    assert event["set"]["level"] == ["important", "urgent"]
    assert facts(book, own) == ("urgent", None, ["lead", "quality"])
    head = book.head()
    assert due(book, f"{DAY}T10:30") == {}
    assert book.head() == head


def test_a_repetition_hands_over_last_and_what_was_taken_back_is_done(tmp_path: Path) -> None:
    rule = "{same: [product.batch], cases: 2, within: 30d, to: zhao.min, hand_over: true}"
    book = with_rules(tmp_path, rule)
    received(book, "2024-03-01T09:00")
    own = received(book, f"{DAY}T09:00", "--owner", "chen")
    assert len(due(book, f"{DAY}T09:30")[own]) == 1
    assert facts(book, own)[1] == "zhao.min"
    event = book.json("show", own)["case"]["history"][-1]
    back = ("--reason", "another defect", "--at", f"{DAY}T09:40")
    book.call("retract", own, event["id"], *back, check=0)
    assert facts(book, own)[1] == "chen"
    assert own not in due(book, f"{DAY}T10:00")


def test_a_run_as_of_an_earlier_moment_knows_what_was_known_then(book: Book) -> None:
    for day in ("2024-03-01", "2024-03-02"):
        received(book, f"{day}T09:00")
    later = received(book, "2024-03-03T09:00", "--batch", "B8")
    own = received(book, f"{DAY}T09:00")
    # At noon the batch of another case is set to B7, too: three at 09:30, four at 13:00.
    book.call("edit", later, "--set", "product.batch=B7", "--at", f"{DAY}T12:00", check=0)
    assert len(due(book, f"{DAY}T09:30", "--dry-run")[own][0]["alike"]) == 2
    assert len(due(book, f"{DAY}T13:00", "--dry-run")[own][0]["alike"]) == 3


def test_a_broken_closed_case_is_named_and_hides_none(book: Book) -> None:
    for at in ("2024-03-01T09:00", "2024-03-01T10:00"):
        book.call("close", received(book, at), "--outcome", "withdrawn", "--at", "2024-03-01T11:00", check=0)
    broken = received(book, "2024-03-02T09:00")
    book.call("close", broken, "--outcome", "withdrawn", "--at", "2024-03-02T11:00", check=0)
    file = book.file(broken)
    file.write_text(f"{file.read_text(encoding='utf-8')}id: again\n", encoding="utf-8")
    own = received(book, f"{DAY}T09:00")
    assert len(due(book, f"{DAY}T09:30", check=4)[own]) == 1


def test_two_clones_that_both_ran_unite_and_a_third_run_does_nothing(book: Book, tmp_path: Path) -> None:
    for day in ("2024-03-01", "2024-03-02"):
        received(book, f"{day}T09:00")
    own = received(book, f"{DAY}T09:00")
    other = book.clone(tmp_path / "other")
    due(book, f"{DAY}T09:30")
    due(other, f"{DAY}T09:40")
    other.git("fetch", "--quiet", "origin")
    with pytest.raises(AssertionError):
        other.git("merge", "--quiet", "origin/HEAD")
    other.call("resolve", check=0)
    other.git("add", "-A")
    other.git("commit", "--quiet", "--no-edit")
    told = [event["did"] for event in other.json("show", own)["case"]["history"]]
    assert told == ["open", "escalate", "escalate"]
    assert due(other, f"{DAY}T10:00").get(own, []) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{to: lead}", "a rule must count either reopenings or similar cases"),
        ("{reopened: 2, cases: 3, to: lead}", "a rule must count either reopenings or similar cases"),
        (
            "{same: [product.batch], cases: 3, to: lead}",
            "a rule must count either reopenings or similar cases",
        ),
        ("{same: [product.batch], cases: 1, within: 30d, to: lead}", "one case is not a repetition"),
        ("{same: [product.batch], cases: three, within: 30d, to: lead}", "must be a whole number from 1"),
        ("{same: [product.batch], cases: 3, within: long, to: lead}", "long"),
        ("{same: [level], cases: 3, within: 30d, to: lead}", "level cannot show whether"),
        ("{same: [tasks], cases: 3, within: 30d, to: lead}", "tasks cannot show whether"),
        ("{same: [product.bach], cases: 3, within: 30d, to: lead}", "Did you mean product.batch"),
        ("{reopened: 3, to: nobody}", "nobody"),
        ("{reopened: 3, to: lead, hand_over: true}", "lead is not a person"),
        ("{reopened: 2, to: lead}", "there is the same rule above"),
    ],
)
def test_a_rule_that_cannot_mean_what_it_says_is_faulty(book: Book, rule: str, said: str) -> None:
    found, place = faults_with(book, rule)
    assert said in found
    assert place in found


def test_the_policy_and_what_was_done_are_shown_in_both_languages(book: Book) -> None:
    shown = book.call("policy", "show", check=0).stdout
    assert "reopened 2 times: notify lead, one level up" in shown
    assert "3 cases within 30d with the same category, product.batch: notify quality" in shown
    for at in ("2024-03-01T09:00", "2024-03-02T09:00", f"{DAY}T09:00"):
        own = received(book, at)
    words = ("escalate", "--due", "--dry-run", "--as-of", f"{DAY}T09:30")
    line = next(
        line for line in book.call("--lang", "zh", *words, check=0).stdout.splitlines() if own in line
    )
    assert "30d 内 3 件投诉" in line
