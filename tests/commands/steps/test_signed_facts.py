"""A signature covers what was signed: a fact changed later makes it void, and the step is to be approved again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, author, make_book, refused
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: signed
timezone: Asia/Shanghai
roles: [handler, manager]
remedies: [repair, refund]
people:
  li.wei: {email: li.wei@example.com, roles: [handler]}
  ma.li: {roles: [manager]}
steps:
  - {step: investigate, needs: [cause.finding]}
  - {step: plan, needs: [plan.remedy, plan.measures.who, cause.finding, customer.phone], approve: [manager]}
  - {step: execute}
  - {step: update, every: 24h, approve: [manager]}
  - {step: respond, needs: [outcome], approve: [manager]}
"""
DAY = "2024-03-04"
OPENED = ("--received", f"{DAY}T09:00", "--at", f"{DAY}T09:00", "--phone", "138", "--owner", "li.wei")


def do(book: Book, case: str, at: str, *words: str, env: Mapping[str, str] | None = None) -> Any:
    """Run `verb case …` at a time of the day; gives its event."""
    verb, *rest = words
    return json.loads(book.call(verb, case, *rest, "--at", f"{DAY}T{at}", "--json", env=env, check=0).stdout)[
        "event"
    ]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


@pytest.fixture
def case(book: Book) -> str:
    """A case whose plan, a repair, ma.li has signed."""
    case = book.open("t", *OPENED)
    do(book, case, "09:30", "investigate", "--set", "cause.finding=foil")
    do(book, case, "10:00", "plan", "--remedy", "repair", "--measure", "new foil; li.wei")
    do(book, case, "10:30", "approve", "plan", env=author("ma.li"))
    assert signatures(book, case) == []
    return case


def signatures(book: Book, case: str) -> list[Any]:
    found: list[Any] = book.json("show", case)["case"]["signatures"]
    return found


def void(book: Book, case: str) -> list[tuple[str, list[str]]]:
    return [(one["step"], lost["fields"]) for one in signatures(book, case) for lost in one["void"]]


def test_a_fact_changed_after_the_signature_makes_the_approval_due_again(book: Book, case: str) -> None:
    said = book.call("edit", case, "--set", "plan.remedy=refund", check=0).stderr
    again = f"plan is to be approved again: plan.remedy changed after the approval of ma.li. complaintctl approve {case}"
    assert again in said
    ((signature,), event) = signatures(book, case), book.json("show", case)["case"]["history"][-1]
    assert signature["missing"] == ["manager"]
    assert [(one["by"], one["changed_by"], one["fields"]) for one in signature["void"]] == [
        ("ma.li", event["id"], ["plan.remedy"])
    ]
    shown = book.call("show", case, check=0).stdout
    assert "plan: to be signed by manager" in shown
    assert again in shown
    result = book.call("check", "--fail-on", "never", check=0)
    assert f"plan is to be approved again: event {event['id']} changed what ma.li approved." in result.stderr
    rows = book.json("today", "--role", "manager")["today"]
    assert [(row["step"], row["what"]) for row in rows] == [("approve", "plan")]
    assert "waits until plan is approved" in refused(book, 3, "execute", case)
    do(book, case, "11:30", "approve", "plan", env=author("ma.li"))
    # Signed at 11:30, before the change was recorded: the change came after that, too.
    assert void(book, case) == [("plan", ["plan.remedy"]), ("plan", ["plan.remedy"])]
    book.call("approve", case, "plan", env=author("ma.li"), check=0)
    assert signatures(book, case) == []
    assert "approved again" not in book.call("check", "--fail-on", "never", check=0).stderr
    book.call("execute", case, check=0)


def test_a_plan_signed_and_changed_after_its_execution_is_not_closed_without_a_word(
    book: Book, case: str
) -> None:
    do(book, case, "11:00", "execute")
    do(book, case, "11:30", "edit", "--set", "plan.remedy=refund")
    do(book, case, "12:00", "respond", "--outcome", "upheld")
    do(book, case, "12:30", "approve", "respond", env=author("ma.li"))
    assert "missing approve plan (manager)." in refused(book, 3, "close", case)
    do(book, case, "13:00", "approve", "plan", env=author("ma.li"))
    # What the closing itself changes was not signed either.
    assert "missing approve respond (manager)." in refused(
        book, 3, "close", case, "--outcome", "partly-upheld"
    )
    do(book, case, "13:30", "close")


