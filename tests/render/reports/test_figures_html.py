"""The report as a page: tables that a screen reader can tell, definitions in reach, nothing loaded."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from complaintctl.domain.reports.figures import Figures
from complaintctl.render.reports.figures_html import figures_page
from complaintctl.render.text import language
from complaintctl.render.text.language import Language
from tests.render.reports.hand_made import (
    compared_report,
    grouped_report,
    monthly_report,
    plain_report,
    report_words,
)

WORDS = report_words()
EVERY = [plain_report(), compared_report(), monthly_report()]


@pytest.fixture(params=["en", "zh"])
def reader(request: pytest.FixtureRequest) -> Iterator[Language]:
    language.set_language(request.param)
    yield request.param
    language.set_language("en")


def parsed(figures: Figures) -> Element:
    """The page as a browser reads it; raises at any error of its HTML."""
    parser = html5lib.HTMLParser(
        tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False
    )
    page: Any = parser.parse(figures_page(figures, WORDS))
    return page  # type: ignore[no-any-return]


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def cells(row: Element) -> list[str]:
    return [text_of(cell) for cell in row]


def test_a_table_has_a_caption_and_heads_for_rows_and_columns() -> None:
    _cases, steps = parsed(plain_report()).iter("table")
    assert text_of(next(steps.iter("caption"))) == "Steps and promised dates"
    rows = list(steps.iter("tr"))
    assert [cells(row) for row in rows] == [
        ["step", "met", "share in time", "median"],
        ["assess", "7", "88 % of 8", "1 h 10 min"],
        ["respond", "5", "50 % of 10", ""],
    ]
    assert [cell.get("scope") for cell in rows[0]] == ["col"] * 4
    assert rows[1][0].tag == "th"
    assert rows[1][0].get("scope") == "row"


@pytest.mark.parametrize("figures", EVERY, ids=["plain", "compared", "monthly"])
def test_every_measure_has_its_definition_as_tooltip_and_footnote(figures: Figures, reader: Language) -> None:
    page = parsed(figures)
    assert page.get("lang") == reader
    footnotes = {item.get("id"): text_of(item) for item in page.iter("li")}
    measures = {figure.measure for figure in figures.rows}
    assert len(footnotes) == len(measures)
    links = list(page.iter("a"))
    assert {str(link.get("href")).removeprefix("#") for link in links} == set(footnotes)
    for link in links:
        tooltip = link[0].get("title")
        assert tooltip
        assert footnotes[str(link.get("href")).removeprefix("#")].endswith(tooltip)


@pytest.mark.parametrize("figures", EVERY, ids=["plain", "compared", "monthly"])
def test_the_page_loads_nothing_and_runs_no_script(figures: Figures) -> None:
    page = parsed(figures)
    assert [
        element.tag for element in page.iter() if element.tag in {"script", "link", "img", "iframe"}
    ] == []
    assert all("url(" not in text_of(style) for style in page.iter("style"))
    assert "default-src 'none'" in "".join(str(meta.get("content")) for meta in page.iter("meta"))


def test_the_page_has_a_dark_theme_and_prints_on_white() -> None:
    style = text_of(next(parsed(plain_report()).iter("style")))
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style
    assert "display: table-header-group" in style


def test_a_value_of_a_case_is_text_and_never_html() -> None:
    page = parsed(grouped_report("product.batch", counts={('<b onclick="x">&amp;',): 1}))
    assert [text_of(head) for head in page.iter("th")][-1] == '<b onclick="x">&amp;'
