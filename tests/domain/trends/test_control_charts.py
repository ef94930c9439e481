"""Control charts against worked examples of textbooks and by hand.

Montgomery, Introduction to Statistical Quality Control, 6th edition, chapter 7: printed circuit boards (example 7.3),
shipments (7.4), dyed cloth with rolls of several sizes (7.5).
"""

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.trends.control_charts import Chart, ChartKind, Sample, draw_chart

BOARDS = [
    21,
    24,
    16,
    12,
    15,
    5,
    28,
    20,
    31,
    25,
    20,
    24,
    16,
    19,
    10,
    17,
    13,
    22,
    18,
    39,
    30,
    24,
    16,
    19,
    17,
    15,
]
SHIPMENT_ERRORS = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]
CLOTH_FAULTS = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]
CLOTH_UNITS = ["10", "8", "13", "10", "9.5", "10", "12", "10.5", "12", "12.5"]


def draw(
    counts: Sequence[int],
    units: Sequence[str] | None = None,
    kind: ChartKind | None = None,
    baseline: int | None = None,
) -> Chart:
    sizes = [Fraction(text) for text in units] if units else [None] * len(counts)
    samples = [
        Sample(period=str(number), count=count, units=size)
        for number, (count, size) in enumerate(zip(counts, sizes, strict=True), 1)
    ]
    return draw_chart(samples, kind, baseline)


def signals(chart: Chart) -> dict[str, tuple[str, ...]]:
    return {point.period: point.rules for point in chart.points if point.rules}


def test_the_c_chart_of_circuit_boards_is_that_of_the_book() -> None:
    chart = draw(BOARDS, kind="c")
    first = chart.points[0]
    assert (round(first.centre, 2), round(first.upper, 2), round(first.lower, 2)) == (19.85, 33.21, 6.48)
    beyond = [point.period for point in chart.points if "beyond-limit" in point.rules]
    assert beyond == ["6", "20"]
    assert [point.side for point in chart.points if point.period in beyond] == ["below", "above"]


def test_without_the_two_samples_the_limits_are_those_that_the_book_revises_to() -> None:
    kept = [count for count in BOARDS if count not in {5, 39}]
    first = draw(kept, kind="c").points[0]
    assert (round(first.centre, 2), round(first.upper, 2), round(first.lower, 2)) == (19.67, 32.97, 6.36)


def test_the_u_chart_of_shipments_is_that_of_the_book() -> None:
    chart = draw(SHIPMENT_ERRORS, ["50"] * 20, "u")
    first = chart.points[0]
    assert (round(first.centre, 4), round(first.upper, 4), first.lower) == (0.0740, 0.1894, 0)
    assert [point for point in chart.points if "beyond-limit" in point.rules] == []


def test_the_u_chart_of_cloth_has_the_limits_of_the_book_for_each_roll() -> None:
    chart = draw(CLOTH_FAULTS, CLOTH_UNITS, "u")
    # The book rounds the centre to 1.42 before it calculates the limits.
    expected = {"10": (2.55, 0.29), "8": (2.68, 0.16), "13": (2.41, 0.43), "9.5": (2.58, 0.26)}
    for point, units in zip(chart.points, CLOTH_UNITS, strict=True):
        assert round(point.centre, 2) == 1.42
        if units in expected:
            assert (point.upper, point.lower) == pytest.approx(expected[units], abs=0.01)
    assert signals(chart) == {}


def test_sigma_z_and_the_limits_of_laney_are_those_computed_by_hand() -> None:
    # Rate (10 + 30 + 20 + 40) / (4 * 100) = 0.25, sigma √(0.25 / 100) = 0.05; z: -3, 1, -1, 3; ranges 4, 2, 4, mean 10/3.
    # sigma_z = 10/3 / 1.128 = 2.954; limits 0.25 ± 3 * 2.954 * 0.05 = 0.693 and below 0.
    chart = draw([10, 30, 20, 40], ["100"] * 4, "laney")
    assert chart.sigma_z == pytest.approx(10 / 3 / 1.1283791671, rel=1e-9)
    assert chart.points[0].upper == pytest.approx(0.25 + 3 * 2.9541 * 0.05, rel=1e-4)
    assert chart.points[0].lower == 0
    assert chart.points[0].sigmas == pytest.approx(-3 / 2.9541, rel=1e-4)
    assert signals(chart) == {}


def test_laney_is_chosen_where_neighbours_differ_by_more_than_chance_explains() -> None:
    # Mean 20, z = ±5/√20, each range 10/√20 = 2.236, sigma_z 1.982; threshold 1 + 1.645 √(0.826 / 11) = 1.451.
    chart = draw([15, 25] * 6)
    assert (chart.kind, round(chart.sigma_z or 0, 3), round(chart.threshold, 3)) == ("laney", 1.982, 1.451)
    assert chart.is_overdispersed
    assert draw([15, 25] * 6, kind="c").kind == "c"
    # A shift is no over-dispersion: the one step hardly moves the mean of the ranges.
    assert draw([15] * 10 + [25] * 10).kind == "c"


def test_a_large_sample_needs_laney_and_a_u_chart_would_alarm_all_the_time() -> None:
    # 1 % of 1,000,000 with 5 % more or less: z = ±5.
    counts = [9_500, 10_500] * 6
    assert len(signals(draw(counts, ["1000000"] * 12, "u"))) == 12
    assert signals(draw(counts, ["1000000"] * 12)) == {}


