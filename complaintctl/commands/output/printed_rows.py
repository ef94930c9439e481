"""Prints rows that may be as many as the archive has cases: in pieces, so that no command holds its whole output."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from complaintctl.render.text import tables, wrapping

# Characters written at a time: on a terminal, each write is sent at once.
_BLOCK: Final = 1 << 16


def print_rows(kind: str, columns: Mapping[str, str], rows: tables.Rows, output_format: str) -> None:
    """Print rows in one of TABLE_FORMATS: in JSON as a list under `kind`, else with these columns and headings."""
    if output_format == "json":
        print_json({kind: iter(rows)})
    else:
        print_texts(tables.row_texts(columns, rows, output_format))


def print_json(content: Mapping[str, Any]) -> None:
    """Print a JSON document with the keys of `content`; a value that is iterated is printed row by row."""
    print_texts(tables.json_texts(content))


def print_texts(texts: Iterable[str], output_format: str = "") -> None:
    """Like `print_output`, for a text in pieces of whole lines (or of any size where nothing is wrapped)."""
    for block in _blocks(texts):
        sys.stdout.write(
            wrapping.wrap_to_screen(block) if output_format in wrapping.WRAPPED_FORMATS else block
        )


def _blocks(texts: Iterable[str]) -> Iterator[str]:
    block: list[str] = []
    size = 0
    for text in texts:
        block.append(text)
        size += len(text)
        if size >= _BLOCK:
            yield "".join(block)
            block, size = [], 0
    yield "".join(block)
