"""Exact confidence intervals of a rate (Garwood) and of the ratio of two rates (conditional binomial)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Interval = tuple[float, float]

_STEPS: Final = 200
_TERMS: Final = 100_000
_PRECISION: Final = 1e-15
# Replaces a zero in the continued fractions (modified Lentz method).
_TINY: Final = 1e-300


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A count over an exposure (days, units sold), with the Garwood interval of count / exposure."""

    count: int
    exposure: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """The count per unit of exposure."""
        return self.count / self.exposure


@dataclass(frozen=True, kw_only=True, slots=True)
class RateRatio:
    """Two rates, and after / before with its interval.

    `ratio` is None if there was nothing before; `high` is infinite then. `low` is 0 if there was nothing after.
    """

    before: Rate
    after: Rate
    ratio: float | None
    low: float
    high: float
    confidence: float

    @property
    def changed(self) -> int:
        """-1: the whole interval is below 1; 1: above 1; 0: it contains 1, so no change is shown."""
        return -1 if self.high < 1 else int(self.low > 1)


def compare_rates(before: tuple[int, float], after: tuple[int, float], confidence: float) -> RateRatio:
    """Returns the ratio of two rates, each a count and a positive exposure, with its exact interval.

    Given the total, the later count is binomial with p = r t2 / (t1 + r t2); the Clopper-Pearson interval of p gives
    that of the ratio r (Przyborowski and Wilenski 1940, Biometrika 31).
    """
    (first, first_exposure), (second, second_exposure) = before, after
    low, high = proportion_interval(second, first + second, confidence)
    scale = first_exposure / second_exposure
    return RateRatio(
        before=_rate(first, first_exposure, confidence),
        after=_rate(second, second_exposure, confidence),
        ratio=second / first * scale if first else None,
        low=low / (1 - low) * scale,
        high=high / (1 - high) * scale if high < 1 else math.inf,
        confidence=confidence,
    )


def _rate(count: int, exposure: float, confidence: float) -> Rate:
    low, high = poisson_interval(count, confidence)
    return Rate(count=count, exposure=exposure, low=low / exposure, high=high / exposure)


def poisson_interval(count: int, confidence: float) -> Interval:
    """Returns the exact interval of the mean of a Poisson count (Garwood 1936, Biometrika 28)."""
    tail = (1 - confidence) / 2
    most = count + 10 * math.sqrt(count + 1) + 50
    low = _solve(lambda mean: _gamma_share(count, mean), tail, most) if count else 0.0
    return low, _solve(lambda mean: _gamma_share(count + 1, mean), 1 - tail, most)


def proportion_interval(count: int, total: int, confidence: float) -> Interval:
    """Returns the exact interval of a proportion (Clopper and Pearson 1934, Biometrika 26); 0 to 1 without cases."""
    tail = (1 - confidence) / 2
    low = _solve(lambda share: _beta_share(count, total - count + 1, share), tail, 1) if count else 0.0
    high = (
        _solve(lambda share: _beta_share(count + 1, total - count, share), 1 - tail, 1)
        if count < total
        else 1.0
    )
    return low, high


def _solve(function: Callable[[float], float], wanted: float, most: float) -> float:
    """Returns where a rising function from 0 to `most` has the wanted value, by bisection."""
    low, high = 0.0, float(most)
    for _step in range(_STEPS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if function(middle) < wanted else (low, middle)
    return (low + high) / 2


def _gamma_share(shape: float, value: float) -> float:
    """Returns the regularized lower incomplete gamma function: P(Poisson(value) >= shape) for a whole shape."""
    if value <= 0:
        return 0.0
    factor = math.exp(shape * math.log(value) - value - math.lgamma(shape))
    if value < shape + 1:
        term = total = 1 / shape
        for index in range(1, _TERMS):
            term *= value / (shape + index)
            total += term
            if term < total * _PRECISION:
                break
        return factor * total
    return 1 - factor * _continued_fraction(
        value + 1 - shape, lambda index: (-index * (index - shape), value + 2 * index + 1 - shape)
    )


def _beta_share(first: float, second: float, value: float) -> float:
    """Returns the regularized incomplete beta function: P(Binomial(n, value) >= first) with n = first + second - 1."""
    if not 0 < value < 1:
        return float(value >= 1)
    if value > (first + 1) / (first + second + 2):
        return 1 - _beta_share(second, first, 1 - value)
    factor = math.exp(
        math.lgamma(first + second)
        - math.lgamma(first)
        - math.lgamma(second)
        + first * math.log(value)
        + second * math.log1p(-value)
    )

    def part(index: int) -> tuple[float, float]:
        half, place = index // 2, first + index
        sign = -(first + half) * (first + second + half) if index % 2 else half * (second - half)
        return sign * value / ((place - 1) * place), 1.0

    return factor / first * _continued_fraction(1.0, part)


def _continued_fraction(start: float, part: Callable[[int], tuple[float, float]]) -> float:
    """Returns 1 / (start + a1 / (b1 + a2 / (b2 + ...))), where `part(i)` gives a_i and b_i."""
    above = start or _TINY
    ratio, below = above, 0.0
    for index in range(1, _TERMS):
        numerator, denominator = part(index)
        below = 1 / (denominator + numerator * below or _TINY)
        above = denominator + numerator / above or _TINY
        ratio *= above * below
        if abs(above * below - 1) < _PRECISION:
            break
    return 1 / ratio
