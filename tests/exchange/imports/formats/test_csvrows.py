"""Tests CSV tables: records are checked strictly, and a broken record does not affect valid ones."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import Broken
from complaintctl.exchange.imports.formats import csvrows
from complaintctl.exchange.imports.formats.csvrows import CsvRow


def read(
    data: bytes, encoding: str | None = None, delimiter: str = ","
) -> tuple[tuple[str, ...], list[CsvRow | RejectedRecord]]:
    stream: Any = io.BufferedReader(io.BytesIO(data))
    with stream:
        table = csvrows.open_csv_table(stream, "a.csv", encoding, delimiter)
        return table.header, list(table.rows)


def taken(rows: list[CsvRow | RejectedRecord]) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in rows if isinstance(row, CsvRow)]


def rejected(rows: list[CsvRow | RejectedRecord]) -> list[tuple[int, str]]:
    return [(row.line, row.key) for row in rows if isinstance(row, RejectedRecord)]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\udcff"), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6))
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    import csv

    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
    _, found = read(text.getvalue().encode())
    assert [list(cells) for _, cells in taken(found)] == rows
    assert rejected(found) == []


@given(st.binary(max_size=200))
def test_any_bytes_below_a_header_give_records_or_rejects(data: bytes) -> None:
    header, rows = read(b"a,b\n" + data)
    assert all(len(row.cells) == len(header) for row in rows if isinstance(row, CsvRow))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides_the_encoding(encoding: str) -> None:
    header, rows = read("编号,问题\n1,电池\n".encode(encoding))
    assert header == ("编号", "问题")
    assert taken(rows) == [(2, ("1", "电池"))]


def test_the_mapping_may_name_the_encoding_and_the_delimiter() -> None:
    header, rows = read("编号;问题\n1;电池\n".encode("gb18030"), "gb18030", ";")
    assert header == ("编号", "问题")
    assert taken(rows) == [(2, ("1", "电池"))]


def test_repeated_and_missing_names_of_columns_become_distinct() -> None:
    header, _ = read(b",a,a,,a\n")
    assert header == ("column 1", "a", "a (2)", "column 4", "a (3)")


def test_blank_lines_before_the_header_and_between_records_are_none() -> None:
    header, rows = read(b"\n\na,b\n\n1,2\n\n")
    assert header == ("a", "b")
    assert taken(rows) == [(5, ("1", "2"))]


def test_a_record_with_too_few_or_too_many_cells_is_rejected_alone() -> None:
    _, rows = read(b"a,b\n1\n1,2\n1,2,3\n3,4\n")
    assert taken(rows) == [(3, ("1", "2")), (5, ("3", "4"))]
    assert rejected(rows) == [(2, "import-ragged"), (4, "import-ragged")]


def test_a_record_cut_at_the_end_is_rejected_once_and_the_good_ones_are_kept() -> None:
    _, rows = read(b'a,b\n1,"x\ny"\n2,"cut\nhere and\nthere')
    assert taken(rows) == [(2, ("1", "x\ny"))]
    assert rejected(rows) == [(4, "import-cut")]


def test_a_quote_never_closed_does_not_swallow_the_records_after_it() -> None:
    _, rows = read(b'a,b\n1,"cut\n2,good\n3,"fine"\n4,"also"\n')
    assert taken(rows) == [(3, ("2", "good")), (4, ("3", "fine")), (5, ("4", "also"))]
    assert [line for line, _ in rejected(rows)] == [2]


def test_a_quote_that_swallows_more_than_a_cell_may_hold_is_found() -> None:
    rest = b"".join(b"%d,ok\n" % number for number in range(30_000))
    _, rows = read(b'a,b\n1,"cut\n' + rest)
    assert len(taken(rows)) == 30_000
    assert rejected(rows) == [(2, "import-cut")]


def test_bytes_of_another_encoding_reject_their_record_alone() -> None:
    _, rows = read(b"a,b\n1,\xff\xfe\n2,ok\n")
    assert taken(rows) == [(3, ("2", "ok"))]
    assert rejected(rows) == [(2, "import-undecodable")]


def test_a_nul_byte_rejects_its_record_alone() -> None:
    _, rows = read(b"a,b\n" + b"1,2\n" * 2000 + b"1,\0\n2,ok\n")
    assert rejected(rows) == [(2002, "import-nul")]
    assert len(taken(rows)) == 2001


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "import-empty"),
        (b" \r\n\n", "import-empty"),
        (b"\xef\xbb\xbf", "import-empty"),
        (b"\n  <!DOCTYPE html><html>", "import-web-page"),
        (b"<?xml version='1.0'?>", "import-web-page"),
        ("编号,问题\n".encode("gb18030"), "import-encoding"),
        ("a,b\n".encode("utf-16-le"), "import-encoding"),
        (b'"a,b\n1,2\n', "import-header"),
    ],
)
def test_what_is_no_table_is_refused_with_one_reason(data: bytes, key: str) -> None:
    with pytest.raises(Broken) as failure:
        read(data)
    assert failure.value.key == key


def test_rows_are_read_as_they_are_asked_for() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any, /) -> int:
            with memoryview(buffer) as view:
                part = (b"a,b\n" * 200)[: len(view)]
                view[: len(part)] = part
            self.given += len(part)
            return len(part)

    source = Endless()
    table = csvrows.open_csv_table(io.BufferedReader(source), "endless", None, ",")
    for _ in range(1000):
        next(table.rows)
    assert source.given < 1 << 20


def test_a_long_cell_is_taken_whole_and_one_over_the_limit_is_not_called_cut() -> None:
    long, longer = "x" * 150_000, "y" * (csvrows.MAX_CELL_LENGTH + 1)
    _, rows = read(f'a,b\n1,"{long}"\n2,"{longer}"\n3,4\n'.encode())
    assert taken(rows) == [(2, ("1", long)), (4, ("3", "4"))]
    assert rejected(rows) == [(3, "import-cell-too-long")]


@pytest.mark.parametrize(
    ("data", "quotes_all"), [(b'"a","b ""c"""\n', True), (b'"a",b\n', False), (b"a,b\n", False)]
)
def test_the_style_of_a_table_says_whether_every_heading_is_in_quotes(data: bytes, quotes_all: bool) -> None:
    stream: Any = io.BufferedReader(io.BytesIO(data))
    with stream:
        style = csvrows.open_csv_table(stream, "a.csv", None, ",").style
    assert (style.delimiter, style.quotes_all) == (",", quotes_all)
