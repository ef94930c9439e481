"""58,251 service requests of a city, with the city's own verdict on each; `make nightly` takes in all of them.

The normal run takes the first 1,000, those whose target lies before their opening, and those of the hour that the
clocks of the city went through twice. What a report must count is counted in the columns of the register.
"""

import csv
import io
import itertools
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.acceptance.published import data, measured, register
from tests.casebooks import Book
from tests.commands.reports.report_rows import read_report

ARCHIVE = data("boston311", "boston_2011_full.zip")
SECONDS = 90
MEGABYTES = 300
SAMPLE: Final = 1_000
HOUR_TWICE: Final = "2011-11-06 01:"
WHOLE: Final = 58_251

Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class City:
    """A casebook with requests of the register, and the file and the rows that they came from."""

    book: Book
    path: Path
    rows: Sequence[Row]


def take_in(book: Book, path: Path) -> Any:
    rejects = str(book.root.parent / "rejects.csv")
    return book.run(
        "import", "csv", str(path), "--map", "boston311", "--rejects", rejects, "--json", check=0
    ).json()


def report(book: Book, moment: str) -> tuple[dict[str, Any], dict[str, Any]]:
    report = read_report(book.run("report", "--as-of", moment, "--format", "json", check=0).json())
    found = {name: report.value("cases", name) for name in ("cases", "open", "closed")}
    return found, report.step("promise")


def register_rows() -> list[Row]:
    with zipfile.ZipFile(ARCHIVE) as archive, archive.open(archive.namelist()[0]) as stream:
        return list(csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline="")))


def is_irregular(row: Row) -> bool:
    """Whether the city promised a day before the request was there; it writes times so that texts compare."""
    return "" < row["target_dt"] < row["open_dt"]


