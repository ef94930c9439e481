"""The report as a workbook, read back with another library, and its XML for what that library does not tell."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from complaintctl.domain.reports.figures import Figures
from complaintctl.render.reports.figures_workbook import figures_workbook
from complaintctl.render.text import language
from tests.render.reports.hand_made import (
    compared_report,
    grouped_report,
    monthly_report,
    plain_report,
    report_words,
)

WORDS = report_words()


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}


def workbook_of(figures: Figures) -> bytes:
    return figures_workbook(figures, WORDS)


def test_a_section_is_a_sheet_of_numbers_durations_and_denominators() -> None:
    found = sheets(workbook_of(plain_report()))
    assert list(found) == ["Report", "Cases", "Steps and promised dates", "Definitions"]
    assert found["Report"][1] == ["Cases received: 2026-10-01 to 2026-10-31"]
    assert found["Cases"] == [["figure", "value"], ["cases", 12]]
    assert found["Steps and promised dates"] == [
        ["step", "met", "share in time", "share in time: of", "median", "median: of"],
        ["assess", 7, 0.875, 8, timedelta(seconds=4200), 8],
        ["respond", 5, 0.5, 10, "", 10],
    ]
    assert [row[0] for row in found["Definitions"]] == ["word", "cases", "met", "share in time", "median"]


def test_numbers_have_formats_and_the_first_row_stays_in_sight() -> None:
    content = parts(workbook_of(compared_report()))
    codes = set(re.findall(r'formatCode="([^"]*)"', content["xl/styles.xml"]))
    assert {"[h]:mm:ss", "0.0%", "+0.0%;-0.0%;0.0%", "+#,##0;-#,##0;0"} <= codes
    shown = [text for name, text in content.items() if name.startswith("xl/worksheets/sheet")]
    assert len(shown) == 4
    assert all('ySplit="1"' in text and 'state="frozen"' in text for text in shown)


def test_a_change_of_a_duration_is_in_hours_for_a_spreadsheet_shows_no_negative_duration() -> None:
    found = sheets(workbook_of(compared_report()))
    # 4,200 s against 90,000 s.
    assert found["Steps and promised dates"][3] == [
        "assess",
        "median",
        timedelta(seconds=4200),
        8,
        timedelta(seconds=90000),
        8,
        pytest.approx(-85800 / 3600),
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.test","y")', "http://x.test", "＝1"]
)
def test_no_text_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    content = workbook_of(grouped_report("product.batch", counts={(text,): 3}))
    assert sheets(content)["By batch"][1] == [text, 3]
    everything = "".join(parts(content).values())
    assert "<f>" not in everything
    assert "<hyperlink" not in everything


def test_two_fields_make_a_long_sheet_that_a_pivot_table_can_read() -> None:
    found = sheets(workbook_of(monthly_report()))
    assert found["By class and month"][:2] == [
        ["class", "month", "cases"],
        ["quality/appearance", "2026-09", 3],
    ]
    assert found["By class and month"][4] == ["(none)", "2026-10", 1]


def test_equal_figures_give_equal_files() -> None:
    assert workbook_of(plain_report()) == workbook_of(plain_report())


def test_the_sheets_are_named_in_the_language_of_the_reader() -> None:
    try:
        language.set_language("zh")
        found = sheets(workbook_of(plain_report()))
    finally:
        language.set_language("en")
    assert list(found) == ["报告", "案件", "步骤与承诺日期", "定义"]
    assert found["步骤与承诺日期"][0][:2] == ["步骤", "按时"]
