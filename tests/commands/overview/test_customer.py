"""Tests `customer`: all cases of somebody, open and closed, however the number is written."""

import json
from dataclasses import dataclass

import pytest

from tests.casebooks import Book, make_book, refused

PHONE = "138-0013-8000"


@dataclass(frozen=True)
class Desk:
    book: Book
    closed: str
    running: str
    other: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    book = make_book(tmp_path_factory.mktemp("customer"))
    closed = book.open("swollen", "--phone", PHONE, "--customer-name", "王芳", "--at", "2026-11-01T09:00")
    marks = ("--set", "satisfaction.overall=4")
    book.call("close", closed, "--outcome", "withdrawn", *marks, "--at", "2026-11-02T09:00", check=0)
    running = book.open(
        *("dead", "--phone", "+86 138 0013 8000", "--email", "Wang@Example.com", "--serial", "SN-4411"),
        *("--at", "2026-11-10T09:00"),
    )
    other = book.open(
        "loud", "--phone", "13900139000", "--customer-name", "王 芳", "--at", "2026-11-11T09:00"
    )
    return Desk(book=book, closed=closed, running=running, other=other)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("13800138000", ["running", "closed"]),
        ("１３８００１３８０００", ["running", "closed"]),
        ("+86-138-0013-8000", ["running", "closed"]),
        ("8613800138000", ["running", "closed"]),
        ("wang@example.COM", ["running"]),
        ("sn 4411", ["running"]),
        ("王芳", ["other", "closed"]),
        ("13800138001", []),
        ("4411", []),
    ],
)
def test_all_cases_of_a_customer_are_listed_the_latest_first(
    desk: Desk, who: str, expected: list[str]
) -> None:
    rows = desk.book.json("customer", *who.split())["cases"]
    assert [row["id"] for row in rows] == [getattr(desk, name) for name in expected]


def test_the_history_shows_outcome_and_satisfaction_in_every_format(desk: Desk) -> None:
    entry = desk.book.json("customer", PHONE)["cases"][1]
    assert (entry["outcome"], entry["satisfaction.overall"]) == ("withdrawn", "4")
    assert entry["known_by"] == ["phone"]
    (line,) = desk.book.call("customer", "SN-4411", "--format", "jsonl", check=0).stdout.splitlines()
    assert json.loads(line)["known_by"] == ["serial"]
    table = desk.book.call("customer", PHONE, check=0)
    assert "withdrawn" in table.stdout
    assert "telephone number" in table.stdout
    assert table.stderr == "2 cases\n"
    assert desk.book.call("customer", "SN-4411", check=0).stderr == "1 case\n"
    assert desk.book.call("customer", "10086", check=0).stderr == "0 cases\n"
    csv = desk.book.call("customer", PHONE, "--format", "csv", "--columns", "id，电子邮件", check=0).stdout
    assert csv.splitlines()[:2] == ["id,customer.email,known_by", f"{desk.running},Wang@Example.com,phone"]


def test_the_history_speaks_chinese(desk: Desk) -> None:
    said = desk.book.speaking("zh").call("customer", PHONE, "--lang", "zh", check=0)
    assert "撤诉" in said.stdout
    assert "识别依据" in said.stdout
    assert said.stderr == "2 件案件\n"


def test_the_history_can_be_asked_as_of_an_earlier_time(desk: Desk) -> None:
    rows = desk.book.json("customer", PHONE, "--as-of", "2026-11-01T12:00")["cases"]
    assert [(row["id"], row["status"]) for row in rows] == [(desk.closed, "open")]


@pytest.mark.parametrize("who", ["-", " ", "()"])
def test_a_text_that_identifies_nobody_is_refused(desk: Desk, who: str) -> None:
    assert "is not a telephone number" in refused(desk.book, 2, "customer", "--", who)


def test_a_damaged_file_with_the_number_is_named_and_ends_with_4(desk: Desk) -> None:
    path = desk.book.root / "cases" / "open" / "C-20261112-00000.yaml"
    path.write_text("id: C-20261112-00000\ncustomer: {phone: 138 0013 8000\n", encoding="utf-8")
    try:
        result = desk.book.call("customer", PHONE, check=4)
        assert path.name in result.stderr
        assert desk.running in result.stdout
        assert desk.book.call("customer", "13900139000", check=0).stderr == "1 case\n"
    finally:
        path.unlink()
