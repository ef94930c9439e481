"""The figures of a report as tables: what stands in the rows, and what in the columns."""

import dataclasses

from complaintctl.domain.reports.figures import Figure, Figures
from complaintctl.domain.reports.measures import MEASURES
from complaintctl.render.reports.figures_table import cell_text
from complaintctl.render.reports.section_tables import SectionTable, section_tables
from tests.render.reports.hand_made import (
    compared_report,
    grouped_report,
    monthly_report,
    plain_report,
    report_words,
)

WORDS = report_words()


def lines(table: SectionTable) -> list[tuple[str, ...]]:
    heads = (*table.heads, *(column.heading for column in table.columns))
    return [heads, *((*row.names, *map(cell_text, row.cells)) for row in table.rows)]


def tables_of(figures: Figures, *, complete: bool = False) -> list[tuple[str, list[tuple[str, ...]]]]:
    return [(table.title, lines(table)) for table in section_tables(figures, WORDS, complete=complete)]


def test_a_section_with_one_row_lists_its_measures_and_others_have_them_across() -> None:
    assert tables_of(plain_report()) == [
        ("Cases", [("figure", "value"), ("cases", "12")]),
        (
            "Steps and promised dates",
            [
                ("step", "met", "share in time", "median"),
                ("assess", "7", "88 % of 8", "1 h 10 min"),
                # What nobody measured is empty, and not 0.
                ("respond", "5", "50 % of 10", ""),
            ],
        ),
    ]


def test_a_comparison_has_a_row_for_each_measure_with_its_change() -> None:
    (_title, cases), (_heading, steps) = tables_of(compared_report())
    assert cases == [
        ("figure", "this period", "the period before", "change"),
        ("cases", "12", "9", "+3 (+33 %)"),
    ]
    assert steps[1:] == [
        ("assess", "met", "7", "5", "+2 (+40 %)"),
        ("assess", "share in time", "88 % of 8", "62 % of 8", "+25.0 points"),
        ("assess", "median", "1 h 10 min", "1 d 1 h", "-23 h 50 min"),
    ]


def test_two_fields_cross_each_other_and_a_missing_pair_is_empty() -> None:
    _all, (title, rows) = tables_of(monthly_report())
    assert title == "By class and month: cases"
    assert rows == [
        ("class", "2026-09", "2026-10", "2026-11"),
        ("quality/appearance", "3", "8", "2"),
        ("(none)", "", "1", ""),
    ]


def test_a_complete_table_of_groups_has_a_row_for_each_pair() -> None:
    _all, (_title, rows) = tables_of(monthly_report(), complete=True)
    assert rows[:2] == [("class", "month", "cases"), ("quality/appearance", "2026-09", "3")]
    assert len(rows) == 5


def test_columns_of_time_follow_each_other_whatever_was_counted_first() -> None:
    counts = {("urgent", "2026-11"): 1, ("urgent", "2026-09"): 2, ("general", "2026-10"): 3}
    _all, table = section_tables(grouped_report("level", "month", counts=counts), WORDS)
    assert [column.heading for column in table.columns] == ["2026-09", "2026-10", "2026-11"]
    assert table.is_course


def test_each_figure_of_a_report_stands_in_one_cell() -> None:
    for figures in (plain_report(), compared_report(), monthly_report()):
        for complete in (False, True):
            shown = [
                cell
                for table in section_tables(figures, WORDS, complete=complete)
                for row in table.rows
                for cell in row.cells
                if isinstance(cell, Figure)
            ]
            assert sorted(map(repr, shown)) == sorted(map(repr, figures.rows))


def test_a_case_without_a_value_has_a_group_of_its_own() -> None:
    counts = {("quality/appearance",): 3, ("",): 1}
    _all, (_title, rows) = tables_of(grouped_report("category", counts=counts))
    assert rows == [("class", "cases"), ("quality/appearance", "3"), ("(none)", "1")]


def test_groups_by_a_field_that_no_case_has_stand_in_the_complete_tables_only() -> None:
    figures = grouped_report("category", counts={("",): 3})
    assert [title for title, _rows in tables_of(figures)] == ["Cases"]
    assert [title for title, _rows in tables_of(figures, complete=True)] == ["Cases", "By class"]


def test_a_course_has_the_months_in_which_nothing_happened_unless_a_slip_made_a_century_of_them() -> None:
    counts = {("urgent", "2026-09"): 2, ("urgent", "2026-11"): 1}
    _all, table = section_tables(grouped_report("level", "month", counts=counts), WORDS)
    assert [column.heading for column in table.columns] == ["2026-09", "2026-10", "2026-11"]
    counts = {("urgent", "1926-09"): 2, ("urgent", "2026-11"): 1}
    _all, table = section_tables(grouped_report("level", "month", counts=counts), WORDS)
    assert [column.heading for column in table.columns] == ["1926-09", "2026-11"]


def test_counts_alone_have_their_shares_beside_them() -> None:
    outcomes = MEASURES["outcomes", "cases"]
    rows = (
        Figure(measure=outcomes, value=3, key="upheld", of=4),
        Figure(measure=outcomes, value=1, key="", of=4),
    )
    figures = dataclasses.replace(plain_report(), rows=rows)
    assert tables_of(figures) == [
        (
            "Outcomes",
            [("outcome", "cases", "share"), ("upheld", "3", "75 %"), ("(none)", "1", "25 %")],
        )
    ]


def test_a_section_without_room_is_several_tables_by_denominator() -> None:
    keys = [key for section, key in MEASURES if section == "steps"]
    rows = tuple(Figure(measure=MEASURES["steps", key], value=1, of=1, key="assess") for key in keys)
    figures = dataclasses.replace(plain_report(), rows=rows)
    assert [rows[0] for _title, rows in tables_of(figures)] == [
        ("step", "met", "late", "overdue", "share in time"),
        ("step", "running", "waiting", "taken", "none"),
        ("step", "measured", "median", "p90"),
    ]
    ((_title, (heads, _row)),) = tables_of(figures, complete=True)
    assert len(heads) == 1 + len(keys)


def test_a_survey_of_nobody_is_left_out() -> None:
    asked = MEASURES["survey", "asked"]
    rows = (Figure(measure=asked, value=0), Figure(measure=MEASURES["survey", "mean"], value=None))
    figures = dataclasses.replace(plain_report(), rows=rows)
    assert tables_of(figures) == []
    assert len(tables_of(figures, complete=True)) == 1