@pytest.mark.parametrize(
    ("words", "fields"),
    sample(
        [
            (("edit", "--set", "cause.finding=glue"), ["cause.finding"]),
            (("edit", "--set", "customer.phone=139"), ["customer.phone"]),
            (("edit", "--measure", "new foil; ma.li"), ["plan.measures"]),
            (("edit", "--set", "plan.remedy=refund", "--at", f"{DAY}T10:15"), ["plan.remedy"]),
            (("note", "she called"), []),
            (("edit", "--set", "product.model=X1"), []),
            (("assign", "--to", "ma.li"), []),
        ],
        3,
    ),
)
def test_what_the_step_set_or_needed_is_signed_and_nothing_else(
    book: Book, case: str, words: tuple[str, ...], fields: list[str]
) -> None:
    verb, *rest = words
    book.call(verb, case, *rest, check=0)
    assert void(book, case) == ([("plan", fields)] if fields else [])


def test_a_step_that_changes_what_its_predecessor_signed_is_refused(book: Book, case: str) -> None:
    said = refused(book, 3, "execute", case, "--set", "plan.remedy=refund")
    assert "execute waits until plan is approved" in said


def test_a_change_taken_back_brings_the_signature_back(book: Book, case: str) -> None:
    event = do(book, case, "11:00", "edit", "--set", "plan.remedy=refund")
    assert void(book, case) == [("plan", ["plan.remedy"])]
    do(book, case, "11:30", "retract", event["id"], "--reason", "typing")
    assert book.json("show", case)["case"]["plan"]["remedy"] == "repair"
    assert void(book, case) == []


def test_taking_back_what_was_changed_before_the_signature_makes_it_void(book: Book) -> None:
    case = book.open("t", *OPENED)
    do(book, case, "09:30", "investigate", "--set", "cause.finding=foil")
    do(book, case, "10:00", "plan", "--remedy", "repair", "--measure", "new foil; li.wei")
    event = do(book, case, "10:10", "edit", "--set", "plan.remedy=refund")
    do(book, case, "10:30", "approve", "plan", env=author("ma.li"))
    do(book, case, "11:00", "retract", event["id"], "--reason", "typing")
    assert void(book, case) == [("plan", ["plan.remedy"])]


def test_a_step_taken_back_and_taken_anew_is_signed_anew(book: Book, case: str) -> None:
    event = next(one for one in book.json("show", case)["case"]["history"] if one["did"] == "plan")
    do(book, case, "11:00", "retract", event["id"], "--reason", "typing")
    do(book, case, "11:30", "plan", "--remedy", "refund", "--measure", "new foil; li.wei")
    assert void(book, case) == [("plan", ["plan.remedy", "plan.measures"])]
    assert "waits until plan is approved" in refused(book, 3, "execute", case)


def test_each_time_of_a_recurring_step_is_signed(book: Book, case: str) -> None:
    do(book, case, "11:00", "update", "--via", "phone")
    do(book, case, "11:10", "approve", "update", env=author("ma.li"))
    assert signatures(book, case) == []
    do(book, case, "12:00", "update", "--via", "phone")
    assert void(book, case) == [("update", [])]
    assert "it was taken anew after the approval of ma.li" in book.call("show", case, check=0).stdout


def test_the_signature_of_an_earlier_moment_is_shown_as_it_was(book: Book, case: str) -> None:
    do(book, case, "11:00", "edit", "--set", "plan.remedy=refund")
    then = book.json("show", case, "--as-of", f"{DAY}T10:45")["case"]
    assert then["signatures"] == []


def test_a_reopening_to_a_later_step_keeps_the_signature(book: Book, case: str) -> None:
    do(book, case, "11:00", "edit", "--set", "plan.agreed_with_customer=yes")
    do(book, case, "12:00", "reopen", "--to", "respond", "--reason", "r")
    assert signatures(book, case) == []


def test_a_signed_fact_edited_by_hand_is_named_until_it_is_recorded_and_the_signature_void(
    book: Book, case: str
) -> None:
    path = book.file(case)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("remedy: repair", "remedy: refund", 1), encoding="utf-8")
    said = book.call("check", "--fail-on", "never", check=4).stderr
    assert (
        "plan.remedy was changed without an event. Record the change: complaintctl edit CASE --set plan.remedy=VALUE"
        in said
    )
    event = book.json("edit", case, "--set", "plan.remedy=refund")["event"]
    assert event["set"] == {"plan.remedy": ["repair", "refund"]}
    assert void(book, case) == [("plan", ["plan.remedy"])]
    book.call("check", "--fail-on", "never", check=0)


def test_a_closed_case_shows_no_signature_that_its_closing_did_not_need(book: Book) -> None:
    case = book.open("t", *OPENED)
    do(book, case, "09:30", "investigate", "--set", "cause.finding=foil")
    do(book, case, "10:00", "plan", "--remedy", "repair", "--measure", "new foil; li.wei")
    assert [one["step"] for one in signatures(book, case)] == ["plan"]
    do(book, case, "11:00", "close", "--outcome", "upheld", "--force", "--reason", "r")
    assert signatures(book, case) == []
