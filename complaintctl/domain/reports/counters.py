"""Counters of a report: they keep numbers, never cases."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, TypeVar

from complaintctl.domain.reports.case_facts import CaseFacts
from complaintctl.domain.reports.figures import Figure
from complaintctl.domain.reports.measures import (
    DURATION_CLASSES,
    FIRST_ANSWER,
    MARKS,
    MEASURES,
    RESOLUTION,
)

MEDIAN: Final = 50
NINTH_DECILE: Final = 90
Key = TypeVar("Key", bound=Hashable)
_FLAGS: Final = ("open", "closed", "overdue", "reopened", "escalated", "recurring", "forced")
_VERDICTS: Final = ("met", "late", "overdue")


def figure(section: str, key: str, value: float | None, *, row: str = "", of: int | None = None) -> Figure:
    """Returns a figure of a measure; `row` is its key within the section."""
    return Figure(measure=MEASURES[section, key], value=value, key=row, of=of)


def share(part: int, whole: int) -> float | None:
    """Returns part / whole; None if there is no whole."""
    return part / whole if whole else None


def class_of(seconds: int, classes: Mapping[str, timedelta | None]) -> str:
    """Returns the key of the class of a time: the first whose edge it does not exceed."""
    return next(
        key for key, edge in classes.items() if edge is None or seconds <= edge // timedelta(seconds=1)
    )


class Durations:
    """Times in whole seconds, eight bytes each."""

    __slots__ = ("_sorted", "values")

    def __init__(self) -> None:
        self.values = array("q")
        # How many of the values are known to be in order.
        self._sorted = 0

    def __len__(self) -> int:
        return len(self.values)

    def percentile(self, percent: int) -> int | None:
        """Returns the smallest time that at least `percent` percent of the times do not exceed; None without any."""
        if not self.values:
            return None
        if self._sorted < len(self.values):
            self.values[:] = array("q", sorted(self.values))
            self._sorted = len(self.values)
        rank = -(-percent * len(self.values) // 100)
        return self.values[max(rank, 1) - 1]


class TimeCounter:
    """First answers or resolutions: their times, gross and net of waits."""

    __slots__ = ("gross", "net")

    def __init__(self) -> None:
        self.gross, self.net = Durations(), Durations()

    def figures(self, row: str, cases: int) -> Iterator[Figure]:
        """Yields the figures of the section `times` for this key."""
        count = len(self.gross)
        yield figure("times", "measured", count, row=row, of=cases)
        for key, times, percent in (
            ("median", self.gross, MEDIAN),
            ("p90", self.gross, NINTH_DECILE),
            ("net_median", self.net, MEDIAN),
            ("net_p90", self.net, NINTH_DECILE),
        ):
            yield figure("times", key, times.percentile(percent), row=row, of=count)

    def distribution(self, section: str) -> Iterator[Figure]:
        """Yields how many of the gross times lie in each class."""
        times = sorted(self.gross.values)
        before = 0
        for key, edge in DURATION_CLASSES.items():
            reached = len(times) if edge is None else bisect_right(times, edge // timedelta(seconds=1))
            yield figure(section, "cases", reached - before, row=key, of=len(times))
            before = reached


class BasicCounter:
    """What each group of a report counts: cases by state, punctuality, times, cost and marks (GROUP_SECTIONS)."""

    __slots__ = ("amounts", "cases", "flags", "marks", "times", "verdicts")

    def __init__(self) -> None:
        self.cases = 0
        self.flags: Counter[str] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.times = {FIRST_ANSWER: TimeCounter(), RESOLUTION: TimeCounter()}
        # By currency and amount: the number of cases.
        self.amounts: Counter[tuple[str, str]] = Counter()
        # By mark: the number of cases and the sum.
        self.marks: dict[str, tuple[int, int]] = {}

    def add_marks(self, marks: tuple[tuple[str, int], ...], cases: int) -> None:
        """Counts these marks once for each of `cases` cases."""
        for name, mark in marks:
            count, total = self.marks.get(name, (0, 0))
            self.marks[name] = (count + cases, total + mark * cases)

    @property
    def judged(self) -> int:
        """The number of clocks that were met, late or are overdue."""
        return sum(self.verdicts[state] for state in _VERDICTS)

    def time_of(self, name: str) -> TimeCounter:
        """Returns the times of this kind."""
        return self.times[name]

    def mean_mark(self, name: str) -> tuple[int, float | None]:
        """Returns how many gave this mark, and its mean."""
        count, total = self.marks.get(name, (0, 0))
        return count, share(total, count)

    def case_figures(self, duplicates: int) -> Iterator[Figure]:
        """Yields the section `cases`; `duplicates` were counted apart."""
        yield figure("cases", "cases", self.cases)
        for flag in _FLAGS:
            yield figure("cases", flag, self.flags[flag], of=self.cases)
        yield figure("cases", "duplicates", duplicates)

    def punctuality_figures(self) -> Iterator[Figure]:
        """Yields the section `punctuality`."""
        for state in _VERDICTS:
            yield figure("punctuality", state, self.verdicts[state], of=self.judged)
        yield figure("punctuality", "judged", self.judged)
        in_time = share(self.verdicts["met"], self.judged)
        yield figure("punctuality", "share_in_time", in_time, of=self.judged)

    def time_figures(self) -> Iterator[Figure]:
        """Yields the section `times`."""
        for name in (FIRST_ANSWER, RESOLUTION):
            yield from self.time_of(name).figures(name, self.cases)

    def cost_figures(self) -> Iterator[Figure]:
        """Yields the section `cost`, a row for each currency."""
        for currency in sorted({currency for currency, _amount in self.amounts}):
            amounts = {text: cases for (own, text), cases in self.amounts.items() if own == currency}
            count, total = (
                sum(amounts.values()),
                sum((Decimal(text) * cases for text, cases in amounts.items()), Decimal()),
            )
            yield figure("cost", "cases", count, row=currency, of=self.cases)
            yield figure("cost", "total", float(total), row=currency, of=count)
            yield figure("cost", "mean", float(total / count), row=currency, of=count)

    def satisfaction_figures(self) -> Iterator[Figure]:
        """Yields the section `satisfaction`, a row for each mark that somebody gave."""
        for name in MARKS:
            count, mean = self.mean_mark(name)
            if count:
                yield figure("satisfaction", "marks", count, row=name, of=self.cases)
                yield figure("satisfaction", "mean", mean, row=name, of=count)

    def person_figures(self, section: str, row: str) -> Iterator[Figure]:
        """Yields the figures of an owner or a department."""
        yield figure(section, "cases", self.cases, row=row)
        yield figure(section, "open", self.flags["open"], row=row, of=self.cases)
        yield figure(section, "overdue", self.flags["overdue"], row=row, of=self.cases)
        for key, name in (("answer_median", FIRST_ANSWER), ("closing_median", RESOLUTION)):
            times = self.time_of(name).gross
            yield figure(section, key, times.percentile(MEDIAN), row=row, of=len(times))
        in_time = share(self.verdicts["met"], self.judged)
        yield figure(section, "share_in_time", in_time, row=row, of=self.judged)
        marks, mean = self.mean_mark("overall")
        yield figure(section, "satisfaction", mean, row=row, of=marks)


def count_groups(
    counters: Mapping[Key, BasicCounter], groups: Sequence[Key], facts: Sequence[CaseFacts]
) -> None:
    """Counts cases, each in the counter of its group; equal values of many cases are counted together."""
    for group, cases in Counter(groups).items():
        counters[group].cases += cases
    for (group, flags), cases in _counted(groups, facts, "flags"):
        for flag in flags:
            counters[group].flags[flag] += cases
    for (group, states), cases in _counted(groups, facts, "states"):
        for state in states:
            counters[group].verdicts[state] += cases
    for (group, waiting), cases in _counted(groups, facts, "waiting"):
        overdue = sum(state == "overdue" for _step, state, _due in waiting)
        counters[group].verdicts["overdue"] += overdue * cases
    for (group, marks), cases in _counted(groups, facts, "marks"):
        counters[group].add_marks(marks, cases)
    for (group, cost), cases in _counted(groups, facts, "cost"):
        if cost is not None:
            counters[group].amounts[cost] += cases
    _add_times(counters, groups, facts)


def _counted(
    groups: Sequence[Key], facts: Sequence[CaseFacts], name: str
) -> Iterable[tuple[tuple[Key, Any], int]]:
    return Counter(zip(groups, map(attrgetter(name), facts), strict=True)).items()


def _add_times(
    counters: Mapping[Key, BasicCounter], groups: Sequence[Key], facts: Sequence[CaseFacts]
) -> None:
    times = {
        group: (counter.times[FIRST_ANSWER], counter.times[RESOLUTION]) for group, counter in counters.items()
    }
    for group, one in zip(groups, facts, strict=True):
        answers, resolutions = times[group]
        if (time := one.answer) is not None:
            answers.gross.values.append(time[1])
            answers.net.values.append(time[2])
        if (time := one.resolution) is not None:
            resolutions.gross.values.append(time[1])
            resolutions.net.values.append(time[2])


class StepCounter:
    """The clocks of one step: their states, and the times of its takings."""

    __slots__ = ("durations", "none_closed", "none_open", "states")

    def __init__(self) -> None:
        self.states: Counter[str] = Counter()
        self.none_open = self.none_closed = 0
        self.durations = Durations()

    def figures(self, row: str) -> Iterator[Figure]:
        """Yields the section `steps` for this step."""
        states = self.states
        judged = sum(states[state] for state in _VERDICTS)
        for state in _VERDICTS:
            yield figure("steps", state, states[state], row=row, of=judged)
        yield figure("steps", "judged", judged, row=row)
        yield figure("steps", "share_in_time", share(states["met"], judged), row=row, of=judged)
        for state in ("running", "paused", "unjudged", "settled"):
            yield figure("steps", state, states[state], row=row)
        yield figure("steps", "none", self.none_open + self.none_closed, row=row)
        yield figure("steps", "none_open", self.none_open, row=row)
        yield figure("steps", "none_closed", self.none_closed, row=row)
        taken = len(self.durations)
        yield figure("steps", "taken", taken, row=row)
        yield figure("steps", "median", self.durations.percentile(MEDIAN), row=row, of=taken)
        yield figure("steps", "p90", self.durations.percentile(NINTH_DECILE), row=row, of=taken)
