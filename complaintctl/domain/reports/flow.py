"""What came and went in a period: received, closed and reopened cases, and the backlog they leave."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from complaintctl.domain.reports.case_facts import CaseFacts
from complaintctl.domain.reports.counters import class_of, figure
from complaintctl.domain.reports.figures import Figure
from complaintctl.domain.reports.measures import AGE_CLASSES
from complaintctl.domain.reports.moments import LocalDays, Span
from complaintctl.domain.reports.takings import time_outside

# What each event adds to the backlog.
CHANGES: Final = {"received": 1, "reopened": 1, "closed": -1}
_SECOND: Final = 1_000_000


def flow_events(facts: CaseFacts) -> Iterator[tuple[str, int]]:
    """Yields the receipt, every closing and every reopening of a closed case."""
    yield "received", facts.received
    for closed, reopened in facts.closures:
        yield "closed", closed
        if reopened is not None:
            yield "reopened", reopened


class FlowCounter:
    """The flow of one group in a period; by a unit of time, for each of its buckets."""

    __slots__ = ("before", "buckets")

    def __init__(self) -> None:
        self.before = 0
        self.buckets: dict[str, Counter[str]] = {}

    def add(self, facts: CaseFacts, span: Span, unit: str | None, days: LocalDays) -> None:
        """Counts one case, whenever it was received; what happened after the period does not count."""
        for kind, moment in flow_events(facts):
            if moment < span.start:
                self.before += CHANGES[kind]
            elif moment < span.end:
                bucket = days.bucket(unit, moment) if unit else ""
                counts = self.buckets.get(bucket)
                if counts is None:
                    counts = self.buckets[bucket] = Counter()
                counts[kind] += 1

    def figures(self, bucket: str, backlog_before: int) -> tuple[list[Figure], int]:
        """Returns the section `flow` of a bucket, and the backlog at its end."""
        counts = self.buckets.get(bucket, Counter())
        backlog = backlog_before + sum(change * counts[kind] for kind, change in CHANGES.items())
        values = {"backlog_before": backlog_before, **{kind: counts[kind] for kind in CHANGES}}
        return [figure("flow", key, value) for key, value in {**values, "backlog": backlog}.items()], backlog


class AgeCounter:
    """The cases open at the end of a period, or at the moment of the report if that comes first, by age."""

    __slots__ = ("ages", "end", "moment")

    def __init__(self, span: Span, as_of: int) -> None:
        # What happens at the end of a period is after it; what happens at the moment of the report is not.
        self.moment, self.end = (int(span.end), int(span.end)) if span.end <= as_of else (as_of, as_of + 1)
        self.ages: Counter[str] = Counter()

    def add(self, facts: CaseFacts) -> None:
        """Counts the case if it was open then; its age is the time since receipt without the time while closed."""
        closures = facts.closures
        if closures and closures[-1][1] is None and closures[-1][0] < self.end:
            return
        balance = sum(CHANGES[kind] for kind, at in flow_events(facts) if at < self.end)
        if balance > 0:
            age = time_outside(facts.received, self.moment, closures, 0) // _SECOND
            self.ages[class_of(age, AGE_CLASSES)] += 1

    def figures(self) -> Iterator[Figure]:
        """Yields the section `ageing`."""
        total = self.ages.total()
        for key in AGE_CLASSES:
            yield figure("ageing", "cases", self.ages[key], row=key, of=total)