CALM = [100, 101, 99, 100, 101, 99]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        # Mean 100, sigma 10: on the limit is not beyond it.
        ([130], {}),
        ([131], {"7": ("beyond-limit",)}),
        ([70], {}),
        ([69], {"7": ("beyond-limit",)}),
        # Two of three beyond 2 sigma on the same side; the middle one may lie anywhere.
        ([121, 100, 121], {"9": ("two-of-three",)}),
        ([121, 121], {"8": ("two-of-three",)}),
        ([121, 100, 100, 121], {}),
        # A point inside completes nothing.
        ([121, 121, 105], {"8": ("two-of-three",)}),
        ([121, 79, 100], {}),
        ([120, 100, 120], {}),
        # Four of five beyond 1 sigma.
        ([111, 111, 100, 111, 111], {"11": ("four-of-five",)}),
        ([89, 89, 89, 89], {"10": ("four-of-five",)}),
        ([110, 110, 110, 110], {}),
        # Eight on one side of the centre, which is on no side itself.
        ([101] * 8, {"14": ("eight-in-a-row",)}),
        ([99] * 9, {"14": ("eight-in-a-row",), "15": ("eight-in-a-row",)}),
        ([101] * 4 + [100] + [101] * 4, {}),
        # One point may complete several.
        ([121, 131], {"8": ("beyond-limit", "two-of-three")}),
    ],
)
def test_the_four_rules_of_western_electric(later: list[int], expected: dict[str, tuple[str, ...]]) -> None:
    calm = [*CALM[:5], 99] if later[0] > 100 else [100, 99, 101, 100, 99, 101]
    assert signals(draw([*calm, *later], kind="c", baseline=6)) == expected


def test_the_baseline_alone_makes_centre_and_limits() -> None:
    chart = draw([*CALM, 400, 400], baseline=6)
    assert (chart.baseline, {point.centre for point in chart.points}) == (6, {100})
    assert [point.in_baseline for point in chart.points] == [True] * 6 + [False] * 2


def test_nothing_in_the_baseline_makes_every_later_case_a_signal() -> None:
    chart = draw([0, 0, 0, 1], baseline=3)
    assert (chart.kind, chart.sigma_z, chart.false_alarms) == ("c", None, None)
    assert (chart.points[3].upper, chart.points[3].sigmas, signals(chart)) == (
        0,
        None,
        {"4": ("beyond-limit",)},
    )


@pytest.mark.parametrize("mean", [1, 2, 5, 9, 20, 100])
def test_the_chance_of_a_false_alarm_is_that_of_the_poisson_distribution(mean: int) -> None:
    width, likelihood, inside = 3 * math.sqrt(mean), math.exp(-mean), 0.0
    for count in range(int(mean + width) + 1):
        inside += likelihood if count >= mean - width else 0
        likelihood *= mean / (count + 1)
    assert draw([mean] * 4, kind="c").false_alarms == pytest.approx(1 - inside, rel=1e-9)


def test_a_rule_that_chance_completes_too_often_is_not_used() -> None:
    # Mean 0.1: 0 is below the centre, P(0) = e^-0.1 = 0.9048, eight in a row 0.4493; a case is beyond
    # 2 sigma (0.73) with P = 0.0952, two of three 3 * 0.0952² * 0.9048 + 0.0952³ = 0.0254; two are beyond the limit.
    chart = draw([0] * 9 + [1] + [0] * 10 + [2], baseline=10)
    assert {(entry.rule, entry.side): round(entry.chance, 4) for entry in chart.unused} == {
        ("two-of-three", "above"): 0.0254,
        ("eight-in-a-row", "below"): 0.4493,
    }
    assert signals(chart) == {"21": ("beyond-limit",)}
    # Mean 0.04: one case is beyond the limit of 0.64, with P = 1 - e^-0.04 = 0.0392.
    rare = draw([0] * 24 + [1], kind="c")
    assert ("beyond-limit", "above") in {(entry.rule, entry.side) for entry in rare.unused}
    assert signals(rare) == {}


@pytest.mark.parametrize("mean", [5, 20, 400])
def test_all_rules_are_used_where_counts_are_nearly_normal(mean: int) -> None:
    assert draw([mean] * 4, kind="c").unused == ()


def test_the_deviation_of_the_estimate_from_ranges_is_that_of_the_source() -> None:
    dice = random.Random(1)  # noqa: S311 - no secret
    estimates = []
    for _series in range(4_000):
        normal = [dice.gauss(0, 1) for _period in range(26)]
        ranges = [abs(later - earlier) for earlier, later in pairwise(normal)]
        estimates.append(sum(ranges) / 25 / (2 / math.sqrt(math.pi)))
    mean = sum(estimates) / len(estimates)
    variance = sum((estimate - mean) ** 2 for estimate in estimates) / len(estimates)
    assert mean == pytest.approx(1, abs=0.02)
    assert variance * 25 == pytest.approx(0.826, rel=0.08)


@pytest.mark.nightly
def test_a_poisson_series_is_called_over_dispersed_in_one_of_twenty() -> None:
    dice = random.Random(2)  # noqa: S311 - no secret
    series = [[_poisson(dice, 8) for _period in range(26)] for _series in range(600)]
    called = sum(draw(counts).is_overdispersed for counts in series)
    assert called / 600 == pytest.approx(0.05, abs=0.025)


def _poisson(dice: random.Random, mean: float) -> int:
    """Returns how many arrivals of rate `mean` fall into a time of 1."""
    count, time = 0, dice.expovariate(mean)
    while time < 1:
        count, time = count + 1, time + dice.expovariate(mean)
    return count


@given(st.lists(st.integers(min_value=0, max_value=60), min_size=3, max_size=30))
def test_equal_units_give_the_chart_of_the_counts(counts: list[int]) -> None:
    plain, rates = draw(counts), draw(counts, ["4"] * len(counts))
    assert (plain.kind == "laney") == (rates.kind == "laney")
    for one, other in zip(plain.points, rates.points, strict=True):
        assert one.rules == other.rules
        assert one.upper == pytest.approx(other.upper * 4)
