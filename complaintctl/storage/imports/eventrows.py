"""Groups the rows of an event log by case, in bounded memory."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import Final

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import Broken
from complaintctl.exchange.imports.formats.csvrows import CsvRow

_TABLE: Final = "CREATE TABLE rows (record BLOB, line INTEGER, cells TEXT, why TEXT, facts TEXT)"
_BY_CASE: Final = (
    "SELECT record, line, cells, why, facts, min(line) OVER (PARTITION BY record) AS first "
    "FROM rows ORDER BY first, line"
)

StoredRow = tuple[bytes, int, str, str | None, str | None, int]


def group_rows_by_case(
    rows: Iterable[CsvRow | RejectedRecord], id_of: Callable[[tuple[str, ...]], str]
) -> Iterator[list[CsvRow | RejectedRecord]]:
    """Yields the rows of each case in file order; cases come in the order of their first rows.

    Sorts with an anonymous SQLite database in the system's temporary folder, which is deleted when the process ends.
    `id_of` returns the id in the cells of a row. A rejected row belongs to the case that its id names; a row without
    an id is a group of its own.
    Raises Broken if the disk fails.
    """
    try:
        # D-064: on disk, for logs in any order.
        with closing(sqlite3.connect("")) as store:
            store.execute("PRAGMA journal_mode = OFF")
            store.execute(_TABLE)
            store.executemany(
                "INSERT INTO rows VALUES (?, ?, ?, ?, ?)", (_encode_row(row, id_of) for row in rows)
            )
            for _record, entries in groupby(store.execute(_BY_CASE), key=_record_key):
                yield [_decode_row(entry) for entry in entries]
    except sqlite3.OperationalError as error:
        raise Broken("disk", path="TMPDIR", detail=str(error)) from error


def _record_key(entry: StoredRow) -> bytes:
    return entry[0]


def _encode_row(
    row: CsvRow | RejectedRecord, id_of: Callable[[tuple[str, ...]], str]
) -> tuple[bytes, int, str, str | None, str | None]:
    record = id_of(row.cells).encode(errors="surrogatepass")
    key = hashlib.blake2b(record, digest_size=16).digest() if record else f"line {row.line}".encode()
    why = (row.key, json.dumps(dict(row.values))) if isinstance(row, RejectedRecord) else (None, None)
    return key, row.line, json.dumps(row.cells), *why


def _decode_row(entry: StoredRow) -> CsvRow | RejectedRecord:
    _record, line, cells, why, values, _first = entry
    texts = tuple(json.loads(cells))
    if why is None:
        return CsvRow(line=line, cells=texts)
    return RejectedRecord(line=line, key=why, values=json.loads(values or "{}"), cells=texts)
