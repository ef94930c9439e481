"""Tests the figures of a report about satisfaction and corrective actions."""

import csv
import io
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.commands.reports.report_rows import report_of

OPENED = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:00")
NOW = ("--as-of", "2024-03-12T09:00")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def asked(book: Book, at: str, *marks: str) -> str:
    case = book.open("Battery swells", *OPENED)
    book.call("edit", case, *marks, "--at", at, check=0)
    return case


def test_the_mean_mark_is_that_of_the_customers_who_gave_one_by_then(book: Book) -> None:
    asked(book, "2024-03-10T09:00", "--set", "satisfaction.overall=5", "--set", "satisfaction.solved=4")
    asked(book, "2024-03-11T09:00", "--set", "satisfaction.overall=2")
    asked(book, "2024-03-13T09:00", "--set", "satisfaction.overall=1")  # after the time of the report
    book.open("Nobody asked", *OPENED)
    rows = [row for row in report_of(book, *NOW).rows if row["section"] == "satisfaction"]
    # (5 + 2) / 2 of two customers; only one of them scored `solved`.
    assert [(row["key"], row["measure"], row["value"], row["of"]) for row in rows] == [
        ("overall", "marks", 2, 4),
        ("overall", "mean", 3.5, 2),
        ("solved", "marks", 1, 4),
        ("solved", "mean", 4.0, 1),
    ]
    said = book.call("report", *NOW, "--format", "csv", check=0).stdout
    (row,) = [row for row in csv.reader(io.StringIO(said)) if row[:3] == ["satisfaction", "overall", "mean"]]
    assert row[3:6] == ["3.5", "2", "mark"]


def test_corrective_actions_are_counted_by_whether_they_worked(book: Book) -> None:
    case = book.open("Battery swells", *OPENED)

    def act(at: str, *words: str) -> None:
        book.call("action", case, *words, "--at", f"2024-03-{at}", check=0)

    for day in ("05", "06", "07", "08"):
        act("04T10:00", "--what", f"Train shift {day}", "--who", "zhao.yan", "--due", f"2024-03-{day}")
    for number in ("1", "2", "3"):
        act("05T10:00", "--done", number)
    act("06T10:00", "--verify", "1", "--effective", "yes", "--by", "ma.li")
    act("06T10:00", "--verify", "2", "--effective", "no", "--by", "ma.li")
    report = report_of(book, *NOW)
    states = ("effective", "ineffective", "done", "open")
    assert [report.value("actions", "number", state) for state in states] == [1, 1, 1, 1]
    # One of the two that were verified.
    assert report.value("actions", "effective_share") == 0.5
    # The fourth was to be done by the 8th; three were, in time, of which the second is due again, by the 8th.
    counted = report.step("action")
    assert (counted["met"], counted["overdue"]) == (2, 2)
    assert "25 %" in book.call("report", *NOW, check=0).stdout
