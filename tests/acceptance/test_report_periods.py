"""Reports of published complaints: months, classes and answers in time, against counts of the file itself."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.published import data, register
from tests.casebooks import Book

FILE = data("cfpb") / "q1_2015_28k_no_company.csv"
TIMELY = "x.Timely response?"


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def taken_in(folder: Path, wanted: list[dict[str, str]]) -> Book:
    book = register(folder)
    table = folder / "complaints.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(wanted[0]))
        writer.writeheader()
        writer.writerows(wanted)
    book.run("import", "csv", str(table), "--map", "cfpb", check=0)
    return book


def figures(book: Book, *words: str, by: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """The number of cases of each group, for each table by one dimension."""
    tables = (word for name in by for word in ("--by", name))
    printed = book.run("report", *words, *tables, "--format", "csv", check=0).stdout
    counts: dict[str, dict[str, int]] = {name: {} for name in by}
    for row in csv.DictReader(io.StringIO(printed)):
        if (row["section"], row["measure"]) == ("cases", "cases") and row["by"]:
            counts[row["by"]][row[row["by"]]] = int(row["value"])
    return counts


def received_in(wanted: list[dict[str, str]], month: int) -> int:
    return sum(row["Date received"].startswith(f"{month}/") for row in wanted)


@pytest.mark.nightly
def test_months_and_answers_in_time_of_the_whole_register(tmp_path: Path) -> None:
    wanted = rows()
    months = [received_in(wanted, month) for month in (1, 2, 3)]
    assert months == [12_600, 12_258, 3_298]
    book = taken_in(tmp_path, wanted)
    found = figures(book, by=("month", TIMELY, "category"))
    assert found["month"] == dict(zip(("2015-01", "2015-02", "2015-03"), months, strict=True))
    assert found[TIMELY] == Counter(row["Timely response?"] for row in wanted)
    assert found[TIMELY]["No"] == 712
    assert len(found["category"]) == 90
    assert max(found["category"].values()) == 4_170
    # A period of days ends with its last day.
    january = figures(book, "--from", "2015-01-01", "--to", "2015-01-31", by=("day",))
    assert sum(january["day"].values()) == received_in(wanted, 1)
