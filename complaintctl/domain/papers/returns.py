"""Counts the rows of a regulator's return over the cases of a period, under two versions of the rule."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.known_facts import is_field_known
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.limit_ends import unpaused_end
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.deadlines.rulebook import Rulebook, step_timetable
from complaintctl.domain.papers.preset import PresetRow, PresetVersion
from complaintctl.domain.policy_check.field_faults import condition_faults, unknown_need_faults
from complaintctl.domain.problems import Fault
from complaintctl.domain.reports.case_facts import parse_amount
from complaintctl.domain.reports.figures import Period
from complaintctl.domain.reports.periods import is_in_period
from complaintctl.domain.worktime import limits

# Ids of cases that are named; a casebook may have a hundred thousand.
MOST_NAMED: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class RowResult:
    """What a row counts. `whole` is the number of cases of the row in `of`.

    `unknown` counts the cases that were not counted because a field of the conditions is empty. `lacking` is the
    number of cases that miss a field in `needs`, `without` the ids of the first of them. `amounts` are sums by currency
    (`""` if none is written), `unread` the amounts that are no number. `by` is the count of each value of the field.
    `fault` says why the policy does not allow to count the row; `value` is None and the rest empty then.
    """

    row: PresetRow
    value: int | None = None
    whole: int | None = None
    unknown: int = 0
    lacking: int = 0
    without: tuple[str, ...] = ()
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    unread: int = 0
    by: Mapping[str, int] = field(default_factory=dict)
    fault: Fault | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RowComparison:
    """A row under this and the previous version; None if that version does not have it.

    `added` and `dropped` are the numbers of cases that only this, or only the previous version counts; `cases` are the
    ids of the first of them.
    """

    row: str
    this: RowResult | None
    previous: RowResult | None
    added: int
    dropped: int
    cases: tuple[str, ...]

    @property
    def change(self) -> int | None:
        """The value of this version minus that of the previous one; None if either has no value."""
        this, previous = (result.value if result else None for result in (self.this, self.previous))
        return None if this is None or previous is None else this - previous


class ReturnTally:
    """Counts cases one by one under both versions.

    What happened counts up to the end of the period, without what was retracted later; fields count as they are known
    at the moment of the report, because much is only learnt after the end.
    """

    def __init__(
        self, this: PresetVersion, previous: PresetVersion | None, period: Period, rules: Rulebook
    ) -> None:
        self.end, self.rules = period.end, rules
        self.this = _VersionCount(this, period, rules)
        self.previous = _VersionCount(previous, period, rules) if previous else None
        self.added: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.cases: dict[str, list[str]] = {}

    def add(self, judged: JudgedCase) -> None:
        """Counts one case."""
        if self.end is not None and judged.case.received >= self.end:
            return
        judged = self._at_the_end(judged)
        now = self.this.add(judged)
        then = self.previous.add(judged) if self.previous else now
        self.added.update(now - then)
        self.dropped.update(then - now)
        for name in now ^ then:
            _keep_some(self.cases.setdefault(name, []), judged.case.id)

    def _at_the_end(self, judged: JudgedCase) -> JudgedCase:
        """Returns the case with the progress that it had at the end of the period."""
        if self.end is None or judged.as_of < self.end:
            return judged
        events = tuple(event for event in judged.progress.events if event.at < self.end)
        past = dataclasses.replace(judged.case, history=events)
        progress = fold_history(past, self.rules, judged.as_of)
        return dataclasses.replace(judged, progress=progress)

    def result(self) -> tuple[RowComparison, ...]:
        """Returns every row of either version, in the order of this version; rows only of the previous one last."""
        this = self.this.result()
        previous = self.previous.result() if self.previous else {}
        return tuple(
            RowComparison(
                row=name,
                this=this.get(name),
                previous=previous.get(name),
                added=self.added[name],
                dropped=self.dropped[name],
                cases=tuple(sorted(self.cases.get(name, ()))),
            )
            for name in {**this, **previous}
        )


class _VersionCount:
    """Counts the rows of one version."""

    def __init__(self, version: PresetVersion, period: Period, rules: Rulebook) -> None:
        self.period, self.rules = period, rules
        self.rows = {row.row: _RowCount(row, next(_policy_faults(rules, row), None)) for row in version.rows}

    def add(self, judged: JudgedCase) -> set[str]:
        """Counts one case, and returns the rows that it counts in."""
        return {
            name
            for name, count in self.rows.items()
            if count.fault is None and self._is_in_set(judged, count.row) and count.add(judged)
        }

    def result(self) -> dict[str, RowResult]:
        """Returns the rows by name."""
        return {name: count.result(self.rows.get(count.row.of or "")) for name, count in self.rows.items()}

    def _is_in_set(self, judged: JudgedCase, row: PresetRow) -> bool:
        received = judged.case.received
        start, end = self.period.start, self.period.end
        if row.count == "received":
            return is_in_period(self.period, received)
        if row.count == "open-at-end":
            return (end is None or received < end) and judged.progress.status != "closed"
        if row.count == "open-at-start":
            return start is not None and received < start and not _was_closed(judged, start)
        ending = _ending(judged, row)
        return (
            ending is not None and is_in_period(self.period, ending) and self._is_in_time(judged, row, ending)
        )

    def _is_in_time(self, judged: JudgedCase, row: PresetRow, ending: datetime) -> bool:
        table = step_timetable(self.rules, self.rules.steps.get(row.step or ""), judged.case)
        for text, is_over in ((row.within, False), (row.over, True)):
            limit = limits.parse_limit(text) if text else None
            if limit and (ending > unpaused_end(table, judged.case.received, limit)) != is_over:
                return False
        return True


class _RowCount:
    """What a row has counted so far."""

    def __init__(self, row: PresetRow, fault: Fault | None) -> None:
        self.row, self.fault = row, fault
        self.value = self.unknown = self.lacking = self.unread = 0
        self.without: list[str] = []
        self.amounts: dict[str, Decimal] = {}
        self.by: Counter[str] = Counter()

    def add(self, judged: JudgedCase) -> bool:
        """Counts a case of the row's set if it fulfils the conditions, and returns whether it does."""
        case, row = judged.case, self.row
        missing = [name for name, wanted in row.when.items() if not _matches(judged, name, wanted)]
        if missing:
            self.unknown += all(not fields.text_at(case, name) for name in missing)
            return False
        if not all(is_field_known(case, need) for need in row.needs):
            self.lacking += 1
            _keep_some(self.without, case.id)
            return False
        self.value += 1
        if row.by:
            self.by[fields.text_at(case, row.by) or ""] += 1
        if row.sum:
            self._add_amount(fields.text_at(case, row.sum))
        return True

    def result(self, whole: "_RowCount | None") -> RowResult:
        """Returns the row; `whole` is the row of which it is a share."""
        if self.fault is not None:
            return RowResult(row=self.row, fault=self.fault)
        return RowResult(
            row=self.row,
            value=self.value,
            whole=whole.value if whole and whole.fault is None else None,
            unknown=self.unknown,
            lacking=self.lacking,
            without=tuple(sorted(self.without)),
            amounts=dict(sorted(self.amounts.items())),
            unread=self.unread,
            by=dict(sorted(self.by.items(), key=_count_and_name)),
        )

    def _add_amount(self, text: str | None) -> None:
        amount = parse_amount(text) if text else None
        if amount:
            self.amounts[amount[0]] = self.amounts.get(amount[0], Decimal()) + amount[1]
        elif text:
            self.unread += 1