def sampled(rows: list[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        in_the_hour = row["open_dt"].startswith(HOUR_TWICE) or row["closed_dt"].startswith(HOUR_TWICE)
        if number < SAMPLE or is_irregular(row) or in_the_hour:
            yield row


def verdict(row: Row, moment: str) -> str:
    """Whether the target was kept, at a moment written as the register writes times."""
    closed = "" < row["closed_dt"] <= moment
    if not row["target_dt"]:
        return "none_closed" if closed else "none_open"
    end = row["closed_dt"] if closed else moment
    return ("late" if closed else "overdue") if end > row["target_dt"] else ("met" if closed else "running")


VERDICTS: Final = ("met", "late", "overdue", "running", "none_closed", "none_open")


@pytest.fixture(scope="module", params=["sample", pytest.param("whole", marks=pytest.mark.nightly)])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("boston")
    rows, path = register_rows(), ARCHIVE
    assert len(rows) == WHOLE
    if request.param == "sample":
        rows, path = list(sampled(rows)), folder / "sample.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    made = register(folder)
    with measured() as cost:
        done = take_in(made, path)
    print(f"\nimport of {len(rows):,} rows: {cost.seconds:.1f} s processor time, {cost.megabytes:.0f} MB")
    assert done["rows"] == done["new"] == len(rows)
    assert (done["rejected"], done["irregular"]) == (0, 3)
    assert sum(map(is_irregular, rows)) == 3
    assert cost.seconds < SECONDS
    assert cost.megabytes < MEGABYTES
    return City(book=made, path=path, rows=rows)


def test_every_row_is_a_case_in_one_commit_and_git_is_clean(city: City) -> None:
    book = city.book
    assert sum(1 for _ in (book.root / "cases").rglob("*.yaml")) == len(city.rows)
    assert book.git("rev-list", "--count", "HEAD").strip() == "2"
    assert book.git("status", "--porcelain") == ""
    assert "Event: import boston311" in book.git("log", "-1", "--format=%B")


def test_the_verdicts_are_the_citys(city: City) -> None:
    found, promise = report(city.book, "2024-01-01T00:00")
    counted = Counter(verdict(row, "2024-01-01 00:00:00") for row in city.rows)
    assert {name: promise[name] for name in VERDICTS} == {name: counted[name] for name in VERDICTS}
    closed = sum(row["case_status"] == "Closed" for row in city.rows)
    assert (found["cases"], found["open"], found["closed"]) == (
        len(city.rows),
        len(city.rows) - closed,
        closed,
    )
    # What the city says of each, with a target: it is silent on 158, all of them late.
    said = Counter(row["ontime"] for row in city.rows if row["target_dt"])
    assert promise["met"] == said["ONTIME"]
    assert promise["late"] + promise["overdue"] == said["OVERDUE"] + said[""]
    assert promise["none"] == sum(not row["target_dt"] for row in city.rows)
    if len(city.rows) == WHOLE:
        assert [promise[name] for name in VERDICTS] == [35_591, 8_230, 3_449, 0, 10_749, 232]


@pytest.mark.nightly
def test_at_the_turn_of_the_year_what_was_closed_later_was_open(city: City) -> None:
    found, promise = report(city.book, "2012-01-01T00:00")
    turn = "2012-01-01 00:00:00"
    still_open = sum(not "" < row["closed_dt"] <= turn for row in city.rows)
    counted = Counter(verdict(row, turn) for row in city.rows)
    assert (found["open"], promise["overdue"]) == (still_open, counted["overdue"])
    if len(city.rows) == WHOLE:
        assert (found["open"], promise["overdue"]) == (9_879, 4_707)


@pytest.mark.nightly
def test_importing_again_changes_nothing(city: City) -> None:
    head = city.book.head()
    with measured() as cost:
        done = take_in(city.book, city.path)
    print(f"\nimport of the same rows: {cost.seconds:.1f} s processor time")
    assert (done["unchanged"], done["new"], done["changed"]) == (len(city.rows), 0, 0)
    assert city.book.head() == head


@pytest.mark.nightly
@pytest.mark.parametrize("most", [500, pytest.param(4_995, marks=pytest.mark.nightly)])
def test_a_later_layout_of_the_same_register_needs_no_other_mapping(tmp_path: Path, most: int) -> None:
    with data("boston311", "boston_2015_2024_sample.csv").open(encoding="utf-8-sig", newline="") as stream:
        # The layout names some columns twice, so that its cells have places and no names.
        head, *rows = itertools.islice(csv.reader(stream), most + 1)
    path = tmp_path / "later.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    made = register(tmp_path)
    done = take_in(made, path)
    assert done["rows"] == done["new"] == len(rows) == most
    _, promise = report(made, "2026-01-01T00:00")
    target, closed, verdict = map(head.index, ("TARGET_DT", "CLOSED_DT", "OnTime_Status"))
    late = sum("" < row[target] < row[closed] for row in rows)
    assert (promise["late"], promise["overdue"]) == (late, 0)
    assert promise["met"] + promise["late"] + promise["none"] == len(rows)
    # Of the whole, 474 that the city calls overdue, and one that was late too but on which the city is silent.
    assert late == sum(row[verdict] in {"OVERDUE", ""} for row in rows) <= 475


def hot_spots(book: Book, as_of: str, by: str = "category") -> Any:
    with measured() as cost:
        found = book.run("trend", "--by", by, "--week", "--as-of", as_of, "--format", "json", check=0)
    print(f"\ntrend --by {by}: {cost.seconds:.1f} s processor time, {cost.megabytes:.0f} MB")
    return found.json()["trend"]["findings"]


@pytest.mark.nightly
def test_the_storm_and_the_snow_are_hot_spots(city: City) -> None:
    if len(city.rows) < WHOLE:
        pytest.skip("needs the whole half year")
    trees = {"category": "Tree Emergencies"}
    storm = hot_spots(city.book, "2011-08-29T00:00")[0]
    assert (storm["values"], storm["cases"], storm["since"][:10]) == (trees, 780, "2011-08-15")
    after = hot_spots(city.book, "2011-09-05T00:00")[0]
    assert (after["values"], after["cases"]) == (trees, 509)
    snow = hot_spots(city.book, "2011-10-31T00:00")
    assert [found["cases"] for found in snow if found["values"] == trees] == [99]
    district = hot_spots(city.book, "2011-08-29T00:00", "category,x.neighborhood")[0]
    assert (district["values"], district["cases"]) == ({**trees, "x.neighborhood": "Dorchester"}, 142)
