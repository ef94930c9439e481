"""The groups of one table of a report: cases by one or two dimensions in one period."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from complaintctl.domain.reports.case_facts import CaseFacts, basis_moments, facts_in_period
from complaintctl.domain.reports.counters import BasicCounter, count_groups, figure
from complaintctl.domain.reports.dimensions import TIME_DIMENSIONS, Spellings, time_dimension
from complaintctl.domain.reports.figures import Basis, Figure, Period
from complaintctl.domain.reports.flow import FlowCounter, flow_events
from complaintctl.domain.reports.moments import LocalDays, Span
from complaintctl.domain.reports.periods import BUCKETS

Group = tuple[str, ...]


class TableCounter:
    """The groups of a table in one period. A table that is only `counted` has the number of cases of each group."""

    def __init__(
        self, dimensions: Group, period: Period, basis: Basis, days: LocalDays, *, counted: bool
    ) -> None:
        self.dimensions, self.span, self.basis, self.days = dimensions, Span(period), basis, days
        self.counted = counted
        self.unit = time_dimension(dimensions)
        self.cases: Counter[Group] = Counter()
        self.duplicates: Counter[Group] = Counter()
        self.groups: dict[Group, BasicCounter] = {}
        # By the values of the fields, without the time.
        self.flows: dict[Group, FlowCounter] = {}
        self.shown_days: list[date] = []

    def count(
        self,
        facts: Sequence[CaseFacts],
        parts: Sequence[CaseFacts | None],
        values: Mapping[str, Sequence[str]],
        *,
        with_duplicates: bool,
    ) -> None:
        """Counts cases; `parts` are what of each falls in the period, `values` their folded values by field.

        Without `with_duplicates`, duplicates are counted apart.
        """
        empty = ("",) * len(facts)
        fields = list(zip(*(values.get(name, empty) for name in self.dimensions), strict=True))
        if self.counted:
            self.cases.update(
                own
                for one, part, own in zip(facts, parts, fields, strict=True)
                if part is not None and (with_duplicates or not one.is_duplicate)
            )
            return
        groups, counted = list[Group](), list[CaseFacts]()
        for one, part, own in zip(facts, parts, fields, strict=True):
            apart = one.is_duplicate and not with_duplicates
            for bucket, inside in self._parts(one, part):
                group = self._with_bucket(own, bucket)
                if one.is_duplicate:
                    self.duplicates[group] += 1
                if not apart:
                    groups.append(group)
                    counted.append(inside)
            if not apart:
                self._add_flow(one, own)
        self.cases.update(groups)
        for group in {*groups} - self.groups.keys():
            self.groups[group] = BasicCounter()
        count_groups(self.groups, groups, counted)

    def _add_flow(self, facts: CaseFacts, fields: Group) -> None:
        flow = self.flows.get(fields)
        if flow is None:
            flow = self.flows[fields] = FlowCounter()
        flow.add(facts, self.span, self.unit, self.days)
        if self.unit is not None:
            self._note_days([moment for _kind, moment in flow_events(facts) if self.span.contains(moment)])

    def _parts(self, facts: CaseFacts, part: CaseFacts | None) -> Iterator[tuple[str, CaseFacts]]:
        """Yields what of the case falls in the period; by a unit of time, for each of its buckets."""
        if part is None:
            return
        if self.unit is None:
            yield "", part
            return
        moments = [moment for moment in basis_moments(facts, self.basis) if self.span.contains(moment)]
        for bucket in sorted({self.days.bucket(self.unit, moment) for moment in moments}):
            inside = facts_in_period(facts, self.basis, self._is_inside(bucket))
            if inside is not None:
                yield bucket, inside
        self._note_days(moments)

    def _is_inside(self, bucket: str) -> Callable[[int], bool]:
        def is_inside(moment: int) -> bool:
            return self.span.contains(moment) and (
                self.unit is None or self.days.bucket(self.unit, moment) == bucket
            )

        return is_inside

    def _note_days(self, moments: Sequence[int]) -> None:
        if self.unit is not None and moments:
            days = [*self.shown_days, *map(self.days.day, moments)]
            self.shown_days = [min(days), max(days)]

    def _with_bucket(self, fields: Group, bucket: str) -> Group:
        if self.unit is None:
            return fields
        return tuple(
            bucket if name in TIME_DIMENSIONS else value
            for name, value in zip(self.dimensions, fields, strict=True)
        )

    def figures(self, spellings: Mapping[str, Spellings]) -> Iterator[tuple[Group, Figure]]:
        """Yields the figures of every group, with its values as they are shown; large groups and early times first."""
        backlogs: dict[Group, int] = {}
        for group in self._ordered_groups():
            shown = tuple(
                value if name in TIME_DIMENSIONS else spellings[name].shown(value)
                for name, value in zip(self.dimensions, group, strict=True)
            )
            for entry in self._group_figures(group, backlogs):
                yield shown, entry

    def _group_figures(self, group: Group, backlogs: dict[Group, int]) -> Iterator[Figure]:
        if self.counted:
            yield figure("cases", "cases", self.cases[group], of=self.cases.total())
            return
        counter = self.groups.get(group) or BasicCounter()
        yield from counter.case_figures(self.duplicates[group])
        yield from self._flow_figures(group, backlogs)
        yield from counter.punctuality_figures()
        yield from counter.time_figures()
        yield from counter.cost_figures()
        yield from counter.satisfaction_figures()

    def _flow_figures(self, group: Group, backlogs: dict[Group, int]) -> list[Figure]:
        fields = self._with_bucket(group, "")
        flow = self.flows.get(fields) or FlowCounter()
        entries, backlogs[fields] = flow.figures(self._bucket(group), backlogs.get(fields, flow.before))
        return entries

    def _bucket(self, group: Group) -> str:
        return group[self.dimensions.index(self.unit)] if self.unit else ""

    def _ordered_groups(self) -> list[Group]:
        groups = {*self.cases, *self._flow_groups()}
        groups |= set() if self.counted else {*self.duplicates}
        sizes: list[Counter[str]] = [Counter() for _name in self.dimensions]
        for group, count in self.cases.items():
            for index, value in enumerate(group):
                sizes[index][value] += count

        def rank(group: Group) -> list[tuple[int, str]]:
            return [
                (0 if name in TIME_DIMENSIONS else -sizes[index][value], value)
                for index, (name, value) in enumerate(zip(self.dimensions, group, strict=True))
            ]

        return sorted(groups, key=rank)

    def _flow_groups(self) -> Iterator[Group]:
        """Yields the groups in which something came or went; a table of time alone has no gaps."""
        for fields, flow in self.flows.items():
            for bucket in flow.buckets:
                yield self._with_bucket(fields, bucket)
        if self.unit is not None and len(self.dimensions) == 1 and self.shown_days:
            first, last = self.shown_days
            for number in range((last - first).days + 1):
                yield (BUCKETS[self.unit](first + timedelta(days=number)),)
