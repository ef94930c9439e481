"""Log-linear regression of counts by penalised quasi-likelihood: weights, exposures and a prior for each slope."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul, sub
from typing import Final

_MAX_ROUNDS: Final = 25
_SMALL_STEP: Final = 1e-4
# A step of Newton's method changes no coefficient by more than this, so that the first steps stay on the map.
_LONGEST_STEP: Final = 2.0

Row = tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLinearFit:
    """Coefficients of log(mean / exposure), the fitted means, and the inverse of the information matrix.

    The variance of the coefficients is `dispersion` times `inverse`.
    """

    coefficients: tuple[float, ...]
    means: list[float]
    inverse: list[list[float]]


class Columns:
    """The columns of a design, and the products of each pair of them, made once for several fits."""

    def __init__(self, columns: Sequence[Sequence[float]]) -> None:
        self.columns = columns
        self.products = [
            [list(map(mul, first, second)) for second in columns[: place + 1]]
            for place, first in enumerate(columns)
        ]


def fit_log_linear(
    design: Columns,
    counts: Sequence[float],
    exposures: Sequence[float],
    weights: Sequence[float],
    precisions: Row,
    start: Row,
) -> LogLinearFit:
    """Returns the fit; `precisions` are those of the normal priors around 0 of the coefficients, 0 for none."""
    coefficients = list(start)
    for _round in range(_MAX_ROUNDS):
        means = _means(design, exposures, coefficients)
        inverse = _invert(_information(design, means, weights, precisions))
        rests = list(map(mul, weights, map(sub, counts, means)))
        score = [
            sum(map(mul, rests, column)) - precision * value
            for column, precision, value in zip(design.columns, precisions, coefficients, strict=True)
        ]
        steps = [sum(map(mul, line, score)) for line in inverse]
        longest = max(map(abs, steps))
        factor = min(1.0, _LONGEST_STEP / longest) if longest else 1.0
        coefficients = [value + factor * step for value, step in zip(coefficients, steps, strict=True)]
        if longest < _SMALL_STEP:
            break
    means = _means(design, exposures, coefficients)
    return LogLinearFit(coefficients=tuple(coefficients), means=means, inverse=inverse)


def _means(design: Columns, exposures: Sequence[float], coefficients: Sequence[float]) -> list[float]:
    total: list[float] = [0.0] * len(exposures)
    for column, value in zip(design.columns, coefficients, strict=True):
        total = [before + value * entry for before, entry in zip(total, column, strict=True)]
    return list(map(mul, exposures, map(math.exp, total)))


def _information(
    design: Columns, means: Sequence[float], weights: Sequence[float], precisions: Row
) -> list[list[float]]:
    strengths = list(map(mul, weights, means))
    matrix = [[sum(map(mul, strengths, product)) for product in line] for line in design.products]
    for place, line in enumerate(matrix):
        line[place] += precisions[place]
    size = len(matrix)
    return [[matrix[max(a, b)][min(a, b)] for b in range(size)] for a in range(size)]


def _invert(matrix: list[list[float]]) -> list[list[float]]:
    """Returns the inverse of a positive definite matrix, by Gauss and Jordan."""
    size = len(matrix)
    work = [[*line, *(float(place == other) for other in range(size))] for place, line in enumerate(matrix)]
    for place in range(size):
        pivot = work[place][place]
        work[place] = [value / pivot for value in work[place]]
        for other in range(size):
            if other != place and (factor := work[other][place]):
                work[other] = [a - factor * b for a, b in zip(work[other], work[place], strict=True)]
    return [line[size:] for line in work]
