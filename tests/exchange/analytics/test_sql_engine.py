"""The figures that DuckDB counts in exported tables are those that Python counts in the cases."""

from pathlib import Path
from typing import Any

import pytest

from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.reports.engines.engine_tally import engine_figures
from complaintctl.domain.reports.tally import ReportScope
from complaintctl.render.reports.figures_data import long_rows
from complaintctl.storage.disk.fact_folder import find_exports, table_files
from tests import sampling
from tests.exchange.analytics import invented

pytest.importorskip("duckdb", reason="the extra `analytics` is not installed")

from complaintctl.exchange.analytics.duckdb_engine import open_engine

# Customers are numbered over the whole export, a period is counted by its own cases (docs/scale.md).
_OF_ALL_TIMES = "customers"
# Sections that an empty sample would leave out.
_SECTIONS = {
    "cases", "flow", "ageing", "steps", "punctuality", "times", "first-answer", "resolution", "outcomes", "remedies",
    "cost", "satisfaction", "survey", "customers", "people", "departments", "actions",
}  # fmt: skip

Sample = tuple[list[JudgedCase], Rulebook, Path]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return _made(tmp_path_factory.mktemp("exports"), 200)


def _made(folder: Path, count: int) -> Sample:
    rules = invented.policy_rules()
    cases = list(invented.invented_cases(count, rules, invented.AS_OF))
    invented.export_cases(folder, "one", cases, rules, invented.AS_OF)
    return cases, rules, folder


def _counted(folder: Path, scope: ReportScope) -> list[dict[str, Any]]:
    with open_engine(table_files(find_exports([str(folder)]))) as (engine, books):
        return list(long_rows(engine_figures(engine, books, scope)))


def _compared(rows: list[dict[str, Any]], scope: ReportScope) -> list[dict[str, Any]]:
    is_whole = all(period.start is None and period.end is None for period in scope.periods)
    is_whole = is_whole and not scope.with_duplicates
    return [
        row for row in rows if row["section"] != _OF_ALL_TIMES or (is_whole and scope.basis == "received")
    ]


@pytest.mark.parametrize("name", sampling.sample(invented.SCOPES, 2))
def test_duckdb_counts_what_python_counts(sample: Sample, name: str) -> None:
    cases, rules, folder = sample
    scope = invented.SCOPES[name]
    expected = _compared(invented.reference_rows(cases, rules, scope), scope)
    assert _compared(_counted(folder, scope), scope) == expected
    assert len(expected) > 100


@pytest.mark.nightly
@pytest.mark.parametrize("name", invented.SCOPES)
def test_duckdb_counts_what_python_counts_in_20000_cases(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    cases, rules, folder = _large(tmp_path_factory)
    scope = invented.SCOPES[name]
    expected = _compared(invented.reference_rows(cases, rules, scope), scope)
    assert _compared(_counted(folder, scope), scope) == expected


_LARGE: list[Sample] = []


def _large(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    if not _LARGE:
        _LARGE.append(_made(tmp_path_factory.mktemp("large"), 20_000))
    return _LARGE[0]


def test_the_sample_has_something_in_every_section(sample: Sample) -> None:
    cases, rules, _folder = sample
    rows = invented.reference_rows(cases, rules, invented.SCOPES["all"])
    assert {row["section"] for row in rows if row["value"]} == _SECTIONS
    # Spellings of one owner, duplicates, cases that were reopened, and a backlog of several ages.
    values = {(row["section"], row["key"], row["measure"]): row["value"] for row in rows if not row["by"]}
    assert all(values["cases", "", name] for name in ("duplicates", "reopened", "overdue"))
    assert sum(1 for row in rows if row["section"] == "ageing" and row["value"]) > 2


def test_two_casebooks_are_counted_like_one(sample: Sample, tmp_path: Path) -> None:
    cases, rules, _folder = sample
    invented.export_cases(tmp_path, "first", cases[:77], rules, invented.AS_OF)
    invented.export_cases(tmp_path, "second", cases[77:], rules, invented.AS_OF)
    scope = ReportScope(periods=(invented.SUMMER,), tables=(("owner",),))
    expected = _compared(invented.reference_rows(cases, rules, scope), scope)
    assert _compared(_counted(tmp_path, scope), scope) == expected
    by_book = _counted(tmp_path, ReportScope(counted=("casebook",)))
    counts = {row["casebook"]: row["value"] for row in by_book if row["by"]}
    assert sum(counts.values()) == by_book[0]["value"]
    assert set(counts) == {"first", "second"}
