"""A city's own rule for its target dates, learned from one quarter and judged on the next by a plain policy."""

import csv
import io
import json
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain import zones
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines, limit_ends
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.domain.worktime import limits, worktime
from complaintctl.storage.policy import policyfile
from tests.acceptance.published import data

ARCHIVE = data("boston311", "boston_2011_full.zip")
CITY = ZoneInfo("America/New_York")
# The normal run judges one target in so many; `make nightly` judges all.
EVERY = 8
# How many of the targets a plain policy hits to the minute, and how few it hits without one clause of the rule.
SHARE = 45_000 / 47_074
# Types with fewer targets say too little about their number of days.
FEWEST = 20
LEARNED_BEFORE = datetime(2011, 10, 1)  # noqa: DTZ001 -- wall-clock time, as the register writes it
TO_THE_MINUTE = timedelta(minutes=1)
# Some targets are placeholders: 2059-12-31.
LONGEST = timedelta(days=4 * 365)
CANDIDATES = 3
SECONDS = 60

# The names of the types stand as the register writes them, so that imported requests find their limit.
POLICY = """\
complaintctl: 1
name: city
timezone: America/New_York
calendar: city
calendars:
  city:
    hours: {{mon-fri: ["00:00-24:00"]}}
    count: {count}
categories: {{{classes}}}
steps:
  - {{step: respond, within: {{{limits}}}}}
"""
RULE = {"from": "next day", "day_off": "moves", "cutoff": "17:00", "then": "08:30", "until": "same time"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """One request with the target the city gave it, in local wall-clock time."""

    kind: str
    opened: datetime
    due: datetime

    @property
    def learned(self) -> bool:
        return self.opened < LEARNED_BEFORE


@dataclass(frozen=True, kw_only=True)
class Score:
    """Targets hit to the minute and how many there are, in the quarter of the learning and in the next one."""

    learned: tuple[int, int]
    later: tuple[int, int]

    @property
    def total(self) -> tuple[int, int]:
        return self.learned[0] + self.later[0], self.learned[1] + self.later[1]

    def __str__(self) -> str:
        said = (("together", self.total), ("Jul-Sep", self.learned), ("Oct-Dec", self.later))
        return ", ".join(f"{name} {hits:,} of {count:,}" for name, (hits, count) in said)


def policy_text(within: Mapping[str, str], count: Mapping[str, str]) -> str:
    """The policy as a team would write it; every text in quotes, which YAML takes from JSON."""
    return POLICY.format(
        count=json.dumps(count),
        classes=", ".join(f"{json.dumps(name)}: {{}}" for name in within),
        limits=", ".join(f"{json.dumps(name)}: {limit}" for name, limit in within.items()),
    )


def book_of(within: Mapping[str, str], count: Mapping[str, str]) -> Rulebook:
    found, problems = policyfile.parse_policy(policy_text(within, count).encode(), Path("complaintctl.yaml"))
    assert problems == []
    assert found is not None
    return build_rulebook(found.policy)


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 -- wall-clock time


def near(due: datetime, target: Target) -> bool:
    """Whether a due time is the city's: most targets are some seconds before it, so no minutes are cut off."""
    return abs(due.replace(tzinfo=None) - target.due) < TO_THE_MINUTE


def read() -> Iterator[Target]:
    with zipfile.ZipFile(ARCHIVE) as archive, archive.open(archive.namelist()[0]) as stream:
        for row in csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline="")):
            if row["target_dt"]:
                yield Target(kind=row["type"], opened=moment(row["open_dt"]), due=moment(row["target_dt"]))


@pytest.fixture(scope="module", params=["sample", pytest.param("whole", marks=pytest.mark.nightly)])
def targets(request: pytest.FixtureRequest) -> list[Target]:
    """The targets of the types that have enough of them; of the sample, enough to keep one in so many."""
    every = list(read())
    count = Counter(target.kind for target in every)
    assert sum(number for number in count.values() if number >= FEWEST) == 47_074
    step = EVERY if request.param == "sample" else 1
    return [target for target in every if count[target.kind] >= FEWEST * step][::step]


