"""Writes the tables of `export parquet` with DuckDB: `TABLE/casebook=NAME/year=YEAR/FILE.parquet`."""

import json
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import duckdb

from complaintctl.domain.exports.fact_tables import TABLES, WHOLE_TABLES, FactType
from complaintctl.exchange.analytics.sql_text import quoted, utc_text

SQL_TYPES: Final[dict[FactType, str]] = {
    "text": "VARCHAR",
    "whole": "INTEGER",
    "truth": "BOOLEAN",
    "time": "TIMESTAMP",
    "day": "DATE",
    "money": "DECIMAL(38, 4)",
}
# Numbers of customers that turned out to be the same as others.
_JOINED: Final = "joined"
_JOINED_COLUMNS: Final = {"old": "INTEGER", "new": "INTEGER"}


class SpooledRows:
    """Rows on the disk until all are known, one file a table."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        """The files are in `folder` and are closed with the stack."""
        self.folder = folder
        self._streams: dict[str, IO[str]] = {
            name: stack.enter_context(self.path(name).open("w", encoding="utf-8"))
            for name in (*TABLES, _JOINED)
        }

    def path(self, name: str) -> Path:
        """Returns the file of a table."""
        return self.folder / f"{name}.jsonl"

    def add(self, rows: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Writes rows, each with the name of its table; a column that is missing is empty."""
        for name, row in rows:
            cells = {column: value for column, value in row.items() if value is not None}
            self._streams[name].write(json.dumps(cells, ensure_ascii=False, default=_cell) + "\n")

    def join_customers(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Says which numbers of customers are replaced by which others."""
        self.add((_JOINED, {"old": old, "new": new}) for old, new in pairs)


def _cell(value: Any) -> str:
    return utc_text(value) if isinstance(value, datetime) else str(value)


def write_tables(spooled: SpooledRows, target: Path, year: int) -> None:
    """Writes the spooled rows as Parquet into a new folder; a table without rows has an empty file of this year."""
    with duckdb.connect() as database:
        database.execute("SET preserve_insertion_order = true")
        columns = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in _JOINED_COLUMNS.items())
        database.execute(f"CREATE TABLE joined AS {_reading(spooled, _JOINED, columns)}")
        for name in TABLES:
            _write_table(database, spooled, name, target / name, year)


def _write_table(
    database: duckdb.DuckDBPyConnection, spooled: SpooledRows, name: str, target: Path, year: int
) -> None:
    types = ", ".join(
        f"{quoted(column)}: {quoted(SQL_TYPES[entry.type])}" for column, entry in TABLES[name].items()
    )
    rows = _reading(spooled, name, types)
    if name == "cases":
        rows = (
            "SELECT spooled.* REPLACE (coalesce(joined.new, customer_no) AS customer_no)"
            f" FROM ({rows}) spooled LEFT JOIN joined ON customer_no = joined.old ORDER BY case_no"
        )
    keys = ("casebook",) if name in WHOLE_TABLES else ("casebook", "year")
    layout = "FORMAT parquet, COMPRESSION zstd"
    parts = f"{layout}, PARTITION_BY ({', '.join(keys)}), WRITE_PARTITION_COLUMNS true"
    target.mkdir(parents=True)
    database.execute(f"COPY ({rows}) TO {quoted(str(target))} ({parts}, OVERWRITE_OR_IGNORE true)")
    if name not in WHOLE_TABLES and not any(target.rglob("*.parquet")):
        folder = target / f"year={year}"
        folder.mkdir()
        database.execute(f"COPY ({rows}) TO {quoted(str(folder / 'data_0.parquet'))} ({layout})")


def _reading(spooled: SpooledRows, name: str, columns: str) -> str:
    path = quoted(str(spooled.path(name)))
    return f"SELECT * FROM read_json({path}, format = 'newline_delimited', columns = {{{columns}}})"
