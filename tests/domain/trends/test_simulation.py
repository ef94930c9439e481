"""The detector on simulated outbreaks; docs/trend.md has the table of all scenarios, which the nightly run computes."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.domain.trends.detectors import (
    PER_SCENARIO,
    Record,
    ours,
    record_cells,
    simulation_table,
    try_all,
    try_detector,
)
from tests.domain.trends.simulation import CURRENT_WEEKS, SCENARIOS, WEEKS, draw_count, simulate

DOCUMENTS = Path(__file__).parents[3] / "docs"


def test_there_are_28_scenarios_and_the_series_are_always_the_same() -> None:
    assert len(SCENARIOS) == len(set(SCENARIOS)) == 28
    first = next(simulate(1))
    assert len(first.counts) == WEEKS
    assert first.counts[:12] == [0, 0, 0, 0, 2, 1, 0, 2, 0, 0, 4, 2]
    assert all(WEEKS - CURRENT_WEEKS <= week < WEEKS for week in first.outbreak)


def test_a_drawn_count_is_a_quantile() -> None:
    # Poisson, mean 1: P(0) = .3679, P(<= 1) = .7358
    assert [draw_count(1.0, 1.0, chance) for chance in (0.36, 0.37, 0.73, 0.74)] == [0, 1, 1, 2]
    # Mean 2, variance twice the mean: size 2, P(0) = .25, P(<= 1) = .5
    assert [draw_count(2.0, 2.0, chance) for chance in (0.24, 0.26, 0.49, 0.51)] == [0, 1, 1, 2]


@pytest.mark.nightly
def test_a_sample_of_the_series_has_few_false_alarms() -> None:
    record = try_detector(ours, list(simulate(1))[::3])
    assert record.series == 10
    assert record.false_positive_rate <= 0.012
    assert record.outbreaks_found >= 2


@pytest.fixture(scope="module")
def records() -> Mapping[str, Record]:
    found = try_all(PER_SCENARIO)
    print(simulation_table(found))
    return found


@pytest.mark.nightly
def test_the_table_of_the_documents_is_what_the_simulation_gives(records: Mapping[str, Record]) -> None:
    for name in ("trend.md", "zh/trend.md"):
        text = (DOCUMENTS / name).read_text(encoding="utf-8")
        # The names of detectors and columns are translated.
        assert all(record_cells(record) in text for record in records.values())


@pytest.mark.nightly
def test_it_finds_45_percent_at_less_than_4_false_alarms_in_1000_weeks(records: Mapping[str, Record]) -> None:
    record = records["complaintctl trend"]
    assert record.false_positive_rate <= 0.004
    assert record.found >= 0.45
