"""Counts exported tables by ibis expressions: unchanged on DuckDB, on Spark and on every other engine of ibis.

The answers are those of the files in `sql/`. ibis has no percentile by order statistics, so it is read from the numbers
of cases by value: they are exact, and engines merge them across machines.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import ibis

from complaintctl.domain.reports.engines.questions import (
    VALUE_COLUMNS,
    Cases,
    Grouping,
    PartScope,
    Question,
    Rows,
    ValueCount,
)
from complaintctl.domain.reports.measures import AGE_CLASSES, DURATION_CLASSES, MARKS
from complaintctl.exchange.analytics import ibis_scope
from complaintctl.exchange.analytics.ibis_scope import Tables

_FLAGS: Final = {
    "open": "is_open",
    "overdue": "is_overdue",
    "reopened": "was_reopened",
    "escalated": "was_escalated",
    "recurring": "is_recurring",
    "forced": "was_forced",
    "asked": "survey_asked",
}
_ACTIONS: Final = ("actions_open", "actions_done", "actions_effective", "actions_ineffective")
_KEYS: Final = ("g1", "g2")
_CASE: Final = ["casebook", "case_no"]


class IbisEngine:
    """An engine over the tables of exports, on any connection of ibis."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._cases: dict[Cases, Any] = {"all": tables["cases"]}
        self._scopes: list[PartScope] = []

    def begin(self, scope: PartScope) -> None:
        """Says which cases the questions after this are about."""
        self._scopes = [scope]
        cases = ibis_scope.period_cases(self._tables, scope)
        self._cases |= {"part": ibis_scope.kept(cases, scope), "apart": cases.filter(cases.is_duplicate)}

    def answer(self, question: Question, grouping: Grouping) -> Rows:
        """Returns the rows of an answer."""
        answers: Mapping[Question, Callable[[Grouping], Rows]] = {
            "basic": self._basic,
            "people": self._people,
            "counts": lambda wanted: _rows(_counted(self._grouped(wanted))),
            "costs": self._costs,
            "classes": lambda _wanted: self._classes(),
            "customers": lambda _wanted: self._customers(),
            "steps": lambda _wanted: self._steps(),
            "step_times": lambda _wanted: self._step_times(),
            "flow": self._flow,
            "ages": lambda _wanted: self._ages(),
        }
        return answers[question](grouping)

    def count_values(self, cases: Cases) -> Mapping[str, Sequence[ValueCount]]:
        """Returns the values of each of VALUE_COLUMNS."""
        found = {}
        for name in VALUE_COLUMNS:
            grouping = Grouping(groups=(name, ""), cases=cases, spellings={})
            rows = _rows(_counted(self._grouped(grouping)))
            found[name] = [ValueCount(value=row["g1"], cases=row["cases"], open=row["open"]) for row in rows]
        return found

    def _grouped(self, grouping: Grouping) -> Any:
        cases = self._cases[grouping.cases]
        first, second = (_group(cases, name, grouping.spellings) for name in grouping.groups)
        return cases.mutate(g1=first, g2=second)

    def _basic(self, grouping: Grouping) -> Rows:
        grouped = self._grouped(grouping)
        sums = {
            name: grouped[name].sum()
            for name in (*_ACTIONS, *(f"clocks_{state}" for state in ibis_scope.VERDICTS))
        }
        counts = grouped.group_by(_KEYS).aggregate(
            cases=grouped.count(),
            answers=grouped.answer_seconds.count(),
            resolutions=grouped.resolution_seconds.count(),
            **{name: grouped[column].sum() for name, column in _FLAGS.items()},
            **sums,
            **{f"marks_{name}": grouped[f"mark_{name}"].count() for name in MARKS},
            **{f"sum_{name}": grouped[f"mark_{name}"].sum() for name in MARKS},
        )
        rows = {(row["g1"], row["g2"]): row for row in _rows(counts)}
        for column in ibis_scope.TIMES:
            for entry in _rows(_percentiles(grouped, _KEYS, column)):
                rows[entry["g1"], entry["g2"]][column.removesuffix("_seconds")] = (entry["p50"], entry["p90"])
        return list(rows.values())

    def _people(self, grouping: Grouping) -> Rows:
        rows: Rows = []
        for place, name in enumerate(grouping.groups):
            groups = (name, "") if place == 0 else ("", name)
            one = Grouping(groups=groups, cases=grouping.cases, spellings=grouping.spellings)
            rows += [{**row, "is_department": place} for row in self._basic(one)]
        return rows

    def _costs(self, grouping: Grouping) -> Rows:
        grouped = self._grouped(grouping)
        paid = grouped.filter(grouped.cost_amount.notnull())
        paid = paid.mutate(currency=paid.cost_currency.fill_null(""))
        return _rows(
            paid.group_by(*_KEYS, "currency").aggregate(cases=paid.count(), total=paid.cost_amount.sum())
        )

    def _classes(self) -> Rows:
        part = self._cases["part"]
        seconds = [None if edge is None else int(edge.total_seconds()) for edge in DURATION_CLASSES.values()]
        counts = {}
        for name in ("answer", "resolution"):
            column = part[f"{name}_seconds"]
            for key, (longer, longest) in zip(DURATION_CLASSES, pairwise([-1, *seconds]), strict=True):
                inside = column > longer if longest is None else (column > longer) & (column <= longest)
                counts[f"{name}_{key}"] = inside.cast("int64").sum().fill_null(0)
        return _rows(part.aggregate(**counts))

    def _customers(self) -> Rows:
        part = self._cases["part"]
        known = part.filter(part.customer_no.notnull())
        customers = known.group_by("casebook", "customer_no").aggregate(cases=known.count())
        return _rows(
            customers.aggregate(
                known=customers.cases.sum(),
                customers=customers.count(),
                repeat_customers=(customers.cases > 1).sum().fill_null(0),
            )
        )

    def _steps(self) -> Rows:
        clocks = ibis_scope.period_clocks(self._tables, self._scopes[0])
        return _rows(
            clocks.group_by("step", "state", "is_open").aggregate(
                clocks=clocks.count(), firsts=clocks.is_first.sum()
            )
        )

    def _step_times(self) -> Rows:
        clocks = ibis_scope.period_clocks(self._tables, self._scopes[0])
        rows = _rows(_percentiles(clocks, ("step",), "seconds"))
        return [
            {"step": row["step"], "taken": row["number"], "took": (row["p50"], row["p90"])} for row in rows
        ]

    def _flow(self, grouping: Grouping) -> Rows:
        scope = self._scopes[0]
        events = ibis_scope.happenings(self._tables, scope)
        bucket = ibis_scope.bucket(events.day, scope.unit)
        events = events.mutate(bucket=ibis.ifelse(events.is_before, ibis.null("date"), bucket))
        names = ["" if name == "bucket" else name for name in grouping.groups]
        if any(names):
            columns = {*_CASE, *names} - {""}
            events = events.join(self._tables["cases"].select(*sorted(columns)), _CASE)
        first, second = (_group(events, name, grouping.spellings) for name in names)
        events = events.mutate(g1=first, g2=second)
        keys = (*_KEYS, "is_before", "bucket", "kind")
        return _rows(events.group_by(keys).aggregate(number=events.count()))

    def _ages(self) -> Rows:
        standing = ibis_scope.standing_cases(self._tables, self._scopes[0])
        never, again = standing.filter(~standing.was_reopened), standing.filter(standing.was_reopened)
        ages = ibis.union(
            never.select(age=_epoch(never.moment) - _epoch(never.received)),
            _ages_of_reopened(again, self._tables),
        )
        edges = [
            (ages.age <= int(edge.total_seconds()), key)
            for key, edge in AGE_CLASSES.items()
            if edge is not None
        ]
        ages = ages.mutate(**{"class": ibis.cases(*edges, else_=list(AGE_CLASSES)[-1])})
        return _rows(ages.group_by("class").aggregate(cases=ages.count()))


