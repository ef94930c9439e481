"""One report in every format: the same figures come out of table, Markdown, page, workbook, JSON, JSONL and CSV."""

import csv
import io
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import html5lib
import pytest
from python_calamine import CalamineWorkbook

from complaintctl.domain.reports.measures import MEASURES
from complaintctl.render.reports.definitions import key_label, measure_label, section_label
from tests.casebooks import Book, environment, make_book
from tests.docs.readme import ROOT
from tests.render.reports.hand_made import report_words

AS_OF: Final = ("--as-of", "2026-11-21T12:00")
# Counted by hand in the example casebook: section, key, measure; raw; where and how people read it.
KNOWN: Final = [
    (("cases", "", "cases"), 8, ("Cases", "cases", "value"), "8"),
    (("cases", "", "overdue"), 1, ("Cases", "overdue cases", "value"), "1"),
    (("steps", "assess", "met"), 7, ("Steps and promised dates: in time or late", "assess", "met"), "7"),
    (
        ("steps", "assess", "share_in_time"),
        0.875,
        ("Steps and promised dates: in time or late", "assess", "share in time"),
        "88 % of 8",
    ),
    (
        ("steps", "assess", "median"),
        4200,
        ("Steps and promised dates: how long they took", "assess", "median"),
        "1 h 10 min",
    ),
    (("outcomes", "upheld", "cases"), 4, ("Outcomes", "upheld", "cases"), "4"),
    (("cost", "CNY", "total"), 3698.0, ("Cost of remedies", "CNY", "total"), "3698.00"),
    (("satisfaction", "attitude", "mean"), 4.5, ("Satisfaction", "attitude", "mean score"), "4.5"),
    (("actions", "effective", "number"), 8, ("Corrective actions: state", "effective", "number"), "8"),
]
# Title of a table, and its rows: the headings first.
Tables = list[tuple[str, list[list[str]]]]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Book:
    root = tmp_path_factory.mktemp("example") / "desk"
    shutil.copytree(ROOT / "cases", root / "cases")
    shutil.copy(ROOT / "complaintctl.yaml", root)
    book = Book(root=root, variables=environment(root.parent, lang="en"))
    book.git("init", "--quiet", "--initial-branch=main")
    return book


def said(book: Book, output_format: str, *arguments: str, lang: str = "en") -> str:
    return book.call("--lang", lang, "report", *AS_OF, *arguments, "--format", output_format, check=0).stdout


def text_tables(text: str) -> Tables:
    """The tables of the format `table`: the rule below the headings says where columns begin and end."""
    lines = text.splitlines()
    found: Tables = []
    for index, line in enumerate(lines):
        if not re.fullmatch(r"-+(  -+)*", line):
            continue
        ends = [match.span() for match in re.finditer("-+", line)]
        until = next((at for at in range(index, len(lines)) if not lines[at]), len(lines))
        rows = [lines[index - 1], *lines[index + 1 : until]]
        found.append((lines[index - 3], [[row[first:last].strip() for first, last in ends] for row in rows]))
    return found


def markdown_tables(text: str) -> Tables:
    found: Tables = []
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _empty, heads, _rule, *rows = part.strip().splitlines()
        cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in (heads, *rows)]
        found.append((title, [[cell.replace("\\", "") for cell in row] for row in cells]))
    return found


def page_tables(text: str) -> Tables:
    page: Any = html5lib.parse(text, namespaceHTMLElements=False)
    found: Tables = []
    for table in page.iter("table"):
        rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table.iter("tr")]
        found.append((" ".join("".join(table.find("caption").itertext()).split()), rows))
    return found


def workbook_sheets(path: Path) -> dict[str, list[list[Any]]]:
    workbook = CalamineWorkbook.from_path(path)
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def cell(tables: Tables, place: tuple[str, str, str]) -> str:
    title, name, heading = place
    (rows,) = [rows for found, rows in tables if found == title]
    (row,) = [row for row in rows if row[0] == name]
    return row[rows[0].index(heading)]


