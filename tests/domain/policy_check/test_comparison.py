"""Differences between two policies, the clocks that they move, and the replay of steps taken."""

import dataclasses
from typing import Any

import pytest

from complaintctl.domain.case.case import Case, ImportSource, Promise
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request, decide_request
from complaintctl.domain.policy.policy import (
    Calendar,
    ClassEntry,
    CountRule,
    LabelledEntry,
    Policy,
    Rung,
    Step,
    WaitRule,
)
from complaintctl.domain.policy_check import comparison, policy_changes, replay
from tests.domain.building import LEVELS, OFFICE, a_book, a_case, a_policy, at, did, recorded

PLAN = Step(step="plan", within="8h")


def told(old: Policy, new: Policy) -> list[tuple[str, Any, Any, tuple[str | int, ...]]]:
    """Returns every difference as (key joined by `/`, old value, new value, path)."""
    return [
        ("/".join(change.key), change.old, change.new, change.place)
        for change in policy_changes.policy_differences(old, new)
    ]


def with_calendar(**changes: Any) -> Policy:
    return a_policy(PLAN, calendars={"office": dataclasses.replace(OFFICE, **changes)})


DIFFERENCES: dict[str, tuple[Policy, Policy, list[Any]]] = {
    "a limit": (
        a_policy(PLAN),
        a_policy(Step(step="plan", within="4h")),
        [("steps/plan/within", "8h", "4h", ("steps", 0, "within"))],
    ),
    "the same length written otherwise": (a_policy(PLAN), a_policy(Step(step="plan", within="480m")), []),
    "a limit that becomes a map": (
        a_policy(PLAN),
        a_policy(Step(step="plan", within={"else": "8h"})),
        [("steps/plan/within", "8h", {"else": "8h"}, ("steps", 0, "within"))],
    ),
    "one key of a map": (
        a_policy(Step(step="plan", within={"urgent": "1h", "general": "2h"})),
        a_policy(Step(step="plan", within={"urgent": "1h", "else": "3h"})),
        [
            ("steps/plan/within/general", "2h", None, ("steps", 0, "within", "general")),
            ("steps/plan/within/else", None, "3h", ("steps", 0, "within", "else")),
        ],
    ),
    "a step more, in its place of the new file": (
        a_policy(PLAN),
        a_policy(Step(step="ack", within="1h", first_answer=True), PLAN),
        [("steps/ack", None, {"within": "1h", "from": "receipt", "first_answer": True}, ("steps", 0))],
    ),
    "a step less": (
        a_policy(PLAN),
        a_policy(),
        [("steps/plan", {"within": "8h", "from": "receipt"}, None, ("steps",))],
    ),
    "the order of the steps": (
        a_policy(PLAN, Step(step="ack")),
        a_policy(Step(step="ack"), PLAN),
        [("steps", ("plan", "ack"), ("ack", "plan"), ("steps",))],
    ),
    "the order of the levels, and a level more": (
        a_policy(levels={"urgent": None, "general": None}),
        a_policy(levels={"general": None, "urgent": None, "vip": LabelledEntry(label={"zh": "贵宾"})}),
        [
            ("levels/vip", None, {"label": {"zh": "贵宾"}}, ("levels", "vip")),
            ("levels", ("urgent", "general"), ("general", "urgent"), ("levels",)),
        ],
    ),
    "days of a calendar, as a list or a map": (
        with_calendar(holidays=("2026-10-01", "2026-10-02")),
        with_calendar(holidays={"2026-10-02": "x", "2026-10-03": None}, workdays=("2026-10-10",)),
        [
            (
                "calendars/office/holidays",
                ("2026-10-01",),
                ("2026-10-03",),
                ("calendars", "office", "holidays"),
            ),
            ("calendars/office/workdays", None, ("2026-10-10",), ("calendars", "office", "workdays")),
        ],
    ),
    "only the name of a day": (
        with_calendar(holidays=("2026-10-01",)),
        with_calendar(holidays={"2026-10-01": "National Day"}),
        [],
    ),
    "how working days are counted": (
        with_calendar(),
        with_calendar(count=CountRule(cutoff="17:00")),
        [
            (
                "calendars/office/count",
                None,
                {"from": "next day", "until": "closing", "cutoff": "17:00"},
                ("calendars", "office", "count"),
            )
        ],
    ),
    "opening hours, and a calendar more": (
        with_calendar(),
        a_policy(
            PLAN,
            calendars={
                "office": Calendar(hours={"mon-fri": ("09:00-12:00",)}),
                "shop": Calendar(hours={"sat": ("10:00-12:00",)}),
            },
        ),
        [
            (
                "calendars/office/hours/mon-fri",
                ("09:00-12:00", "13:00-18:00"),
                ("09:00-12:00",),
                ("calendars", "office", "hours", "mon-fri"),
            ),
            ("calendars/shop", None, {"hours": {"sat": ("10:00-12:00",)}}, ("calendars", "shop")),
        ],
    ),
    "a class below another": (
        a_policy(categories={"goods": ClassEntry()}),
        a_policy(categories={"goods": ClassEntry(sub={"broken": ClassEntry(department="quality")})}),
        [
            (
                "categories/goods/broken",
                None,
                {"department": "quality"},
                ("categories", "goods", "sub", "broken"),
            )
        ],
    ),
    "the head, waits and the ladder": (
        a_policy(),
        a_policy(wait=WaitRule(at_most="10d"), escalation=(Rung(to="owner", late="0h"),), calendar="office"),
        [
            ("calendar", "always", "office", ("calendar",)),
            ("wait/at_most", None, "10d", ("wait", "at_most")),
            ("escalation", None, ({"to": "owner", "late": "0h"},), ("escalation",)),
        ],
    ),
    "the team's own notes": (a_policy(), a_policy(x={"note": "agreed in June"}), []),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_every_key_that_differs_is_told_once(name: str) -> None:
    old, new, wanted = DIFFERENCES[name]
    assert sorted(told(old, new), key=str) == sorted(wanted, key=str)
    assert told(old, old) == told(new, new) == []
    assert len(told(new, old)) == len(wanted)


def moves(case: Case, old: Rulebook, new: Rulebook, as_of: str) -> dict[str, tuple[Any, ...]]:
    """Maps each step to old and new due time, seconds and effect."""
    comparing = comparison.ComparisonTally(old, new, at(as_of))
    comparing.add(seen(case, old, as_of))
    return {move.step: (move.old, move.new, move.seconds, move.effect) for move in comparing.result().moves}


def seen(case: Case, rules: Rulebook, as_of: str) -> JudgedCase:
    return deadlines.judge_case(case, rules, at(as_of))


@pytest.mark.parametrize(
    ("within", "as_of", "wanted"),
    [
        # 09:00 + 8 h = 17:00 for the old policy
        ("4h", "12:00", (at("17:00"), at("13:00"), -14400, "earlier")),
        ("4h", "13:00", (at("17:00"), at("13:00"), -14400, "earlier")),
        ("4h", "13:01", (at("17:00"), at("13:00"), -14400, "becomes-overdue")),
        ("4h", "18:00", (at("17:00"), at("13:00"), -14400, "earlier")),
        ("10h", "12:00", (at("17:00"), at("19:00"), 7200, "later")),
        ("10h", "18:00", (at("17:00"), at("19:00"), 7200, "no-longer-overdue")),
        (None, "12:00", (at("17:00"), None, None, "vanishes")),
        (None, "18:00", (at("17:00"), None, None, "no-longer-overdue")),
    ],
)
def test_a_clock_moves_by_the_new_limit(within: str | None, as_of: str, wanted: tuple[Any, ...]) -> None:
    new = a_book(Step(step="plan", within=within))
    assert moves(a_case(did("open", "09:00")), a_book(PLAN), new, as_of) == {"plan": wanted}


def test_a_clock_that_appears_past_due_becomes_overdue() -> None:
    case, new = a_case(did("open", "09:00")), a_book(PLAN, Step(step="check", within="1h"))
    assert moves(case, a_book(PLAN), new, "12:00") == {"check": (None, at("10:00"), None, "becomes-overdue")}


def test_a_holiday_moves_an_open_clock() -> None:
    """3bd from Monday end on Thursday at 18:00, or on Friday if Wednesday is a holiday."""
    step = Step(step="plan", within="3bd", calendar="office")
    closed = dataclasses.replace(OFFICE, holidays=("2026-11-18",))
    new = a_book(step, calendars={"office": closed})
    found = moves(a_case(did("open", "09:00")), a_book(step), new, "12:00")
    assert found == {"plan": (at("2026-11-19 18:00"), at("2026-11-20 18:00"), 86400, "later")}


def test_no_verdict_and_no_date_told_to_a_customer_moves() -> None:
    promise = Promise(by=at("10:00"), what="respond", made=at("09:00"))
    events = (did("open", "09:00", promise=(at("10:00"),)), did("plan", "12:00", due=at("17:00"), met=True))
    case = a_case(*events, promised=(promise,))
    assert moves(case, a_book(PLAN), a_book(Step(step="plan", within="1h")), "18:00") == {}


def takings(case: Case, rules: Rulebook) -> list[tuple[str, ...]]:
    last_first: list[tuple[str, ...]] = [
        (step.step, step.then, step.now) for step in replay.replay_steps(case, rules)
    ]
    return last_first[::-1]


BOOK = a_book(Step(step="classify", within={"urgent": "1h", "general": "4h"}), PLAN, levels=LEVELS)


def test_a_step_is_judged_again_by_the_level_it_left_and_not_by_a_later_one() -> None:
    """Classified as general (4 h) after 3 h; the level urgent, set at 13:00, must not count for that step."""
    case = a_case(did("open", "09:00"))
    for when, asked in (
        ("12:00", Request(did="classify", fields={"level": "general"})),
        ("13:00", Request(did="escalate", fields={"level": "urgent"}, reason="smoke")),
    ):
        case = recorded(case, BOOK, at(when), asked).case
    assert takings(case, BOOK) == [("open", "none", "none"), ("classify", "met", "met")]
    swapped = a_book(Step(step="classify", within={"urgent": "9h", "general": "2h"}), levels=LEVELS)
    assert takings(case, swapped)[1] == ("classify", "met", "late")


def test_what_was_taken_back_and_what_was_not_due_again_is_left_out() -> None:
    case = a_case(did("open", "09:00"))
    for when, asked in (
        ("09:10", Request(did="classify", fields={"level": "general"})),
        ("09:20", Request(did="classify", fields={"level": "urgent"})),
        ("10:00", Request(did="plan")),
    ):
        case = recorded(case, BOOK, at(when), asked).case
    wrong = case.history[-1].id
    case = recorded(case, BOOK, at("10:05"), Request(did="retract", event=wrong, reason="slip")).case
    assert takings(case, BOOK) == [("open", "none", "none"), ("classify", "met", "met")]


def test_a_wait_that_was_noted_later_does_not_change_what_was_known() -> None:
    """Classified at 12:00 with a limit of 1 h; the wait from 09:30 to 11:30 was recorded only at 13:00."""
    case = recorded(
        a_case(did("open", "09:00"), level="urgent"), BOOK, at("12:00"), Request(did="classify")
    ).case
    for when, asked in (("09:30", Request(did="wait", reason="photo")), ("11:30", Request(did="resume"))):
        act = Attribution(at=at(when), now=at("13:00"), by="li.wei", given=True, recorder=None)
        case = decide_request(case, BOOK, asked, act).case
    assert takings(case, BOOK)[1] == ("classify", "late", "late")


def test_the_registration_of_an_imported_case_is_unjudged() -> None:
    book = a_book(Step(step="open", within="1h"), PLAN)
    case = a_case(did("open", "09:00"), source=ImportSource(system="old", id="1", row="x"))
    case = recorded(case, book, at("18:00"), Request(did="plan")).case
    assert takings(case, book) == [("open", "unjudged", "unjudged"), ("plan", "late", "late")]


def test_a_replay_keeps_only_counts_unless_asked() -> None:
    opened = a_case(did("open", "09:00"), level="urgent")
    case = recorded(opened, a_book(PLAN, levels=LEVELS), at("12:00"), Request(did="plan")).case
    strict = build_rulebook(a_policy(Step(step="plan", within="2h"), levels=LEVELS))
    for keep in (False, True):
        replaying = replay.ReplayTally(strict, "level", keep=keep)
        replaying.add(case)
        result = replaying.result()
        assert [one.step for one in result.changed] == (["plan"] if keep else [])
        assert (result.total.to_late, result.total.to_met, result.total.taken) == (1, 0, 2)