def candidates(table: worktime.Timetable, group: list[Target]) -> Iterator[str]:
    """The commonest lengths of a type's targets, in working days and in calendar days."""
    lengths: dict[str, Counter[int]] = {"bd": Counter(), "d": Counter()}
    for target in group:
        if timedelta() <= target.due - target.opened < LONGEST:
            opened = zones.resolve_local_time(CITY, target.opened)
            day, since = worktime.counting_start(table, opened, table.counting)
            counted = zones.resolve_local_time(CITY, datetime.combine(day, datetime.min.time()) + since)
            due = zones.resolve_local_time(CITY, target.due)
            lengths["bd"][worktime.working_days_between(table, counted, due)] += 1
            lengths["d"][(target.due.date() - target.opened.date()).days] += 1
    for unit, found in lengths.items():
        yield from (f"{length}{unit}" for length, _ in found.most_common(CANDIDATES) if length)


def learn(table: worktime.Timetable, group: list[Target]) -> str:
    """The limit that hits most of a type's targets; where two hit as many, the one of working days."""
    hits: Counter[str] = Counter()
    for text in candidates(table, group):
        limit = limits.parse_limit(text)
        assert limit is not None
        ends = (
            limit_ends.unpaused_end(table, zones.resolve_local_time(CITY, target.opened), limit)
            for target in group
        )
        hits[text] = sum(near(end, target) for end, target in zip(ends, group, strict=True))
    return max(hits, key=lambda text: (hits[text], text.endswith("bd")))


@pytest.fixture(scope="module")
def within(targets: list[Target]) -> dict[str, str]:
    """The limit of each type, learned from July, August and September alone."""
    groups: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        if target.learned:
            groups[target.kind].append(target)
    table = book_of({}, RULE).timetables["city"]
    return {kind: learn(table, group) for kind, group in sorted(groups.items())}


def judged_due(rules: Rulebook, target: Target) -> datetime:
    """When the one clock of the request is due, by the way every command judges it."""
    received = zones.resolve_local_time(CITY, target.opened)
    case = Case(
        id="C-20110701-00000", title="request", received=received, status="open", category=target.kind
    )
    (clock,) = deadlines.judge_case(case, rules, received).clocks
    assert clock.due is not None
    return clock.due


def score(rules: Rulebook, targets: list[Target]) -> Score:
    hits: Counter[bool] = Counter(t.learned for t in targets if near(judged_due(rules, t), t))
    count: Counter[bool] = Counter(target.learned for target in targets)
    return Score(learned=(hits[True], count[True]), later=(hits[False], count[False]))


@pytest.mark.nightly
def test_a_plain_policy_gives_the_citys_targets(targets: list[Target], within: dict[str, str]) -> None:
    began = time.perf_counter()
    found = score(book_of(within, RULE), targets)
    seconds = time.perf_counter() - began
    print(f"\n{len(within)} types; {found}; judged in {seconds:.1f} s")
    print(", ".join(f"{kind}: {limit}" for kind, limit in within.items()))
    if found.total[1] == 47_074:
        assert (len(within), found.learned[1], found.later[1]) == (84, 26_701, 20_373)
    assert found.total[0] >= SHARE * found.total[1]
    # A quarter that nothing was learned from is hit as often.
    assert found.later[0] / found.later[1] > 0.98
    assert seconds < SECONDS


WITHOUT = {
    "cutoff, then": {"from", "day_off", "until"},
    "then": {"from", "day_off", "cutoff", "until"},
    "day_off: moves": {"from", "cutoff", "then", "until"},
    "until: same time": {"from", "day_off", "cutoff", "then"},
}


@pytest.mark.nightly
@pytest.mark.parametrize("left_out", WITHOUT)
def test_every_clause_of_the_count_rule_matters(
    targets: list[Target], within: dict[str, str], left_out: str
) -> None:
    """The same limits under a policy that leaves a key out; thousands of targets are missed.

    Without `day_off`, beside a cut-off hour, what comes in at a weekend counts from Monday at 08:30.
    """
    found = score(book_of(within, {key: RULE[key] for key in WITHOUT[left_out]}), targets)
    print(f"\nwithout `{left_out}`: {found}")
    assert found.total[0] < SHARE * found.total[1]


def test_calendar_days_alone_are_not_the_rule(targets: list[Target], within: dict[str, str]) -> None:
    found = score(book_of({kind: limit.replace("bd", "d") for kind, limit in within.items()}, RULE), targets)
    print(f"\nevery limit in calendar days: {found}")
    assert found.total[0] < SHARE * found.total[1]
