"""Properties of every report: shares add up, filters and groups partition, periods add."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.reports.figures import Basis, Figures, Period
from complaintctl.domain.reports.measures import GROUP_SECTIONS
from complaintctl.domain.reports.tally import ReportScope
from tests.domain.building import at
from tests.domain.reports.twelve import AS_OF, RULES, Story, count, rows, section, value

START = at("2026-10-01 00:00")
BASES: tuple[Basis, ...] = ("received", "closed", "taken")
# Counts that add up over disjoint sets of cases.
ADDING = (
    *(("cases", key) for key in ("cases", "open", "closed", "overdue", "reopened", "forced", "duplicates")),
    *(("flow", key) for key in ("received", "reopened", "closed", "backlog")),
    *(("punctuality", key) for key in ("met", "late", "overdue", "judged")),
)


@st.composite
def a_judged_case(draw: st.DrawFn) -> JudgedCase:
    received = START + timedelta(hours=draw(st.integers(0, 24 * 59)))
    values: dict[str, Any] = {
        "owner": draw(st.sampled_from([None, "li.wei", "ma.li"])),
        "category": draw(st.sampled_from([None, "quality", "Quality ", "delivery"])),
        "outcome": draw(st.sampled_from([None, "upheld", "duplicate"])),
    }
    story = Story(draw(st.integers(1, 10**6)), f"{received:%Y-%m-%d %H:%M}", **values)
    hours = draw(st.lists(st.integers(0, 24 * 20), max_size=5).map(sorted))
    kinds = ["ack", "respond", "close", "reopen", "respond"]
    for kind, hour in zip(kinds, hours, strict=False):
        rest: dict[str, Any] = {"met": draw(st.booleans())} if kind in {"ack", "respond"} else {}
        story.do(kind, hours=hour, to="respond" if kind == "reopen" else None, **rest)
    return deadlines.judge_case(story.case(), RULES, AS_OF)


CASES = st.lists(a_judged_case(), max_size=12)


@given(cases=CASES, basis=st.sampled_from(BASES))
@settings(max_examples=25, deadline=None)
def test_parts_add_up_to_their_whole(cases: list[JudgedCase], basis: Basis) -> None:
    figures = count(ReportScope(basis=basis), cases)
    told = section(figures, "cases")
    assert told["open"] + told["closed"] == told["cases"]  # type: ignore[operator]
    flow = section(figures, "flow")
    assert flow["backlog_before"] + flow["received"] + flow["reopened"] - flow["closed"] == flow["backlog"]  # type: ignore[operator]
    assert sum(rows(figures, "ageing", "cases").values()) == flow["backlog"]  # type: ignore[arg-type]
    assert sum(rows(figures, "outcomes", "cases").values()) == told["closed"]  # type: ignore[arg-type]
    assert sum(rows(figures, "people", "cases").values()) == told["cases"]  # type: ignore[arg-type]
    for key in ("first-answer", "resolution"):
        assert sum(rows(figures, key, "cases").values()) == section(figures, "times", key)["measured"]  # type: ignore[arg-type]


@given(cases=CASES, basis=st.sampled_from(BASES))
@settings(max_examples=25, deadline=None)
def test_the_shares_of_steps_are_of_all_judged_clocks(cases: list[JudgedCase], basis: Basis) -> None:
    figures = count(ReportScope(basis=basis), cases)
    judged = rows(figures, "steps", "judged")
    assert sum(judged.values()) == value(figures, "punctuality", "judged")  # type: ignore[arg-type]
    for step in judged:
        told = section(figures, "steps", step)
        assert told["met"] + told["late"] + told["overdue"] == told["judged"]  # type: ignore[operator]
        assert told["share_in_time"] == (told["met"] / told["judged"] if told["judged"] else None)  # type: ignore[operator]


@given(cases=CASES)
@settings(max_examples=25, deadline=None)
def test_a_filter_and_its_opposite_make_the_whole(cases: list[JudgedCase]) -> None:
    mine = [judged for judged in cases if judged.case.owner == "li.wei"]
    others = [judged for judged in cases if judged.case.owner != "li.wei"]
    whole, one, other = (count(ReportScope(), part) for part in (cases, mine, others))
    for key in ADDING:
        assert value(whole, *key) == value(one, *key) + value(other, *key)  # type: ignore[operator]


@given(cases=CASES, cut=st.integers(0, 61), basis=st.sampled_from(BASES))
@settings(max_examples=25, deadline=None)
def test_two_periods_side_by_side_make_the_whole(cases: list[JudgedCase], cut: int, basis: Basis) -> None:
    middle, end = START + timedelta(days=cut), START + timedelta(days=90)
    whole, first, second = (
        count(ReportScope(periods=(Period(start=start, end=stop),), basis=basis), cases)
        for start, stop in ((START, end), (START, middle), (middle, end))
    )
    keys = [key for key in ADDING if key[0] != "flow" or key[1] != "backlog"]
    # By `taken`, a case may fall in both periods with different steps.
    keys = [key for key in keys if basis != "taken" or key[0] != "cases"]
    for key in keys:
        assert value(whole, *key) == value(first, *key) + value(second, *key)  # type: ignore[operator]
    assert value(second, "flow", "backlog_before") == value(first, "flow", "backlog")
    assert value(second, "flow", "backlog") == value(whole, "flow", "backlog")


def of_groups(figures: Figures, by: tuple[str, ...], key: tuple[str, str]) -> float:
    return sum(
        entry.value or 0
        for entry in figures.rows
        if entry.by == by and (entry.measure.section, entry.measure.key) == key
    )


@given(cases=CASES, basis=st.sampled_from(BASES))
@settings(max_examples=25, deadline=None)
def test_groups_partition_the_cases(cases: list[JudgedCase], basis: Basis) -> None:
    tables = (("category",), ("category", "owner"), ("month",), ("owner", "week"))
    figures = count(ReportScope(basis=basis, tables=tables), cases)
    for by in tables:
        of_time = by[-1] in {"month", "week"}
        for key in ADDING:
            # A backlog is a state and not a sum of weeks; by `taken`, a case may fall in several weeks.
            if of_time and (key == ("flow", "backlog") or (basis == "taken" and key[0] == "cases")):
                continue
            assert of_groups(figures, by, key) == value(figures, *key), (by, key)
    assert {entry.measure.section for entry in figures.rows if entry.by} <= {*GROUP_SECTIONS}


@given(cases=CASES)
@settings(max_examples=25, deadline=None)
def test_the_last_week_ends_with_the_backlog_of_the_report(cases: list[JudgedCase]) -> None:
    figures = count(ReportScope(tables=(("week",),)), cases)
    backlogs = [entry.value for entry in figures.rows if entry.by and entry.measure.key == "backlog"]
    assert (backlogs or [0])[-1] == value(figures, "flow", "backlog")
