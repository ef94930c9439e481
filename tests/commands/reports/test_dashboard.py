"""`report --html`: the page of a real casebook, with figures computed by hand."""

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused

AS_OF = ("--as-of", "2026-11-21T12:00")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Three cases: one withdrawn after a late assessment, one overdue since yesterday, one that is new."""
    made = make_book(tmp_path_factory.mktemp("dashboard"))
    first = made.open(
        "Glass <b> of Wang Fang",
        *received("02T09:00", "02T09:05"),
        "--category",
        "quality",
        "--customer-name",
        "Wang Fang",
    )
    made.call("assess", first, "--level", "urgent", "--at", "2026-11-02T12:00", check=0)
    made.call("close", first, "--outcome", "withdrawn", "--at", "2026-11-03T09:00", check=0)
    made.open("A lamp flickers", *received("20T09:00", "20T09:05"), "--category", "logistics")
    made.open("A fan is loud", *received("21T11:00", "21T11:10"), "--category", "quality")
    return made


def received(at: str, recorded: str) -> tuple[str, ...]:
    return ("--received", f"2026-11-{at}", "--at", f"2026-11-{recorded}")


def page_of(book: Book, folder: Path, *options: str) -> str:
    file = folder / "page.html"
    book.call("report", "--html", str(file), *AS_OF, *options, check=0)
    return file.read_text(encoding="utf-8")


def table_of(page: str) -> Any:
    found = re.search(r'id="packed">([^<]*)<', page)
    assert found
    return json.loads(zlib.decompress(base64.b64decode(found[1])))


def figures_of(page: str, lang: str = "en") -> str:
    """The figures in one language."""
    return page.partition(f'<div class="figures" lang="{lang}"')[2].partition('<div class="figures"')[0]


def tiles_of(page: str) -> dict[str, str]:
    return dict(re.findall(r"<div><dt[^>]*>([^<]*)</dt><dd>([^<]*)</dd>", figures_of(page)))


def test_the_figures_are_those_of_the_cases(book: Book, tmp_path: Path) -> None:
    page = page_of(book, tmp_path)
    # Met: three registrations within an hour. Late: the assessment after three hours instead of two. Overdue since
    # yesterday: assess (2 h), classify (4 h) and investigate (24 h) of the second case. 3 of 7 are 43 %.
    assert tiles_of(page) == {
        "open cases": "2",
        "overdue cases": "1",
        "waiting for the customer": "0",
        "cases received": "3",
        "cases closed": "1",
        "steps in time": "43 %",
        "mean score (1 to 5)": "–",
    }
    figures = figures_of(page)
    assert "2 steps are overdue or due by the end of the day." in figures
    assert 'aria-label="2026-11: 43 % of 7"' in figures
    assert 'aria-label="assess, late: 1"' in figures
    for step in ("assess", "classify", "investigate"):
        assert f'aria-label="{step}: 1"' in figures
    assert "2 values of 2 make four fifths of 3 cases." in figures
    assert 'aria-label="product quality: 2, together 66.7 %"' in figures
    assert "The past is too short to tell what is unusual." in figures


def test_the_figures_are_those_that_the_report_prints(book: Book, tmp_path: Path) -> None:
    told = book.json("report", *AS_OF)["report"]["figures"]
    values = {(row["section"], row["measure"], row["key"]): row["value"] for row in told if not row["by"]}
    page = page_of(book, tmp_path)
    tiles = tiles_of(page)
    for tile, place in {
        "open cases": ("flow", "backlog", ""),
        "overdue cases": ("cases", "overdue", ""),
        "cases received": ("flow", "received", ""),
        "cases closed": ("flow", "closed", ""),
    }.items():
        assert tiles[tile] == str(values[place]), tile
    figures = figures_of(page)
    steps = [key for section, measure, key in values if (section, measure) == ("steps", "judged")]
    assert len(steps) >= 9
    for step in ("assess", "classify", "investigate", "plan"):
        counts = [values["steps", state, step] for state in ("met", "late", "overdue", "running")]
        cells = "".join(f"<td>{count}</td>" for count in counts)
        assert f'<th scope="row">{step}</th>{cells}' in figures


def test_filter_and_period_narrow_figures_and_table(book: Book, tmp_path: Path) -> None:
    page = page_of(book, tmp_path, "--where", "category=logistics")
    assert tiles_of(page)["cases received"] == "1"
    assert table_of(page)["n"] == 1
    assert tiles_of(page_of(book, tmp_path, "--from", "2026-11-20"))["cases received"] == "2"


def test_without_the_option_the_page_knows_no_customer(book: Book, tmp_path: Path) -> None:
    page = page_of(book, tmp_path)
    table = json.dumps(table_of(page))
    assert "Wang Fang" not in page + table
    assert "lamp" not in page + table
    shown = page_of(book, tmp_path, "--with-customers")
    assert "Glass <b> of Wang Fang" in table_of(shown)["title"]
    assert "A lamp flickers" in shown


def test_the_page_speaks_the_language_of_the_command_first(book: Book, tmp_path: Path) -> None:
    page = page_of(book, tmp_path, "--lang", "zh")
    assert '<html lang="zh">' in page
    assert '<div class="figures" lang="en" data-title="Complaints: Electronics maker" hidden>' in page


def test_options_that_do_not_fit_together_are_refused(book: Book, tmp_path: Path) -> None:
    file = str(tmp_path / "page.html")
    said = refused(book, 2, "report", "--html", file, "--json")
    assert said == "--html writes the dashboard instead of the report: leave out --json."
    assert refused(book, 2, "report", "--with-customers") == "--with-customers needs --html FILE."
    assert not Path(file).exists()


def test_a_page_that_cannot_be_written_is_an_error(book: Book, tmp_path: Path) -> None:
    refused(book, 4, "report", "--html", str(tmp_path / "missing" / "page.html"))
