"""Consumer complaints in four layouts of one register."""

import csv
import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.published import data, register
from tests.casebooks import Book

FOLDER = data("cfpb")
# Of the largest layout; `make nightly` takes in all of its rows.
SAMPLE = 1_000


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return register(tmp_path_factory.mktemp("cfpb"))


def take_in(book: Book, path: Path, check: int) -> Any:
    rejects = str(book.root.parent / "rejects.csv")
    return book.run("import", "csv", str(path), "--map", "cfpb", "--rejects", rejects, "--json", check=check)


@pytest.mark.parametrize(
    ("name", "cases", "rejected"),
    [
        pytest.param("q1_2015_28k_no_company.csv", 28_156, 0, marks=pytest.mark.nightly),
        pytest.param("full18_2023_truncated.csv", 2_067, 1, marks=pytest.mark.nightly),
        ("full18_2019_narratives.csv", 268, 0),
        ("full18_2016.csv", 349, 0),
    ],
)
def test_every_layout_of_the_register_is_taken_in(book: Book, name: str, cases: int, rejected: int) -> None:
    before = sum(1 for _ in (book.root / "cases").rglob("*.yaml"))
    result = take_in(book, FOLDER / name, check=1 if rejected else 0)
    done = result.json()
    assert (done["new"], done["rejected"], done["changed"]) == (cases, rejected, 0)
    assert sum(1 for _ in (book.root / "cases").rglob("*.yaml")) - before == cases
    assert book.git("status", "--porcelain") == ""
    assert take_in(book, FOLDER / name, check=1 if rejected else 0).json()["unchanged"] == cases


@pytest.mark.nightly
def test_the_largest_layout_is_taken_in_as_far_as_the_normal_run_reads_it(book: Book, tmp_path: Path) -> None:
    with (FOLDER / "q1_2015_28k_no_company.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(itertools.islice(csv.reader(stream), SAMPLE + 1))
    assert len({row[1] for row in rows[1:]}) == SAMPLE
    with (tmp_path / "sample.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    done = take_in(book, tmp_path / "sample.csv", check=0).json()
    assert (done["new"], done["rejected"], done["changed"]) == (SAMPLE, 0, 0)
    assert book.git("status", "--porcelain") == ""


def last_records(path: Path, folder: Path, count: int) -> tuple[Path, int]:
    """Returns a table of the last records of another, cut where that is cut, and the lines that are left out."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    reader = csv.reader(lines)
    ends = [reader.line_num for _row in reader]
    left_out = ends[-1 - count] - 1
    made = folder / "last.csv"
    made.write_text("".join([lines[0], *lines[left_out + 1 :]]), encoding="utf-8")
    return made, left_out


@pytest.mark.parametrize("count", [100, pytest.param(2_067, marks=pytest.mark.nightly)])
def test_the_broken_record_is_named_with_its_line_and_kept_in_the_rejects_file(
    book: Book, tmp_path: Path, count: int
) -> None:
    table, left_out = last_records(FOLDER / "full18_2023_truncated.csv", tmp_path, count)
    result = take_in(book, table, check=1)
    line = 3302 - left_out
    assert f"line {line}: the record is cut inside a quoted cell" in result.stderr
    rejects = (book.root.parent / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rejects) == 2
    assert rejects[1].startswith(f"{line},the record is cut inside a quoted cell,2023-07-17,")


@pytest.mark.nightly
def test_a_narrative_of_many_lines_stays_whole(tmp_path: Path) -> None:
    made = register(tmp_path)
    take_in(made, FOLDER / "full18_2019_narratives.csv", check=0)
    texts = [path.read_text(encoding="utf-8") for path in (made.root / "cases").rglob("*.yaml")]
    assert any("\ndescription: |" in text for text in texts)
    assert len(texts) == 268
    assert made.run("check", "--archive", check=0).stderr.count("cases/") == 0


def test_a_web_page_named_csv_is_refused_in_one_sentence(tmp_path: Path) -> None:
    made = register(tmp_path)
    result = take_in(made, data("csv-torture", "not_a_csv_html_page.csv"), check=4)
    assert result.json()["error"]["key"] == "import-web-page"
    assert result.stderr == (
        "not_a_csv_html_page.csv is a web page, not a table: the download failed. Nothing was imported.\n"
    )
