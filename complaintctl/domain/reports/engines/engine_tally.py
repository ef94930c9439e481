"""Fills the counters of a report with what an engine has counted: shares, means and the order are those of every report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from complaintctl.domain.case.folding import fold_value
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.domain.exports.fact_tables import DIMENSIONS
from complaintctl.domain.policy.policy import Policy, Step
from complaintctl.domain.reports.counters import BasicCounter
from complaintctl.domain.reports.customers import CountedCustomers
from complaintctl.domain.reports.dimensions import TIME_DIMENSIONS, Spellings
from complaintctl.domain.reports.engines.counted_times import CountedDurations, CountedTimes
from complaintctl.domain.reports.engines.questions import (
    NO_GROUPS,
    Cases,
    Engine,
    Grouping,
    Moment,
    PartScope,
    Question,
    Rows,
    ValueCount,
    group_of_all,
)
from complaintctl.domain.reports.figures import Figures, Period
from complaintctl.domain.reports.flow import CHANGES, FlowCounter
from complaintctl.domain.reports.measures import DURATION_CLASSES, FIRST_ANSWER, MARKS, RESOLUTION
from complaintctl.domain.reports.periods import bucket_key
from complaintctl.domain.reports.tables import Group, TableCounter
from complaintctl.domain.reports.tally import PeriodCounter, ReportScope, ReportTally

_FLAGS: Final = ("open", "overdue", "reopened", "escalated", "recurring", "forced")
_PEOPLE_COLUMNS: Final = {"people": "owner", "departments": "department"}
# The section of a distribution, and how its columns begin.
_CLASSED: Final = {FIRST_ANSWER: "answer", RESOLUTION: "resolution"}
_ACTION_STATES: Final = ("open", "done", "effective", "ineffective")
_BUCKET: Final = "bucket"
# What the engine compares is exact to the microsecond.
_LEAST: Final = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedBook:
    """What the manifest of an export says: the moment it was judged at, the zone, and the steps of its policy."""

    casebook: str
    as_of: datetime
    zone: str
    steps: tuple[str, ...]


def exported_rules(books: Sequence[ExportedBook]) -> Rulebook:
    """Returns rules with the zone and the steps of the exports, in the order of the first policy that has them."""
    order = dict.fromkeys(step for book in books for step in book.steps)
    policy = Policy(
        complaintctl="1",
        name="exports",
        timezone=books[0].zone,
        steps=tuple(Step(step=name) for name in order),
    )
    return build_rulebook(policy)


def engine_figures(engine: Engine, books: Sequence[ExportedBook], scope: ReportScope) -> Figures:
    """Returns the figures of a report over exports, which must have one time zone; `as_of` is the last of theirs."""
    rules = exported_rules(books)
    tally = ReportTally(rules, max(book.as_of for book in books).astimezone(rules.zone), scope)
    filling = _Filling(engine, books, tally)
    for counter in tally.periods:
        filling.fill_period(counter)
    return tally.figures()


class _Filling:
    """The answers of an engine to the questions of one report."""

    def __init__(self, engine: Engine, books: Sequence[ExportedBook], tally: ReportTally) -> None:
        self.engine, self.books, self.scope = engine, books, tally.scope
        self.values = engine.count_values("all") if tally.spellings else {}
        self.spellings = {
            DIMENSIONS[name]: _replacements(known, self._values_of(DIMENSIONS[name]))
            for name, known in tally.spellings.items()
        }

    def _values_of(self, column: str) -> Sequence[ValueCount]:
        """Returns the values of a column of all cases."""
        if column in self.values:
            return self.values[column]
        rows = self.engine.answer("counts", Grouping(groups=(column, ""), cases="all", spellings={}))
        return [ValueCount(value=row["g1"], cases=row["cases"], open=row["open"]) for row in rows]

    def fill_period(self, counter: PeriodCounter) -> None:
        """Fills all counters of a period."""
        self._begin(counter.period, None)
        values = self.engine.count_values("part")
        self._fill_basic(counter, values)
        self._fill_people(counter, values)
        self._fill_steps(counter, values)
        for row in self.engine.answer("ages", group_of_all("part")):
            counter.ages.ages[row["class"]] = row["cases"]
        for row in self._rows("flow", NO_GROUPS, "part"):
            _add_flow(counter.flow, row, None)
        counter.duplicates = sum(row["cases"] for row in self._rows("counts", NO_GROUPS, "apart"))
        for table in counter.tables:
            known = values.get(DIMENSIONS.get(table.dimensions[0], ""), ()) if table.counted else ()
            for entry in known:
                table.cases[fold_value(entry.value),] += entry.cases
            if not known:
                self._begin(counter.period, table.unit)
                self._fill_table(table)

    def _begin(self, period: Period, unit: str | None) -> None:
        self.engine.begin(
            PartScope(
                period=period,
                basis=self.scope.basis,
                with_duplicates=self.scope.with_duplicates,
                unit=unit,
                moments=tuple(_backlog_moment(book, period) for book in self.books),
            )
        )

    def _rows(self, question: Question, groups: tuple[str, str], cases: Cases) -> Rows:
        return self.engine.answer(question, Grouping(groups=groups, cases=cases, spellings=self.spellings))

    def _fill_basic(self, counter: PeriodCounter, values: Mapping[str, Sequence[ValueCount]]) -> None:
        detail = counter.detail
        for row in self._rows("basic", NO_GROUPS, "part"):
            counter.basic = _basic_counter(row)
            detail.asked = row["asked"]
            detail.actions.update({state: row[f"actions_{state}"] or 0 for state in _ACTION_STATES})
        for row in self._rows("costs", NO_GROUPS, "part"):
            _add_cost(counter.basic, row)
        for row in self.engine.answer("classes", group_of_all("part")):
            for name, column in _CLASSED.items():
                times = counter.basic.times.get(name)
                if isinstance(times, CountedTimes):
                    times.classes.update({key: row[f"{column}_{key}"] for key in DURATION_CLASSES})
        for entry in values["outcome"]:
            if entry.cases > entry.open:
                detail.outcomes[entry.value] += entry.cases - entry.open
        detail.remedies.update({entry.value: entry.cases for entry in values["remedy_kind"]})
        detail.answers.update(
            {int(entry.value): entry.cases for entry in values["survey_mark"] if entry.value}
        )
        for row in self.engine.answer("customers", group_of_all("part")):
            detail.customers = CountedCustomers(row["known"] or 0, row["customers"], row["repeat_customers"])

    def _fill_people(self, counter: PeriodCounter, values: Mapping[str, Sequence[ValueCount]]) -> None:
        detail = counter.detail
        spellings = {
            _PEOPLE_COLUMNS[section]: _replacements(known, values[_PEOPLE_COLUMNS[section]])
            for section, known in detail.spellings.items()
        }
        grouping = Grouping(groups=("owner", "department"), cases="part", spellings=spellings)
        for row in self.engine.answer("people", grouping):
            section, value = ("departments", row["g2"]) if row["is_department"] else ("people", row["g1"])
            detail.people[section][fold_value(value)] = _basic_counter(row)

    def _fill_steps(self, counter: PeriodCounter, values: Mapping[str, Sequence[ValueCount]]) -> None:
        steps = counter.detail.steps
        firsts: Counter[tuple[str, bool]] = Counter()
        for row in self.engine.answer("steps", group_of_all("part")):
            steps[row["step"]].states[row["state"]] += row["clocks"]
            firsts[row["step"], row["is_open"]] += row["firsts"]
        for row in self.engine.answer("step_times", group_of_all("part")):
            steps[row["step"]].durations = CountedDurations(row["taken"], row["took"])
        cases = {entry.value: (entry.open, entry.cases - entry.open) for entry in values["casebook"]}
        for name, step in steps.items():
            with_step = [
                cases.get(book.casebook, (0, 0))
                for book in self.books
                if name in DATED_CLOCKS or name in book.steps
            ]
            step.none_open = sum(count for count, _closed in with_step) - firsts[name, True]
            step.none_closed = sum(count for _open, count in with_step) - firsts[name, False]

    def _fill_table(self, table: TableCounter) -> None:
        columns = [_BUCKET if name in TIME_DIMENSIONS else DIMENSIONS[name] for name in table.dimensions]
        groups = (columns[0], columns[1] if len(columns) > 1 else "")
        counted = self._rows("counts", groups, "part")
        for row in counted:
            table.cases[_group(table, row)] = row["cases"]
        if table.counted:
            return
        counters = {_group(table, row): _basic_counter(row) for row in self._rows("basic", groups, "part")}
        for row in self._rows("costs", groups, "part"):
            _add_cost(counters[_group(table, row)], row)
        table.groups = counters
        apart, flow = self._rows("counts", groups, "apart"), self._rows("flow", groups, "part")
        for row in apart:
            table.duplicates[_group(table, row)] = row["cases"]
        _fill_flows(table, flow)
        if table.unit is not None:
            place = columns.index(_BUCKET)
            days = {row[f"g{place + 1}"] for row in (*counted, *apart)}
            days |= {row[_BUCKET] for row in flow if not row["is_before"]}
            table.shown_days = [min(days), max(days)] if days else []


def _replacements(known: Spellings, values: Sequence[ValueCount]) -> Mapping[str, str]:
    """Counts spellings; returns which of them the engine replaces by the most frequent one of the same value."""
    folded = {entry.value: known.add(entry.value, entry.cases) for entry in values}
    shown = {key: known.spelling(key) for key in folded.values()}
    return {text: shown[key] for text, key in folded.items() if shown[key] != text}


def _backlog_moment(book: ExportedBook, period: Period) -> Moment:
    """Returns the end of the period, or the moment of the export if that comes first."""
    if period.end is not None and period.end <= book.as_of:
        return Moment(casebook=book.casebook, moment=period.end, bound=period.end)
    return Moment(casebook=book.casebook, moment=book.as_of, bound=book.as_of + _LEAST)


def _basic_counter(row: Mapping[str, Any]) -> BasicCounter:
    counter = BasicCounter()
    counter.cases = row["cases"]
    counter.flags.update({flag: row.get(flag, 0) for flag in _FLAGS})
    counter.flags["closed"] = counter.cases - row["open"]
    counter.verdicts.update({state: row[f"clocks_{state}"] or 0 for state in ("met", "late", "overdue")})
    counter.times = {
        FIRST_ANSWER: CountedTimes(row, "answers", "answer"),
        RESOLUTION: CountedTimes(row, "resolutions", "resolution"),
    }
    for name in MARKS:
        if count := row.get(f"marks_{name}"):
            counter.marks[name] = (count, int(row[f"sum_{name}"]))
    return counter


def _add_cost(counter: BasicCounter, row: Mapping[str, Any]) -> None:
    # An engine tells the sum: one case gets all of it, and the others nothing.
    counter.amounts[row["currency"], str(row["total"])] += 1
    counter.amounts[row["currency"], "0"] += row["cases"] - 1


def _fill_flows(table: TableCounter, rows: Rows) -> None:
    for row in rows:
        fields = tuple(
            "" if name in TIME_DIMENSIONS else fold_value(row[f"g{place}"])
            for place, name in enumerate(table.dimensions, 1)
        )
        _add_flow(table.flows.setdefault(fields, FlowCounter()), row, table.unit)


def _add_flow(flow: FlowCounter, row: Mapping[str, Any], unit: str | None) -> None:
    if row["is_before"]:
        flow.before += CHANGES[row["kind"]] * row["number"]
        return
    bucket = bucket_key(unit, row[_BUCKET]) if unit else ""
    flow.buckets.setdefault(bucket, Counter())[row["kind"]] += row["number"]


def _group(table: TableCounter, row: Mapping[str, Any]) -> Group:
    """Returns the group of a row as the counters name it: folded values, and the name of the unit of time."""
    return tuple(
        bucket_key(name, row[f"g{place}"]) if name in TIME_DIMENSIONS else fold_value(row[f"g{place}"])
        for place, name in enumerate(table.dimensions, 1)
    )
