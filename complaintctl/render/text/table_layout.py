"""A table for a terminal: as wide as its cells; cells are wrapped if the screen is narrower."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from complaintctl.render.text.language import _
from complaintctl.render.text.wrapping import has_screen, screen_width, split_pieces, text_width, wrap_text

_GAP: Final = "  "
# tabulate makes a column this much wider than its heading.
_AIR: Final = 2
# The least width of a column, and the most that one long word can raise it to.
_NARROWEST: Final = 6
_WORD: Final = 20
_PAINTED: Final = re.compile(r"(\x1b\[\d+m)(.*)(\x1b\[0m)")

TextRow = Sequence[str]


def table_text(headings: TextRow, rows: Sequence[TextRow]) -> str:
    """Returns the rows below their headings, or a paragraph per row if the screen is too narrow for columns (D-108)."""
    widths = _widths(headings, rows)
    if widths is None:
        return "".join(f"{line}\n" for row in rows for line in _paragraph(headings, row))
    # Importing tabulate takes as long as a small command runs, and not every command prints a table.
    from tabulate import tabulate  # noqa: PLC0415

    sides = ["right" if _is_numeric(column) else "left" for column in zip(*rows, strict=True)]
    cells = [[_wrap_cell(cell, columns) for cell, columns in zip(row, widths, strict=True)] for row in rows]
    heads = [_wrap_cell(heading, columns - _AIR) for heading, columns in zip(headings, widths, strict=True)]
    # D-109: tabulate only draws.
    return tabulate(cells, heads, "simple", disable_numparse=True, colalign=sides) + "\n"


def _is_numeric(column: TextRow) -> bool:
    """Returns True if a column has whole numbers, and otherwise only empty cells."""
    return any(column) and all(cell.isdecimal() for cell in column if cell)


def _widths(headings: TextRow, rows: Sequence[TextRow]) -> list[int] | None:
    """Returns the width of each table column in terminal columns, or None if they cannot fit."""
    columns = list(zip(headings, *rows, strict=True))
    wanted = [max(text_width(heading) + _AIR, *map(text_width, cells)) for heading, *cells in columns]
    most = screen_width(0) - len(_GAP) * (len(columns) - 1)
    if not has_screen() or sum(wanted) <= most:
        return wanted
    least = [
        min(wish, max(_least(cells), _least([heading]) + _AIR))
        for wish, (heading, *cells) in zip(wanted, columns, strict=True)
    ]
    if sum(least) > most:
        return None
    return _shrink_columns(wanted, least, most)


def _least(column: TextRow) -> int:
    """Returns the least width of a column: that of its longest word, from _NARROWEST to _WORD."""
    longest = max(text_width(piece.strip()) for cell in column for piece in split_pieces(cell) or [""])
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
