"""58,251 service requests of a city, with the city's own verdict on each."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.published import data, measured, register
from tests.casebooks import Book

ARCHIVE = data("boston311", "boston_2011_full.zip")
SECONDS = 90
MEGABYTES = 300


def take_in(book: Book, path: Path) -> Any:
    rejects = str(book.root.parent / "rejects.csv")
    return book.run(
        "import", "csv", str(path), "--map", "boston311", "--rejects", rejects, "--json", check=0
    ).json()


def report(book: Book, moment: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found = book.run("report", "--as-of", moment, "--format", "json", check=0).json()["report"]
    (promise,) = [row for row in found["steps"] if row["step"] == "promise"]
    return found, promise


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = register(tmp_path_factory.mktemp("boston"))
    with measured() as cost:
        done = take_in(made, ARCHIVE)
    print(f"\nimport of 58,251 rows: {cost.seconds:.1f} s processor time, {cost.megabytes:.0f} MB")
    assert done["rows"] == done["new"] == 58_251
    assert (done["rejected"], done["irregular"]) == (0, 3)
    assert cost.seconds < SECONDS
    assert cost.megabytes < MEGABYTES
    return made


def test_every_row_is_a_case_in_one_commit_and_git_is_clean(book: Book) -> None:
    assert sum(1 for _ in (book.root / "cases").rglob("*.yaml")) == 58_251
    assert book.git("rev-list", "--count", "HEAD").strip() == "2"
    assert book.git("status", "--porcelain") == ""
    assert "Event: import boston311" in book.git("log", "-1", "--format=%B")


def test_the_verdicts_are_the_citys(book: Book) -> None:
    found, promise = report(book, "2024-01-01T00:00")
    assert (found["cases"], found["open"], found["closed"]) == (58_251, 3_681, 54_570)
    assert [promise[name] for name in ("met", "late", "overdue", "running")] == [35_591, 8_230, 3_449, 0]
    assert [promise[name] for name in ("none", "none_closed", "none_open")] == [10_981, 10_749, 232]


def test_at_the_turn_of_the_year_what_was_closed_later_was_open(book: Book) -> None:
    found, promise = report(book, "2012-01-01T00:00")
    assert (found["open"], promise["overdue"]) == (9_879, 4_707)


def test_importing_again_changes_nothing(book: Book) -> None:
    head = book.head()
    with measured() as cost:
        done = take_in(book, ARCHIVE)
    print(f"\nimport of the same rows: {cost.seconds:.1f} s processor time")
    assert (done["unchanged"], done["new"], done["changed"]) == (58_251, 0, 0)
    assert book.head() == head


def test_a_later_layout_of_the_same_register_needs_no_other_mapping(tmp_path: Path) -> None:
    made = register(tmp_path)
    done = take_in(made, data("boston311", "boston_2015_2024_sample.csv"))
    assert done["rows"] == done["new"] == 4_995
    _, promise = report(made, "2026-01-01T00:00")
    # 474 that the city calls overdue, and one that was late too but on which the city is silent.
    assert (promise["late"], promise["overdue"]) == (475, 0)
    assert promise["met"] + promise["late"] + promise["none"] == 4_995
