"""Hot spots on made counts: what is found, and what is not."""

import math
import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.trends.accuracy import find_past_hot_spots
from complaintctl.domain.trends.counts import CountTable
from complaintctl.domain.trends.hot_spots import HotSpots, adjust_chances, find_hot_spots
from complaintctl.domain.trends.judgement import LEAST_PERIODS, judge_last_count
from tests.domain.trends.simulation import draw_count

WEEKS_A_YEAR = 52.18


def table(series: Mapping[str, Sequence[int]]) -> CountTable:
    length = len(next(iter(series.values())))
    return CountTable(
        series={(name,): counts for name, counts in series.items()},
        unknown=[0] * length,
        spelled={(name,): (name,) for name in series},
        first=1 - length,
    )


def find(series: Mapping[str, Sequence[int]]) -> HotSpots:
    found = find_hot_spots(table(series), WEEKS_A_YEAR, 0)
    assert found is not None
    return found


def names(found: HotSpots) -> list[str]:
    return [spot.values[0] for spot in found.findings]


def steady(mean: float, weeks: int, seed: int) -> list[int]:
    source = random.Random(seed)  # noqa: S311 - a made series
    return [draw_count(mean, 1.0, source.random()) for _week in range(weeks)]


def others(weeks: int) -> dict[str, list[int]]:
    return {f"other {seed}": steady(8, weeks, seed) for seed in range(12)}


def test_the_shares_of_false_findings_by_hand() -> None:
    # p * 4 / rank, the least of all larger ones: .01*4/1, .02*4/2, .03*4/3 and .2
    assert adjust_chances([0.02, 0.2, 0.01, 0.03]) == pytest.approx([0.04, 0.2, 0.04, 0.04])
    assert adjust_chances([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_shares_keep_the_order_and_are_never_less_than_the_chance(chances: list[float]) -> None:
    shares = adjust_chances(chances)
    pairs = sorted(zip(chances, shares, strict=True))
    assert all(share >= chance * (1 - 1e-12) for chance, share in pairs)
    assert [share for _chance, share in pairs] == sorted(shares)


def test_nothing_is_found_where_nothing_happens() -> None:
    assert names(find(others(26))) == []


def test_a_peak_is_found_with_what_was_expected() -> None:
    found = find({**others(26), "hot": [*[6] * 25, 40]})
    assert names(found) == ["hot"]
    judgement = found.findings[0].judgement
    assert (judgement.count, judgement.since) == (40, 25)
    assert judgement.expected == pytest.approx(6, rel=0.2)
    assert found.compared == 13


def test_the_week_after_is_found_and_the_run_began_before() -> None:
    found = find({**others(26), "hot": [*[6] * 24, 60, 35]})
    assert names(found) == ["hot"]
    assert found.findings[0].judgement.since == 24


def test_fewer_than_five_cases_are_no_finding() -> None:
    assert names(find({**others(26), "rare": [*[0] * 25, 4]})) == []
    assert names(find({**others(26), "rare": [*[0] * 25, 7]})) == ["rare"]


def test_growth_of_all_values_is_no_finding() -> None:
    grown = {name: [*counts[:-1], 3 * counts[-2] + 8] for name, counts in others(26).items()}
    assert names(find(grown)) == []
    alone = {**others(26), "other 0": grown["other 0"]}
    alone["other 0"][-1] = 45
    assert names(find(alone)) == ["other 0"]


def test_a_past_outbreak_does_not_hide_a_new_one() -> None:
    past = [6] * 25
    past[8:10] = [120, 80]
    assert names(find({**others(26), "hot": [*past, 45]})) == ["hot"]


def test_what_stays_is_the_new_usual() -> None:
    assert names(find({**others(26), "shifted": [*[6] * 16, *[30] * 10]})) == []


def test_a_peak_of_every_year_is_a_season() -> None:
    weeks = 4 * 52 + 10
    christmas = [5 + 35 * (week % 52 == 9) for week in range(weeks)]
    once = [5 + 35 * (week == weeks - 1) for week in range(weeks)]
    assert names(find({**others(weeks), "gifts": christmas})) == []
    assert names(find({**others(weeks), "gifts": once})) == ["gifts"]


def test_a_peak_of_one_of_three_years_is_no_season() -> None:
    weeks = 4 * 52 + 10
    counts = [5 + 35 * (week in {weeks - 1, weeks - 1 - 104}) for week in range(weeks)]
    assert names(find({**others(weeks), "gifts": counts})) == ["gifts"]


def test_a_yearly_wave_and_a_steady_trend_are_expected() -> None:
    weeks = 5 * 52
    counts = [
        round(40 * math.exp(0.002 * week + 0.7 * math.sin(math.tau * week / WEEKS_A_YEAR)))
        for week in range(weeks)
    ]
    for length in range(weeks - 26, weeks):
        judgement = judge_last_count(counts[:length], [1.0] * length, WEEKS_A_YEAR, 0.0)
        assert judgement.chance > 0.05
        assert judgement.expected == pytest.approx(counts[length - 1], rel=0.12)


def test_overdispersed_counts_need_more() -> None:
    calm = [10, 9, 11, 10, 8, 12, 10, 11, 9, 10] * 3
    wild = [2, 25, 6, 14, 1, 30, 8, 4, 10, 0] * 3
    chances = [judge_last_count([*past, 30], [1.0] * 31, WEEKS_A_YEAR, 0.0).chance for past in (calm, wild)]
    assert chances[0] < 0.01 < chances[1]


def test_a_past_that_is_too_short_gives_no_answer() -> None:
    short = others(LEAST_PERIODS - 1)
    assert find_hot_spots(table(short), WEEKS_A_YEAR, 0) is None
    assert find_hot_spots(table(others(LEAST_PERIODS)), WEEKS_A_YEAR, 0) is not None


def test_no_known_value_is_nothing_to_compare() -> None:
    unknown = CountTable(series={}, unknown=[3] * 10, spelled={}, first=-9)
    found = find_hot_spots(unknown, WEEKS_A_YEAR, 0)
    assert found is not None
    assert (found.findings, found.compared, found.cases) == ((), 0, 3)


def test_the_accuracy_says_which_weeks_would_have_alarmed() -> None:
    hot = [6] * 30
    hot[20] = 60
    past = find_past_hot_spots(table({**others(30), "hot": hot}), WEEKS_A_YEAR)
    assert [(number, spot.values) for number, spot in past.findings] == [(-9, ("hot",))]
    # The sixth of 30 weeks is the first with enough past.
    assert (past.periods, past.periods_with_findings, past.compared) == (25, 1, 25 * 13)
