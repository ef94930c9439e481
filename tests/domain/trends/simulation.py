"""Weekly counts with planted outbreaks, after the published simulation of Noufaily et al. 2013 (Stat. Med. 32:1206).

Seven settings of level, trend, season and dispersion, each with and without trend and season: 28 scenarios. 624 weeks;
four outbreaks in weeks 313 to 575 (2, 3, 5 or 10 times the standard deviation of the week), one in the last 49 weeks
(1 to 10 times), its cases spread over weeks by a lognormal distribution (0, 0.5).
"""

import itertools
import math
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

WEEKS: Final = 624
FIRST_OUTBREAK_WEEK: Final = 312
CURRENT_WEEKS: Final = 49
SEED: Final = 20131206
PAST_SIZES: Final = (2, 3, 5, 10)
PAST_OUTBREAKS: Final = 4
CURRENT_SIZES: Final = tuple(range(1, 11))
_SPREAD: Final = statistics.NormalDist(0, 0.5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """log(mean) = theta + beta * week + gamma1 * cos(year) + gamma2 * sin(year); the variance is phi times the mean."""

    theta: float
    beta: float
    gamma1: float
    gamma2: float
    phi: float

    def mean(self, week: int) -> float:
        turn = math.tau * week / 52
        return math.exp(
            self.theta + self.beta * week + self.gamma1 * math.cos(turn) + self.gamma2 * math.sin(turn)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """The counts of 624 weeks, and in which of the last 49 weeks the current outbreak has cases."""

    scenario: int
    counts: list[int]
    outbreak: frozenset[int]


# theta, beta, gamma1, gamma2, phi
_SETTINGS: Final = (
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)
SCENARIOS: Final = tuple(
    Scenario(
        theta=theta,
        beta=trend * beta,
        gamma1=season * gamma1,
        gamma2=season * gamma2,
        phi=phi,
    )
    for theta, beta, gamma1, gamma2, phi in _SETTINGS
    for trend, season in itertools.product((0, 1), repeat=2)
)


def simulate(per_scenario: int, seed: int = SEED) -> Iterator[Series]:
    """Yields so many series of every scenario; the same ones for the same seed, on every machine and version."""
    for number, scenario in enumerate(SCENARIOS):
        for copy in range(per_scenario):
            yield _simulate_series(number, scenario, random.Random(f"{seed}/{number}/{copy}"))  # noqa: S311 - a simulation


def _simulate_series(number: int, scenario: Scenario, source: random.Random) -> Series:
    means = [scenario.mean(week) for week in range(1, WEEKS + 1)]
    counts = [draw_count(mean, scenario.phi, source.random()) for mean in means]
    last_past = WEEKS - CURRENT_WEEKS
    for _outbreak in range(PAST_OUTBREAKS):
        start = FIRST_OUTBREAK_WEEK + int(source.random() * (last_past - FIRST_OUTBREAK_WEEK))
        size = PAST_SIZES[int(source.random() * len(PAST_SIZES))]
        _plant(counts, start, size * math.sqrt(scenario.phi * means[start]), last_past, source)
    start = last_past + int(source.random() * CURRENT_WEEKS)
    size = CURRENT_SIZES[int(source.random() * len(CURRENT_SIZES))]
    planted = _plant(counts, start, size * math.sqrt(scenario.phi * means[start]), WEEKS, source)
    return Series(scenario=number, counts=counts, outbreak=frozenset(planted))


def _plant(counts: list[int], start: int, size: float, end: int, source: random.Random) -> set[int]:
    """Add an outbreak; returns its weeks. Cases that would come after the end come in the last week."""
    weeks = set()
    for _case in range(draw_count(size, 1.0, source.random())):
        week = min(start + int(math.exp(_SPREAD.inv_cdf(max(source.random(), 1e-12)))), end - 1)
        counts[week] += 1
        weeks.add(week)
    return weeks


def draw_count(mean: float, phi: float, chance: float) -> int:
    """Returns the quantile at `chance` of a negative binomial distribution, or of Poisson's if phi is 1."""
    count, share = 0, math.exp(-mean) if phi == 1 else phi ** (-mean / (phi - 1))
    below = share
    while below < chance and share > 0:
        count += 1
        if phi == 1:
            share *= mean / count
        else:
            share *= (count - 1 + mean / (phi - 1)) * (1 - 1 / phi) / count
        below += share
    return count
