"""The figures of a report for programs: one long table, and the same rows in JSON."""

import csv
import io
import json

import pytest

from complaintctl.domain.reports.figures import Figure, Figures
from complaintctl.render.reports.figures_data import figures_data
from complaintctl.render.text import language
from tests.render.reports.hand_made import (
    CASES,
    compared_report,
    grouped_report,
    monthly_report,
    plain_report,
)

COLUMNS = ["section", "key", "measure", "value", "of", "unit", "period"]


def csv_rows(figures: Figures) -> list[list[str]]:
    return list(csv.reader(io.StringIO(figures_data(figures, "csv"))))


def test_the_long_table_has_a_row_for_each_figure_with_raw_values() -> None:
    heads, *rows = csv_rows(plain_report())
    assert heads == COLUMNS
    assert rows[0] == ["cases", "", "cases", "12", "", "cases", "report"]
    assert rows[2] == ["steps", "assess", "share_in_time", "0.875", "8", "share", "report"]
    assert rows[3] == ["steps", "assess", "median", "4200", "8", "seconds", "report"]
    # Nothing was measured: an empty cell.
    assert rows[6] == ["steps", "respond", "median", "", "10", "seconds", "report"]


def test_groups_and_periods_have_columns() -> None:
    heads, whole, first, *_others, last = csv_rows(monthly_report())
    assert heads == [*COLUMNS, "by", "category", "month"]
    assert whole[-3:] == ["", "", ""]
    assert first[-3:] == ["category,month", "quality/appearance", "2026-09"]
    # A case without a class: `by` tells it from the figure of all classes.
    assert last[-3:] == ["category,month", "", "2026-10"]
    assert {row[6] for row in csv_rows(compared_report())[1:]} == {"report", "previous"}


def test_a_field_named_like_a_column_keeps_both_apart() -> None:
    heads, _whole, row = csv_rows(grouped_report("unit", counts={("kg",): 3}))
    assert heads == [*COLUMNS, "by", "by.unit"]
    assert (row[5], row[8]) == ("cases", "kg")


def test_json_and_jsonl_have_the_rows_of_the_csv_and_json_says_what_they_are_about() -> None:
    figures = compared_report()
    report = json.loads(figures_data(figures, "json"))["report"]
    rows = [json.loads(line) for line in figures_data(figures, "jsonl").splitlines()]
    assert report.pop("figures") == rows
    assert report == {
        "as_of": "2026-11-21T04:00:00+00:00",
        "basis": "received",
        "periods": [
            {
                "period": "report",
                "start": "2026-09-30T16:00:00+00:00",
                "end": "2026-10-31T16:00:00+00:00",
            },
            {
                "period": "previous",
                "start": "2026-08-31T16:00:00+00:00",
                "end": "2026-09-30T16:00:00+00:00",
            },
        ],
        "by": [],
        "where": ["level=urgent"],
        "or": [],
        "with_duplicates": False,
    }
    texts = [["" if value is None else str(value) for value in row.values()] for row in rows]
    assert texts == csv_rows(figures)[1:]


def test_fractions_are_rounded_and_counts_are_whole_numbers() -> None:
    rows = (
        Figure(measure=CASES, value=12.0),
        Figure(measure=plain_report().rows[2].measure, value=2 / 3, of=3, key="assess"),
        Figure(measure=plain_report().rows[3].measure, value=4200.4, key="assess"),
    )
    figures = Figures(as_of=plain_report().as_of, basis="received", periods=plain_report().periods, rows=rows)
    assert [row[3] for row in csv_rows(figures)[1:]] == ["12", "0.6667", "4200"]


@pytest.mark.parametrize("output_format", ["json", "jsonl", "csv", "plain"])
def test_no_language_changes_what_programs_read(output_format: str) -> None:
    english = [figures_data(figures, output_format) for figures in (compared_report(), monthly_report())]
    try:
        language.set_language("zh")
        chinese = [figures_data(figures, output_format) for figures in (compared_report(), monthly_report())]
    finally:
        language.set_language("en")
    assert chinese == english


def test_a_text_that_begins_like_a_formula_is_quoted() -> None:
    *_others, row = csv_rows(grouped_report("product.batch", counts={("=1+1",): 3}))
    assert row[-1] == "'=1+1"
