"""The groups of one table of a report: cases by one or two dimensions in one period."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from complaintctl.domain.reports.case_facts import CaseFacts, basis_moments, facts_in_period
from complaintctl.domain.reports.counters import BasicCounter, figure
from complaintctl.domain.reports.dimensions import TIME_DIMENSIONS, Spellings, moment_bucket, time_dimension
from complaintctl.domain.reports.figures import Basis, Figure, Period
from complaintctl.domain.reports.flow import FlowCounter, flow_events
from complaintctl.domain.reports.periods import BUCKETS, is_in_period

Group = tuple[str, ...]


class TableCounter:
    """The groups of a table in one period. A table that is only `counted` has the number of cases of each group."""

    def __init__(
        self, dimensions: Group, period: Period, basis: Basis, zone: ZoneInfo, *, counted: bool
    ) -> None:
        self.dimensions, self.period, self.basis, self.zone = dimensions, period, basis, zone
        self.counted = counted
        self.unit = time_dimension(dimensions)
        self.cases: Counter[Group] = Counter()
        self.duplicates: Counter[Group] = Counter()
        self.groups: dict[Group, BasicCounter] = {}
        # By the values of the fields, without the time.
        self.flows: dict[Group, FlowCounter] = {}
        self.days: list[date] = []

    def add(self, facts: CaseFacts, values: Mapping[str, str], *, duplicate: bool, apart: bool) -> None:
        """Counts one case; `values` are its folded values by field, `apart`: only as a duplicate."""
        for bucket, part in self._parts(facts):
            group = self._group(values, bucket)
            if duplicate:
                self.duplicates[group] += 1
            if apart:
                continue
            self.cases[group] += 1
            if not self.counted:
                self.groups.setdefault(group, BasicCounter()).add(part)
        if not self.counted and not apart:
            fields = self._group(values, "")
            self.flows.setdefault(fields, FlowCounter()).add(facts, self.period, self.unit, self.zone)
            moments = [moment for _kind, moment in flow_events(facts) if is_in_period(self.period, moment)]
            self._note_days(moments)

    def _parts(self, facts: CaseFacts) -> Iterator[tuple[str, CaseFacts]]:
        """Yields what of the case falls in the period; by a unit of time, for each of its buckets."""
        moments = [moment for moment in basis_moments(facts, self.basis) if is_in_period(self.period, moment)]
        if self.unit is None:
            buckets = [""] if moments else []
        else:
            buckets = sorted({moment_bucket(self.unit, moment, self.zone) for moment in moments})
        for bucket in buckets:
            part = facts_in_period(facts, self.basis, self._is_inside(bucket))
            if part is not None:
                yield bucket, part
        self._note_days(moments)

    def _is_inside(self, bucket: str) -> Callable[[datetime], bool]:
        def is_inside(moment: datetime) -> bool:
            return is_in_period(self.period, moment) and (
                self.unit is None or moment_bucket(self.unit, moment, self.zone) == bucket
            )

        return is_inside

    def _note_days(self, moments: Sequence[datetime]) -> None:
        if self.unit is not None and moments:
            days = [*self.days, *(moment.astimezone(self.zone).date() for moment in moments)]
            self.days = [min(days), max(days)]

    def _group(self, values: Mapping[str, str], bucket: str) -> Group:
        return tuple(bucket if name in TIME_DIMENSIONS else values.get(name, "") for name in self.dimensions)

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
        fields = self._group(dict(zip(self.dimensions, group, strict=True)), "")
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
            values = dict(zip(self.dimensions, fields, strict=True))
            for bucket in flow.buckets:
                yield self._group(values, bucket)
        if self.unit is not None and len(self.dimensions) == 1 and self.days:
            first, last = self.days
            for number in range((last - first).days + 1):
                yield (BUCKETS[self.unit](first + timedelta(days=number)),)
