"""A table for a terminal: as wide as its cells, or as its screen, where the cells are broken into lines."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from complaintctl.render.text.language import _
from complaintctl.render.text.wrapping import has_screen, screen_width, split_pieces, text_width, wrap_text

_GAP: Final = "  "
# How much wider than its heading tabulate makes a column.
_AIR: Final = 2
# A column narrower than this tears its words apart, one that must be wider for a single word is no table.
_NARROWEST: Final = 6
_WORD: Final = 20
_PAINTED: Final = re.compile(r"(\x1b\[\d+m)(.*)(\x1b\[0m)")

TextRow = Sequence[str]


def table_text(headings: TextRow, rows: Sequence[TextRow]) -> str:
    """The rows below their headings; a paragraph for each of them where the screen is too narrow for columns."""
    widths = _widths(headings, rows)
    if widths is None:
        return "".join(f"{line}\n" for row in rows for line in _paragraph(headings, row))
    # It takes as long to load as a small command to run, and not every command shows a table.
    from tabulate import tabulate  # noqa: PLC0415

    sides = [
        "right" if all(cell.isdecimal() for cell in column) else "left" for column in zip(*rows, strict=True)
    ]
    cells = [[_wrap_cell(cell, columns) for cell, columns in zip(row, widths, strict=True)] for row in rows]
    heads = [_wrap_cell(heading, columns - _AIR) for heading, columns in zip(headings, widths, strict=True)]
    return tabulate(cells, heads, "simple", disable_numparse=True, colalign=sides) + "\n"


def _widths(headings: TextRow, rows: Sequence[TextRow]) -> list[int] | None:
    """The columns of the terminal that each column of the table takes; None where they cannot fit."""
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
    """As wide as its longest word, unless that is longer than any name or id of ours."""
    longest = max(text_width(piece.strip()) for cell in column for piece in split_pieces(cell) or [""])
    return max(_NARROWEST, min(longest, _WORD))


def _shrink_columns(wanted: Sequence[int], least: Sequence[int], most: int) -> list[int]:
    """The widest columns made narrower, to the same width, until all fit; what is left over goes to the first."""
    for limit in range(max(wanted), 0, -1):
        widths = [max(low, min(wish, limit)) for wish, low in zip(wanted, least, strict=True)]
        if sum(widths) <= most:
            break
    for place, wish in enumerate(wanted):
        if widths[place] < wish and sum(widths) < most:
            widths[place] += 1
    return widths


def _wrap_cell(cell: str, columns: int) -> str:
    """A cell in lines, each in its colour."""
    if text_width(cell) <= columns:
        return cell
    found = _PAINTED.fullmatch(cell)
    before, bare, after = found.groups() if found else ("", cell, "")
    return "\n".join(f"{before}{line}{after}" for line in wrap_text(bare, columns))


def _paragraph(headings: TextRow, row: TextRow) -> Iterator[str]:
    """A row as what it says below each heading, one after the other; what does not fit begins the next line."""
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
