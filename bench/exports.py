"""Makes exported tables of invented cases inside DuckDB, and measures a report over them.

`python -m bench.exports make FOLDER CASES` writes the tables, `python -m bench.exports report FOLDER` counts them.
"""

import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb

from complaintctl.domain.exports.fact_tables import FACTS_VERSION, TABLES, WHOLE_TABLES
from complaintctl.domain.reports.dimensions import USUAL_FIELDS
from complaintctl.domain.reports.engines.engine_tally import engine_figures
from complaintctl.domain.reports.tally import ReportScope
from complaintctl.exchange.analytics.duckdb_engine import open_engine
from complaintctl.exchange.analytics.parquet_export import SQL_TYPES
from complaintctl.storage.disk.fact_folder import find_exports, table_files

AS_OF: Final = datetime(2026, 10, 1, tzinfo=UTC)
STEPS: Final = (
    "ack",
    "classify",
    "assess",
    "investigate",
    "plan",
    "respond",
    "execute",
    "follow-up",
    "close",
)
_CASES_A_BOOK: Final = 100_000
_YEARS: Final = 5
# Random numbers that depend on the case and on what they are for, so that every run makes the same tables.
_MACROS: Final = """
CREATE MACRO chance(i, k) AS (hash(i * 1000 + k) % 1000000)::INTEGER;
CREATE MACRO pick(i, k, n) AS (hash(i * 1000 + k) % n)::INTEGER;
"""
_CASES: Final = """
SELECT
  'b' || lpad((i // {a_book})::VARCHAR, 4, '0') AS casebook,
  i::INTEGER AS case_no,
  'C-' || lpad(i::VARCHAR, 10, '0') AS id,
  TIMESTAMP '2021-10-01' + to_seconds(pick(i, 0, {span})) AS received,
  chance(i, 1) < 900000 AS is_done,
  (chance(i, 2) * 2.4)::INTEGER AS resolution_seconds,
  (chance(i, 3) // 8)::INTEGER AS answer_seconds,
  chance(i, 4) < 30000 AS was_reopened,
  chance(i, 5) < 20000 AS is_duplicate,
  i
FROM range({first}, {last}) numbers(i)
"""
_FACTS: Final = """
SELECT
  casebook, year(received)::INTEGER AS year, case_no, id, received, received::DATE AS received_day,
  CASE WHEN is_done THEN received + to_seconds(resolution_seconds) END AS closed, closed::DATE AS closed_day,
  closed AS first_closed, NOT is_done AS is_open, NOT is_done AND chance(i, 6) < 200000 AS is_overdue, was_reopened,
  chance(i, 7) < 50000 AS was_escalated, chance(i, 8) < 20000 AS is_recurring, chance(i, 9) < 5000 AS was_forced,
  is_duplicate, CASE WHEN is_done THEN 'closed' ELSE 'in-progress' END AS status,
  ['general', 'serious', 'urgent'][1 + pick(i, 10, 3)] AS level,
  ['quality/function', 'quality/looks', 'delivery', 'service', 'billing'][1 + pick(i, 11, 5)] AS category,
  casebook || '.' || pick(i, 12, 8) AS owner, ['phone', 'email', 'web', 'shop'][1 + pick(i, 13, 4)] AS channel,
  ['service', 'quality', 'sales', 'logistics'][1 + pick(i, 14, 4)] AS department,
  CASE WHEN is_duplicate THEN 'duplicate' WHEN is_done THEN ['resolved', 'rejected', 'withdrawn'][1 + pick(i, 15, 3)] END
    AS outcome,
  ['refund', 'replacement', 'repair', 'apology'][1 + pick(i, 16, 4)] AS remedy_kind,
  ['design', 'supplier', 'process'][1 + pick(i, 17, 3)] AS cause_class, NULL AS plan_remedy,
  'M' || pick(i, 18, 40) AS product_model, 'B' || pick(i, 19, 400) AS product_batch,
  7 + pick(i, 20, 2) AS clocks_met, pick(i, 20, 2) AS clocks_late, (NOT is_done)::INTEGER AS clocks_overdue,
  received + to_seconds(answer_seconds) AS answered, answered::DATE AS answered_day, answer_seconds,
  answer_seconds * 9 // 10 AS answer_net_seconds, CASE WHEN is_done THEN resolution_seconds END AS resolution_seconds,
  CASE WHEN is_done THEN resolution_seconds * 8 // 10 END AS resolution_net_seconds,
  CASE WHEN chance(i, 21) < 300000 THEN 'CNY' END AS cost_currency,
  CASE WHEN chance(i, 21) < 300000 THEN chance(i, 22) / 100 END AS cost_amount,
  CASE WHEN chance(i, 23) < 400000 THEN 1 + pick(i, 24, 5) END AS mark_overall,
  CASE WHEN chance(i, 23) < 400000 THEN 1 + pick(i, 25, 5) END AS mark_attitude,
  CASE WHEN chance(i, 23) < 400000 THEN 1 + pick(i, 26, 5) END AS mark_solved,
  chance(i, 23) < 500000 AS survey_asked, mark_overall AS survey_mark, pick(i // 4, 27, 1000000) AS customer_no,
  (chance(i, 28) < 50000)::INTEGER AS actions_open, (chance(i, 29) < 50000)::INTEGER AS actions_done,
  (chance(i, 30) < 50000)::INTEGER AS actions_effective, 0 AS actions_ineffective
FROM ({cases})
"""
_CLOCKS: Final = """
SELECT
  casebook, year(received)::INTEGER AS year, case_no, step,
  CASE WHEN chance(i, 40 + k) < 850000 THEN 'met' WHEN chance(i, 40 + k) < 930000 THEN 'late'
    WHEN chance(i, 40 + k) < 950000 THEN 'overdue' WHEN chance(i, 40 + k) < 970000 THEN 'running' ELSE 'settled' END
    AS state,
  CASE WHEN chance(i, 40 + k) < 950000 THEN received + to_seconds(chance(i, 60 + k) // 9 * (k + 1)) END AS happened,
  happened::DATE AS happened_day,
  CASE WHEN chance(i, 40 + k) < 930000 THEN (chance(i, 60 + k) // 9 * (k + 1))::INTEGER END AS seconds,
  seconds // 3 AS working_seconds, true AS is_first, received,
  CASE WHEN is_done THEN received + to_seconds(resolution_seconds) END AS closed, NOT is_done AS is_open, is_duplicate
FROM ({cases}), (SELECT unnest({steps}) AS step, unnest(range({count})) AS k)
"""
_CLOSURES: Final = """
SELECT
  casebook, year(received)::INTEGER AS year, case_no, received + to_seconds(resolution_seconds) AS closed,
  closed::DATE AS closed_day, NULL::TIMESTAMP AS reopened, NULL::DATE AS reopened_day, was_reopened AS is_of_reopened,
  received, is_duplicate
FROM ({cases}) WHERE is_done
"""
_ACTIONS: Final = """
SELECT casebook, year(received)::INTEGER AS year, case_no, 1 AS action, 'open' AS status, received::DATE + 30 AS due,
  NULL::TIMESTAMP AS done, NULL::TIMESTAMP AS verified
FROM ({cases}) WHERE chance(i, 28) < 50000
"""
_STATEMENTS: Final = {"cases": _FACTS, "clocks": _CLOCKS, "closures": _CLOSURES, "actions": _ACTIONS}


