"""Tests missing signatures: who sees them in `today`, and with which due time.

Shanghai time, received on Monday 2024-03-04 at 09:00, planned by li.wei at 10:00; hours run by the clock.

  step     due          counted
  execute  03-07 09:00  receipt + 72 h
  respond  03-06 21:00  receipt + 60 h: most urgent; blocked by the execution, which is blocked by the signatures
"""

from pathlib import Path

import pytest

from tests.casebooks import Book, author, make_book, refused

POLICY = """\
complaintctl: 1
name: signed
timezone: Asia/Shanghai
roles: [handler, manager, legal]
people:
  li.wei: {email: li.wei@example.com, roles: [handler, manager]}
  ma.li: {roles: [manager]}
  chen.jie: {roles: [legal]}
steps:
  - {step: plan, label: {en: draw up a plan, zh: 制定方案}, approve: [manager, legal]}
  - {step: execute, within: 72h}
  - {step: respond, within: 60h}
"""
DAY = "2024-03-04"
NOW = f"{DAY}T12:00"
FIRST = "2024-03-06T21:00:00+08:00"

Row = tuple[str, str, str | None]


def planned(folder: Path, policy: str) -> tuple[Book, str]:
    """A casebook with one case of li.wei, who has made the plan."""
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml")
    moment = ("--at", f"{DAY}T09:00", "--received", f"{DAY}T09:00")
    case = book.open("t", "--owner", "li.wei", "--department", "quality", *moment)
    book.call("plan", case, "--at", f"{DAY}T10:00", check=0)
    return book, case


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Book, str]:
    return planned(tmp_path, POLICY)


def rows(book: Book, *words: str) -> list[Row]:
    entries = book.json("today", "--as-of", NOW, *words)["today"]
    return [(entry["step"], entry["what"], entry["due"]) for entry in entries]


SIGN: Row = ("approve", "plan", FIRST)
# The answer would be refused before it is carried out; its due time is the earlier one.
EXECUTE: Row = ("execute", "execute", FIRST)


def test_a_case_that_waits_for_a_signature_is_owed_the_signature(desk: tuple[Book, str]) -> None:
    book, case = desk
    assert rows(book) == [SIGN]
    (entry,) = book.json("today", "--as-of", NOW)["today"]
    assert (entry["state"], entry["left"]) == ("running", 57 * 3600)  # from Monday 12:00 to Wednesday 21:00
    assert entry["command"] == f"complaintctl approve {case} plan"
    assert "sign plan" in book.call("today", "--as-of", NOW, check=0).stdout
    assert "审批 制定方案" in book.call("--lang", "zh", "today", "--as-of", NOW, check=0).stdout
    assert rows(book, "--as-of", "2024-03-06T21:01") == [SIGN]
    assert book.json("today", "--as-of", "2024-03-06T21:01")["today"][0]["state"] == "overdue"


def test_each_role_sees_what_it_has_not_signed(desk: tuple[Book, str]) -> None:
    book, case = desk
    assert [rows(book, "--role", role) for role in ("manager", "legal", "handler")] == [[SIGN], [SIGN], []]
    book.call("approve", case, "plan", "--at", f"{DAY}T11:00", env=author("chen.jie"), check=0)
    assert [rows(book, "--role", role) for role in ("manager", "legal")] == [[SIGN], []]
    assert rows(book) == [SIGN]
    book.call("approve", case, "plan", "--at", f"{DAY}T11:30", env=author("ma.li"), check=0)
    assert [rows(book, "--role", role) for role in ("manager", "legal")] == [[], []]
    assert rows(book) == [EXECUTE]


def test_a_person_sees_what_their_roles_sign_on_the_cases_of_others(desk: tuple[Book, str]) -> None:
    book, _case = desk
    assert rows(book, "--owner", "ma.li") == [SIGN]
    assert rows(book, "--owner", "ma.li", "--department", "quality") == [SIGN]
    assert rows(book, "--owner", "ma.li", "--department", "sales") == []
    assert rows(book, "--owner", "li.wei", "--role", "legal") == [SIGN]
    assert rows(book, "--owner", "ma.li", "--role", "legal") == []


def test_who_took_the_step_is_asked_only_after_somebody_else_has_signed(desk: tuple[Book, str]) -> None:
    book, case = desk
    # Their own signature would be refused, but it is what their case waits for.
    assert rows(book, "--mine") == [SIGN]
    asked = ("today", "--role", "manager", "--owner", "ma.li", "--as-of", NOW)
    assert book.json(*asked)["today"] == []
    book.call("approve", case, "plan", "--at", f"{DAY}T11:00", env=author("chen.jie"), check=0)
    assert rows(book, "--mine") == [SIGN]
    book.call("approve", case, "plan", "--at", f"{DAY}T11:30", check=0)
    assert rows(book) == [EXECUTE]


def test_what_needs_no_signature_is_shown_as_itself(desk: tuple[Book, str]) -> None:
    book, case = desk
    due = "2024-03-05T09:00:00+08:00"
    asked = ("--to", "stock", "--what", "count", "--due", due, "--at", f"{DAY}T11:00")
    book.call("task", case, *asked, check=0)
    assert [(step, when) for step, _what, when in rows(book)] == [("task", due)]
    # The due time of the signature is that of the clock that waits for it.
    assert rows(book, "--role", "legal") == [SIGN]


def test_a_promised_step_waits_for_the_signature_too(desk: tuple[Book, str]) -> None:
    book, case = desk
    book.call("ack", case, "--promise-by", "2024-03-05T10:00", "--at", f"{DAY}T11:00", check=0)
    assert rows(book) == [("approve", "plan", "2024-03-05T10:00:00+08:00")]


def test_without_a_running_clock_the_closing_waits_and_the_row_has_no_due_time(tmp_path: Path) -> None:
    book, case = planned(tmp_path, POLICY.partition("  - {step: execute")[0])
    assert rows(book) == rows(book, "--role", "legal") == [("approve", "plan", None)]
    said = refused(book, 3, "close", case, "--outcome", "upheld")
    assert "(manager)" in said
    assert "(legal)" in said


def test_while_the_customer_is_asked_only_those_who_sign_see_it(desk: tuple[Book, str]) -> None:
    book, case = desk
    book.call("wait", case, "--reason", "a photo", "--at", f"{DAY}T11:00", check=0)
    assert rows(book) == []
    assert rows(book, "--role", "legal") == [("approve", "plan", None)]
