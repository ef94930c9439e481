"""Tables and charts of papers: Mermaid that parses, tables beneath, no markup from values."""

import html5lib
import pytest

from complaintctl.render.papers.blocks import (
    Blocks,
    Chart,
    PaperTable,
    UsedTerms,
    block_html,
    block_markdown,
    block_word_markdown,
    mermaid_text,
)

MONTHS = Chart(
    kind="bar",
    title="Received and closed",
    axis="complaints",
    labels=("2026-01", "2026-02"),
    series={"received": (4.0, 1.0), "closed": (0.0, 2.0)},
)
CAUSES = Chart(
    kind="pie",
    title="Causes",
    axis="complaints",
    labels=("material", "design", "none"),
    series={"complaints": (3.0, 1.0, 0.0)},
)


def test_a_bar_chart_is_mermaid_with_bars_and_a_line_and_its_table_beneath() -> None:
    assert block_markdown(MONTHS) == (
        "```mermaid\n"
        "xychart-beta\n"
        '    title "Received and closed (bars: received, line: closed)"\n'
        '    x-axis ["2026-01", "2026-02"]\n'
        '    y-axis "complaints" 0 --> 4\n'
        "    bar [4, 1]\n"
        "    line [0, 2]\n"
        "```\n\n"
        "|  | received | closed |\n"
        "| --- | ---: | ---: |\n"
        "| 2026-01 | 4 | 0 |\n"
        "| 2026-02 | 1 | 2 |\n"
    )


def test_a_pie_leaves_out_what_has_no_size_and_the_table_has_it() -> None:
    text = block_markdown(CAUSES)
    assert text.startswith(
        '```mermaid\npie showData\n    title Causes\n    "material" : 3\n    "design" : 1\n```\n'
    )
    assert "| none | 0 |" in text


@pytest.mark.parametrize("sign", ['"', "`", "\\", "#", ";", "\n"])
def test_signs_that_mermaid_cannot_read_in_a_text_are_replaced(sign: str) -> None:
    # Each of them made the parser of Mermaid 11 fail, or ended the text.
    chart = Chart(kind="bar", title=f"a{sign}b", axis=sign, labels=(f"c{sign}d",), series={"x": (1.0,)})
    lines = mermaid_text(chart).splitlines()
    assert len(lines) == 5
    assert [line.count('"') for line in lines] == [0, 2, 2, 2, 0]
    assert not {"`", "\\", "#", ";"} & set("".join(lines))


def test_an_empty_label_and_the_signs_of_a_comment_are_replaced_too() -> None:
    chart = Chart(kind="bar", title="x", axis="x", labels=("", "%%% a"), series={"x": (1.0, 2.0)})
    assert 'x-axis ["–", "% a"]' in mermaid_text(chart)


def test_large_and_broken_numbers_are_written_without_exponent() -> None:
    chart = Chart(kind="bar", title="", axis="", labels=("a", "b"), series={"x": (12345678.0, 0.125)})
    assert "bar [12345678, 0.12]" in mermaid_text(chart)


def test_a_chart_for_word_has_bars_of_characters() -> None:
    assert block_word_markdown(MONTHS).splitlines()[2:] == [
        "| 2026-01 | 4 ████████████████████ | 0 |",
        "| 2026-02 | 1 █████ | 2 ██████████ |",
    ]


def test_a_chart_in_html_is_a_table_with_bars_that_shows_every_value() -> None:
    page = html5lib.parse(block_html(CAUSES), namespaceHTMLElements=False)
    assert page.findtext(".//caption") == "Causes"
    assert ["".join(cell.itertext()).strip() for cell in page.iter("td")] == [
        *("material", "3"),
        *("design", "1"),
        *("none", "0"),
    ]
    assert [bar.get("style") for bar in page.iter("span")] == ["width:100.0%", "width:33.3%", "width:0.0%"]


def test_a_value_is_never_markup() -> None:
    evil = "<script>alert(1)</script> | *x* [a](b) `c`"
    table = PaperTable(headings=(evil,), rows=((evil,),))
    page = html5lib.parse(block_html(table), namespaceHTMLElements=False)
    assert [cell.text for cell in page.iter("td")] == [evil]
    assert not list(page.iter("script"))
    escaped = r"\<script\>alert(1)\</script\> \| \*x\* \[a\](b) \`c\`"
    assert block_markdown(table) == f"| {escaped} |\n| --- |\n| {escaped} |\n"


def test_a_mark_is_replaced_and_a_block_without_rows_prints_nothing() -> None:
    blocks = Blocks()
    table = PaperTable(headings=("a",), rows=(("1",),), terms=(("a", "the first"),))
    unused = PaperTable(headings=("b",), rows=(("2",),), terms=(("b", "the second"),))
    empty = PaperTable(headings=("c",), rows=())
    text = (
        f"{blocks.mark(table)}\n{blocks.mark(empty)}\n{blocks.mark(UsedTerms(headings=('term', 'meaning')))}"
    )
    assert blocks.mark(unused) != ""
    assert blocks.fill(text, block_markdown) == (
        "| a |\n| --- |\n| 1 |\n\n\n| term | meaning |\n| --- | --- |\n| a | the first |\n"
    )
    assert blocks.fill("\ue0009\ue001", block_markdown) == ""
