"""A table for a terminal: as wide as its cells; cells are wrapped if the screen is narrower."""

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.render.text.language import _
from complaintctl.render.text.wrapping import has_screen, screen_width, split_pieces, text_width, wrap_text

_GAP: Final = "  "
# tabulate makes a column this much wider than its heading.
_AIR: Final = 2
# The least width of a column, and the most that one long word can raise it to.
_NARROWEST: Final = 6
_WORD: Final = 20
# Rows that are drawn at a time: tabulate holds all that it draws.
_BLOCK: Final = 500
_PAINTED: Final = re.compile(r"(\x1b\[\d+m)(.*)(\x1b\[0m)")

TextRow = Sequence[str]


def table_texts(headings: TextRow, rows: Callable[[], Iterator[TextRow]]) -> Iterator[str]:
    """Yields the rows below their headings, or a paragraph per row if the screen is too narrow for columns (D-108).

    `rows` gives all rows each time that it is called: they are measured first. Without a row, nothing is yielded.
    """
    columns = _measure_columns(headings, rows())
    if columns is None:
        return
    widths = _column_widths(headings, rows, columns)
    if widths is None:
        for row in rows():
            yield from (f"{line}\n" for line in _paragraph(headings, row))
        return
    heads = [_wrap_cell(heading, width - _AIR) for heading, width in zip(headings, widths, strict=True)]
    if widths != columns.widths:
        rows = functools.partial(_wrapped_rows, rows, widths)
        # Wrapped cells may be narrower than their column, and tabulate draws a column as wide as its cells.
        drawn = _measure_columns(heads, rows())
        widths = drawn.widths if drawn else widths
    yield from _draw_rows(heads, rows(), _DrawnColumns(widths, columns.numbers))


@dataclass(frozen=True, slots=True)
class _DrawnColumns:
    """Columns of a table: their widths in terminal columns, and which of them have whole numbers, or empty cells, only."""

    widths: list[int]
    numbers: set[int]


def _measure_columns(headings: TextRow, rows: Iterable[TextRow]) -> _DrawnColumns | None:
    """Returns the columns as their widest cells and headings need them; None without a row."""
    widths = [_cell_width(heading) + _AIR for heading in headings]
    # Columns with whole numbers, and those with other cells; an empty cell is neither.
    numbers, others = set[int](), set[int]()
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - counted for what follows the loop
        for index, cell in enumerate(row):
            widths[index] = max(widths[index], _cell_width(cell))
            if cell:
                (numbers if cell.isdecimal() else others).add(index)
    return _DrawnColumns(widths, numbers - others) if count else None


def _cell_width(cell: str) -> int:
    return max(map(text_width, cell.split("\n"))) if "\n" in cell else text_width(cell)


def _wrapped_rows(rows: Callable[[], Iterator[TextRow]], widths: Sequence[int]) -> Iterator[TextRow]:
    for row in rows():
        yield [_wrap_cell(cell, width) for cell, width in zip(row, widths, strict=True)]


def _draw_rows(heads: TextRow, rows: Iterator[TextRow], columns: _DrawnColumns) -> Iterator[str]:
    """Yields the table in blocks of rows, each drawn with a last row that has the widths of the whole table."""
    # Importing tabulate takes as long as a small command runs, and not every command prints a table.
    from tabulate import tabulate  # noqa: PLC0415

    widest = ["-" * width for width in columns.widths]
    sides = ["right" if index in columns.numbers else "left" for index in range(len(widest))]
    shown, style = heads, "simple"
    while block := list(itertools.islice(rows, _BLOCK)):
        # D-109: tabulate only draws.
        text = tabulate([*block, widest], shown, style, disable_numparse=True, colalign=sides)
        yield text[: text.rindex("\n") + 1]
        shown, style = (), "plain"


def _column_widths(
    headings: TextRow, rows: Callable[[], Iterator[TextRow]], columns: _DrawnColumns
) -> list[int] | None:
    """Returns the width of each table column in terminal columns, or None if they cannot fit."""
    most = screen_width(0) - len(_GAP) * (len(headings) - 1)
    if not has_screen() or sum(columns.widths) <= most:
        return columns.widths
    longest = [0] * len(headings)
    for row in rows():
        longest = [max(length, _longest_word(cell)) for length, cell in zip(longest, row, strict=True)]
    least = [
        min(wish, max(_least(length), _least(_longest_word(heading)) + _AIR))
        for wish, length, heading in zip(columns.widths, longest, headings, strict=True)
    ]
    if sum(least) > most:
        return None
    return _shrink_columns(columns.widths, least, most)


def _longest_word(cell: str) -> int:
    return max((text_width(piece.strip()) for piece in split_pieces(cell)), default=0)


def _least(longest: int) -> int:
    """Returns the least width of a column: that of its longest word, from _NARROWEST to _WORD."""
    return max(_NARROWEST, min(longest, _WORD))


def _shrink_columns(wanted: Sequence[int], least: Sequence[int], most: int) -> list[int]:
    """Returns widths that fit in `most`: the widest columns get the same width; the first ones get the remainder."""
    for limit in range(max(wanted), 0, -1):
        widths = [max(low, min(wish, limit)) for wish, low in zip(wanted, least, strict=True)]
        if sum(widths) <= most:
            break
    for index, wish in enumerate(wanted):
        if widths[index] < wish and sum(widths) < most:
            widths[index] += 1
    return widths


def _wrap_cell(cell: str, columns: int) -> str:
    """Returns a cell wrapped to `columns`; each line has the colour of the cell."""
    if text_width(cell) <= columns:
        return cell
    match = _PAINTED.fullmatch(cell)
    before, bare, after = match.groups() if match else ("", cell, "")
    return "\n".join(f"{before}{line}{after}" for line in wrap_text(bare, columns))


def _paragraph(headings: TextRow, row: TextRow) -> Iterator[str]:
    """Yields the lines of a row as `heading: cell` pairs, as many on a line as fit."""
    line = ""
    for heading, cell in zip(headings, row, strict=True):
        if not cell:
            continue
        pair = _("{what}: {which}").format(what=heading, which=cell)
        if line and text_width(line + _GAP + pair) <= screen_width(0):
            line += _GAP + pair
            continue
        if line:
            yield line
        *full, line = [
            f"{_GAP if line else ''}{part}" for part in wrap_text(pair, screen_width(0) - len(_GAP))
        ]
        yield from full
    yield line
