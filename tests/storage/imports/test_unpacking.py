"""A file that unpacks without end is refused in one line, and JSON Lines are a table like any other."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.casebooks import Book, Result, make_book

MAP = 'mapping: 1\nsystem: shop\ntimezone: UTC\ntimes: "%Y-%m-%d"\nid: id\nreceived: day\nfields:\n  title: {column: text, optional: true}\n'
_MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = make_book(tmp_path_factory.mktemp("unpacking"), "promised-dates", lang="en")
    (made.root.parent / "map.yaml").write_text(MAP, encoding="utf-8")
    return made


def _gzip_bomb(file: Path) -> None:
    with gzip.open(file, "wb", 9) as stream:
        stream.write(b"id,day\n")
        for _block in range(20):
            stream.write(b"x" * (_MEGABYTE - 1) + b"\n")


def _zip_bomb(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"id,day\n" + (b"x" * (_MEGABYTE - 1) + b"\n") * 20)


def _far_cell(file: Path) -> None:
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "id")
        sheet.write(1_048_575, 16_383, "x")


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.csv.gz", _gzip_bomb, "a.csv.gz unpacks to far more than it should"),
        ("a.zip", _zip_bomb, "a.zip unpacks to far more than it should"),
        ("a.xlsx", _far_cell, "a.xlsx is too large for a workbook when unpacked"),
    ],
)
def test_a_bomb_is_refused_in_one_line(
    book: Book, tmp_path: Path, name: str, make: Callable[[Path], None], said: str
) -> None:
    make(tmp_path / name)
    before = sorted(tmp_path.iterdir())
    result = _import(book, tmp_path / name, "--dry-run")
    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.startswith(said)
    assert len(result.stderr.splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


def _import(book: Book, file: Path, *options: str) -> Result:
    return book.call("import", "csv", str(file), "--map", str(book.root.parent / "map.yaml"), *options)


def test_a_cell_of_five_megabytes_costs_its_row_only(book: Book, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('id,day\n"' + "y" * 5_000_000 + '",2020-01-01\nlast,2020-01-01\n', encoding="utf-8")
    done = _import(book, file, "--dry-run", "--json").json()
    assert done["new"] == 1
    assert {reason["key"] for reason in done["reasons"]} <= {
        "import-cell-too-long",
        "import-ragged",
        "import-quotes",
    }


def test_json_lines_are_a_table(book: Book, tmp_path: Path) -> None:
    lines = [
        {
            "id": 7,
            "day": "2020-01-01",
            "text": "first",
            "more": {"sum": 1.50, "ok": True},
            "tags": ["a", "b"],
        },
        {"id": "00812331", "day": "2020-01-02", "text": None},
        {"id": "9", "day": "soon"},
    ]
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join([*map(json.dumps, lines), "[1]", "{"]), encoding="utf-8")
    result = _import(book, file, "--json")
    done = result.json()
    assert (done["rows"], done["new"], done["rejected"]) == (5, 2, 3)
    assert {reason["key"]: reason["lines"] for reason in done["reasons"]} == {
        "import-unreadable-time": [3],
        "import-json-line": [4, 5],
    }
    cases = [path.read_text(encoding="utf-8") for path in book.root.glob("cases/open/*.yaml")]
    first = next(text for text in cases if "title: first" in text)
    assert "more.sum: '1.5'" in first or 'more.sum: "1.5"' in first
    assert any("00812331" in text for text in cases)
    assert _import(book, file, "--json").json()["unchanged"] == 2
