"""How the whole grew: what all other values had in each period against their usual, so that growth of all is no finding."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.trends.counts import Values
from complaintctl.domain.trends.levels import densest_half_mean

# The ratio starts from this many cases as usual: a small casebook says little about the whole.
_USUAL_CASES: Final = 20
# A value counts in the whole up to this many standard deviations above its usual.
_MOST_DEVIATIONS: Final = 3
# Dispersion is compared for values that usually have at least this many cases.
_CASES_TO_COMPARE: Final = 5
_CHI_SQUARE_MEDIAN: Final = 0.4549
_LEAST_GROWTH: Final = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """All values of a table: the usual count of each, the most that counts of each, their totals by period.

    `total_usual` is the sum of the usual counts. `excess` is the median of what the variance has beyond Poisson's, in squared means; `scale` is the median total
    over the sum of the usual counts.
    """

    usual: Mapping[Values, float]
    most: Mapping[Values, float]
    totals: Sequence[float]
    total_usual: float
    scale: float
    excess: float

    def growth_without(self, key: Values, counts: Sequence[int]) -> list[float]:
        """Returns what all values but this one had in each period, against what they usually have."""
        most = self.most[key]
        usual = self.scale * (self.total_usual - self.usual[key])
        return [
            max(_LEAST_GROWTH, (total - min(count, most) + _USUAL_CASES) / (usual + _USUAL_CASES))
            for total, count in zip(self.totals, counts, strict=True)
        ]


def measure_whole(series: Mapping[Values, Sequence[int]]) -> Whole:
    """Returns the whole of these series of equal length; the last period is no part of what is usual."""
    pasts = {key: counts[:-1] for key, counts in series.items()}
    usual = {key: _usual_count(past) for key, past in pasts.items()}
    excess = _common_excess(pasts, usual)
    most = {
        key: mean + _MOST_DEVIATIONS * math.sqrt(mean + excess * mean * mean) for key, mean in usual.items()
    }
    total_usual = sum(usual.values())
    totals = [0.0] * max(map(len, series.values()), default=0)
    for key, counts in series.items():
        limit = most[key]
        totals = [total + min(count, limit) for total, count in zip(totals, counts, strict=True)]
    return Whole(
        usual=usual,
        most=most,
        totals=totals,
        total_usual=total_usual,
        scale=statistics.median(totals[:-1]) / total_usual,
        excess=excess,
    )


def _usual_count(past: Sequence[int]) -> float:
    mean = sum(past) / len(past)
    least = 0.5 / len(past)
    return max(densest_half_mean([float(count) for count in past]) if mean >= 1 else mean, least)


def _common_excess(pasts: Mapping[Values, Sequence[int]], usual: Mapping[Values, float]) -> float:
    excesses = []
    for key, past in pasts.items():
        mean = usual[key]
        if mean >= _CASES_TO_COMPARE:
            squares = [(count - mean) ** 2 / mean for count in past]
            dispersion = max(1.0, statistics.median(squares) / _CHI_SQUARE_MEDIAN)
            excesses.append((dispersion - 1) / mean)
    return statistics.median(excesses) if excesses else 0.0
