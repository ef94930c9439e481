"""Opens the table of another system, whether it is CSV, JSON Lines or a workbook, and finds its heading by the mapping."""

import io
from collections.abc import Callable
from functools import partial
from typing import Final

from complaintctl.errors import Broken
from complaintctl.exchange.imports.columns import is_heading_of
from complaintctl.exchange.imports.formats import csvrows, json_rows
from complaintctl.exchange.imports.formats.csvrows import REJECT_COLUMNS, CsvStyle, CsvTable
from complaintctl.exchange.imports.mapping import ImportMapping
from complaintctl.exchange.imports.policy_words import NO_POLICY, PolicyWords
from complaintctl.exchange.imports.rows import RowLayout, build_row_layout

# The first bytes of a zip archive (.xlsx, .ods) and of the compound files of older programs (.xls).
_WORKBOOK_MARKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
MARK_LENGTH: Final = max(map(len, _WORKBOOK_MARKS))
# How the times of a workbook stand in its rows as texts.
WORKBOOK_LAYOUTS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


def open_mapped_table(
    stream: io.BufferedReader, name: str, mapping: ImportMapping, policy_words: PolicyWords = NO_POLICY
) -> tuple[CsvTable, RowLayout]:
    """Opens the table in a stream and applies the mapping to it; `name` is the file in error messages.

    Raises InvalidInput if it lacks columns of the mapping, Broken if it cannot be read as a table.
    """
    is_heading = partial(is_heading_of, mapping)
    if is_workbook(stream.peek(MARK_LENGTH)):
        style = CsvStyle(delimiter=mapping.delimiter, escape=mapping.escape)
        table = open_workbook(stream, name, mapping.sheet, style, is_heading)
        return table, build_row_layout(mapping, table.header, name, WORKBOOK_LAYOUTS, policy_words)
    if json_rows.is_json_lines(stream.peek(MARK_LENGTH)):
        table = json_rows.open_json_table(
            stream, name, CsvStyle(delimiter=mapping.delimiter, escape=mapping.escape)
        )
        return table, build_row_layout(mapping, table.header, name, (), policy_words)
    table = csvrows.open_csv_table(
        stream, name, mapping.encoding, mapping.delimiter, escape=mapping.escape, is_heading=is_heading
    )
    # The rows may be rejects of a workbook.
    layouts = WORKBOOK_LAYOUTS if set(REJECT_COLUMNS) <= set(table.header) else ()
    return table, build_row_layout(mapping, table.header, name, layouts, policy_words)


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins so is a workbook."""
    return head.startswith(_WORKBOOK_MARKS)


def open_workbook(
    stream: io.BufferedReader,
    name: str,
    sheet: str | None,
    style: CsvStyle,
    is_heading: Callable[[tuple[str, ...]], bool],
) -> CsvTable:
    """Opens a sheet of a workbook as a table, with the library of the extra `xlsx`; raises Broken if it is missing.

    `style` is that of its rejects file.
    """
    try:
        from complaintctl.exchange.imports.formats.workbooks import open_workbook_table  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise Broken("import-workbook-extra", file=name) from error
    return open_workbook_table(stream, name, sheet, style, is_heading)
