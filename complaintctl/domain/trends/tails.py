"""Tails of the Poisson and the negative binomial distribution: how likely a count is, or a greater one."""

import math
from typing import Final

# Below this excess of the variance over the mean, the negative binomial is a Poisson distribution in double precision.
_NEARLY_POISSON: Final = 1e-4
_PRECISION: Final = 1e-15
_TINY: Final = 1e-300
_MAX_STEPS: Final = 100_000


def count_tail(count: int, mean: float, variance: float) -> float:
    """Returns P(X >= count) for a count X: negative binomial if the variance exceeds the mean, otherwise Poisson."""
    if variance <= mean * (1 + _NEARLY_POISSON):
        return poisson_tail(count, mean)
    return negative_binomial_tail(count, mean, mean * mean / (variance - mean))


def poisson_tail(count: int, mean: float) -> float:
    """Returns P(X >= count) of a Poisson distribution: the regularised incomplete gamma function P(count, mean)."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    scale = math.exp(count * math.log(mean) - mean - math.lgamma(count))
    if mean < count + 1:
        return min(1.0, scale * _gamma_series(count, mean))
    return max(0.0, 1 - scale * _gamma_fraction(count, mean))


def _gamma_series(shape: float, at: float) -> float:
    term = total = 1 / shape
    for step in range(1, _MAX_STEPS):
        term *= at / (shape + step)
        total += term
        if term < total * _PRECISION:
            break
    return total


def _gamma_fraction(shape: float, at: float) -> float:
    """Returns the continued fraction of the upper incomplete gamma function, by Lentz's method."""
    below = at + 1 - shape
    ratio, inverse = 1 / _TINY, 1 / below
    value = inverse
    for step in range(1, _MAX_STEPS):
        factor = -step * (step - shape)
        below += 2
        inverse = 1 / _away_from_zero(factor * inverse + below)
        ratio = _away_from_zero(below + factor / ratio)
        change = ratio * inverse
        value *= change
        if abs(change - 1) < _PRECISION:
            break
    return value


def negative_binomial_tail(count: int, mean: float, size: float) -> float:
    """Returns P(X >= count) for a mean and a size; the variance is mean + mean² / size.

    It is the regularised incomplete beta function I_x(count, size) at x = mean / (mean + size).
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    share, rest = mean / (mean + size), size / (mean + size)
    scale = math.exp(
        math.lgamma(count + size)
        - math.lgamma(count)
        - math.lgamma(size)
        + count * math.log(share)
        + size * math.log(rest)
    )
    if share < (count + 1) / (count + size + 2):
        return min(1.0, scale * _beta_fraction(count, size, share) / count)
    return max(0.0, 1 - scale * _beta_fraction(size, count, rest) / size)


def _beta_fraction(first: float, second: float, at: float) -> float:
    """Returns the continued fraction of the incomplete beta function, by Lentz's method."""
    both = first + second
    ratio = 1.0
    inverse = 1 / _away_from_zero(1 - both * at / (first + 1))
    value = inverse
    for step in range(1, _MAX_STEPS):
        place = first + 2 * step
        for factor in (
            step * (second - step) * at / ((place - 1) * place),
            -(first + step) * (both + step) * at / (place * (place + 1)),
        ):
            inverse = 1 / _away_from_zero(1 + factor * inverse)
            ratio = _away_from_zero(1 + factor / ratio)
            change = ratio * inverse
            value *= change
        if abs(change - 1) < _PRECISION:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
