"""Hot spots of the city's half year: a hurricane on 28 August 2011, snow on 29 October; a short past is all there is.

The counts come from the columns of the register; tests/acceptance/test_boston.py asks the command line (nightly).
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain.trends.counts import CountTable, CountTally
from complaintctl.domain.trends.hot_spots import HotSpot, HotSpots, find_hot_spots
from complaintctl.domain.trends.periods import Periods
from tests.acceptance.published import data

ARCHIVE = data("boston311", "boston_2011_full.zip")
ZONE = ZoneInfo("America/New_York")
WEEKS = Periods(kind="week", days=7, as_of=datetime(2012, 1, 2, tzinfo=ZONE), zone=ZONE)
STORM = datetime(2011, 8, 28, 12, tzinfo=ZONE)
TREES = ("tree emergencies",)
# The weeks in which the storm or the snow, or what they left, is a finding.
STORM_AND_SNOW = frozenset({"2011-08-22", "2011-08-29", "2011-10-24", "2011-10-31"})


def read_rows() -> Iterator[Mapping[str, str]]:
    with zipfile.ZipFile(ARCHIVE) as archive, archive.open(archive.namelist()[0]) as stream:
        yield from csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline=""))


@pytest.fixture(scope="module")
def tables() -> Mapping[str, CountTable]:
    """Counts by type, and by type and neighborhood."""
    by_type = CountTally(periods=WEEKS, listed=(frozenset(),))
    by_place = CountTally(periods=WEEKS, listed=(frozenset(), frozenset()))
    for row in read_rows():
        opened = datetime.fromisoformat(row["open_dt"]).replace(tzinfo=ZONE)
        by_type.add((row["type"],), opened)
        by_place.add((row["type"], row["neighborhood"]), opened)
    return {"type": by_type.table(), "place": by_place.table()}


def weekly(table: CountTable) -> Iterator[tuple[str, HotSpots]]:
    """The first day of each week that has enough past, and what is found at its end."""
    for back in range(table.periods - 1, -1, -1):
        found = find_hot_spots(table, WEEKS.per_year, back)
        if found is not None:
            yield WEEKS.bounds(-back)[0].date().isoformat(), found


@pytest.fixture(scope="module")
def findings(tables: Mapping[str, CountTable]) -> Mapping[str, tuple[HotSpot, ...]]:
    return {week: found.findings for week, found in weekly(tables["type"])}


def counts(spots: tuple[HotSpot, ...]) -> dict[tuple[str, ...], int]:
    return {spot.values: spot.judgement.count for spot in spots}


def test_the_register_has_26_whole_weeks_and_141_types(tables: Mapping[str, CountTable]) -> None:
    assert (tables["type"].periods, len(tables["type"].series)) == (26, 141)


def test_the_storm_is_found_first_and_the_week_after_too(findings: Mapping[str, tuple[HotSpot, ...]]) -> None:
    storm, after = findings["2011-08-22"][0], findings["2011-08-29"][0]
    assert (storm.values, storm.judgement.count, after.values, after.judgement.count) == (
        TREES,
        780,
        TREES,
        509,
    )
    # The median of the half year is 21.
    assert 18 < storm.judgement.expected < 28
    assert 18 < after.judgement.expected < 28


def test_the_snow_is_found(findings: Mapping[str, tuple[HotSpot, ...]]) -> None:
    assert counts(findings["2011-10-24"])[TREES] == 99


def test_at_most_one_finding_a_week_outside_the_storm_and_the_snow(
    findings: Mapping[str, tuple[HotSpot, ...]],
) -> None:
    assert len(findings) == 21
    for week, spots in findings.items():
        for spot in spots:
            print(f"| {week} | {spot.values[0]} | {spot.judgement.count} | {spot.judgement.expected:.1f} |")
    assert {week for week, spots in findings.items() if len(spots) > 1} <= STORM_AND_SNOW
    assert sum(len(spots) for week, spots in findings.items() if week not in STORM_AND_SNOW) <= 10


def test_by_district_the_storm_is_found_in_dorchester(tables: Mapping[str, CountTable]) -> None:
    back = -WEEKS.number(STORM)
    found = find_hot_spots(tables["place"], WEEKS.per_year, back)
    assert found is not None
    storm = found.findings
    assert (storm[0].values, storm[0].judgement.count) == ((*TREES, "dorchester"), 142)
    assert {spot.values[0] for spot in storm} == set(TREES)
