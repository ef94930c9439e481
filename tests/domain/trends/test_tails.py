import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from complaintctl.domain.trends.tails import (
    count_tail,
    negative_binomial_tail,
    poisson_tail,
)

MEANS = st.floats(0.001, 3000)
COUNTS = st.integers(0, 4000)


def smallest_unlikely_count(mean: float, variance: float, level: float) -> int:
    """Returns the smallest count with P(X >= count) <= level: the threshold of an alarm."""
    low, high = 0, 1
    while count_tail(high, mean, variance) > level:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if count_tail(middle, mean, variance) > level:
            low = middle
        else:
            high = middle
    return high


def test_tails_by_hand() -> None:
    # P(X >= 1) = 1 - e^-1; P(X >= 2) = 1 - 2 e^-1
    assert poisson_tail(1, 1.0) == pytest.approx(1 - math.exp(-1))
    assert poisson_tail(2, 1.0) == pytest.approx(1 - 2 * math.exp(-1))
    # Size 1 is geometric: P(X >= 3) = (mean / (mean + 1))^3
    assert negative_binomial_tail(3, 4.0, 1.0) == pytest.approx(0.8**3)


def test_the_ends_of_the_tails() -> None:
    assert poisson_tail(0, 3.0) == negative_binomial_tail(0, 3.0, 2.0) == 1.0
    assert poisson_tail(1, 0.0) == negative_binomial_tail(1, 0.0, 2.0) == 0.0


def test_a_variance_beyond_the_mean_makes_it_negative_binomial() -> None:
    assert count_tail(9, 4.0, 4.0) == poisson_tail(9, 4.0)
    assert count_tail(9, 4.0, 3.0) == poisson_tail(9, 4.0)
    # mean + mean²/size = 12 gives size 2
    assert count_tail(9, 4.0, 12.0) == negative_binomial_tail(9, 4.0, 2.0)


@given(COUNTS, MEANS)
def test_the_poisson_tail_is_scipys(count: int, mean: float) -> None:
    assert poisson_tail(count, mean) == pytest.approx(stats.poisson.sf(count - 1, mean), rel=1e-7, abs=1e-250)


@given(COUNTS, MEANS, st.floats(0.01, 1e6))
def test_the_negative_binomial_tail_is_scipys(count: int, mean: float, size: float) -> None:
    wanted = stats.nbinom.sf(count - 1, size, size / (size + mean))
    assert negative_binomial_tail(count, mean, size) == pytest.approx(wanted, rel=1e-6, abs=1e-250)


@given(MEANS, st.floats(1, 20), st.floats(1e-6, 0.2))
def test_the_threshold_is_the_first_unlikely_count(mean: float, dispersion: float, level: float) -> None:
    variance = mean * dispersion
    count = smallest_unlikely_count(mean, variance, level)
    assert count_tail(count, mean, variance) <= level
    assert count_tail(count - 1, mean, variance) > level
