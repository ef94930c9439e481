"""The documents name every column of the exported tables with its type, and show the SQL that is run."""

from pathlib import Path

import pytest

from complaintctl.domain.exports.fact_tables import TABLES

pytest.importorskip("duckdb", reason="the extra `analytics` is not installed")

from complaintctl.exchange.analytics.parquet_export import SQL_TYPES

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", ["docs/scale.md", "docs/zh/scale.md"])
def test_the_document_lists_every_column_in_its_order_with_its_type(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    rows = [
        line.split(" | ")[:3] for line in text.splitlines() if line.startswith("| `") and line.count("|") == 5
    ]
    wanted = [
        [f"| `{table}`", f"`{column}`", SQL_TYPES[entry.type]]
        for table, columns in TABLES.items()
        for column, entry in columns.items()
    ]
    assert rows == wanted


@pytest.mark.parametrize("name", ["docs/scale.md", "docs/zh/scale.md"])
def test_the_document_shows_a_question_as_it_is_run(name: str) -> None:
    shown = (ROOT / name).read_text(encoding="utf-8").partition("```sql\n")[2].partition("\n```")[0]
    steps = ROOT / "complaintctl" / "exchange" / "analytics" / "sql" / "steps.sql"
    assert shown == steps.read_text(encoding="utf-8").strip()
