"""Hot spots: the values whose last count stands out from their own past, over all values that were compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.trends.counts import CountTable, Values
from complaintctl.domain.trends.growth import Whole, measure_whole
from complaintctl.domain.trends.judgement import LEAST_CASES, LEAST_PERIODS, Judgement, judge_last_count

# The share of false findings among all findings that Benjamini and Hochberg's rule allows.
FALSE_SHARE: Final = 0.004


@dataclass(frozen=True, kw_only=True, slots=True)
class HotSpot:
    """A value with more cases than its past explains. `false_share` is its q value; see `adjust_chances`."""

    values: Values
    judgement: Judgement
    false_share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class HotSpots:
    """The findings of one period, least likely first, among the number of values `compared`.

    `cases` is the number of all cases of the period, `usual` the usual number.
    """

    findings: tuple[HotSpot, ...]
    compared: int
    cases: int
    usual: float


def find_hot_spots(table: CountTable, per_year: float, back: int) -> HotSpots | None:
    """Returns the findings of the period `back` periods before the last one; None if its past is too short."""
    length = table.periods - back
    if length < LEAST_PERIODS:
        return None
    series = {key: counts[:length] for key, counts in table.series.items() if any(counts[:length])}
    totals = table.totals()[:length]
    chances = dict.fromkeys(series, 1.0)
    judged: dict[Values, Judgement] = {}
    if series:
        whole = measure_whole(series)
        for key, judgement in _judge_candidates(series, whole, per_year):
            judged[key], chances[key] = judgement, judgement.chance
    shares = adjust_chances(list(chances.values()))
    findings = [
        HotSpot(values=key, judgement=judged[key], false_share=share)
        for key, share in zip(chances, shares, strict=True)
        if key in judged and share <= FALSE_SHARE
    ]
    findings.sort(key=lambda spot: (spot.false_share, spot.judgement.chance, spot.values))
    return HotSpots(
        findings=tuple(findings),
        compared=len(series),
        cases=totals[-1],
        usual=judge_last_count(totals, [1.0] * length, per_year, 0.0).expected,
    )


def _judge_candidates(
    series: dict[Values, Sequence[int]], whole: Whole, per_year: float
) -> Iterator[tuple[Values, Judgement]]:
    """Yields the judgements of the values with enough cases; the chance of the others counts as 1."""
    for key, counts in series.items():
        if counts[-1] >= LEAST_CASES:
            growth = whole.growth_without(key, counts)
            yield key, judge_last_count(counts, growth, per_year, whole.excess)


def adjust_chances(chances: Sequence[float]) -> list[float]:
    """Returns the q value of each p value: the share of false findings if all up to this one were reported.

    Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57:289.
    """
    order = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)
    adjusted = [1.0] * len(chances)
    least = 1.0
    for place, index in enumerate(order):
        least = min(least, chances[index] * len(chances) / (len(chances) - place))
        adjusted[index] = least
    return adjusted
