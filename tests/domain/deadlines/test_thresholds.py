"""Warnings, escalations, capped waits, and limits after a reopening."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain.case.case import Promise
from complaintctl.domain.deadlines import clocks, thresholds
from complaintctl.domain.policy.policy import Rung, Step, WaitRule
from complaintctl.domain.worktime import limits, worktime
from complaintctl.domain.worktime.limits import Limit
from tests.domain.building import OFFICE, SHANGHAI, a_book, a_case, at, clock, did, due

TABLE = worktime.build_timetable("office", OFFICE, ZoneInfo(SHANGHAI))
LADDER = (Rung(late="0h", to="lead"), Rung(late="4h", to="director"), Rung(before="1h", to="owner"))


def limit(text: str) -> Limit:
    found = limits.parse_limit(text)
    assert found is not None
    return found


def warned_at(text: str, start: str, within: str | None, ends: str) -> datetime:
    """Returns the moment of the warning for a limit that ends at `ends`."""
    length = limit(within) if within else None
    (found,) = thresholds.warning_points(TABLE, (text,), at(start), length, at(ends))
    assert (found.text, found.to) == (text, None)
    return found.at


# Monday the 16th, 8 open hours a day; the office closes for lunch from 12:00 to 13:00.
@pytest.mark.parametrize(
    ("text", "start", "within", "ends", "expected"),
    [
        # 16 h, a quarter of which is 4 h: back from Tuesday 18:00 to 14:00.
        ("75%", "09:00", "16h", "2026-11-17 18:00", "2026-11-17 14:00"),
        # Half of 16 h is the whole Tuesday, so Tuesday 09:00.
        ("50%", "09:00", "16h", "2026-11-17 18:00", "2026-11-17 09:00"),
        # Working days have open hours: Monday 09:00 to Wednesday 18:00 are 24; a quarter is 6: Wednesday 11:00.
        ("75%", "09:00", "2bd", "2026-11-18 18:00", "2026-11-18 11:00"),
        # Calendar days are real time: 10 days from Monday, a tenth is one day.
        ("90%", "09:00", "10d", "2026-11-26 09:00", "2026-11-25 09:00"),
        # A quarter of 90 seconds is 22 whole ones.
        ("75%", "09:00", "PT90S", "2026-11-16 09:01:30", "2026-11-16 09:01:08"),
        ("2h before", "09:00", "16h", "2026-11-17 18:00", "2026-11-17 16:00"),
        ("6h before", "09:00", "16h", "2026-11-17 15:00", "2026-11-16 17:00"),
        ("0h before", "09:00", "16h", "2026-11-17 18:00", "2026-11-17 18:00"),
        ("1d before", "09:00", "16h", "2026-11-23 10:00", "2026-11-22 10:00"),
        ("1mo before", "09:00", "4mo", "2027-03-31 09:00", "2027-02-28 09:00"),
        ("1bd before", "09:00", "5bd", "2026-11-23 18:00", "2026-11-20 18:00"),
        ("P1M2D before", "09:00", "4mo", "2027-03-16 09:00", "2027-02-14 09:00"),
    ],
)
def test_a_warning_is_counted_back_from_the_due_time(
    text: str, start: str, within: str, ends: str, expected: str
) -> None:
    assert warned_at(text, start, within, ends) == at(expected)


def test_of_a_promised_date_a_share_is_real_time() -> None:
    # Made on Monday at 09:00 for Wednesday at 09:00: of 48 h a quarter is 12.
    assert warned_at("75%", "09:00", None, "2026-11-18 09:00") == at("2026-11-17 21:00")


def test_what_names_no_warning_is_left_out() -> None:
    found = thresholds.warning_points(
        TABLE, ("soon", "2h", "1h before"), at("09:00"), limit("8h"), at("18:00")
    )
    assert [point.at for point in found] == [at("17:00")]


@pytest.mark.parametrize(
    ("within", "due_at", "expected"),
    [
        # Ten days become eleven; a tenth of the ten is a day.
        ("10d", "2026-11-27 09:00", "2026-11-26 09:00"),
        # 2bd are 24 open hours from Monday 09:00, a tenth of which are 2:24; due a working day later, on Thursday.
        ("2bd", "2026-11-19 18:00", "2026-11-19 15:36"),
    ],
)
def test_a_share_is_one_of_the_limit_without_its_pauses(within: str, due_at: str, expected: str) -> None:
    book = a_book(Step(step="plan", within=within), calendar="office", warn=("90%",))
    case = a_case(did("open", "09:00"), did("wait", "10:00"), did("resume", "2026-11-17 10:00"))
    found = clock(case, book, at("2026-11-17 11:00"), "plan")
    assert found.due == at(due_at)
    assert [point.at for point in found.warnings] == [at(expected)]


def test_rungs_stand_before_and_after_the_due_time_along_the_calendar() -> None:
    # Late from Monday 18:00 on: four open hours later it is Tuesday 14:00.
    found = [(point.to, point.text, point.at) for point in thresholds.rung_points(TABLE, LADDER, at("18:00"))]
    assert found == [
        ("lead", "0h", at("18:00")),
        ("director", "4h", at("2026-11-17 14:00")),
        ("owner", "1h", at("17:00")),
    ]


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ("1d", "2026-11-17 18:00"),
        ("1bd", "2026-11-17 18:00"),
        ("5bd", "2026-11-23 18:00"),
        ("1mo", "2026-12-16 18:00"),
    ],
)
def test_a_rung_may_be_days_late(late: str, expected: str) -> None:
    (point,) = thresholds.rung_points(TABLE, (Rung(late=late, to="lead"),), at("18:00"))
    assert point.at == at(expected)


def test_a_rung_that_names_no_time_is_left_out() -> None:
    ladder = (Rung(late="soon", to="lead"), Rung(to="lead"), Rung(late="0h", to="director"))
    assert [point.to for point in thresholds.rung_points(TABLE, ladder, at("18:00"))] == ["director"]


def test_the_last_point_that_has_come_is_the_one_that_counts() -> None:
    points = tuple(thresholds.rung_points(TABLE, LADDER, at("18:00")))
    reached = [
        clocks.last_reached_point(points, at(moment))
        for moment in ("16:59", "17:00", "18:00", "2026-11-17 13:59", "2026-11-17 14:00")
    ]
    assert [point.to if point else None for point in reached] == [None, "owner", "lead", "lead", "director"]


# Clocks


WARNED = (Step(step="classify", within="8h"), Step(step="plan", within="8h", warn=()))
CASE = a_case(did("open", "09:00"))


def test_a_clock_carries_the_warnings_of_the_policy_unless_its_step_has_its_own() -> None:
    book = a_book(*WARNED, calendar="office", warn=("75%",), escalation=LADDER)
    classify, plan = (clock(CASE, book, at("15:59"), name) for name in ("classify", "plan"))
    assert [point.at for point in classify.warnings] == [at("16:00")]
    assert [point.to for point in classify.ladder] == ["lead", "director", "owner"]
    assert plan.warnings == ()
    assert [point.to for point in plan.ladder] == ["lead", "director", "owner"]
    assert not classify.warned
    assert clock(CASE, book, at("16:00"), "classify").warned
    assert not clock(CASE, book, at("17:59"), "plan").warned


def test_without_warnings_in_the_policy_there_are_none() -> None:
    found = clock(CASE, a_book(*WARNED, calendar="office"), at("17:59"), "classify")
    assert (found.warnings, found.ladder, found.warned) == ((), (), False)


def test_a_pause_moves_the_warning_with_the_due_time() -> None:
    book = a_book(*WARNED, calendar="office", warn=("75%",))
    case = a_case(did("open", "09:00"), did("wait", "10:00"), did("resume", "15:00"))
    # 4 open hours of waiting: due on Tuesday at 14:00, warned of two hours before, at 11:00.
    found = clock(case, book, at("16:30"), "classify")
    assert found.due == at("2026-11-17 14:00")
    assert [point.at for point in found.warnings] == [at("2026-11-17 11:00")]
    assert not found.warned


def test_a_promise_is_warned_of_and_escalated_by_the_clock_until_it_is_kept() -> None:
    promise = Promise(by=at("2026-11-16 21:00"), what="respond", made=at("09:00"))
    book = a_book(Step(step="respond"), warn=("75%",), escalation=LADDER)
    opened = did("open", "09:00", promise=(promise.by,))
    waiting = clock(a_case(opened, promised=(promise,)), book, at("18:00"), clocks.PROMISE)
    assert [point.at for point in waiting.warnings] == [at("18:00")]
    assert [point.at for point in waiting.ladder] == [at("21:00"), at("2026-11-17 01:00"), at("20:00")]
    assert {point.at.utcoffset() for point in waiting.warnings} == {timedelta(hours=8)}
    assert waiting.warned
    kept = a_case(opened, did("respond", "12:00"), promised=(promise,))
    found = clock(kept, book, at("18:00"), clocks.PROMISE)
    assert (found.state, found.warnings, found.ladder, found.warned) == ("met", (), (), False)


def test_a_step_that_was_taken_warns_of_nothing() -> None:
    book = a_book(*WARNED, calendar="office", warn=("75%",), escalation=LADDER)
    case = a_case(did("open", "09:00"), did("classify", "10:00", due=at("18:00"), met=True))
    found = clock(case, book, at("17:00"), "classify")
    assert (found.warnings, found.ladder, found.warned) == ((), (), False)


# Waits with an end


@pytest.mark.parametrize(
    ("most", "resumed", "expected"),
    [
        # 8 h of limit, one used at 10:00; the wait stops the clock for 4 open hours at most, until 15:00.
        ("4h", None, "2026-11-17 14:00"),
        ("4h", "17:00", "2026-11-17 14:00"),
        # Resumed before that: it stopped the clock for 2 open hours only.
        ("4h", "13:00", "2026-11-17 11:00"),
        # A calendar day: until Tuesday at 10:00, when 7 h are left.
        ("1d", None, "2026-11-17 18:00"),
        (None, "17:00", "2026-11-17 16:00"),
    ],
)
def test_one_wait_stops_a_clock_no_longer_than_the_policy_says(
    most: str | None, resumed: str | None, expected: str
) -> None:
    book = a_book(Step(step="classify", within="8h"), calendar="office", wait=WaitRule(at_most=most))
    events = [did("open", "09:00"), did("wait", "10:00"), *([did("resume", resumed)] if resumed else [])]
    assert due(a_case(*events), book, at("2026-11-17 10:30"), "classify") == at(expected)


def test_during_the_time_that_a_wait_may_last_the_clock_stands_still() -> None:
    book = a_book(Step(step="classify", within="8h"), calendar="office", wait=WaitRule(at_most="4h"))
    case = a_case(did("open", "09:00"), did("wait", "10:00"))
    assert (clock(case, book, at("14:59"), "classify").state) == "paused"
    assert (clock(case, book, at("14:59"), "classify").remaining) == 7 * 3600
    assert (clock(case, book, at("15:00"), "classify").state) == "running"


def test_having_been_closed_is_no_wait_and_has_no_end() -> None:
    book = a_book(
        Step(step="plan", within="24h"), Step(step="respond", within="72h"), wait=WaitRule(at_most="1h")
    )
    case = a_case(
        did("open", "09:00"), did("close", "10:00"), did("reopen", "2026-11-18 10:00", to="respond")
    )
    assert due(case, book, at("2026-11-18 11:00"), "plan") == at("2026-11-19 09:00")


def test_a_case_opened_waiting_pauses_its_clocks_from_the_start() -> None:
    book = a_book(Step(step="classify", within="8h"), calendar="office")
    opened = did("open", "09:00", set={"status": (None, "waiting")})
    case = a_case(opened, status="waiting")
    paused = clock(case, book, at("11:00"), "classify")
    assert (paused.state, paused.remaining) == ("paused", 8 * 3600)
    resumed = a_case(opened, did("resume", "11:00"))
    assert due(resumed, book, at("12:00"), "classify") == at("2026-11-17 11:00")


# Limits of a second round


AGAIN = (
    Step(step="plan", within="48h", again={"urgent": "1h", "else": "2h"}),
    Step(step="respond", within="72h"),
)


def test_a_step_due_again_has_its_own_limit_where_the_policy_names_one() -> None:
    book = a_book(*AGAIN, levels={"urgent": None, "general": None})
    case = a_case(did("open", "09:00"), did("plan", "10:00"), level="general")
    again = a_case(*case.history, did("reopen", "12:00", to="plan"), level="general")
    assert due(again, book, at("12:30"), "plan") == at("14:00")
    assert due(again, book, at("12:30"), "respond") == at("2026-11-19 09:00")
    urgent = a_case(*case.history, did("reopen", "12:00", to="plan"), level="urgent")
    found = clock(urgent, book, at("12:30"), "plan")
    assert (found.due, found.key) == (at("13:00"), "urgent")


def test_the_first_time_it_has_the_ordinary_one() -> None:
    book = a_book(*AGAIN, levels={"urgent": None})
    assert due(a_case(did("open", "09:00"), level="urgent"), book, at("10:00"), "plan") == at(
        "2026-11-18 09:00"
    )


def test_a_point_of_the_ladder_is_a_moment_whatever_zone_the_due_time_is_written_in() -> None:
    (point,) = thresholds.rung_points(TABLE, (Rung(late="1h", to="lead"),), at("17:00").astimezone(UTC))
    assert point.at == at("18:00")
