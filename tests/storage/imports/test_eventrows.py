"""Tests grouping rows by case: in the order of the file, without loss, for any content of the cells."""

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.exchange.imports.formats.csvrows import UNREADABLE_CHARACTER, CsvRow
from complaintctl.storage.imports import eventrows


def row(line: int, record: str, cell: str = "") -> CsvRow:
    return CsvRow(line=line, cells=(cell, record))


def second_cell(cells: tuple[str, ...]) -> str:
    return cells[1].strip() if len(cells) > 1 else ""


def test_scattered_rows_come_together_the_case_that_begins_first_before_the_others() -> None:
    rows = [row(2, "Z"), row(3, "A"), row(4, " Z "), row(5, "M"), row(6, "A"), row(7, "Z")]
    groups = [[found.line for found in group] for group in eventrows.group_rows_by_case(rows, second_cell)]
    assert groups == [[2, 4, 7], [3, 6], [5]]


def test_a_record_that_was_not_read_belongs_to_the_case_it_names_and_stands_alone_without_one() -> None:
    named = RejectedRecord(
        line=3, key="import-ragged", values={"found": 3, "expected": 2}, cells=("", "A", "x")
    )
    short = RejectedRecord(line=4, key="import-ragged", values={"found": 1, "expected": 2}, cells=("",))
    nameless = RejectedRecord(line=5, key="import-cut", cells=("", " "))
    groups = list(eventrows.group_rows_by_case([row(2, "A"), named, short, nameless], second_cell))
    assert groups == [[row(2, "A"), named], [short], [nameless]]


def test_cells_come_back_as_they_were_even_those_that_no_encoding_knows() -> None:
    rows = [row(2, f"A{UNREADABLE_CHARACTER}", "\0"), row(3, f"A{UNREADABLE_CHARACTER}", 'x"\n,客户 😀')]
    assert list(eventrows.group_rows_by_case(rows, second_cell)) == [rows]


def test_many_more_rows_than_the_cache_holds_lose_none() -> None:
    rows = (row(line, str(line % 1000), "x" * 200) for line in range(2, 40_002))
    sizes = [len(group) for group in eventrows.group_rows_by_case(rows, second_cell)]
    assert sizes == [40] * 1000
