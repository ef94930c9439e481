"""What the past of a value makes one expect of it now: mean, variance, and the usual level of every past period.

The idea is Farrington's and Noufaily's: a quasi-Poisson regression with trend and season, past outbreaks down-weighted by
their Anscombe residuals, a negative binomial distribution of the next count. Farrington et al. 1996, J. R. Stat. Soc. A
159:547; Noufaily et al. 2013, Stat. Med. 32:1206. docs/trend.md tells what differs and why.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import Final

from complaintctl.domain.trends.regression import Columns, LogLinearFit, Row, fit_log_linear

# Farrington's span: five years.
_YEARS_USED: Final = 5
# Noufaily's limit of a residual; beyond it the weight is its square inverted.
_USUAL_RESIDUAL: Final = 2.58
_ROUNDS: Final = 3
# With fewer years or cases, a season or a trend cannot be told from chance.
_YEARS_OF_SEASON: Final = 2
_CASES_OF_SEASON: Final = 20
# Priors: the level changes by a quarter a year, the season by half, in one standard deviation.
_TREND_PRECISION: Final = 1 / 0.25**2
_SEASON_PRECISION: Final = 1 / 0.5**2
# Half a case (Jeffreys' prior): a value without a past is expected to have a small number, not none.
_PRIOR_CASES: Final = 0.5
# A single value's dispersion counts as much as the common one after so many periods.
_COMMON_PERIODS: Final = 10
# The same weeks of earlier years: one before, one after, as if so many cases had been as usual.
_SAME_WEEKS: Final = 1
_USUAL_CASES: Final = 20
_CHI_SQUARE_MEDIAN: Final = 0.4549


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """The past of a value: cases in each period, oldest first, and what the whole had against its usual.

    `growth` is `ahead` longer than `counts`: its last number is that of the period to judge, `ahead` periods after the
    past. `per_year` is the number of periods in a year. `excess` is what the variance of all values has beyond the Poisson's, in squared means.
    """

    counts: Sequence[int]
    growth: Sequence[float]
    per_year: float
    excess: float
    ahead: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """The distribution of the number of cases in the period to judge, and the usual level of each past period.

    `variance` has the uncertainty of the mean in it; `dispersion` is the variance of a past period over its mean.
    `usual` has the means of the past periods that were used, the last ones of the past; `weights` how far they count.
    """

    mean: float
    variance: float
    dispersion: float
    usual: list[float]
    weights: list[float]


def expect_count(past: Past) -> Expectation:
    """Returns what is expected of the period after the past; raises ValueError without any past."""
    if not past.counts:
        raise ValueError("no past")
    seasonal = len(past.counts) >= _YEARS_OF_SEASON * past.per_year and sum(past.counts) >= _CASES_OF_SEASON
    years = _YEARS_USED if seasonal else 1
    used = min(len(past.counts), round(years * past.per_year))
    counts, growth = past.counts[-used:], past.growth[-used - past.ahead : -past.ahead]
    model = _Model(counts=counts, growth=growth, per_year=past.per_year, excess=past.excess, ahead=past.ahead)
    level = model.fit_season() if seasonal else model.fit_level()
    ratio, doubt = _same_weeks_ratio(past, level)
    mean = level.rate * past.growth[-1] * ratio
    spread = level.spread + doubt
    return Expectation(
        mean=mean,
        variance=level.dispersion * mean + spread * mean * mean,
        dispersion=level.dispersion,
        usual=level.usual,
        weights=level.weights,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Level:
    """The rate now with the variance of its logarithm, and the fit of the past."""

    rate: float
    spread: float
    dispersion: float
    usual: list[float]
    weights: list[float]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Model:
    counts: Sequence[int]
    growth: Sequence[float]
    per_year: float
    excess: float
    ahead: int

    def fit_level(self) -> _Level:
        """One level for all periods. It starts from the median, as a few periods cannot outvote an outbreak."""
        rates = [count / growth for count, growth in zip(self.counts, self.growth, strict=True)]
        rate = max(statistics.median(rates), _trimmed_mean(rates), _PRIOR_CASES / len(rates))
        usual = [rate * growth for growth in self.growth]
        squares = [(count - mean) ** 2 / mean for count, mean in zip(self.counts, usual, strict=True)]
        dispersion = max(1.0, statistics.median(squares) / _CHI_SQUARE_MEDIAN)
        for _round in range(_ROUNDS):
            weights = _weights(self.counts, usual, dispersion)
            cases = sum(map(mul, weights, map(float, self.counts))) + _PRIOR_CASES
            rate = cases / sum(map(mul, weights, self.growth))
            usual = [rate * growth for growth in self.growth]
            dispersion = self._dispersion(usual, weights, 1)
        return _Level(
            rate=rate, spread=dispersion / cases, dispersion=dispersion, usual=usual, weights=weights
        )

    def fit_season(self) -> _Level:
        """Level, trend and a yearly wave; the period to judge is at time 0."""
        rows, start = _design(len(self.counts), self.ahead, self.per_year), self._start()
        weights = [1.0] * len(self.counts)
        fit, dispersion = self._fit(rows, weights, 1.0, start), 1.0
        for _round in range(_ROUNDS):
            dispersion = self._dispersion(fit.means, weights, len(start))
            weights = _weights(self.counts, fit.means, dispersion)
            fit = self._fit(rows, weights, dispersion, fit.coefficients)
        dispersion = self._dispersion(fit.means, weights, len(start))
        here = _NOW
        spread = sum(
            here[a] * here[b] * fit.inverse[a][b] for a in range(len(here)) for b in range(len(here))
        )
        rate = math.exp(sum(map(mul, here, fit.coefficients)))
        return _Level(
            rate=rate, spread=dispersion * spread, dispersion=dispersion, usual=fit.means, weights=weights
        )

    def _start(self) -> Row:
        return (math.log(sum(self.counts) / sum(self.growth)), 0.0, 0.0, 0.0)

    def _fit(self, rows: Columns, weights: list[float], dispersion: float, start: Row) -> LogLinearFit:
        season = dispersion * _SEASON_PRECISION
        precisions = (0.0, dispersion * _TREND_PRECISION, season, season)
        return fit_log_linear(rows, self.counts, self.growth, weights, precisions, start)

    def _dispersion(self, usual: list[float], weights: list[float], coefficients: int) -> float:
        """Variance over mean, at least 1; a short past is drawn towards what all values have in common."""
        squares = sum(
            weight * (count - mean) ** 2 / mean
            for count, mean, weight in zip(self.counts, usual, weights, strict=True)
        )
        periods = max(sum(weights) - coefficients, 0.0)
        common = 1 + self.excess * sum(usual) / len(usual)
        return max(1.0, (squares + _COMMON_PERIODS * common) / (periods + _COMMON_PERIODS))


_NOW: Final[Row] = (1.0, 0.0, 1.0, 0.0)


def _design(periods: int, ahead: int, per_year: float) -> Columns:
    years = [(place - periods - ahead + 1) / per_year for place in range(periods)]
    turns = [math.tau * year for year in years]
    return Columns([[1.0] * periods, years, list(map(math.cos, turns)), list(map(math.sin, turns))])


def _trimmed_mean(rates: list[float]) -> float:
    """Returns the mean without the highest quarter: the start of a level whose median is 0."""
    kept = sorted(rates)[: max(1, 3 * len(rates) // 4)]
    return sum(kept) / len(kept)


def _weights(counts: Sequence[int], usual: Sequence[float], dispersion: float) -> list[float]:
    """Returns 1 for a usual period, and the inverse square of the Anscombe residual for one far above."""
    scale = math.sqrt(dispersion)
    weights = []
    for count, mean in zip(counts, usual, strict=True):
        residual = 1.5 * (count ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * scale)
        weights.append(1.0 if residual <= _USUAL_RESIDUAL else residual**-2)
    return weights


def _same_weeks_ratio(past: Past, level: _Level) -> tuple[float, float]:
    """Returns how far the same weeks of earlier years were above or below the fit, and the variance of its logarithm.

    It is the median over the years, the lower one of two: a peak of one year is an outbreak, not a season. Without a
    whole year of past it is 1.
    """
    periods, used = len(past.counts), len(level.usual)
    ratios = []
    spreads = []
    year = 1
    width = _SAME_WEEKS if past.per_year > 24 else 0
    usual_cases = _USUAL_CASES * level.dispersion
    while (
        middle := periods + past.ahead - 1 - round(year * past.per_year)
    ) - width >= 0 and year <= _YEARS_USED:
        places = [place for place in range(middle - width, middle + width + 1) if place < periods]
        expected = sum(
            level.usual[place - periods + used]
            if place >= periods - used
            else level.rate * past.growth[place]
            for place in places
        )
        cases = sum(past.counts[place] for place in places)
        ratios.append((cases + usual_cases) / (expected + usual_cases))
        spreads.append(level.dispersion * expected / (expected + usual_cases) ** 2)
        year += 1
    if not ratios:
        return 1.0, 0.0
    return statistics.median_low(ratios), statistics.median_low(spreads) / len(ratios)
