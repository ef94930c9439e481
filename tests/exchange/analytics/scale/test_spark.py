"""Local Spark gives the figures of Python: by the same ibis expressions, and by the SQL files."""

from collections.abc import Iterator
from typing import Any

import pytest

from complaintctl.exchange.analytics.sql_engine import SqlEngine, spark_dialect
from tests.exchange.analytics import invented
from tests.exchange.analytics.scale import samples

pytestmark = [
    pytest.mark.skipif(not samples.IS_WANTED, reason=samples.REASON),
    # Spark, ibis and pandas warn about each other.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("complaintctl")
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.ansi.enabled": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    for name, files in samples.files().items():
        session.read.parquet(*files).createOrReplaceTempView(name)
    yield session
    session.stop()


@pytest.mark.parametrize("name", samples.SCOPES)
def test_spark_counts_by_ibis_what_python_counts(spark: Any, name: str) -> None:
    import ibis

    from complaintctl.exchange.analytics.ibis_engine import IbisEngine

    connection = ibis.pyspark.connect(spark)
    engine = IbisEngine({table: connection.table(table) for table in ("cases", "clocks", "closures")})
    scope = invented.SCOPES[name]
    assert samples.counted(engine, scope) == samples.expected(scope)


@pytest.mark.parametrize("name", samples.SCOPES)
def test_spark_counts_by_sql_what_python_counts(spark: Any, name: str) -> None:
    def execute(text: str) -> list[dict[str, Any]]:
        return [row.asDict() for row in spark.sql(spark_dialect(text)).collect()]

    scope = invented.SCOPES[name]
    assert samples.counted(SqlEngine(execute), scope) == samples.expected(scope)
