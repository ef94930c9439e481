"""The figures of a report over many cases, counted some thousands at a time; no case is kept."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Final, Literal

from complaintctl.domain.case import fields
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.overview import column_text
from complaintctl.domain.reports.case_facts import (
    CaseFacts,
    facts_in_period,
    gather_facts,
)
from complaintctl.domain.reports.counters import BasicCounter, count_groups
from complaintctl.domain.reports.detail import DetailCounter
from complaintctl.domain.reports.dimensions import TIME_DIMENSIONS, Spellings
from complaintctl.domain.reports.figures import Basis, Figure, Figures, Period
from complaintctl.domain.reports.flow import AgeCounter, FlowCounter
from complaintctl.domain.reports.measures import FIRST_ANSWER, RESOLUTION
from complaintctl.domain.reports.moments import LocalDays, Span
from complaintctl.domain.reports.tables import TableCounter
from complaintctl.domain.reports.volumes import RateCounter, Volumes
from complaintctl.domain.zones import epoch_microseconds

# Cases that are counted together.
_TOGETHER: Final = 4096
# More microseconds than any year that we calculate in.
_FAR: Final = 1 << 60


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """Which cases a report needs whole: those received or closed (`column`) from `start` to `end`, both included.

    Of other cases that were closed once it needs only `case_facts.flow_facts`. In microseconds since 1970.
    """

    column: Literal["received", "closed"]
    start: int
    end: int


class ReportTally:
    """Counts cases. Every case that fulfils the filter is added, whatever the period: the backlog needs all.

    `fields` are the fields by whose values cases are counted, `volume_field` is that of the volumes, "" without one.
    """

    def __init__(self, rules: Rulebook, as_of: datetime, scope: ReportScope) -> None:
        self.rules, self.as_of, self.scope = rules, as_of, scope
        names = {name for dimensions in scope.dimensions() for name in dimensions}
        self.fields = tuple(sorted(names - {*TIME_DIMENSIONS}))
        self.volume_field = scope.volumes.by if scope.volumes else ""
        self.spellings = {name: Spellings() for name in self.fields}
        self.periods = [PeriodCounter(rules, as_of, scope, period) for period in scope.periods]
        # Cases that wait to be counted together.
        self._waiting: list[tuple[CaseFacts, tuple[str, ...]]] = []

    def needed(self) -> Needed:
        """Returns which cases are needed whole."""
        if self.scope.basis == "taken":
            return Needed(column="received", start=-_FAR, end=_FAR)
        spans = [counter.span for counter in self.periods]
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        return Needed(column=self.scope.basis, start=int(max(start, -_FAR)), end=int(min(end, _FAR)) - 1)

    def add(self, judged: JudgedCase) -> None:
        """Counts one case, judged at the moment of the report."""
        self.add_facts(gather_facts(judged), self.texts_of(judged))

    def texts_of(self, judged: JudgedCase) -> tuple[str, ...]:
        """Returns the values of a case by which it is counted, as `add_facts` wants them."""
        return (
            *(column_text(judged, name) for name in self.fields),
            (self.volume_field and fields.text_at(judged.case, self.volume_field)) or "",
        )

    def add_facts(self, facts: CaseFacts, texts: tuple[str, ...]) -> None:
        """Counts one case by what is known of it; `texts` are its values of `fields`, then of `volume_field`."""
        self._waiting.append((facts, texts))
        if len(self._waiting) >= _TOGETHER:
            self._count()

    def _count(self) -> None:
        if not self._waiting:
            return
        facts = [one for one, _texts in self._waiting]
        *texts, volume_values = zip(*(own for _one, own in self._waiting), strict=True)
        self._waiting = []
        values = {
            name: self.spellings[name].fold_all(column)
            for name, column in zip(self.fields, texts, strict=True)
        }
        for counter in self.periods:
            counter.count(facts, values, volume_values)

    def figures(self) -> Figures:
        """Returns the figures of all cases added so far."""
        self._count()
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
        self.period, self.scope, self.span = period, scope, Span(period)
        self.days = LocalDays(rules.zone)
        self.basic, self.detail = BasicCounter(), DetailCounter(rules)
        self.flow, self.ages = FlowCounter(), AgeCounter(self.span, epoch_microseconds(as_of))
        self.duplicates = 0
        self.tables = [
            TableCounter(dimensions, period, scope.basis, self.days, counted=counted)
            for group, counted in ((scope.tables, False), (tuple((name,) for name in scope.counted), True))
            for dimensions in group
        ]
        self.rates = RateCounter(scope.volumes, period, as_of, rules.zone) if scope.volumes else None

    def count(
        self, facts: Sequence[CaseFacts], values: Mapping[str, Sequence[str]], volume_values: Sequence[str]
    ) -> None:
        """Counts cases; `values` are their folded values by field. Duplicates are counted apart, if so wanted."""
        with_duplicates = self.scope.with_duplicates
        parts = [facts_in_period(one, self.scope.basis, self.span.contains) for one in facts]
        self.duplicates += sum(
            one.is_duplicate and part is not None for one, part in zip(facts, parts, strict=True)
        )
        for table in self.tables:
            table.count(facts, parts, values, with_duplicates=with_duplicates)
        counted = [with_duplicates or not one.is_duplicate for one in facts]
        facts = list(compress(facts, counted))
        for one in facts:
            self.flow.add(one, self.span, None, self.days)
            self.ages.add(one)
        if self.rates is not None:
            self.rates.count(facts, list(compress(volume_values, counted)))
        inside = [part for part in compress(parts, counted) if part is not None]
        count_groups({"": self.basic}, [""] * len(inside), inside)
        self.detail.count(inside)

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
