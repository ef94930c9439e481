"""One export for the tests of the scale suite, and what Python counts in its cases."""

import functools
import os
import tempfile
from pathlib import Path
from typing import Any

from complaintctl.domain.exports.fact_tables import TABLES
from complaintctl.domain.reports.engines.engine_tally import ExportedBook, engine_figures
from complaintctl.domain.reports.engines.questions import Engine
from complaintctl.domain.reports.tally import ReportScope
from complaintctl.render.reports.figures_data import long_rows
from tests.exchange.analytics import invented

IS_WANTED = bool(os.environ.get("COMPLAINTCTL_SCALE"))
REASON = "set COMPLAINTCTL_SCALE=1, or run make test-scale: it needs pyspark, ibis and pyiceberg"
_COUNT = int(os.environ.get("COMPLAINTCTL_SCALE_CASES", "200"))
# Of each, Spark runs some fifty queries.
SCOPES = ("all", "summer and spring", "taken", "with duplicates")


@functools.cache
def exported() -> Path:
    """Returns a folder with the exports of two casebooks."""
    folder = Path(tempfile.mkdtemp(prefix="scale-"))
    cases, rules = _cases(), invented.policy_rules()
    invented.export_cases(folder, "first", cases[::2], rules, invented.AS_OF)
    invented.export_cases(folder, "second", cases[1::2], rules, invented.AS_OF)
    return folder


@functools.cache
def _cases() -> list[Any]:
    return list(invented.invented_cases(_COUNT, invented.policy_rules(), invented.AS_OF))


def files() -> dict[str, list[str]]:
    """Returns the files of each table."""
    return {name: sorted(map(str, (exported() / name).rglob("*.parquet"))) for name in TABLES}


def books() -> tuple[ExportedBook, ...]:
    """Returns the manifests."""
    steps = tuple(invented.policy_rules().order)
    return tuple(
        ExportedBook(casebook=name, as_of=invented.AS_OF, zone="Asia/Shanghai", steps=steps)
        for name in ("first", "second")
    )


def expected(scope: ReportScope) -> list[dict[str, Any]]:
    """Returns the long table that Python counts, without customers, who are counted a casebook."""
    return _without_customers(invented.reference_rows(_cases(), invented.policy_rules(), scope))


def counted(engine: Engine, scope: ReportScope) -> list[dict[str, Any]]:
    """Returns the long table that an engine counts, without customers."""
    return _without_customers(list(long_rows(engine_figures(engine, books(), scope))))


def _without_customers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["section"] != "customers"]