def _ages_of_reopened(again: Any, tables: Tables) -> Any:
    """The ages of the cases that were reopened and are open at the moment, without the time while closed."""
    closures = tables["closures"].select(*_CASE, "closed", "reopened", "is_of_reopened")
    closures = closures.filter(closures.is_of_reopened)
    both = again.select(*_CASE, "moment", "bound", "received").join(closures, _CASE)
    until = ibis.ifelse(both.reopened < both.moment, both.reopened, both.moment)
    pause = ibis.ifelse(both.closed >= both.moment, 0, _epoch(until) - _epoch(both.closed))
    has_closed = (both.closed < both.bound).cast("int64")
    has_reopened = (both.reopened < both.bound).cast("int64").fill_null(0)
    keys = (*_CASE, "moment", "received")
    cases = both.group_by(keys).aggregate(closed_now=(has_closed - has_reopened).sum(), paused=pause.sum())
    cases = cases.filter(cases.closed_now == 0)
    return cases.select(age=_epoch(cases.moment) - _epoch(cases.received) - cases.paused)


def _epoch(moment: Any) -> Any:
    return moment.truncate("s").epoch_seconds().cast("int64")


def _percentiles(table: Any, keys: Sequence[str], column: str) -> Any:
    """The number of values, and the smallest value that at least 50 and 90 percent of them do not exceed."""
    values = table.filter(table[column].notnull())
    counts = values.group_by(*keys, column).aggregate(times=values.count())
    all_of_key = ibis.window(group_by=list(keys))
    up_to = ibis.cumulative_window(group_by=list(keys), order_by=column)
    counts = counts.mutate(upto=counts.times.sum().over(up_to), number=counts.times.sum().over(all_of_key))
    ranked = {
        f"p{percent}": counts[column].min(where=counts.upto * 100 >= counts.number * percent)
        for percent in (50, 90)
    }
    return counts.group_by(*keys).aggregate(number=counts.number.max(), **ranked)


def _counted(grouped: Any) -> Any:
    return grouped.group_by(_KEYS).aggregate(cases=grouped.count(), open=grouped.is_open.sum())


def _group(table: Any, column: str, spellings: Mapping[str, Mapping[str, str]]) -> Any:
    """A column as a group: "" for none, spellings replaced by the one that stands for them."""
    if column in {"", "bucket"}:
        return table[column] if column else ibis.literal("")
    value = table[column].cast("string").fill_null("")
    replaced = spellings.get(column)
    return value.cases(*replaced.items(), else_=value) if replaced else value


def _rows(expression: Any) -> Rows:
    return list(expression.to_pyarrow().to_pylist())
