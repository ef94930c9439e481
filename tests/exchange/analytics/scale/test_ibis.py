"""The ibis expressions on DuckDB give the figures of Python, also over the same files as Iceberg tables."""

from pathlib import Path
from typing import Any

import pytest

from tests.exchange.analytics import invented
from tests.exchange.analytics.scale import samples

pytestmark = [
    pytest.mark.skipif(not samples.IS_WANTED, reason=samples.REASON),
    pytest.mark.filterwarnings("ignore"),
]
NEEDED = ("cases", "clocks", "closures")


def _engine(tables: dict[str, Any]) -> Any:
    from complaintctl.exchange.analytics.ibis_engine import IbisEngine

    return IbisEngine(tables)


@pytest.mark.parametrize("name", invented.SCOPES)
def test_duckdb_counts_by_ibis_what_python_counts(name: str) -> None:
    import ibis

    connection = ibis.duckdb.connect()
    files = samples.files()
    tables = {
        table: connection.read_parquet(files[table], table_name=table, hive_partitioning=False)
        for table in NEEDED
    }
    scope = invented.SCOPES[name]
    assert samples.counted(_engine(tables), scope) == samples.expected(scope)


def test_the_files_registered_as_iceberg_tables_give_the_same_figures(tmp_path: Path) -> None:
    import ibis
    import pyarrow.parquet
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("local", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}")
    catalog.create_namespace("complaints")
    connection, tables = ibis.duckdb.connect(), {}
    for name in NEEDED:
        files = samples.files()[name]
        schema = pyarrow.parquet.read_schema(files[0])
        table = catalog.create_table(f"complaints.{name}", schema=schema)
        table.add_files(files)
        connection.con.register(name, table.scan().to_arrow())
        tables[name] = connection.table(name)
    scope = invented.SCOPES["summer and spring"]
    assert samples.counted(_engine(tables), scope) == samples.expected(scope)