def _matches(judged: JudgedCase, name: str, wanted: str | tuple[str, ...]) -> bool:
    choices = (wanted,) if isinstance(wanted, str) else wanted
    return any(fields.field_matches(judged.case, name, choice) for choice in choices)


def _ending(judged: JudgedCase, row: PresetRow) -> datetime | None:
    """Returns when the case was closed for the last time, or the step of the row was taken."""
    if row.count == "taken":
        event = judged.progress.taken.get(row.step or "")
        return event.at if event else None
    closures = judged.progress.closures
    return closures[-1][0] if judged.progress.status == "closed" and closures else None


def _was_closed(judged: JudgedCase, moment: datetime) -> bool:
    return any(begin < moment and (end is None or end >= moment) for begin, end in judged.progress.closures)


def _policy_faults(rules: Rulebook, row: PresetRow) -> Iterator[Fault]:
    """Yields why the row cannot be counted with this policy: it lacks a step, a field or a word."""
    policy = rules.policy
    if row.step is not None and row.step not in rules.steps:
        yield Fault(key="return-no-step", path=(), values={"step": row.step})
    for name in (*row.when, *(part.strip() for need in row.needs for part in need.split("|"))):
        if name.startswith("x.") and name.removeprefix("x.") not in policy.fields:
            yield Fault(key="return-no-field", path=(), values={"field": name})
    yield from condition_faults(policy, row.when, ())
    for need in row.needs:
        yield from unknown_need_faults(policy, need, ())


def _keep_some(ids: list[str], case_id: str) -> None:
    if len(ids) < MOST_NAMED:
        ids.append(case_id)


def _count_and_name(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]
