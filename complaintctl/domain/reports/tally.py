"""The figures of a report over many cases, counted one by one; no case is kept."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.overview import column_text
from complaintctl.domain.reports.case_facts import (
    CaseFacts,
    basis_moments,
    facts_in_period,
    gather_facts,
    is_counted_apart,
)
from complaintctl.domain.reports.counters import BasicCounter
from complaintctl.domain.reports.detail import DetailCounter
from complaintctl.domain.reports.dimensions import TIME_DIMENSIONS, Spellings
from complaintctl.domain.reports.figures import Basis, Figure, Figures, Period
from complaintctl.domain.reports.flow import AgeCounter, FlowCounter
from complaintctl.domain.reports.measures import FIRST_ANSWER, RESOLUTION
from complaintctl.domain.reports.periods import is_in_period
from complaintctl.domain.reports.tables import TableCounter
from complaintctl.domain.reports.volumes import RateCounter, Volumes


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportScope:
    """What a report is about.

    `periods`: the one reported, then those compared with it. `tables` are the dimensions of tables with the sections
    GROUP_SECTIONS for each group, `counted` fields by which cases are only counted. `conditions` and `either` are the
    filter as typed, for the heading; the caller applies it.
    """

    periods: tuple[Period, ...] = (Period(),)
    basis: Basis = "received"
    tables: tuple[tuple[str, ...], ...] = ()
    counted: tuple[str, ...] = ()
    volumes: Volumes | None = None
    with_duplicates: bool = False
    conditions: tuple[str, ...] = ()
    either: tuple[str, ...] = ()

    def dimensions(self) -> tuple[tuple[str, ...], ...]:
        """Returns the dimensions of all tables."""
        return (*self.tables, *((name,) for name in self.counted))


class ReportTally:
    """Counts cases one by one. Every case that fulfils the filter is added, whatever the period: the backlog needs all."""

    def __init__(self, rules: Rulebook, as_of: datetime, scope: ReportScope) -> None:
        self.rules, self.as_of, self.scope = rules, as_of, scope
        names = {name for dimensions in scope.dimensions() for name in dimensions}
        self.spellings = {name: Spellings() for name in sorted(names - {*TIME_DIMENSIONS})}
        self.periods = [PeriodCounter(rules, as_of, scope, period) for period in scope.periods]

    def add(self, judged: JudgedCase) -> None:
        """Counts one case, judged at the moment of the report."""
        facts = gather_facts(judged)
        values = {name: known.fold(column_text(judged, name)) for name, known in self.spellings.items()}
        apart = is_counted_apart(judged.case)
        for counter in self.periods:
            counter.add(facts, values, apart=apart and not self.scope.with_duplicates, duplicate=apart)

    def figures(self) -> Figures:
        """Returns the figures of all cases added so far."""
        rows = (row for counter in self.periods for row in counter.rows(self.spellings))
        return Figures(
            as_of=self.as_of,
            basis=self.scope.basis,
            periods=self.scope.periods,
            tables=self.scope.dimensions(),
            rows=tuple(rows),
            conditions=self.scope.conditions,
            either=self.scope.either,
            with_duplicates=self.scope.with_duplicates,
            labels=self.scope.volumes.label if self.scope.volumes else {},
        )


class PeriodCounter:
    """All figures of one period."""

    def __init__(self, rules: Rulebook, as_of: datetime, scope: ReportScope, period: Period) -> None:
        self.period, self.scope, self.zone = period, scope, rules.zone
        self.basic, self.detail = BasicCounter(), DetailCounter(rules)
        self.flow, self.ages = FlowCounter(), AgeCounter(period, as_of)
        self.duplicates = 0
        self.tables = [
            TableCounter(dimensions, period, scope.basis, rules.zone, counted=counted)
            for group, counted in ((scope.tables, False), (tuple((name,) for name in scope.counted), True))
            for dimensions in group
        ]
        self.rates = RateCounter(scope.volumes, period, as_of, rules.zone) if scope.volumes else None

    def add(self, facts: CaseFacts, values: dict[str, str], *, apart: bool, duplicate: bool) -> None:
        """Counts one case; `apart`: only as a duplicate."""
        is_here = any(is_in_period(self.period, moment) for moment in basis_moments(facts, self.scope.basis))
        self.duplicates += duplicate and is_here
        for table in self.tables:
            table.add(facts, values, duplicate=duplicate, apart=apart)
        if apart:
            return
        self.flow.add(facts, self.period, None, self.zone)
        self.ages.add(facts)
        if self.rates is not None:
            self.rates.add(facts)
        part = facts_in_period(facts, self.scope.basis, lambda moment: is_in_period(self.period, moment))
        if part is not None:
            self.basic.add(part)
            self.detail.add(part)

    def rows(self, spellings: dict[str, Spellings]) -> Iterator[Figure]:
        """Yields the figures in reading order: of all cases, then of the groups of each table."""
        for entry in self._figures_of_all():
            yield dataclasses.replace(entry, period=self.period.key)
        if self.rates is not None:
            for entry in self.rates.figures():
                yield dataclasses.replace(entry, period=self.period.key)
        for table in self.tables:
            for group, entry in table.figures(spellings):
                yield dataclasses.replace(entry, period=self.period.key, by=table.dimensions, group=group)

    def _figures_of_all(self) -> Iterator[Figure]:
        basic, detail = self.basic, self.detail
        sections: Iterable[Iterable[Figure]] = (
            basic.case_figures(self.duplicates),
            self.flow.figures("", self.flow.before)[0],
            self.ages.figures(),
            detail.step_figures(),
            basic.punctuality_figures(),
            basic.time_figures(),
            *(basic.time_of(name).distribution(name) for name in (FIRST_ANSWER, RESOLUTION)),
            detail.result_figures(basic.cases, basic.flags["closed"]),
            basic.cost_figures(),
            basic.satisfaction_figures(),
            detail.survey_figures(basic.cases),
            detail.customers.figures(basic.cases),
            detail.people_figures(),
            detail.action_figures(),
        )
        for section in sections:
            yield from section
