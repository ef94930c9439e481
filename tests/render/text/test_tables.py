"""Rows in each format: aligned for people in any script, of one shape for programs, harmless in a spreadsheet."""

import csv
import io
import json

import pytest
from wcwidth import wcswidth

from complaintctl.errors import InvalidInput
from complaintctl.render.text import tables

COLUMNS = {"case": "案件", "late": "超期", "title": "title"}
ENTRIES = [
    {"case": "C-1", "late": 60, "title": "电池鼓包"},
    {"case": "C-22", "late": 7200, "title": "Battery swells"},
    {"case": "C-333", "late": 5, "title": "App 闪退，无法打开"},
]


def starts(line: str) -> list[int]:
    """Returns the terminal columns in which the cells of a line begin, after two or more spaces."""
    return [
        wcswidth(line[:index])
        for index in range(len(line))
        if line[index] != " " and (index == 0 or line[:index].endswith("  "))
    ]


def test_the_columns_of_a_table_stand_under_each_other_in_any_script() -> None:
    entries = [{"a": "电池", "b": "x", "c": "é"}, {"a": "b", "b": "序列号 12E3", "c": "末"}]

    heading, rule, *lines = tables.format_rows(
        {"a": "一", "b": "b", "c": "第三列"}, entries, "table"
    ).splitlines()

    assert starts(heading) == starts(rule)
    assert [starts(line) for line in lines] == [starts(rule)] * 2


def test_numbers_stand_on_the_right_and_what_only_looks_like_one_stays_as_typed() -> None:
    entries = [{"n": 5, "s": "12E3"}, {"n": 12000, "s": "007"}]

    lines = tables.format_rows({"n": "n", "s": "serial"}, entries, "table").splitlines()

    assert [line.split() for line in lines[2:]] == [["5", "12E3"], ["12000", "007"]]
    assert lines[2].index("5") == lines[3].index("12000") + 4


def test_a_table_without_rows_is_nothing() -> None:
    assert tables.format_rows(COLUMNS, [], "table") == ""


def test_a_cell_of_several_lines_stays_on_its_row_and_is_not_cut() -> None:
    long = "很长的标题" * 60
    table = tables.format_rows({"a": "a", "b": "b"}, [{"a": "one\ntwo", "b": long}], "table").splitlines()

    assert len(table) == 3
    assert table[2] == f"one two  {long}"


def test_plain_has_no_header_and_tabs_between_the_cells() -> None:
    entries = [{"case": "C-1", "title": "one\ttwo\nthree"}]

    assert tables.format_rows({"case": "案件", "title": "标题"}, entries, "plain") == "C-1\tone two three\n"


def test_markdown_escapes_what_would_end_a_cell() -> None:
    entries = [{"case": "C|1", "late": None, "title": "a\nb | c"}]

    assert tables.format_rows(COLUMNS, entries, "md").splitlines() == [
        "| 案件 | 超期 | title |",
        "| --- | --- | --- |",
        "| C\\|1 |  | a b \\| c |",
    ]


def test_markdown_takes_no_cell_for_a_picture_a_link_or_html() -> None:
    row = tables.format_rows({"a": "a"}, [{"a": "![x](http://x) <img src=x> \\|"}], "md").splitlines()[2]

    assert row == "| !\\[x](http://x) \\<img src=x> \\\\\\| |"


def test_csv_names_the_keys_whatever_the_language_of_the_headings() -> None:
    entries = [{"case": "C-1", "late": 60, "title": 'He said "no",\nthen left'}]

    header, row = csv.reader(io.StringIO(tables.format_rows(COLUMNS, entries, "csv")))

    assert header == ["case", "late", "title"]
    assert row == ["C-1", "60", 'He said "no",\nthen left']


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "=HYPERLINK(1)",
        "-",
        "-x",
        "＝1+1",
        "＠A",
        " =1",
    ],
)
def test_csv_holds_no_formula(cell: str) -> None:
    _header, row = csv.reader(io.StringIO(tables.format_rows({"a": "a"}, [{"a": cell}], "csv"), newline=""))

    assert row == [f"'{cell}"]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("\r=1", "\n'=1"),
        ("\t=1", "'\t'=1"),
        ("a;=1", "a;'=1"),
        ("one\rtwo", "one\ntwo"),
        ("one\r\ntwo", "one\ntwo"),
    ],
)
def test_csv_keeps_a_cell_on_its_row_whatever_its_line_ends(cell: str, read: str) -> None:
    _header, row = csv.reader(io.StringIO(tables.format_rows({"a": "a"}, [{"a": cell}], "csv"), newline=""))

    assert row == [read]


@pytest.mark.parametrize("value", [-5, -3600, "-5", "-0.5", "5", "2026-11-21", "C-1", "a=b", ""])
def test_csv_leaves_numbers_and_plain_text_alone(value: object) -> None:
    written = tables.format_rows({"a": "a", "b": "b"}, [{"a": value, "b": "x"}], "csv")

    _header, row = csv.reader(io.StringIO(written))
    assert row == [str(value), "x"]


def test_jsonl_is_one_object_a_line_with_its_own_types() -> None:
    lines = tables.format_rows(COLUMNS, ENTRIES, "jsonl").splitlines()

    assert [json.loads(line) for line in lines] == ENTRIES
    assert "电池鼓包" in lines[0]


def test_a_json_document_names_its_version_and_its_kind() -> None:
    assert json.loads(tables.json_document("cases", ENTRIES)) == {"version": 1, "cases": ENTRIES}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "yes"), (False, "no"), (["a", "b"], "a, b"), (("a",), "a"), (0, "0")],
)
def test_a_value_is_written_as_text(value: object, text: str) -> None:
    assert tables.format_rows({"a": "a"}, [{"a": value}], "plain") == f"{text}\n"


def test_a_key_that_a_row_does_not_have_is_an_empty_cell() -> None:
    assert tables.format_rows({"a": "a", "b": "b"}, [{"b": "x"}], "plain") == "\tx\n"


def test_a_format_is_known_or_the_known_ones_are_named() -> None:
    assert tables.check_format("csv", tables.TABLE_FORMATS) == "csv"
    with pytest.raises(InvalidInput) as refusal:
        tables.check_format("xml", tables.TABLE_FORMATS)
    assert (refusal.value.key, refusal.value.values["choices"]) == (
        "unknown-format",
        list(tables.TABLE_FORMATS),
    )
