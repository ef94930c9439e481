"""Exact intervals of a rate and of a ratio of rates, against published values and against their definition."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.reports.rate_ratio import compare_rates, poisson_interval, proportion_interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        # Garwood 1936, table of 95 % limits, as reprinted by Ulm 1990 (American Journal of Epidemiology 131, 373).
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (2, 0.2422, 7.225),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (100, 81.364, 121.627),
    ],
)
def test_the_interval_of_a_count_is_that_of_garwoods_table(count: int, low: float, high: float) -> None:
    assert poisson_interval(count, 0.95) == pytest.approx((low, high), abs=6e-4)


def test_the_interval_of_a_rate_is_that_of_poisson_test_in_r() -> None:
    # R, help(poisson.test): poisson.test(137, 24.19893) prints 4.753125 6.692709.
    low, high = poisson_interval(137, 0.95)
    assert (low / 24.19893, high / 24.19893) == pytest.approx((4.753125, 6.692709), abs=1e-6)


def test_the_ratio_is_that_of_poisson_test_in_r() -> None:
    # R, help(poisson.test): poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)), example of Rothman,
    # prints the ratio 1.971488 and the interval 0.8584264 4.2772659. The first count of R is our later one.
    found = compare_rates((21, 3011), (11, 800), 0.95)
    assert (found.ratio, found.low, found.high) == pytest.approx((1.971488, 0.8584264, 4.2772659), abs=1e-6)
    assert found.changed == 0


def test_nothing_before_leaves_the_ratio_open_and_nothing_after_begins_at_nought() -> None:
    neither, only_later, only_earlier = (
        compare_rates(*pair, 0.95) for pair in (((0, 10), (0, 10)), ((0, 10), (7, 10)), ((7, 10), (0, 10)))
    )
    assert (neither.ratio, neither.low, neither.high, neither.changed) == (None, 0, math.inf, 0)
    assert (only_later.ratio, only_later.high, only_later.changed) == (None, math.inf, 1)
    assert (only_earlier.ratio, only_earlier.low, only_earlier.changed) == (0, 0, -1)
    # By hand: 0 of 7 has the upper limit 1 - 0.025 ** (1 / 7) = 0.409616, and 0.409616 / 0.590384 = 0.69381.
    assert only_earlier.high == pytest.approx(0.69381, abs=1e-5)


def binomial_tail(least: int, total: int, share: float) -> float:
    exact = Fraction(share)
    terms = (
        math.comb(total, count) * exact**count * (1 - exact) ** (total - count)
        for count in range(least, total + 1)
    )
    return float(sum(terms, Fraction(0)))


@given(total=st.integers(1, 60), data=st.data(), confidence=st.sampled_from([0.8, 0.95, 0.99]))
def test_the_limits_of_a_proportion_leave_half_the_error_on_each_side(
    total: int, data: st.DataObject, confidence: float
) -> None:
    count = data.draw(st.integers(0, total))
    low, high = proportion_interval(count, total, confidence)
    if count:
        assert binomial_tail(count, total, low) == pytest.approx((1 - confidence) / 2, rel=1e-9)
    if count < total:
        assert 1 - binomial_tail(count + 1, total, high) == pytest.approx((1 - confidence) / 2, rel=1e-9)


@given(count=st.integers(0, 5000))
def test_the_limits_of_a_count_leave_half_the_error_on_each_side(count: int) -> None:
    low, high = poisson_interval(count, 0.95)

    def up_to(most: int, mean: float) -> float:
        return math.fsum(
            math.exp(index * math.log(mean) - mean - math.lgamma(index + 1)) for index in range(most + 1)
        )

    assert up_to(count, high) == pytest.approx(0.025, rel=1e-6)
    if count:
        assert 1 - up_to(count - 1, low) == pytest.approx(0.025, rel=1e-6)


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.1, 1000), st.floats(0.1, 1000))
def test_exchanging_before_and_after_turns_the_ratio_over(
    first: int, second: int, one: float, other: float
) -> None:
    there, back = (
        compare_rates((first, one), (second, other), 0.95),
        compare_rates((second, other), (first, one), 0.95),
    )
    assert there.low == pytest.approx(1 / back.high if back.high < math.inf else 0, rel=1e-6)
