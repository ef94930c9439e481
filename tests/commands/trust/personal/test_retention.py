"""`retention` lists and erases the customer data whose time is over by the policy, and respects legal holds."""

from pathlib import Path
from typing import Final

import pytest

from tests.casebooks import Book, make_book

RULES: Final = """
retention:
  - {keep: 10y, from: close, when: {category: quality}}
  - {keep: 1y, from: receipt, when: {category: service}}
  - {keep: 1d}
"""


def policy(folder: Path, rules: str) -> Path:
    text = """complaintctl: 1
name: desk
timezone: Asia/Shanghai
categories: {quality: , service: , other: }
channels: [phone]
steps: [{step: ack, within: 4h}]
close: {withdrawn: {}}
people: {li.wei: {email: li.wei@example.com}}
"""
    path = folder / "policy.yaml"
    path.write_text(text + rules, encoding="utf-8")
    return path


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path, policy(tmp_path, RULES), lang="en")


def closed(book: Book, category: str | None = None, received: str = "2026-01-05T09:00") -> str:
    """A case with a customer that was received and closed a while ago."""
    more = ("--category", category) if category else ()
    case = book.open(
        "Rattles", "--customer-name", f"Mrs {category}", "--received", received, "--at", received, *more
    )
    at = received.replace("09:00", "12:00")
    book.call("close", case, "--outcome", "withdrawn", "--at", at, check=0)
    return case


def listed(book: Book, as_of: str, *more: str) -> dict[str, tuple[int, str, str]]:
    rows = book.json("retention", "list", "--as-of", as_of, *more)["retention"]
    return {row["case"]: (row["rule"], row["due"], row["state"]) for row in rows}


def test_the_first_rule_that_fits_says_when_a_case_is_due(book: Book) -> None:
    quality, service, other = closed(book, "quality"), closed(book, "service"), closed(book)
    book.open("Open since long", "--customer-name", "Mrs Open", "--received", "2026-01-05T09:00")
    assert listed(book, "2026-01-06T11:59") == {}
    assert listed(book, "2026-01-06T12:00") == {other: (3, "2026-01-06T12:00:00+08:00", "due")}
    assert set(listed(book, "2027-01-05T09:00")) == {service, other}
    later = listed(book, "2027-01-05T09:00", "--all")
    assert later[quality] == (1, "2036-01-05T12:00:00+08:00", "later")
    assert later[service] == (2, "2027-01-05T09:00:00+08:00", "due")
    table = book.call("retention", "list", "--as-of", "2027-01-05T09:00").stdout
    assert "1d from the closing, then erase" in table
    assert "1y from receipt, then erase" in table


def test_applying_erases_what_is_due_in_one_commit_and_skips_holds_restrictions_and_open_cases(
    book: Book,
) -> None:
    first, second, held, restricted = (closed(book) for _case in range(4))
    kept, opened = closed(book, "quality"), book.open("Open", "--customer-name", "Mrs Open")
    book.call("retention", "hold", held, "--reason", "claim", check=0)
    book.call("restrict", restricted, "--reason", "asked", check=0)
    assert {one[2] for one in listed(book, "2026-11-01").values()} == {"due"}
    assert {
        case: one[2] for case, one in listed(book, "2099-01-01").items() if case in {held, restricted}
    } == {
        held: "legal-hold",
        restricted: "restricted",
    }
    assert "no terminal" in book.call("retention", "apply", check=2).stderr
    count = len(book.git("log", "--format=%h").split())
    done = book.call("retention", "apply", "--yes", "-o", "../certificate.json", check=1)
    assert "2 cases erased" in done.stderr
    assert f"{held}: skipped, legal hold" in done.stderr
    assert f"{restricted}: skipped, restricted" in done.stderr
    # The customers of these cases have one name, so the search finds it in the cases that are kept.
    assert "Other cases name the same person" in done.stderr
    assert len(book.git("log", "--format=%h").split()) == count + 1
    assert book.git("log", "-1", "--format=%s").strip() == "erase: 2"
    names = {
        case: book.json("show", case)["case"].get("customer")
        for case in (first, second, held, restricted, kept, opened)
    }
    assert [case for case, customer in names.items() if customer is None] == [first, second]
    event = book.json("show", first)["case"]["history"][-1]
    assert (event["did"], event["reason"]) == ("erase", "retention: keep 1d from close")
    assert (book.root.parent / "certificate.json").is_file()
    again = book.call("retention", "apply", "--yes", check=0)
    assert "No customer data are due" in again.stderr


def test_a_legal_hold_begins_and_ends_once(book: Book) -> None:
    case = closed(book)
    assert "needs --reason" in book.call("retention", "hold", case, check=2).stderr
    book.call("retention", "hold", case, "--reason", "claim", check=0)
    assert "already under legal hold" in book.call("retention", "hold", case, "--reason", "x", check=3).stderr
    assert "legal hold: customer data are not erased" in book.call("show", case).stdout
    book.call("retention", "release", case, check=0)
    assert "not under legal hold" in book.call("retention", "release", case, check=3).stderr
    assert listed(book, "2099-01-01")[case][2] == "due"


def test_a_faulty_rule_is_named_with_its_line(tmp_path: Path) -> None:
    rules = """
retention:
  - {keep: 3h}
  - {keep: 3y, from: birthday}
  - {keep: 2y, when: {category: nothing}}
"""
    folder = tmp_path / "good"
    folder.mkdir()
    book = make_book(folder, policy(folder, "\n"), lang="en")
    (book.root / "faulty.yaml").write_text(
        policy(tmp_path, rules).read_text(encoding="utf-8"), encoding="utf-8"
    )
    said = book.call("policy", "check", "faulty.yaml", check=1)
    text = said.stdout + said.stderr
    assert "3h is not a length of calendar time" in text
    assert "birthday" in text
    assert "nothing" in text
    assert "this rule never applies: rule 1" in text


def test_policy_show_prints_the_rules(book: Book) -> None:
    assert (
        "10y from the closing, then erase; category = quality" in book.call("policy", "show", check=0).stdout
    )
