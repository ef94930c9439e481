"""The usual level of a series of counts: a quasi-Poisson regression in which past outbreaks count little."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import Final

from complaintctl.domain.trends.regression import Columns, LogLinearFit, Row, fit_log_linear

# Noufaily's limit of a residual; beyond it the weight is its square inverted.
_USUAL_RESIDUAL: Final = 2.58
_ROUNDS: Final = 4
# So many unusual periods up to now are a new level, not an outbreak.
_NEW_LEVEL: Final = 4
# Priors: the level changes by a quarter a year, the season by half, in one standard deviation.
_TREND_PRECISION: Final = 1 / 0.25**2
_SEASON_PRECISION: Final = 1 / 0.5**2
# Half a case (Jeffreys' prior): a value without a past is expected to have a small number, not none.
_PRIOR_CASES: Final = 0.5
# As many periods as the dispersion that all values have in common stands for.
COMMON_PERIODS: Final = 5
_CHI_SQUARE_MEDIAN: Final = 0.4549
# Level, trend, cosine and sine of the period to judge, which is at time 0.
_NOW: Final[Row] = (1.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """The rate now with the variance of its logarithm (`spread`), and the fit of the past.

    `dispersion` is the variance of a period over its mean; `usual` has the mean of each past period, `weights` how far
    each one counts: less than 1 in an outbreak.
    """

    rate: float
    spread: float
    dispersion: float
    usual: list[float]
    weights: list[float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """Counts of periods; the period to judge comes `ahead` periods after the last one. See `expectation.Past`."""

    counts: Sequence[int]
    growth: Sequence[float]
    per_year: float
    excess: float
    ahead: int

    def fit_level(self) -> Level:
        """One level for all periods. It starts robustly: of few periods, an outbreak would hide itself."""
        rates = [count / growth for count, growth in zip(self.counts, self.growth, strict=True)]
        rate = max(densest_half_mean(rates), _PRIOR_CASES / len(rates))
        usual = [rate * growth for growth in self.growth]
        below = [
            (count - mean) ** 2 / mean
            for count, mean in zip(self.counts, usual, strict=True)
            if count <= mean
        ]
        dispersion = max(1.0, statistics.median(below or [0.0]) / _CHI_SQUARE_MEDIAN)
        for _round in range(_ROUNDS):
            weights = _weights(self.counts, usual, dispersion)
            cases = sum(map(mul, weights, map(float, self.counts))) + _PRIOR_CASES
            rate = cases / sum(map(mul, weights, self.growth))
            usual = [rate * growth for growth in self.growth]
            dispersion = self._dispersion(usual, weights, 1)
        return Level(
            rate=rate, spread=dispersion / cases, dispersion=dispersion, usual=usual, weights=weights
        )

    def fit_season(self) -> Level:
        """Level, trend and a yearly wave."""
        rows, start = _design(len(self.counts), self.ahead, self.per_year), self._start()
        weights = [1.0] * len(self.counts)
        fit, dispersion = self._fit(rows, weights, 1.0, start), 1.0
        for _round in range(_ROUNDS):
            dispersion = self._dispersion(fit.means, weights, len(start))
            weights = _weights(self.counts, fit.means, dispersion)
            fit = self._fit(rows, weights, dispersion, fit.coefficients)
        dispersion = self._dispersion(fit.means, weights, len(start))
        spread = sum(
            first * second * value
            for first, line in zip(_NOW, fit.inverse, strict=True)
            for second, value in zip(_NOW, line, strict=True)
        )
        rate = math.exp(sum(map(mul, _NOW, fit.coefficients)))
        return Level(
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
        squares = [
            (count - mean) ** 2 / mean
            for count, mean, weight in zip(self.counts, usual, weights, strict=True)
            if weight == 1
        ]
        periods = max(len(squares) - coefficients, 0)
        common = 1 + self.excess * sum(usual) / len(usual)
        return max(1.0, (sum(squares) + COMMON_PERIODS * common) / (periods + COMMON_PERIODS))


def _design(periods: int, ahead: int, per_year: float) -> Columns:
    years = [(place - periods - ahead + 1) / per_year for place in range(periods)]
    turns = [math.tau * year for year in years]
    return Columns([[1.0] * periods, years, list(map(math.cos, turns)), list(map(math.sin, turns))])


def densest_half_mean(rates: list[float]) -> float:
    """Returns the mean of the half of the rates that lie closest together (the shorth), which outbreaks do not move."""
    roots = sorted(map(math.sqrt, rates))
    half = len(roots) // 2 + 1
    start = min(range(len(roots) - half + 1), key=lambda place: roots[place + half - 1] - roots[place])
    return statistics.fmean(root * root for root in roots[start : start + half])


def is_unusual(count: int, mean: float, dispersion: float) -> bool:
    """Whether a count is far above its mean, by its Anscombe residual."""
    return _anscombe_residual(count, mean, dispersion) > _USUAL_RESIDUAL


def _anscombe_residual(count: int, mean: float, dispersion: float) -> float:
    return 1.5 * (count ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * math.sqrt(dispersion))


def _weights(counts: Sequence[int], usual: Sequence[float], dispersion: float) -> list[float]:
    """Returns 1 for a usual period, and the inverse square of the residual for one far above."""
    residuals = [
        _anscombe_residual(count, mean, dispersion) for count, mean in zip(counts, usual, strict=True)
    ]
    weights = [1.0 if residual <= _USUAL_RESIDUAL else residual**-2 for residual in residuals]
    return _without_new_level(weights)


def _without_new_level(weights: list[float]) -> list[float]:
    """Returns the weights with 1 in the last periods if they are all unusual and many: that is the new level."""
    run = 0
    while run < len(weights) and weights[-run - 1] < 1:
        run += 1
    return [*weights[: len(weights) - run], *[1.0] * run] if run >= _NEW_LEVEL else weights
