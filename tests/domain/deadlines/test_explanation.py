"""The explanation of a deadline adds up, and says which rule decided."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines, explanation
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Calendar, CountRule, Step, WaitRule
from tests.domain.building import BERLIN, LEVELS, OFFICE, a_book, a_case, at, did

LIMITS = {"first": "4h", "office": "16h", "long": "100h", "days": "10d", "working": "3bd", "months": "1mo"}
CALENDAR = Calendar(
    hours=OFFICE.hours,
    holidays={"2026-11-18": {"en": "Founders' day", "zh": "厂庆"}},
    workdays={"2026-11-21": "moved"},
    special_hours={"2026-11-19": ("09:00-12:00",)},
)
STEPS = tuple(Step(step=name, within=text) for name, text in LIMITS.items())
BOOK = a_book(*STEPS, calendar="shop", calendars={"shop": CALENDAR})
NIGHTS = dataclasses.replace(
    CALENDAR,
    hours={"mon-fri": ("09:00-12:00", "22:00-06:00")},
    special_hours={"2026-11-19": ("22:00-01:00",)},
    breaks={"2026-11-21": ("02:00-03:00",)},
)
NIGHT_BOOK = a_book(*STEPS, calendar="shop", calendars={"shop": NIGHTS})


def account(case: Case, rules: Rulebook, as_of: str, step: str) -> explanation.ClockExplanation:
    judged = deadlines.judge_case(case, rules, at(as_of))
    return next(found for found in explanation.explain_clocks(judged, rules) if found.clock.step == step)


def keys(found: explanation.ClockExplanation) -> list[str]:
    return [line.key for line in found.lines]


def facts(found: explanation.ClockExplanation, key: str) -> list[dict[str, Any]]:
    return [dict(line.values) for line in found.lines if line.key == key]


@given(
    st.lists(st.tuples(st.integers(1, 60 * 24 * 5), st.integers(1, 60 * 24 * 5)), max_size=3),
    st.integers(0, 60 * 24 * 40),
    st.sampled_from((BOOK, NIGHT_BOOK)),
)
def test_the_spans_of_an_explanation_add_up_to_the_limit(
    waits: list[tuple[int, int]], later: int, book: Rulebook
) -> None:
    events, now = [did("open", "09:00")], at("09:00")
    for before, length in waits:
        begin = now + timedelta(minutes=before)
        now = begin + timedelta(minutes=length)
        events += [did("wait", f"{begin:%Y-%m-%d %H:%M}"), did("resume", f"{now:%Y-%m-%d %H:%M}")]
    case = a_case(*events)
    as_of = at("09:00") + timedelta(minutes=later)
    for found in explanation.explain_clocks(deadlines.judge_case(case, book, as_of), book):
        assert found.clock.limit is not None
        if found.clock.limit.seconds:
            spans = sum(line["length"] for line in facts(found, "span"))
            (total,) = [*facts(found, "sum"), *facts(found, "sum-remaining")]
            assert total["length"] == spans
            assert spans + (found.clock.remaining or 0) == found.clock.limit.seconds
        elif found.clock.limit.working_days and found.clock.remaining is None:
            (total,) = [*facts(found, "sum-days"), *facts(found, "sum-days-waited")]
            numbers = [line["number"] for line in facts(found, "working-day")]
            assert numbers == list(range(1, total["days"] + 1))
            assert total["days"] - total["waited"] == found.clock.limit.working_days


def test_the_days_of_night_shifts_are_those_on_which_they_begin() -> None:
    case = a_case(did("open", "2026-11-17 02:00"), received=at("2026-11-17 02:00"))
    found = account(case, NIGHT_BOOK, "2026-11-17 02:00", "working")
    assert found.clock.due == at("2026-11-21 06:00")
    # Still Monday's shift; Wednesday is a holiday, and the night from Thursday to Friday ends at one.
    numbered = [(str(line["day"]), line["number"]) for line in facts(found, "working-day")]
    assert numbered == [("2026-11-17", 1), ("2026-11-19", 2), ("2026-11-20", 3)]
    # The holiday stands after the shift of the day before, which ends on its morning.
    hours = account(case, NIGHT_BOOK, "2026-11-17 02:00", "office")
    assert keys(hours)[2:8] == ["span", "span", "span", "holiday", "special-hours", "span"]


def test_holidays_make_up_days_and_days_with_hours_of_their_own_are_named() -> None:
    found = account(a_case(did("open", "09:00")), BOOK, "09:00", "long")
    assert facts(found, "holiday")[0]["name"] == {"en": "Founders' day", "zh": "厂庆"}
    assert facts(found, "make-up-day")[0]["name"] == "moved"
    assert len(facts(found, "special-hours")) == 1
    assert [str(line["day"]) for line in facts(found, "day-off")] == [
        "2026-11-22",
        "2026-11-28",
        "2026-11-29",
    ]


def test_working_days_are_numbered_and_the_day_of_the_start_is_none() -> None:
    found = account(a_case(did("open", "09:00")), BOOK, "09:00", "working")
    # Monday is the day of receipt, Wednesday a holiday: Tuesday, Thursday, Friday.
    numbered = [(str(line["day"]), line["number"]) for line in facts(found, "working-day")]
    assert numbered == [("2026-11-17", 1), ("2026-11-19", 2), ("2026-11-20", 3)]
    assert keys(found)[:4] == ["start", "limit", "first-day-not-counted", "ends-at-closing"]
    assert keys(found)[-2:] == ["sum-days", "running"]


@pytest.mark.parametrize(
    ("until", "received", "due"),
    [("closing", "09:00", "2026-11-19 00:00"), ("same time", "00:00", "2026-11-18 00:00")],
)
def test_a_working_day_that_ends_at_midnight_is_the_last_one_numbered(
    until: Any, received: str, due: str
) -> None:
    calendar = Calendar(hours={"mon-fri": ("00:00-24:00",)}, count=CountRule(until=until))
    book = a_book(Step(step="plan", within="2bd"), calendar="day", calendars={"day": calendar})
    found = account(a_case(did("open", "10:00"), received=at(received)), book, "10:00", "plan")
    assert found.clock.due == at(due)
    assert [str(line["day"]) for line in facts(found, "working-day")] == ["2026-11-17", "2026-11-18"]
    assert keys(found)[-2] == "sum-days"


def test_each_clause_of_a_count_rule_is_said_in_words() -> None:
    count = CountRule(from_="same day", day_off="moves", cutoff="17:00", then="08:30", until="same time")
    calendar = Calendar(hours=OFFICE.hours, count=count)
    book = a_book(Step(step="plan", within="2bd"), calendar="shop", calendars={"shop": calendar})
    found = account(a_case(did("open", "18:00"), received=at("18:00")), book, "18:00", "plan")
    clauses = ["first-day-counted", "day-off-moves", "cutoff-then", "keeps-time"]
    assert [key for key in keys(found) if key in clauses] == clauses
    assert facts(found, "cutoff-then") == [{"cutoff": "17:00", "then": "08:30"}]
    # Tuesday 08:30 is day 1, Wednesday 08:30 the end of day 2.
    assert found.clock.due == at("2026-11-18 08:30")
    assert [str(line["day"]) for line in facts(found, "working-day")] == ["2026-11-17", "2026-11-18"]


def test_a_wait_is_named_with_its_reason_and_cut_where_the_policy_cuts_it() -> None:
    book = a_book(Step(step="plan", within="8h"), calendar="office", wait=WaitRule(at_most="2h"))
    case = a_case(did("open", "09:00"), did("wait", "10:00", reason="a photo"), did("resume", "17:00"))
    (pause,) = facts(account(case, book, "17:30", "plan"), "pause")
    assert pause == {"from": at("10:00"), "to": at("12:00"), "length": 7200, "reason": "a photo"}


def test_having_been_closed_is_told_from_a_wait() -> None:
    book = a_book(Step(step="plan", within="48h"), Step(step="respond", within="72h"))
    case = a_case(did("open", "09:00"), did("close", "10:00"), did("reopen", "12:00", to="respond"))
    found = account(case, book, "13:00", "plan")
    assert [line["length"] for line in facts(found, "closed-time")] == [7200]
    assert facts(found, "pause") == []


@pytest.mark.parametrize(
    ("received", "key"), [("2026-03-28 12:00", "clocks-forward"), ("2026-10-24 12:00", "clocks-back")]
)
def test_a_change_of_the_clocks_is_named(received: str, key: str) -> None:
    book = a_book(Step(step="plan", within="24h"), timezone=BERLIN, calendars={})
    case = a_case(received=at(received, BERLIN))
    judged = deadlines.judge_case(case, book, case.received)
    (found,) = explanation.explain_clocks(judged, book)
    assert [line["length"] for line in facts(found, key)] == [3600]
    assert keys(found) == ["start", "limit", "span", key, "sum", "running"]


def test_a_verdict_is_explained_as_it_was_given_and_says_so_where_the_policy_has_changed() -> None:
    step = Step(step="plan", within={"urgent": "4h", "general": "48h"})
    taken = did("plan", "12:00", due=at("13:00"), met=True)
    case = a_case(did("open", "09:00"), taken, level="urgent")
    found = account(case, a_book(step, levels=LEVELS), "14:00", "plan")
    assert keys(found) == ["taken-met", "start", "limit", "span", "sum"]
    assert found.policy_path == ("steps", 0, "within", "urgent")
    stricter = a_book(Step(step="plan", within="1h"))
    again = account(case, stricter, "14:00", "plan")
    assert keys(again) == ["taken-met", "verdict-stands"]
    assert facts(again, "verdict-stands") == [{"due": at("10:00")}]


def test_the_rule_that_demands_a_step_and_a_limit_of_a_second_round_are_named() -> None:
    step = Step(step="plan", within="48h", again="1h", source="House rule 7")
    case = a_case(did("open", "09:00"), did("plan", "10:00"), did("reopen", "11:00", to="plan"))
    found = account(case, a_book(step), "11:30", "plan")
    assert facts(found, "demanded-by") == [{"source": "House rule 7"}]
    assert "limit-again" in keys(found)
    assert found.policy_path == ("steps", 0, "again")


def test_compared_with_the_facts_as_they_are_only_another_due_time_is_said() -> None:
    step = Step(step="plan", within={"urgent": "4h", "general": "48h"})
    book = a_book(step, levels=LEVELS)
    urgent = account(a_case(did("open", "09:00"), level="urgent"), book, "10:00", "plan")
    general = account(a_case(did("open", "09:00"), level="general"), book, "10:00", "plan")
    assert explanation.add_actual_due(urgent, urgent.clock) == urgent
    assert keys(explanation.add_actual_due(urgent, general.clock))[-1] == "instead-of"
    assert keys(explanation.add_actual_due(urgent, None))[-1] == "no-clock-before"
