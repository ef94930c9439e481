"""DuckDB over the Parquet files of exports."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC

import duckdb

from complaintctl.domain.exports.fact_tables import FACTS_VERSION, TABLES
from complaintctl.domain.reports.engines.engine_tally import ExportedBook
from complaintctl.domain.reports.engines.questions import Rows
from complaintctl.errors import Broken
from complaintctl.exchange.analytics.sql_engine import Execute, SqlEngine
from complaintctl.exchange.analytics.sql_text import quoted


@contextmanager
def open_engine(files: Mapping[str, Sequence[str]]) -> Iterator[tuple[SqlEngine, tuple[ExportedBook, ...]]]:
    """Gives an engine over the files of each table, and the manifests of the exports by name.

    Raises duckdb.Error if a file is no Parquet file with the columns of its table.
    """
    with duckdb.connect() as database:

        def execute(text: str) -> Rows:
            cursor = database.execute(text)
            names = [entry[0] for entry in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        # The order of rows never matters; keeping it costs memory.
        execute("SET preserve_insertion_order = false")
        execute("SET parquet_metadata_cache = true")
        for name, patterns in files.items():
            execute(_table_view(name, patterns))
        yield SqlEngine(execute), read_manifests(execute)


def _table_view(name: str, patterns: Sequence[str]) -> str:
    paths = ", ".join(map(quoted, patterns))
    columns = ", ".join(TABLES[name])
    return f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet([{paths}], hive_partitioning = false)"


def read_manifests(execute: Execute) -> tuple[ExportedBook, ...]:
    """Returns what the tables `manifest` and `steps` say of each casebook, by name."""
    steps: dict[str, list[str]] = {}
    for row in execute("SELECT casebook, step FROM steps ORDER BY casebook, position"):
        steps.setdefault(row["casebook"], []).append(row["step"])
    manifests = execute("SELECT casebook, schema, as_of, zone FROM manifest ORDER BY casebook")
    if newer := next((row for row in manifests if row["schema"] > FACTS_VERSION), None):
        raise Broken("export-newer", casebook=newer["casebook"])
    return tuple(
        ExportedBook(
            casebook=row["casebook"],
            as_of=row["as_of"].replace(tzinfo=UTC),
            zone=row["zone"],
            steps=tuple(steps.get(row["casebook"], ())),
        )
        for row in manifests
    )
