"""Tests the figures of a report about satisfaction and corrective actions."""

import csv
import io
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

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
    found = book.json("report", *NOW)["report"]["satisfaction"]
    # (5 + 2) / 2 of two customers; only one of them scored `solved`.
    assert found == {"overall": {"cases": 2, "mean": 3.5}, "solved": {"cases": 1, "mean": 4.0}}
    said = book.call("report", *NOW, "--format", "csv", check=0).stdout
    assert ["satisfaction", "overall", "mean", "3.5"] in list(csv.reader(io.StringIO(said)))


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
    found = book.json("report", *NOW)["report"]
    assert found["actions"] == {"effective": 1, "ineffective": 1, "done": 1, "open": 1}
    # The fourth was to be done by the 8th; three were, in time, of which the second is due again, by the 8th.
    (row,) = [row for row in found["steps"] if row["step"] == "action"]
    assert (row["met"], row["overdue"]) == (2, 2)
    assert "25 %" in book.call("report", *NOW, check=0).stdout
