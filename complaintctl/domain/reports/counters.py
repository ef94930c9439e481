"""Counters of a report: they keep numbers, never cases."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

from complaintctl.domain.reports.case_facts import CaseFacts, CaseTime
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

    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values = array("q")

    def __len__(self) -> int:
        return len(self.values)

    def percentile(self, percent: int) -> int | None:
        """Returns the smallest time that at least `percent` percent of the times do not exceed; None without any."""
        if not self.values:
            return None
        rank = -(-percent * len(self.values) // 100)
        return sorted(self.values)[max(rank, 1) - 1]


class TimeCounter:
    """First answers or resolutions: their times, gross and net of waits."""

    __slots__ = ("gross", "net")

    def __init__(self) -> None:
        self.gross, self.net = Durations(), Durations()

    def add(self, time: CaseTime) -> None:
        """Counts one time."""
        self.gross.values.append(time.gross)
        self.net.values.append(time.net)

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
        counts = Counter(class_of(seconds, DURATION_CLASSES) for seconds in self.gross.values)
        for key in DURATION_CLASSES:
            yield figure(section, "cases", counts[key], row=key, of=len(self.gross.values))


class BasicCounter:
    """What each group of a report counts: cases by state, punctuality, times, cost and marks (GROUP_SECTIONS)."""

    __slots__ = ("amounts", "cases", "flags", "marks", "times", "verdicts")

    def __init__(self) -> None:
        self.cases = 0
        self.flags: Counter[str] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.times: dict[str, TimeCounter] = {}
        # By currency: the number of cases and the sum.
        self.amounts: dict[str, tuple[int, Decimal]] = {}
        # By mark: the number of cases and the sum.
        self.marks: dict[str, tuple[int, int]] = {}

    def add(self, facts: CaseFacts) -> None:
        """Counts one case."""
        self.cases += 1
        self.flags.update(facts.flags)
        self.verdicts.update(taking.state for taking in facts.takings)
        self.verdicts.update(clock.state for clock in facts.waiting if clock.state == "overdue")
        for name, time in facts.times.items():
            self.times.setdefault(name, TimeCounter()).add(time)
        if facts.cost is not None:
            currency, amount = facts.cost
            count, total = self.amounts.get(currency, (0, Decimal()))
            self.amounts[currency] = (count + 1, total + amount)
        for name, mark in facts.marks.items():
            count, sum_of_marks = self.marks.get(name, (0, 0))
            self.marks[name] = (count + 1, sum_of_marks + mark)

    @property
    def judged(self) -> int:
        """The number of clocks that were met, late or are overdue."""
        return sum(self.verdicts[state] for state in _VERDICTS)

    def time_of(self, name: str) -> TimeCounter:
        """Returns the times of this kind; an empty counter without any."""
        return self.times.get(name) or TimeCounter()

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
        for currency, (count, total) in sorted(self.amounts.items()):
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