def figures(book: Book, *arguments: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(said(book, "json", *arguments))["report"]["figures"]
    return rows


def test_the_figures_are_those_counted_by_hand_in_every_format(example: Book) -> None:
    raw = {
        (row["section"], row["key"], row["measure"]): row["value"]
        for row in figures(example)
        if not row["by"]
    }
    lines = [json.loads(line) for line in said(example, "jsonl").splitlines()]
    table = csv.DictReader(io.StringIO(said(example, "csv")))
    typed = {(row["section"], row["key"], row["measure"]): row["value"] for row in table if not row["by"]}
    people = [
        text_tables(said(example, "table")),
        markdown_tables(said(example, "md")),
        page_tables(said(example, "html")),
    ]
    assert lines == figures(example)
    for place, value, where, text in KNOWN:
        assert raw[place] == value, place
        assert float(typed[place]) == value, place
        assert [cell(tables, where) for tables in people] == [text] * 3, place


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--by", "category,month", "--by", "owner"),
        ("--from", "2026-10-01", "--to", "2026-11-20", "--compare", "previous", "--by", "level"),
    ],
    ids=" ".join,
)
def test_the_tables_for_people_have_the_same_cells(example: Book, arguments: tuple[str, ...]) -> None:
    page = page_tables(said(example, "html", *arguments))
    assert len(page) > 10
    assert text_tables(said(example, "table", *arguments)) == page
    assert markdown_tables(said(example, "md", *arguments)) == page


def test_a_workbook_has_every_figure_of_all_cases(example: Book, tmp_path: Path) -> None:
    file = tmp_path / "report.xlsx"
    example.call("report", *AS_OF, "-o", str(file), check=0)
    sheets = workbook_sheets(file)
    words = report_words()
    compared = 0
    for row in figures(example):
        measure = MEASURES[row["section"], row["measure"]]
        title = section_label(row["section"])[:31]
        pages = [rows for name, rows in sheets.items() if name.startswith(title[:20])]
        if row["by"]:
            continue
        found = [
            value
            for rows in pages
            for value in values_of(rows, measure_label(measure), key_label(words, row["section"], row["key"]))
        ]
        wanted = "" if row["value"] is None else row["value"]
        if row["unit"] == "seconds" and row["value"] is not None:
            wanted = timedelta(seconds=row["value"])
        assert wanted in found or pytest.approx(wanted, abs=1e-4) in found, row
        compared += 1
    assert compared > 250


def values_of(rows: list[list[Any]], label: str, name: str) -> list[Any]:
    """The values of a measure, below its heading or beside its name."""
    if label in rows[0]:
        return [row[rows[0].index(label)] for row in rows[1:] if row[0] == name]
    return [row[1] for row in rows[1:] if row[0] == label]


def test_the_name_of_the_file_chooses_the_format(example: Book, tmp_path: Path) -> None:
    for suffix, start in (
        ("csv", "section,"),
        ("json", "{"),
        ("md", "# 8 cases"),
        ("html", "<!DOCTYPE html>"),
    ):
        file = tmp_path / f"report.{suffix}"
        assert example.call("report", *AS_OF, "-o", str(file), check=0).stdout == ""
        assert file.read_text(encoding="utf-8").startswith(start)
    plain = tmp_path / "report.txt"
    example.call("report", *AS_OF, "-o", str(plain), env={"COLUMNS": "40"}, check=0)
    # A file has no width.
    assert plain.read_text(encoding="utf-8") == said(example, "table")


def test_a_file_that_cannot_be_written_and_an_unknown_format_are_errors(
    example: Book, tmp_path: Path
) -> None:
    missing = tmp_path / "nowhere" / "report.xlsx"
    assert "nowhere" in example.call("report", *AS_OF, "-o", str(missing), check=4).stderr
    wrong = example.call("report", *AS_OF, "--format", "docx", check=2).stderr
    assert "docx" in wrong
    assert "xlsx" in wrong
    # The definitions are in the workbook; alone they are no report.
    assert "xlsx" in example.call("report", "--define", "--format", "xlsx", check=2).stderr


def test_without_the_library_the_error_says_how_to_install_it(example: Book, tmp_path: Path) -> None:
    (tmp_path / "xlsxwriter.py").write_text("raise ImportError(name=__name__)\n")
    file = tmp_path / "report.xlsx"
    arguments = ("report", *AS_OF, "-o", str(file))
    error = example.run(*arguments, env={"PYTHONPATH": str(tmp_path)}, check=4).stderr
    assert 'pip install "complaintctl[workbook]"' in error
    assert not file.exists()


@pytest.mark.parametrize("output_format", ["json", "jsonl", "csv", "plain"])
def test_programs_read_the_same_in_chinese(example: Book, output_format: str) -> None:
    arguments = ("--by", "category,month", "--period", "2026", "--compare", "year")
    assert said(example, output_format, *arguments, lang="zh") == said(example, output_format, *arguments)


def test_a_value_that_looks_like_a_formula_is_text_in_the_workbook(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    book.open("t", "--set", "product.batch==1+1")
    file = tmp_path / "report.xlsx"
    book.call("--lang", "en", "report", "--by", "product.batch", "-o", str(file), check=0)
    assert workbook_sheets(file)["By batch"][1][0] == "=1+1"
