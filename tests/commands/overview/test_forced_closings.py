"""A closing by force is seen wherever the case is: show, log, list, report."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.commands.reports.report_rows import report_of

POLICY = """\
complaintctl: 1
name: forced
timezone: Asia/Shanghai
steps:
  - {step: plan}
  - {step: respond}
close: {withdrawn: {}}
"""
REASON = ("--force", "--reason", "the shop is gone")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def test_a_closing_by_force_is_shown_by_show_log_list_and_report(book: Book) -> None:
    forced, plain = book.open("a"), book.open("b")
    book.call("close", forced, "--outcome", "upheld", *REASON, check=0)
    book.call("close", plain, "--outcome", "withdrawn", *REASON, check=0)

    assert "closed by force, without: plan, respond" in book.call("show", forced, check=0).stdout
    assert "by force" not in book.call("show", plain, check=0).stdout
    assert [book.json("show", one)["case"]["forced"] for one in (forced, plain)] == [["plan", "respond"], []]

    assert "by force, without: plan, respond" in book.call("log", forced, check=0).stdout
    head, *rows = book.call("log", forced, "--format", "csv", check=0).stdout.splitlines()
    assert "forced" in head.split(",")
    assert '"plan, respond"' in rows[-1]

    lines = book.call("list", "--closed", check=0).stdout.splitlines()
    assert [forced in line for line in lines if "closed by force" in line] == [True]
    listed = book.json("list", "--closed", "--columns", "id,forced")["cases"]
    assert {row["id"]: row["forced"] for row in listed} == {forced: "yes", plain: "no"}
    found = book.json("list", "--closed", "--where", "forced=yes")["cases"]
    assert [row["id"] for row in found] == [forced]

    assert "closed by force        1\n" in book.speaking("en").call("report", check=0).stdout
    assert report_of(book).cases("forced") == (1,)
    assert "cases,,forced,1" in book.call("report", "--format", "csv", check=0).stdout
    assert "close --force" in book.call("report", "--define", check=0).stdout


def test_a_case_opened_again_was_not_closed_by_force(book: Book) -> None:
    case = book.open("a")
    book.call("close", case, "--outcome", "upheld", *REASON, check=0)
    book.call("reopen", case, "--reason", "she called", check=0)
    assert book.json("show", case)["case"]["forced"] == []
    assert report_of(book).cases("forced") == (0,)
    assert "by force, without" in book.call("log", case, check=0).stdout
