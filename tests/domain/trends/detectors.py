"""Ours beside published and plain detectors, on simulated series: false alarms, outbreaks found, share of true alarms."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.trends.hot_spots import FALSE_SHARE
from complaintctl.domain.trends.judgement import LEAST_CASES, judge_last_count
from complaintctl.domain.trends.tails import count_tail
from tests.domain.trends.simulation import CURRENT_WEEKS, SCENARIOS, WEEKS, Series, simulate

YEAR: Final = 52
PER_SCENARIO: Final = 25
# The baseline of EARS C1 is the week before; Hutwagner et al. 2003, with the limit of R's surveillance (alpha .001).
C1_WEEKS: Final = 7
C1_LIMIT: Final = statistics.NormalDist().inv_cdf(1 - 0.001)

# Whether the last of the counts is an alarm.
Detector = Callable[[Sequence[int]], bool]


def ours(counts: Sequence[int]) -> bool:
    if counts[-1] < LEAST_CASES:
        return False
    return judge_last_count(counts, [1.0] * len(counts), YEAR, 0.0).chance <= FALSE_SHARE


def c1_threshold(counts: Sequence[int]) -> float:
    """The upper bound of EARS C1 for the last of the counts."""
    past = counts[-C1_WEEKS - 1 : -1]
    return statistics.fmean(past) + C1_LIMIT * statistics.stdev(past)


def ears_c1(counts: Sequence[int]) -> bool:
    return counts[-1] > c1_threshold(counts)


def poisson_year(counts: Sequence[int]) -> bool:
    mean = statistics.fmean(counts[-YEAR - 1 : -1])
    return count_tail(counts[-1], mean, mean) <= FALSE_SHARE


def negative_binomial_year(counts: Sequence[int]) -> bool:
    past = counts[-YEAR - 1 : -1]
    mean = statistics.fmean(past)
    return count_tail(counts[-1], mean, max(statistics.variance(past), mean)) <= FALSE_SHARE


DETECTORS: Final[dict[str, Detector]] = {
    "complaintctl trend": ours,
    "EARS C1": ears_c1,
    "Poisson, 52 weeks": poisson_year,
    "negative binomial, 52 weeks": negative_binomial_year,
}


@dataclass(kw_only=True, slots=True)
class Record:
    """What a detector did in the last 49 weeks of so many series."""

    series: int = 0
    quiet_weeks: int = 0
    false_alarms: int = 0
    true_alarms: int = 0
    outbreaks_found: int = 0

    @property
    def false_positive_rate(self) -> float:
        """Alarms in weeks without a case of the outbreak, per such week."""
        return self.false_alarms / self.quiet_weeks

    @property
    def found(self) -> float:
        """Outbreaks with an alarm in one of their weeks, per series; each series has one planted."""
        return self.outbreaks_found / self.series

    @property
    def true_share(self) -> float:
        """Alarms in weeks of the outbreak, per alarm."""
        return self.true_alarms / max(1, self.true_alarms + self.false_alarms)


def try_detector(detect: Detector, series: Iterable[Series]) -> Record:
    record = Record()
    for single in series:
        found = False
        for week in range(WEEKS - CURRENT_WEEKS, WEEKS):
            alarm = detect(single.counts[: week + 1])
            is_outbreak = week in single.outbreak
            record.quiet_weeks += not is_outbreak
            record.false_alarms += alarm and not is_outbreak
            record.true_alarms += alarm and is_outbreak
            found = found or (alarm and is_outbreak)
        record.series += 1
        record.outbreaks_found += found
    return record


def try_all(per_scenario: int) -> dict[str, Record]:
    """The record of every detector on so many series of each scenario."""
    series = list(simulate(per_scenario))
    return {name: try_detector(detect, series) for name, detect in DETECTORS.items()}


def record_cells(record: Record) -> str:
    """The figures of a row of the table in docs/trend.md."""
    return f"| {record.false_positive_rate:.2%} | {record.found:.1%} | {record.true_share:.0%} |"


def simulation_table(records: Mapping[str, Record]) -> str:
    """The Markdown table of docs/trend.md."""
    lines = [
        "| detector | false positive rate | outbreaks found | true alarms of all alarms |",
        "|---|---|---|---|",
        *(f"| {name} {record_cells(record)}" for name, record in records.items()),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(f"{len(SCENARIOS)} scenarios, {PER_SCENARIO} series each\n")
    print(simulation_table(try_all(PER_SCENARIO)))
