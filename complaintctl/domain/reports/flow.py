"""What came and went in a period: received, closed and reopened cases, and the backlog they leave."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.reports.case_facts import CaseFacts
from complaintctl.domain.reports.counters import class_of, figure
from complaintctl.domain.reports.dimensions import moment_bucket
from complaintctl.domain.reports.figures import Figure, Period
from complaintctl.domain.reports.measures import AGE_CLASSES
from complaintctl.domain.reports.periods import is_in_period
from complaintctl.domain.reports.takings import elapsed_seconds

# What each event adds to the backlog.
CHANGES: Final = {"received": 1, "reopened": 1, "closed": -1}


def flow_events(facts: CaseFacts) -> Iterator[tuple[str, datetime]]:
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

    def add(self, facts: CaseFacts, period: Period, unit: str | None, zone: ZoneInfo) -> None:
        """Counts one case, whenever it was received; what happened after the period does not count."""
        for kind, moment in flow_events(facts):
            if period.start is not None and moment < period.start:
                self.before += CHANGES[kind]
            elif is_in_period(period, moment):
                bucket = moment_bucket(unit, moment, zone) if unit else ""
                self.buckets.setdefault(bucket, Counter())[kind] += 1

    def figures(self, bucket: str, backlog_before: int) -> tuple[list[Figure], int]:
        """Returns the section `flow` of a bucket, and the backlog at its end."""
        counts = self.buckets.get(bucket, Counter())
        backlog = backlog_before + sum(change * counts[kind] for kind, change in CHANGES.items())
        values = {"backlog_before": backlog_before, **{kind: counts[kind] for kind in CHANGES}}
        return [figure("flow", key, value) for key, value in {**values, "backlog": backlog}.items()], backlog


class AgeCounter:
    """The cases open at the end of a period, or at the moment of the report if that comes first, by age."""

    __slots__ = ("ages", "as_of", "period")

    def __init__(self, period: Period, as_of: datetime) -> None:
        self.period, self.as_of = period, as_of
        self.ages: Counter[str] = Counter()

    def add(self, facts: CaseFacts) -> None:
        """Counts the case if it was open then; its age is the time since receipt without the time while closed."""
        end = self.period.end
        is_past = end is not None and end <= self.as_of
        moment = end if is_past and end is not None else self.as_of

        def has_come(at: datetime) -> bool:
            return at < moment if is_past else at <= moment

        balance = sum(CHANGES[kind] for kind, at in flow_events(facts) if has_come(at))
        if balance > 0:
            age = elapsed_seconds(facts.received, moment, facts.closures)
            self.ages[class_of(age, AGE_CLASSES)] += 1

    def figures(self) -> Iterator[Figure]:
        """Yields the section `ageing`."""
        total = self.ages.total()
        for key in AGE_CLASSES:
            yield figure("ageing", "cases", self.ages[key], row=key, of=total)
