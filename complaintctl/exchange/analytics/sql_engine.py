"""Counts exported tables by SQL: the files in `sql/`, over views that say which cases a question is about.

Any engine that runs these statements will do: DuckDB as they are, Spark after `spark_dialect`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

from complaintctl.domain.exports.fact_tables import TABLES
from complaintctl.domain.reports.engines.questions import (
    VALUE_COLUMNS,
    Cases,
    Grouping,
    PartScope,
    Question,
    Rows,
    ValueCount,
)
from complaintctl.domain.reports.figures import Period
from complaintctl.exchange.analytics.sql_text import moment_literal, quoted

_FOLDER: Final = Path(__file__).parent / "sql"
# Runs a statement and returns its rows, each with the names of its columns.
Execute = Callable[[str], Rows]
# What a case counts in the basis `taken`, instead of its columns of the same name.
_TAKEN: Final = (
    "clocks_met",
    "clocks_late",
    "clocks_overdue",
    "answer_seconds",
    "answer_net_seconds",
    "resolution_seconds",
    "resolution_net_seconds",
)
_TAKINGS: Final = "('met', 'late', 'unjudged', 'overdue')"


_GROUPED: Final = frozenset({"basic", "people", "counts", "costs"})
_SOURCES: Final[Mapping[Cases, str]] = {"part": "part", "apart": "apart", "all": "cases"}


@cache
def question_text(question: Question | Literal["values"]) -> str:
    """Returns the statement that answers a question."""
    return (_FOLDER / f"{question}.sql").read_text(encoding="utf-8")


class SqlEngine:
    """An engine that runs SQL. The tables of the exports must be known to it by their names."""

    def __init__(self, execute: Execute) -> None:
        self._execute = execute
        self._scope: PartScope | None = None

    def begin(self, scope: PartScope) -> None:
        """Makes the views of a part: `counted`, `part`, `apart`, `clock_part`, `happenings` and `standing`."""
        self._scope = scope
        for name, text in _scope_views(scope).items():
            self._view(name, text)

    def answer(self, question: Question, grouping: Grouping) -> Rows:
        """Returns the rows of the statement over the view `grouped` (of `flow`: `flows`)."""
        if question == "flow":
            self._view("flows", _flows_view(grouping, self._unit))
        elif question in _GROUPED:
            self._view("grouped", _grouped_view(grouping))
        return self._execute(question_text(question))

    @property
    def _unit(self) -> str | None:
        return self._scope.unit if self._scope else None

    def count_values(self, cases: Cases) -> Mapping[str, Sequence[ValueCount]]:
        """Returns the values of each of VALUE_COLUMNS, counted in one pass."""
        self._view("valued", f"SELECT * FROM {_SOURCES[cases]}")
        found: dict[str, list[ValueCount]] = {name: [] for name in VALUE_COLUMNS}
        for row in self._execute(question_text("values")):
            name = next(name for name in VALUE_COLUMNS if row[f"not_{name}"] == 0)
            value = "" if row[name] is None else str(row[name])
            found[name].append(ValueCount(value=value, cases=row["cases"], open=row["open"]))
        return found

    def _view(self, name: str, text: str) -> None:
        self._execute(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {text}")


def _scope_views(scope: PartScope) -> Mapping[str, str]:
    kept = "" if scope.with_duplicates else " WHERE NOT is_duplicate"
    views = {"counted": f"SELECT * FROM cases{kept}", "standing": _standing_view(scope)}
    views |= _taken_views(scope) if scope.basis == "taken" else _case_views(scope)
    views["part"] = f"SELECT * FROM period_cases{kept}"
    views["apart"] = "SELECT * FROM period_cases WHERE is_duplicate"
    views["happenings"] = _happenings_view(scope, kept)
    return views


def _standing_view(scope: PartScope) -> str:
    """The cases that may be open at the end of the period, each with that moment of its casebook."""
    ends = {(entry.moment, entry.bound) for entry in scope.moments}
    parts = " UNION ALL ".join(
        f"SELECT {quoted(entry.casebook)} AS casebook, {moment_literal(entry.moment)} AS moment,"
        f" {moment_literal(entry.bound)} AS bound"
        for entry in scope.moments
    )
    source = f"counted JOIN ({parts}) m USING (casebook)"
    if len(ends) == 1:
        [(moment, bound)] = ends
        columns = f"*, {moment_literal(moment)} AS moment, {moment_literal(bound)} AS bound"
        source = f"(SELECT {columns} FROM counted) c"
    return (
        f"SELECT casebook, case_no, received, was_reopened, moment, bound FROM {source}"
        " WHERE received < bound AND (first_closed IS NULL OR first_closed >= bound OR was_reopened)"
    )


def _case_views(scope: PartScope) -> Mapping[str, str]:
    """The cases received or closed in the period, and all their clocks."""
    inside = _inside(scope.basis, scope.period)
    clocks = f"{inside}{'' if scope.with_duplicates else ' AND NOT is_duplicate'}"
    return {
        "period_cases": f"SELECT *, {_bucket(scope.unit, f'{scope.basis}_day')} AS bucket FROM cases WHERE {inside}",
        "clock_part": f"SELECT step, state, seconds, is_open, is_first FROM clocks WHERE {clocks}",
    }


def _taken_views(scope: PartScope) -> Mapping[str, str]:
    """What of the cases happened in the period: takings, overdue clocks, first answers, closings."""
    inside, bucket = _inside("happened", scope.period), _bucket(scope.unit, "happened_day")
    sums = ", ".join(f"{'sum' if name in _TAKEN[:3] else 'max'}({name}) AS {name}" for name in _TAKEN)
    columns = ", ".join(f"t.{name}" if name in _TAKEN else f"c.{name}" for name in TABLES["cases"])
    kept = "" if scope.with_duplicates else "NOT is_duplicate AND "
    return {
        "taken": f"SELECT casebook, case_no, {bucket} AS bucket, {sums} FROM ({_taken_events()}) e WHERE {inside}"
        " GROUP BY 1, 2, 3",
        "period_cases": f"SELECT {columns}, t.bucket FROM taken t JOIN cases c"
        " ON t.casebook = c.casebook AND t.case_no = c.case_no",
        "clock_part": "SELECT step, state, seconds, is_open, row_number() OVER"
        " (PARTITION BY casebook, case_no, step ORDER BY happened) = 1 AS is_first"
        f" FROM clocks WHERE {kept}state IN {_TAKINGS} AND {inside}",
    }


def _taken_events() -> str:
    """A row for each taking, overdue clock, first answer and closing, with what a case counts of it."""
    counts = [f"CASE WHEN state = '{name}' THEN 1 ELSE 0 END" for name in ("met", "late", "overdue")]
    none, zeros = ["cast(NULL AS integer)"] * 2, ["0"] * 3
    sources = (
        ("clocks", "happened", f"state IN {_TAKINGS}", [*counts, *none, *none]),
        ("cases", "answered", "answer_seconds IS NOT NULL", [*zeros, *_TAKEN[3:5], *none]),
        ("cases", "closed", "resolution_seconds IS NOT NULL", [*zeros, *none, *_TAKEN[5:]]),
    )
    return " UNION ALL ".join(
        f"SELECT casebook, case_no, {moment} AS happened, {moment}_day AS happened_day, "
        + ", ".join(f"{value} AS {name}" for value, name in zip(values, _TAKEN, strict=True))
        + f" FROM {table} WHERE {condition}"
        for table, moment, condition, values in sources
    )


def _happenings_view(scope: PartScope, kept: str) -> str:
    """Receipts, closings and reopenings before the end of the period; `is_before`: before its start."""
    period = scope.period
    parts = (
        ("cases", "received", kept),
        ("closures", "closed", kept),
        ("closures", "reopened", f"{kept}{' AND' if kept else ' WHERE'} reopened IS NOT NULL"),
    )
    events = " UNION ALL ".join(
        f"SELECT casebook, case_no, '{kind}' AS kind, {kind} AS happened, {kind}_day AS happened_day FROM {table}{condition}"
        for table, kind, condition in parts
    )
    before = "false" if period.start is None else f"happened < {moment_literal(period.start)}"
    end = "" if period.end is None else f" WHERE happened < {moment_literal(period.end)}"
    return f"SELECT casebook, case_no, kind, happened_day, {before} AS is_before FROM ({events}) e{end}"


def _grouped_view(grouping: Grouping) -> str:
    first, second = (_value(name, grouping.spellings) for name in grouping.groups)
    return f"SELECT *, {first} AS g1, {second} AS g2 FROM {_SOURCES[grouping.cases]}"


def _flows_view(grouping: Grouping, unit: str | None) -> str:
    names = ["" if name == "bucket" else name for name in grouping.groups]
    first, second = (_value(name, grouping.spellings) for name in names)
    cases = " JOIN counted USING (casebook, case_no)" if any(names) else ""
    bucket = f"CASE WHEN NOT is_before THEN {_bucket(unit, 'happened_day')} END"
    return f"SELECT {first} AS g1, {second} AS g2, is_before, {bucket} AS bucket, kind FROM happenings{cases}"


def _inside(column: str, period: Period) -> str:
    conditions = [f"{column} IS NOT NULL"]
    if period.start is not None:
        conditions.append(f"{column} >= {moment_literal(period.start)}")
    if period.end is not None:
        conditions.append(f"{column} < {moment_literal(period.end)}")
    return " AND ".join(conditions)


def _bucket(unit: str | None, day: str) -> str:
    """The first day of the unit of time that a day lies in."""
    return "cast(NULL AS date)" if unit is None else f"cast(date_trunc('{unit}', {day}) AS date)"


def _value(column: str, spellings: Mapping[str, Mapping[str, str]]) -> str:
    """A column as a group: "" for none, spellings replaced by the one that stands for them."""
    if column in {"", "bucket"}:
        return column or "''"
    text = f"coalesce({column}, '')"
    replaced = spellings.get(column)
    if not replaced:
        return text
    cases = " ".join(f"WHEN {quoted(old)} THEN {quoted(new)}" for old, new in sorted(replaced.items()))
    return f"CASE {text} {cases} ELSE {text} END"


def spark_dialect(text: str) -> str:
    """Returns a statement as Spark writes it: percentiles, microseconds, and moments without a zone."""
    text = re.sub(
        r"quantile_disc\((\w+), \[([\d.]+), ([\d.]+)\]\)",
        r"array(percentile_disc(\2) WITHIN GROUP (ORDER BY \1), percentile_disc(\3) WITHIN GROUP (ORDER BY \1))",
        text,
    )
    text = re.sub(r"epoch_us\(([\w.]+)\)", r"unix_micros(cast(\1 AS timestamp_ltz))", text)
    return text.replace("AS timestamp)", "AS timestamp_ntz)")
