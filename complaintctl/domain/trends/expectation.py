"""What the past of a value makes one expect of it now: mean, variance, and the usual level of every past period.

The idea is Farrington's and Noufaily's: a quasi-Poisson regression with trend and season, past outbreaks down-weighted by
their Anscombe residuals, a negative binomial distribution of the next count. Farrington et al. 1996, J. R. Stat. Soc. A
159:547; Noufaily et al. 2013, Stat. Med. 32:1206. docs/trend.md tells what differs and why.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.trends.levels import COMMON_PERIODS, Level, Series, is_unusual
from complaintctl.domain.trends.tails import count_tail

# Farrington's span: five years.
_YEARS_USED: Final = 5
# With fewer years or cases, a season or a trend cannot be told from chance.
_YEARS_OF_SEASON: Final = 2
_CASES_OF_SEASON: Final = 20
# Without two years of past the season is unknown: so far the level may be from the usual, as a standard deviation of the
# logarithm; with one year half as far.
_UNKNOWN_SEASON: Final = 0.4
# The same weeks of the year before: Farrington's three on both sides. A peak of every year may move by one.
_SAME_WEEKS: Final = 3
_PEAK_WEEKS: Final = 1
_USUAL_CASES: Final = 20
_HALF_MONTHS: Final = 24
# Where Wilson and Hilferty's approximation would give 0 or less.
_LEAST_RATIO: Final = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """The past of a value: cases in each period, oldest first, and what the whole had against its usual.

    `growth` is `ahead` longer than `counts`: its last number is that of the period to judge, `ahead` periods after the
    past. `per_year` is the number of periods in a year. `excess` is what all values have in common beyond Poisson's
    variance, in squared means.
    """

    counts: Sequence[int]
    growth: Sequence[float]
    per_year: float
    excess: float
    ahead: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """The distribution of the number of cases in the period to judge, and the usual level of each past period.

    `dispersion` is the variance of a period over its mean, known from that number of `periods`; `spread` is the variance of
    the logarithm of the mean. `usual` has the means of the past periods that were used, the last ones of the past.
    """

    mean: float
    spread: float
    dispersion: float
    periods: float
    usual: list[float]


def expect_count(past: Past) -> Expectation:
    """Returns what is expected of the period after the past; raises ValueError without any past."""
    if not past.counts:
        raise ValueError("no past")
    seasonal = len(past.counts) >= _YEARS_OF_SEASON * past.per_year and sum(past.counts) >= _CASES_OF_SEASON
    years = _YEARS_USED if seasonal else 1
    used = min(len(past.counts), round(years * past.per_year))
    counts, growth = past.counts[-used:], past.growth[-used - past.ahead : -past.ahead]
    series = Series(
        counts=counts, growth=growth, per_year=past.per_year, excess=past.excess, ahead=past.ahead
    )
    level = series.fit_season() if seasonal else series.fit_level()
    ratio, doubt = (1.0, 0.0) if seasonal else _yearly_ratio(past, level)
    peak, doubt_of_peak = _yearly_peak(past, level)
    return Expectation(
        mean=level.rate * past.growth[-1] * max(ratio, peak),
        spread=level.spread + doubt + doubt_of_peak + (0.0 if seasonal else _unknown_season(past)),
        dispersion=level.dispersion,
        periods=sum(level.weights) + COMMON_PERIODS,
        usual=level.usual,
    )


def excess_chance(count: int, expectation: Expectation, share: float = 1.0) -> float:
    """Returns the probability of this number of cases or more, in `share` times the period, if nothing has changed.

    The dispersion is itself uncertain: the tail is averaged over its scaled inverse chi-square distribution.
    """
    mean = share * expectation.mean
    uncertainty = expectation.spread * mean * mean
    total = 0.0
    for quantile, weight in _QUANTILES:
        dispersion = max(1.0, expectation.dispersion / _chi_square_ratio(quantile, expectation.periods))
        total += weight * count_tail(count, mean, dispersion * mean + uncertainty)
    return min(1.0, total)


def _chi_square_ratio(quantile: float, periods: float) -> float:
    """Returns a quantile of chi-square / periods at a standard normal quantile, after Wilson and Hilferty."""
    part = 2 / (9 * periods)
    return max(_LEAST_RATIO, 1 - part + quantile * math.sqrt(part)) ** 3


def _normal_quadrature() -> tuple[tuple[float, float], ...]:
    points = [place / 2 for place in range(-10, 11)]
    weights = [math.exp(-point * point / 2) for point in points]
    return tuple((point, weight / sum(weights)) for point, weight in zip(points, weights, strict=True))


_QUANTILES: Final = _normal_quadrature()


def _unknown_season(past: Past) -> float:
    """Returns the variance of the logarithm of the level that a season not yet seen may cause."""
    share = 1.0 if len(past.counts) < past.per_year else 0.5
    return (share * _UNKNOWN_SEASON) ** 2


def _yearly_ratio(past: Past, level: Level) -> tuple[float, float]:
    """Returns how far the same weeks of the year before were above or below the level, and the variance of its logarithm.

    It is drawn towards 1, by the weight of a fixed number of usual cases.
    """
    usual_cases = _USUAL_CASES * level.dispersion
    for places in _same_weeks(past, _SAME_WEEKS, 1):
        expected = sum(_usual_level(past, level, place) for place in places)
        cases = sum(past.counts[place] for place in places)
        doubt = level.dispersion * expected / (expected + usual_cases) ** 2
        return (cases + usual_cases) / (expected + usual_cases), doubt
    return 1.0, 0.0


def _yearly_peak(past: Past, level: Level) -> tuple[float, float]:
    """Returns how far a peak of every year is above the level, such as Christmas, and the variance of its logarithm.

    Only unusual counts are peaks. It is the median over the years, the lower one of two: a peak of one year among
    several is an outbreak, not a season. Without a peak it is 1.
    """
    peaks = []
    for places in _same_weeks(past, _PEAK_WEEKS, _YEARS_USED):
        ratio = 1.0
        for place in places:
            count, usual = past.counts[place], _usual_level(past, level, place)
            if is_unusual(count, usual, level.dispersion):
                ratio = max(ratio, count / usual)
        peaks.append(ratio)
    ratio = statistics.median_low(peaks) if peaks else 1.0
    return ratio, level.dispersion / (len(peaks) * ratio * level.rate) if ratio > 1 else 0.0


def _same_weeks(past: Past, width: int, years: int) -> Iterator[range]:
    """Yields the places of the same weeks of each earlier year, with that many weeks on both sides; of longer periods the same one."""
    judged = len(past.counts) + past.ahead - 1
    if past.per_year <= _HALF_MONTHS:
        width = 0
    for year in range(1, years + 1):
        middle = judged - round(year * past.per_year)
        if middle - width < 0:
            return
        yield range(middle - width, min(middle + width + 1, len(past.counts)))


def _usual_level(past: Past, level: Level, place: int) -> float:
    used = place - len(past.counts) + len(level.usual)
    return level.usual[used] if used >= 0 else level.rate * past.growth[place]
