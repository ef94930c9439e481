"""The rows of an event log put together by case, in bounded memory however long the log is."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import Final

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import Broken
from complaintctl.exchange.imports.csvrows import CsvRow

_TABLE: Final = "CREATE TABLE rows (record BLOB, line INTEGER, cells TEXT, why TEXT, facts TEXT)"
_BY_CASE: Final = (
    "SELECT record, line, cells, why, facts, min(line) OVER (PARTITION BY record) AS first "
    "FROM rows ORDER BY first, line"
)

StoredRow = tuple[bytes, int, str, str | None, str | None, int]


def group_rows_by_case(
    rows: Iterable[CsvRow | RejectedRecord], id_place: int
) -> Iterator[list[CsvRow | RejectedRecord]]:
    """The rows of each case together, in the order of the file, the case that begins first before the others.

    They are sorted in a nameless file of the system's folder for such, which is gone with the process. A record
    that could not be read whole belongs to the case that its id names, one without an id stands alone.
    Raises Broken where the disk refuses.
    """
    try:
        with closing(sqlite3.connect("")) as store:
            store.execute("PRAGMA journal_mode = OFF")
            store.execute(_TABLE)
            store.executemany(
                "INSERT INTO rows VALUES (?, ?, ?, ?, ?)", (_encode_row(row, id_place) for row in rows)
            )
            for _record, found in groupby(store.execute(_BY_CASE), key=_record_key):
                yield [_decode_row(entry) for entry in found]
    except sqlite3.OperationalError as error:
        raise Broken("disk", path="TMPDIR", detail=str(error)) from error


def _record_key(entry: StoredRow) -> bytes:
    return entry[0]


def _encode_row(
    row: CsvRow | RejectedRecord, id_place: int
) -> tuple[bytes, int, str, str | None, str | None]:
    name = row.cells[id_place].strip() if id_place < len(row.cells) else ""
    record = name.encode(errors="surrogatepass")
    key = hashlib.blake2b(record, digest_size=16).digest() if record else f"line {row.line}".encode()
    why = (row.key, json.dumps(dict(row.values))) if isinstance(row, RejectedRecord) else (None, None)
    return key, row.line, json.dumps(row.cells), *why


def _decode_row(entry: StoredRow) -> CsvRow | RejectedRecord:
    _record, line, cells, why, values, _first = entry
    found = tuple(json.loads(cells))
    if why is None:
        return CsvRow(line=line, cells=found)
    return RejectedRecord(line=line, key=why, values=json.loads(values or "{}"), cells=found)
