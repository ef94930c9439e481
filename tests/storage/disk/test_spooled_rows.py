"""Rows that wait on disk: they come back as they were, in the order of their keys, as often as wanted."""

import itertools
from typing import Any

from complaintctl.domain.overview.filters import SortKey, sort_passes
from complaintctl.storage.disk.spooled_rows import SpooledRows

# Enough for several times the bytes that stay in memory.
MANY = 3_000
LONG = "长文本 " * 200


def titles(rows: SpooledRows[Any]) -> str:
    return " ".join(row["title"] for row in rows)


def test_rows_come_back_as_they_were() -> None:
    row = {
        "title": 'a "b"\n\\c',
        "due": None,
        "late": -5,
        "crisis": True,
        "next": {"step": "ack"},
        "odd": "\ud800",
    }
    rows: SpooledRows[int] = SpooledRows()
    rows.add(1, row)

    assert [list(rows), list(rows)] == [[row], [row]]


def test_more_rows_than_memory_takes_are_sorted_too() -> None:
    rows: SpooledRows[int] = SpooledRows()
    for number in range(MANY):
        rows.add(number * 7 % MANY, {"number": number * 7 % MANY, "text": LONG})
    rows.sort()

    assert [row["number"] for row in rows] == list(range(MANY))
    assert {row["text"] for row in rows} == {LONG}


def test_two_readers_at_once_do_not_disturb_each_other() -> None:
    rows: SpooledRows[int] = SpooledRows()
    for number in range(MANY):
        rows.add(number, {"number": number, "text": LONG})

    assert all(one == other for one, other in zip(rows, rows, strict=True))


def test_only_the_first_rows_are_kept() -> None:
    rows: SpooledRows[int] = SpooledRows()
    for number in (3, 1, 2):
        rows.add(number, {"title": str(number)})
    rows.sort()
    rows.keep_first(None)
    assert titles(rows) == "1 2 3"
    rows.keep_first(2)
    assert (len(rows), titles(rows)) == (2, "1 2")


def test_rows_are_sorted_by_several_columns_and_empty_values_come_last() -> None:
    keys: dict[str, SortKey] = {
        "late-b": ((0, 2.0, ""), (1, 0.0, "b")),
        "empty-a": (None, (1, 0.0, "a")),
        "late-a": ((0, 2.0, ""), (1, 0.0, "a")),
        "early-": ((0, 1.0, ""), None),
        "early-b": ((0, 1.0, ""), (1, 0.0, "b")),
    }
    expected = {
        ("due", "name"): "early-b early- late-a late-b empty-a",
        ("-due", "name"): "late-a late-b early-b early- empty-a",
        ("due", "-name"): "early-b early- late-b late-a empty-a",
        ("-due",): "late-b late-a early- early-b empty-a",
    }
    for columns, order in itertools.product(expected, itertools.permutations(keys)):
        if columns == ("-due",) and order != tuple(keys):
            # Rows that are equal in the column stay as they came.
            continue
        rows: SpooledRows[SortKey] = SpooledRows()
        for name in order:
            rows.add(keys[name], {"title": name})
        for by, descending in sort_passes(columns):
            rows.sort(by, reverse=descending)
        assert titles(rows) == expected[columns]