def make_exports(folder: Path, count: int) -> None:
    """Writes the tables of invented cases, 100,000 a casebook, nine clocks each."""
    with duckdb.connect() as database:
        database.execute("SET preserve_insertion_order = false")
        database.execute(_MACROS)
        for first in range(0, count, _CASES_A_BOOK):
            last = min(first + _CASES_A_BOOK, count)
            span = (AS_OF.replace(tzinfo=None) - datetime(2021, 10, 1)) // (AS_OF.resolution * 10**6)  # noqa: DTZ001 - UTC
            cases = _CASES.format(a_book=_CASES_A_BOOK, span=span, first=first, last=last)
            for name, statement in _STATEMENTS.items():
                _write(
                    database, folder, name, statement.format(cases=cases, steps=list(STEPS), count=len(STEPS))
                )
            casebook = f"b{first // _CASES_A_BOOK:04}"
            steps = f"SELECT '{casebook}' AS casebook, unnest(range({len(STEPS)})) AS position, unnest({list(STEPS)}) AS step"
            _write(database, folder, "steps", steps)
            manifest = (
                f"SELECT '{casebook}' AS casebook, {FACTS_VERSION} AS schema, TIMESTAMP '2026-10-01' AS as_of,"
                f" 'Asia/Shanghai' AS zone, {last - first} AS cases, '0' AS version"
            )
            _write(database, folder, "manifest", manifest)


def _write(database: duckdb.DuckDBPyConnection, folder: Path, name: str, rows: str) -> None:
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(
        f"{column}::{SQL_TYPES[entry.type]} AS {column}" for column, entry in TABLES[name].items()
    )
    keys = "casebook" if name in WHOLE_TABLES else "casebook, year"
    database.execute(
        f"COPY (SELECT {columns} FROM ({rows})) TO '{target}' (FORMAT parquet, COMPRESSION zstd,"
        f" PARTITION_BY ({keys}), WRITE_PARTITION_COLUMNS true, OVERWRITE_OR_IGNORE true)"
    )


def measure_report(folder: Path) -> None:
    """Prints processor seconds, seconds and peak memory of the full report over the tables."""
    scope = ReportScope(counted=USUAL_FIELDS)
    files = table_files(find_exports([str(folder)]))
    start, spent = time.perf_counter(), time.process_time()
    with open_engine(files) as (engine, books):
        figures = engine_figures(engine, books, scope)
    took, used = time.perf_counter() - start, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    words = f"{used:.2f} processor seconds, {took:.2f} seconds, {peak:.0f} MB"
    sys.stdout.write(f"{figures.rows[0].value:,} cases, {len(figures.rows)} figures: {words}\n")


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make_exports(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        measure_report(Path(sys.argv[2]))
