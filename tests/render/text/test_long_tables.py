"""Rows in pieces: the same text as in one go, however many there are, and no more in memory than a block of them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tabulate import tabulate

from complaintctl.render.text import tables

# More than two blocks that are drawn together.
ROWS = 1_234
COLUMNS = {"case": "案件", "late": "late", "title": "title"}


def long_rows() -> Iterator[dict[str, Any]]:
    for number in range(ROWS):
        # The widest cells are in the last block, and in one block alone there is Chinese.
        yield {
            "case": f"C-{number}",
            "late": number * number,
            "title": "电池鼓包，" * (number % 7) if number < ROWS // 3 else f"{number}" * (number // 400),
        }


def test_a_long_table_is_drawn_like_a_short_one() -> None:
    rows = tables.NewRows(long_rows)
    pieces = list(tables.row_texts(COLUMNS, rows, "table"))

    cells = [[str(row[name]) for name in COLUMNS] for row in rows]
    sides = ("left", "right", "left")
    whole = tabulate(cells, list(COLUMNS.values()), "simple", disable_numparse=True, colalign=sides)
    assert "".join(pieces) == whole + "\n"
    assert len(pieces) == 3
    assert all(piece.endswith("\n") for piece in pieces)


@pytest.mark.parametrize("output_format", ["table", "plain", "jsonl", "csv", "md"])
def test_pieces_make_the_text(output_format: str) -> None:
    pieces = tables.row_texts(COLUMNS, tables.NewRows(long_rows), output_format)

    assert "".join(pieces) == tables.format_rows(COLUMNS, long_rows(), output_format)


@pytest.mark.parametrize("rows", [[], list(long_rows())[:3]])
def test_json_in_pieces_is_json(rows: list[dict[str, Any]]) -> None:
    inner: dict[str, Any] = {"as_of": "2026", "none": {}, "cases": rows, "last": [1, {"x": "a\nb"}]}
    whole = {"a": inner, "steps": [{"cases": rows}]}
    steps = ({"cases": iter(part)} for part in [rows])
    pieces = tables.json_texts({"a": {**inner, "cases": iter(rows)}, "steps": steps})

    assert "".join(pieces) == json.dumps({"version": 1, **whole}, ensure_ascii=False, indent=2) + "\n"


def test_rows_are_asked_for_only_when_they_are_printed() -> None:
    asked: list[int] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(ROWS):
            asked.append(number)
            yield {"case": str(number)}

    pieces = tables.row_texts({"case": "case"}, tables.NewRows(rows), "csv")
    for _heading_or_row in range(4):
        next(pieces)
    assert asked == [0, 1, 2]
