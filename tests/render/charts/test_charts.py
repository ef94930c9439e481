"""The charts: valid, named for screen readers, coloured by class; positions computed by hand."""

import re
from xml.etree import ElementTree as ET

import pytest

from complaintctl.render.charts.bars import Row, bar_chart, stacked_chart
from complaintctl.render.charts.chart_style import chart_css
from complaintctl.render.charts.frame import (
    CHART_CLASSES,
    WIDTH,
    Caption,
    Mark,
    chart_figure,
    clipped_lines,
)
from complaintctl.render.charts.line import share_chart, sparkline
from complaintctl.render.charts.pareto import ParetoRow, pareto_chart

CAPTION = Caption(chart_id="c1", title="Overdue & <late>", description="Three steps")
FIVE = [Mark(label=f"step {number}", value=number * 10, text=str(number * 10)) for number in range(5)]
PICTURES = {
    "bars": bar_chart(CAPTION, FIVE),
    "stacked": stacked_chart(CAPTION, [Row(label="all", parts=FIVE, text="100")], legend=[("met", "good")]),
    "shares": share_chart(
        CAPTION, [Mark(label="2026-01", value=0.5, text="50 %"), Mark(label="2026-02", value=None, text="–")]
    ),
    "pareto": pareto_chart(CAPTION, [ParetoRow(mark=mark, cumulative=0.5) for mark in FIVE], 0.8),
    "spark": sparkline(CAPTION, [1, 2, 3]),
    "empty spark": sparkline(CAPTION, []),
}


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - our own picture


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_chart_is_named_by_its_own_ids_and_has_no_colour_of_its_own(name: str) -> None:
    root = parsed(PICTURES[name])
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert root.get("aria-labelledby") == "c1-t"
    assert ids == ["c1-t", "c1-d"][: len(ids)]
    assert root[0].text == "Overdue & <late>"
    assert "fill=" not in PICTURES[name]
    assert "style=" not in PICTURES[name]
    assert "http" not in PICTURES[name]
    classes = {
        one
        for node in root.iter()
        if node.tag in {"rect", "circle"}
        for one in (node.get("class") or "").split()
    }
    assert classes <= set(CHART_CLASSES)


def test_every_bar_is_a_list_item_with_its_value() -> None:
    root = parsed(PICTURES["bars"])
    assert root.get("role") == "list"
    items = [node.get("aria-label") for node in root.iter("g") if node.get("role") == "listitem"]
    assert items == ["step 0: 0", "step 1: 10", "step 2: 20", "step 3: 30", "step 4: 40"]


def test_bars_are_as_long_as_their_values() -> None:
    wide = [float(node.get("width") or 0) for node in parsed(PICTURES["bars"]).iter("rect")]
    assert wide[0] == 0
    assert [round(width / wide[1], 1) for width in wide[1:]] == [1, 2, 3, 4]
    half = parsed(bar_chart(CAPTION, [Mark(label="a", value=2.5, text="2.5")], most=5))
    whole = parsed(bar_chart(CAPTION, [Mark(label="a", value=5, text="5")], most=5))
    assert 2 * float(next(half.iter("rect")).get("width") or 0) == pytest.approx(
        float(next(whole.iter("rect")).get("width") or 0), abs=0.2
    )


def test_the_smallest_count_is_visible_beside_the_largest() -> None:
    marks = [Mark(label="a", value=1, text="1"), Mark(label="b", value=1_000_000, text="1,000,000")]
    assert float(next(parsed(bar_chart(CAPTION, marks)).iter("rect")).get("width") or 0) == 1.5


def test_parts_of_a_row_follow_each_other() -> None:
    rects = list(parsed(PICTURES["stacked"]).iter("rect"))[1:]
    ends = [round(float(node.get("x") or 0) + float(node.get("width") or 0)) for node in rects]
    assert [round(float(node.get("x") or 0)) for node in rects][1:] == ends[:-1]


def test_a_month_without_a_value_leaves_a_gap_in_the_line() -> None:
    values = (0.9, 0.8, None, 1.0, 0.7)
    marks = [
        Mark(label=f"2026-0{number}", value=value, text=str(value)) for number, value in enumerate(values, 1)
    ]
    root = parsed(share_chart(CAPTION, marks))
    strokes = [node.get("d") or "" for node in root.iter("path") if node.get("class") == "line"]
    assert [stroke.count("L") for stroke in strokes] == [1, 1]
    points = [float(node.get("cy") or 0) for node in root.iter("circle")]
    # 12 is the top, 170 the height of the plot.
    assert points == pytest.approx(
        [12 + 170 * (1 - value) for value in values if value is not None], abs=0.05
    )
    items = [node.get("aria-label") for node in root.iter("g") if node.get("role") == "listitem"]
    assert len(items) == 5


def test_the_pareto_line_ends_at_all_cases() -> None:
    rows = [
        ParetoRow(mark=Mark(label="a", value=6, text="6", note="together 60 %"), cumulative=0.6),
        ParetoRow(mark=Mark(label="b", value=4, text="4"), cumulative=1.0),
    ]
    root = parsed(pareto_chart(CAPTION, rows, 0.8))
    x = [float(node.get("cx") or 0) for node in root.iter("circle")]
    ticks = {node.text: float(node.get("x") or 0) for node in root.iter("text")}
    assert x[1] == pytest.approx(ticks["100 %"], abs=0.6)
    assert x[0] == pytest.approx(ticks["0 %"] + 0.6 * (ticks["100 %"] - ticks["0 %"]), abs=0.6)
    assert [node.get("aria-label") for node in root.iter("g") if node.get("role")] == [
        "a: 6, together 60 %",
        "b: 4",
    ]


def test_a_long_label_is_cut_in_two_lines_and_stays_whole_for_screen_readers() -> None:
    label = "Incorrect information on your credit report because of somebody else"
    lines = clipped_lines(label, 170, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    picture = bar_chart(CAPTION, [Mark(label=label, value=1, text="1")])
    assert f'aria-label="{label}: 1"' in picture


def test_nothing_is_drawn_outside_the_picture() -> None:
    marks = [Mark(label="说明" * 30, value=10**number, text=f"{10**number:,}") for number in range(7)]
    for picture in (
        bar_chart(CAPTION, marks),
        pareto_chart(CAPTION, [ParetoRow(mark=mark, cumulative=1) for mark in marks], 0.8),
    ):
        root = parsed(picture)
        high = float((root.get("viewBox") or "").split()[3])
        for node in root.iter("rect"):
            assert (
                0
                <= float(node.get("x") or 0)
                <= float(node.get("x") or 0) + float(node.get("width") or 0)
                <= WIDTH
            )
            assert float(node.get("y") or 0) + float(node.get("height") or 0) <= high


def test_the_table_beneath_has_the_data_and_escapes_it() -> None:
    figure = chart_figure(CAPTION, PICTURES["bars"], ("step", "overdue"), [("<b>", "1")], note="a & b")
    assert "<h2>Overdue &amp; &lt;late&gt;</h2>" in figure
    assert '<th scope="row">&lt;b&gt;</th><td>1</td>' in figure
    assert '<p class="note">a &amp; b</p>' in figure


def test_both_themes_colour_every_class() -> None:
    css = chart_css()
    for name in CHART_CLASSES:
        assert css.count(f"--{name}: #") == 4
        assert f".{name} {{ fill: var(--{name}); }}" in css
    assert not re.search(r"url\(|@import", css)
