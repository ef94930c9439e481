"""Tables as they come: every file gives rows or one clear sentence, never a traceback."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Final

import pytest
from python_calamine import CalamineWorkbook

from complaintctl.errors import Broken
from complaintctl.exchange.imports.formats import csvrows
from complaintctl.exchange.imports.formats.csvrows import CsvRow
from tests.acceptance.published import data, register
from tests.casebooks import Book

_FORMULA = re.compile(r" *[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]\d+(\.\d+)?")
FOLDER = data("csv-torture")
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.parent.name != "json")
SPECTRUM = sorted((FOLDER / "csv-spectrum" / "csvs").glob("*.csv"))
# A mapping that takes any table whose first column has some name: what is tested is the reading.
MAP = """\
mapping: 1
system: torture
timezone: UTC
times: "%Y-%m-%d"
id: [{name}]
received: day
"""


# For each file, as a table with commas: how many records are rows and how many are named as broken, or the sentence.
RESULTS: Final[dict[str, tuple[int, int] | str]] = {
    "blns.json": (2, 512),
    "csv-spectrum/csvs/comma_in_quotes.csv": (1, 0),
    "csv-spectrum/csvs/empty.csv": (2, 0),
    "csv-spectrum/csvs/empty_crlf.csv": (2, 0),
    "csv-spectrum/csvs/escaped_quotes.csv": (2, 0),
    "csv-spectrum/csvs/json.csv": (1, 0),
    "csv-spectrum/csvs/newlines.csv": (3, 0),
    "csv-spectrum/csvs/newlines_crlf.csv": (3, 0),
    "csv-spectrum/csvs/quotes_and_newlines.csv": (2, 0),
    "csv-spectrum/csvs/simple.csv": (1, 0),
    "csv-spectrum/csvs/simple_crlf.csv": (1, 0),
    "csv-spectrum/csvs/utf8.csv": (2, 0),
    "csv_injection_payloads.txt": (4, 1),
    # Another encoding than UTF-8; a mapping names it.
    "messy/characters.csv": "import-encoding",
    "messy/null.csv": (9, 0),
    "messy/skip_initials.csv": (2, 0),
    "messy/sparse_with_column_errors.csv": (1485, 752),
    "messy/utf-16le_encoded.csv": (327, 0),
    # A header alone, behind a byte order mark.
    "messy/utf8bom.csv": (0, 0),
    # Lines of a title stand above the header; a mapping that names the columns finds it.
    "messy/weird_head_padding.csv": (0, 85),
    "not_a_csv_html_page.csv": "import-web-page",
}


def test_every_file_gives_rows_or_one_sentence() -> None:
    assert {path.relative_to(FOLDER).as_posix(): _result(path) for path in FILES} == RESULTS


def _result(path: Path) -> tuple[int, int] | str:
    with path.open("rb") as stream:
        try:
            table = csvrows.open_csv_table(stream, path.name, None, ",")
        except Broken as error:
            return error.key
        kinds = [isinstance(row, CsvRow) for row in table.rows]
    return kinds.count(True), kinds.count(False)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return register(tmp_path_factory.mktemp("torture"))


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_the_cells_are_those_that_the_collection_says(path: Path) -> None:
    said = (path.parent.parent / "json" / f"{path.stem}.json").read_text(encoding="utf-8")
    # The published tables were stored with bare line feeds, the answers were not.
    expected = json.loads(said.replace("\\r\\n", "\\n"))
    with path.open("rb") as stream:
        table = csvrows.open_csv_table(stream, path.name, None, ",")
        rows = [
            dict(zip(table.header, row.cells, strict=True)) for row in table.rows if isinstance(row, CsvRow)
        ]
    assert rows == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_that_fits_no_mapping_gets_one_sentence(book: Book, path: Path) -> None:
    result = book.call("import", "csv", str(path), "--map", "boston311")
    assert result.returncode in {2, 4}
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert "complaintctl" not in result.stderr
    assert path.name in result.stderr


# The rows that are read at most of a table; `make nightly` reads all of them.
@pytest.mark.parametrize("most", [300, pytest.param(None, marks=pytest.mark.nightly, id="whole")])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_rows_of_any_table_become_cases_or_rejects(
    book: Book, tmp_path: Path, path: Path, most: int | None
) -> None:
    with path.open("rb") as stream:
        try:
            table = csvrows.open_csv_table(stream, path.name, None, ",")
            header, rows = table.header, list(table.rows)[:most]
        except Broken:
            return
    copy, mapping = tmp_path / path.name, tmp_path / "map.yaml"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [["day", "row", *header], *(["2020-01-01", f"{path.stem} {row.line}", *row.cells] for row in rows)]
    )
    copy.write_text(text.getvalue(), encoding="utf-8", newline="", errors="replace")
    mapping.write_text(MAP.format(name="row"), encoding="utf-8")
    result = book.call(
        "import", "csv", str(copy), "--map", str(mapping), "--rejects", str(tmp_path / "r.csv"), "--json"
    )
    done = result.json()
    assert done["new"] + done["rejected"] == done["rows"] == len(rows)
    assert result.returncode == (1 if done["rejected"] else 0)


def test_what_was_taken_in_is_read_back_without_a_problem(book: Book) -> None:
    assert "cases/" not in book.call("check", "--archive", check=0).stderr


@pytest.mark.parametrize(
    "kind", ["payloads", "strings", pytest.param("all strings", marks=pytest.mark.nightly)]
)
def test_hostile_texts_stay_texts(tmp_path: Path, kind: str) -> None:
    if kind == "payloads":
        texts = (FOLDER / "csv_injection_payloads.txt").read_text(encoding="utf-8").splitlines()
    else:
        texts = json.loads((FOLDER / "blns.json").read_text(encoding="utf-8"))
        # One of five, of every kind that the collection has in a row.
        texts = texts if kind == "all strings" else texts[::5]
    made = register(tmp_path)
    (tmp_path / "map.yaml").write_text(
        MAP.format(name="id") + "fields: {title: text, description: text}\n", encoding="utf-8"
    )
    text = io.StringIO(newline="")
    rows = [[str(number), "2020-01-01", entry, entry] for number, entry in enumerate(texts)]
    csv.writer(text).writerows([["id", "day", "text", "again"], *rows])
    (tmp_path / "a.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    done = made.json("import", "csv", str(tmp_path / "a.csv"), "--map", str(tmp_path / "map.yaml"))
    assert done["new"] == len(texts)
    assert "cases/" not in made.call("check", "--archive", check=0).stderr
    again = made.json("import", "csv", str(tmp_path / "a.csv"), "--map", str(tmp_path / "map.yaml"))
    assert again["unchanged"] == len(texts)
    _check_inert_exports(made, tmp_path, texts)


def _check_inert_exports(made: Book, folder: Path, texts: list[str]) -> None:
    """No cell of an export begins a formula, whatever the separator; the workbook holds texts; all comes back."""
    # XML has no sign for these two code points, so a workbook cannot hold them.
    unwritable = sum("\ufffe" in text or "\uffff" in text for text in texts)
    for output_format, lost in (("csv", 0), ("xlsx", unwritable)):
        file = folder / f"out.{output_format}"
        made.call("export", output_format, str(file), "--all", "--history", "--personal", check=0)
        back = made.call("import", "cases", str(file), "--dry-run", "--json", check=1 if lost else 0).json()
        assert (back["new"], back["unchanged"], back["rejected"]) == (0, len(texts) - lost, lost)
    written = (folder / "out.csv").read_text(encoding="utf-8")
    for separator in ",;\t|":
        for cells in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
            assert [cell for cell in cells if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)] == []
    with zipfile.ZipFile(folder / "out.xlsx") as archive:
        content = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in content
    assert b"hyperlink" not in content
    rows = CalamineWorkbook.from_path(folder / "out.xlsx").get_sheet_by_index(0).to_python()
    assert len(rows) == len(list(csv.reader(io.StringIO(written, newline=""))))
