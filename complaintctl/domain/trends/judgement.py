"""Whether the last count of a series is more than its past explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.trends.expectation import Expectation, Past, excess_chance, expect_count

# A finding has at least this many cases (Farrington's rule of five).
LEAST_CASES: Final = 5
# Four periods of past, one that may be part of the same outbreak, one to judge.
LEAST_PERIODS: Final = 6
# An outbreak may have begun in the period before: that one is no part of the past.
_AHEAD: Final = 2
# The chance of error is spent on this period alone, and the rest on both periods together.
_SHARE_OF_ONE: Final = 0.3
# Both together count only if this period is high by itself, and has at least half of the one before.
_HIGH: Final = 0.05
_STILL_HIGH: Final = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The last count of a series against its past.

    `chance` is the probability of such a count or a greater one if nothing has changed; `since` is the place of the
    first period of the present run of high counts. `spread` and `dispersion` are those of `Expectation`.
    """

    count: int
    expected: float
    dispersion: float
    spread: float
    chance: float
    since: int


def judge_last_count(
    counts: Sequence[int], growth: Sequence[float], per_year: float, excess: float
) -> Judgement:
    """Returns the judgement of the last of at least LEAST_PERIODS counts. See `Past` for the parameters.

    `growth` has as many numbers as `counts`.
    """
    past = Past(counts=counts[:-_AHEAD], growth=growth, per_year=per_year, excess=excess, ahead=_AHEAD)
    expectation = expect_count(past)
    count, before = counts[-1], counts[-2]
    chance = excess_chance(count, expectation)
    both = 1.0
    if chance <= _HIGH and count >= _STILL_HIGH * before:
        both = excess_chance(count + before, expectation, 1 + growth[-2] / growth[-1])
    return Judgement(
        count=count,
        expected=expectation.mean,
        dispersion=expectation.dispersion,
        spread=expectation.spread,
        chance=min(1.0, chance / _SHARE_OF_ONE, both / (1 - _SHARE_OF_ONE)),
        since=_run_start(counts, expectation, growth) if chance <= _HIGH else len(counts) - 1,
    )


def _run_start(counts: Sequence[int], expectation: Expectation, growth: Sequence[float]) -> int:
    """Returns the place of the first of the last counts that all were high."""
    usual = [*expectation.usual, expectation.mean * growth[-2] / growth[-1]]
    start = len(counts) - 1
    for mean in reversed(usual):
        if (
            counts[start - 1] <= mean
            or excess_chance(counts[start - 1], expectation, mean / expectation.mean) > _HIGH
        ):
            break
        start -= 1
    return start
