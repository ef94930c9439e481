"""Thresholds beside those of R's package surveillance: `make test-oracle` asks R, the normal run reads what it answered.

R answers for six of its own series; they are data of a package under the GPL and stay out of this repository. The series
`made` is ours, and what R answers for it is kept here.
"""

import csv
import io
import os
import shutil
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from complaintctl.domain.trends.expectation import Past, excess_chance, expect_count
from complaintctl.domain.trends.hot_spots import FALSE_SHARE
from tests.domain.trends.detectors import YEAR, c1_threshold

SCRIPT: Final = Path(__file__).with_name("surveillance.R")
ASKED: Final = os.environ.get("COMPLAINTCTL_ORACLE") == "1"
AHEAD: Final = 2

MADE: Final = (3, 5, 4, 6, 2, 5, 4, 7, 3, 12, 4, 5, 6, 3, 5, 30, 28, 6, 4, 5, 0, 1, 0, 0, 2, 9)
# What surveillance 1.20.3 answers for `made` from the eighth week.
MADE_C1: Final = (
    8.29979258,
    9.669681658,
    9.738361191,
    15.7983613,
    15.64518299,
    15.10681042,
    15.20112706,
    15.43981282,
    15.01280007,
    38.91083547,
    48.51907892,
    48.22173175,
    48.39636656,
    48.51907892,
    49.34311897,
    50.05943636,
    36.8104885,
    10.40589103,
    8.076034043,
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The counts of a series, and R's thresholds by place."""

    counts: Sequence[int]
    c1: Mapping[int, float]
    farrington: Mapping[int, float]


def test_c1_of_the_made_series_is_what_r_answered() -> None:
    for place, wanted in enumerate(MADE_C1, 7):
        assert c1_threshold(MADE[: place + 1]) == pytest.approx(wanted, rel=0.01)


@pytest.fixture(scope="module")
def answers() -> Mapping[str, Answer]:
    if not ASKED:
        pytest.skip("make test-oracle asks R")
    if shutil.which("Rscript") is None:
        pytest.fail("make test-oracle needs R and its package surveillance (Debian: r-cran-surveillance)")
    command = ["Rscript", "--vanilla", str(SCRIPT)]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    rows = defaultdict(list)
    for row in csv.DictReader(io.StringIO(printed)):
        rows[row["series"]].append(row)
    return {
        name: Answer(
            counts=[int(row["count"]) for row in weeks],
            c1=_numbers([row["c1"] for row in weeks]),
            farrington=_numbers([row["farrington"] for row in weeks]),
        )
        for name, weeks in rows.items()
    }


def _numbers(texts: Sequence[str]) -> Mapping[int, float]:
    return {place: float(text) for place, text in enumerate(texts) if text != "NA"}


def test_c1_agrees_with_r_on_every_week_of_every_series(answers: Mapping[str, Answer]) -> None:
    assert len(answers) == 7
    for name, answer in answers.items():
        for place, wanted in answer.c1.items():
            assert c1_threshold(answer.counts[: place + 1]) == pytest.approx(wanted, rel=0.01), name


def threshold(counts: Sequence[int], place: int) -> int:
    """The largest count of this week that is no finding by itself."""
    past = Past(
        counts=counts[: place + 1 - AHEAD],
        growth=[1.0] * (place + 1),
        per_year=YEAR,
        excess=0.0,
        ahead=AHEAD,
    )
    expectation = expect_count(past)
    count = int(expectation.mean)
    while excess_chance(count + 1, expectation) > FALSE_SHARE:
        count += 1
    return count


def test_thresholds_lie_beside_those_of_farrington_flexible(answers: Mapping[str, Answer]) -> None:
    print(
        "\n| series | median count | R | complaintctl | ours / R: median | least | most |\n|---|---|---|---|---|---|---|"
    )
    for name, answer in answers.items():
        if not answer.farrington:
            continue
        ours = {place: threshold(answer.counts, place) for place in answer.farrington}
        # One case more on both sides: thresholds of small counts are 2 or 3.
        ratios = [(ours[place] + 1) / (wanted + 1) for place, wanted in answer.farrington.items()]
        middle = statistics.median(ratios)
        figures = (
            statistics.median(answer.counts),
            statistics.median(answer.farrington.values()),
            statistics.median(ours.values()),
        )
        print(f"| {name} | " + " | ".join(f"{figure:.0f}" for figure in figures), end="")
        print(f" | {middle:.2f} | {min(ratios):.2f} | {max(ratios):.2f} |")
        assert 0.5 <= middle <= 1.25, name
