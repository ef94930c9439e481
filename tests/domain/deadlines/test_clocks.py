"""Clocks: limit, starting point, state, and promises to the customer."""

import dataclasses
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain.case.case import Case, Plan, Product, Promise, Satisfaction
from complaintctl.domain.deadlines import deadlines, history
from complaintctl.domain.deadlines.clocks import PROMISE
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.overview import overview
from complaintctl.domain.policy.policy import Step, WaitRule
from tests.domain.building import BERLIN, LEVELS, a_book, a_case, at, clock, did, due, recorded

# Which limit, from where


@pytest.mark.parametrize(
    ("level", "category", "expected"),
    [
        ("urgent", "quality/function/hardware", "10:00"),
        ("urgent", "quality/function/software", "11:00"),
        ("urgent", "quality/appearance", "11:00"),
        ("urgent", "other", "12:00"),
        ("general", "other", "13:00"),
        ("general", None, "13:00"),
    ],
)
def test_a_class_beats_a_level_and_a_longer_path_a_shorter_one(
    level: str, category: str | None, expected: str
) -> None:
    limits = {"quality/function/hardware": "1h", "quality": "2h", "urgent": "3h", "else": "4h"}
    book = a_book(Step(step="plan", within=limits), levels=LEVELS)
    case = a_case(did("open", "09:00"), level=level, category=category)
    assert due(case, book, at("09:30"), "plan") == at(expected)


def test_a_step_without_a_fitting_limit_has_no_clock() -> None:
    book = a_book(Step(step="plan", within={"urgent": "1h"}), Step(step="execute"), levels=LEVELS)
    case = a_case(did("open", "09:00"), level="general")
    assert deadlines.judge_case(case, book, at("10:00")).clocks == ()


def test_a_step_taken_without_a_limit_is_not_judged() -> None:
    case = a_case(did("open", "09:00"), did("execute", "10:00"))
    assert clock(case, a_book(Step(step="execute")), at("11:00"), "execute").state == "unjudged"


def test_of_several_starting_points_the_latest_that_has_come_counts() -> None:
    book = a_book(Step(step="plan", within="4h", from_=("receipt", "assignment", "investigate")))
    case = a_case(did("open", "09:00"), did("assign", "10:00", set={"owner": (None, "li.wei")}))
    plan = clock(case, book, at("11:00"), "plan")
    assert (plan.origin, plan.due) == ("assignment", at("14:00"))


def test_a_clock_may_start_from_a_date_of_the_case() -> None:
    book = a_book(Step(step="follow-up", within="1h", from_="received"))
    assert due(a_case(did("open", "09:00")), book, at("09:30"), "follow-up") == at("10:00")


def test_a_clock_is_ahead_until_its_starting_point_has_come() -> None:
    book = a_book(Step(step="execute", within="72h", from_="plan"))
    found = clock(a_case(did("open", "09:00")), book, at("10:00"), "execute")
    assert (found.state, found.due) == ("ahead", None)


def test_a_step_that_does_not_apply_has_no_clock() -> None:
    book = a_book(Step(step="contain", within="4h", when={"x.confirmed": ("yes", "likely")}))
    assert not deadlines.judge_case(a_case(did("open", "09:00")), book, at("10:00")).clocks
    confirmed = a_case(did("open", "09:00"), x={"confirmed": "likely"})
    assert due(confirmed, book, at("10:00"), "contain") == at("13:00")


FOLLOWING_UP = (
    Step(step="respond", within="24h"),
    Step(step="follow-up", every="7d", from_="respond", until="satisfaction.overall"),
)


def test_a_recurring_step_counts_from_its_last_time() -> None:
    case = a_case(did("open", "09:00"), did("respond", "10:00"), did("follow-up", "2026-11-20 15:00"))
    found = clock(case, a_book(*FOLLOWING_UP), at("2026-11-21 09:00"), "follow-up")
    assert (found.origin, found.due) == ("follow-up", at("2026-11-27 15:00"))


def test_a_recurring_step_ends_when_its_field_is_known() -> None:
    case = a_case(did("open", "09:00"), did("respond", "10:00"), satisfaction=Satisfaction(overall=4))
    assert [
        entry.step for entry in deadlines.judge_case(case, a_book(*FOLLOWING_UP), at("11:00")).clocks
    ] == ["respond"]


UPDATED = (
    Step(step="ack", within="1h", first_answer=True),
    Step(step="update", every="8h"),
    Step(step="respond", within="72h"),
)


def test_the_updates_end_when_the_result_was_told_and_go_on_after_a_reopening() -> None:
    book = a_book(*UPDATED)
    told = (did("open", "09:00"), did("ack", "09:30"), did("update", "10:00"))
    assert due(a_case(*told), book, at("11:00"), "update") == at("18:00")
    answered = (*told, did("respond", "12:00"))
    found = clock(a_case(*answered), book, at("2026-11-20 09:00"), "update")
    assert (found.state, found.taken) == ("unjudged", at("10:00"))
    reopened = (*answered, did("reopen", "2026-11-20 09:00", to="respond"))
    again = clock(a_case(*reopened), book, at("2026-11-20 10:00"), "update")
    assert (again.state, again.origin, again.due) == ("running", "reopen", at("2026-11-20 17:00"))


def test_the_updates_end_with_the_last_of_what_tells_more_and_a_field_may_decide_instead() -> None:
    more = ("ack", "update", "respond", "final")
    book = a_book(*UPDATED, Step(step="final"), says_more=more)
    told = (did("open", "09:00"), did("ack", "09:30"), did("respond", "12:00"))
    assert clock(a_case(*told), book, at("13:00"), "update").state == "running"
    after = deadlines.judge_case(a_case(*told, did("final", "12:30")), book, at("13:00")).clocks
    assert "update" not in [entry.step for entry in after]
    until = dataclasses.replace(UPDATED[1], until="satisfaction.overall")
    book = a_book(UPDATED[0], until, UPDATED[2])
    assert clock(a_case(*told), book, at("13:00"), "update").state == "running"


def test_closing_settles_every_clock() -> None:
    book = a_book(Step(step="classify", within="1h"))
    promise = Promise(by=at("12:00"), what="respond", made=at("09:00"))
    case = a_case(
        did("open", "09:00", promise=(at("12:00"),)),
        did("close", "11:00"),
        promised=(promise,),
        status="closed",
    )
    states = {
        entry.step: entry.state for entry in deadlines.judge_case(case, book, at("2026-11-20 09:00")).clocks
    }
    assert states == {"classify": "settled", PROMISE: "met"}


def test_the_longest_overdue_clock_comes_first() -> None:
    book = a_book(
        Step(step="plan", within="3h"), Step(step="ack", within="1h"), Step(step="execute", within="9h")
    )
    judged = deadlines.judge_case(a_case(did("open", "09:00")), book, at("13:00"))
    assert [found.clock.step for found in overview.case_findings(judged, None)] == ["ack", "plan"]


def test_a_step_taken_back_is_due_again_as_if_it_had_never_been_taken() -> None:
    book = a_book(Step(step="classify", within="4h"))
    taken = a_case(did("open", "09:00"), did("classify", "10:00", due=at("13:00"), met=True))
    back = history.identify_event(taken.id, taken.history, did("retract", "11:00", event=taken.history[1].id))
    case = dataclasses.replace(taken, history=(*taken.history, back))
    assert clock(case, book, at("10:30"), "classify").state == "met"
    assert (clock(case, book, at("12:00"), "classify").state, due(case, book, at("12:00"), "classify")) == (
        "running",
        at("13:00"),
    )


def test_a_refused_approval_makes_the_step_due_again_with_the_full_limit() -> None:
    book = a_book(Step(step="plan", within="4h", approve=("manager",)))
    case = a_case(
        did("open", "09:00"), did("plan", "10:00"), did("approve", "11:00", to="plan", refused=True)
    )
    assert due(case, book, at("12:00"), "plan") == at("15:00")


# Promises


def promised_case(*events: str, what: str = "respond") -> Case:
    """A case with an answer promised by noon, and that step taken at each of the given times."""
    promise = Promise(by=at("12:00"), what=what, made=at("09:30"))
    told = did("note", "09:30", promise=(at("12:00"),))
    return a_case(did("open", "09:00"), told, *(did("respond", when) for when in events), promised=(promise,))


@pytest.mark.parametrize(("when", "state"), [("12:00", "met"), ("12:01", "late")])
def test_a_promise_is_kept_by_the_first_later_event_of_its_step(when: str, state: str) -> None:
    assert (
        clock(promised_case(when, "2026-11-18 09:00"), a_book(), at("2026-11-19 09:00"), "promise").state
        == state
    )


def test_what_was_done_before_a_promise_does_not_keep_it() -> None:
    assert clock(promised_case("09:10"), a_book(), at("10:00"), "promise").state == "running"


def test_a_promise_is_not_known_before_it_was_made() -> None:
    assert deadlines.judge_case(promised_case(), a_book(), at("09:15")).clocks == ()


def test_a_promise_whose_event_was_taken_back_is_void() -> None:
    case = promised_case()
    back = history.identify_event(case.id, case.history, did("retract", "10:00", event=case.history[1].id))
    case = dataclasses.replace(case, history=(*case.history, back))
    assert deadlines.judge_case(case, a_book(), at("13:00")).clocks == ()


def test_a_step_makes_the_promises_of_the_policy_when_it_is_taken() -> None:
    step = Step(
        step="ack", within="1h", first_answer=True, promise={"respond": {"quality": "48h", "else": "72h"}}
    )
    book = a_book(step, categories={"quality": None})
    case = a_case(did("open", "09:00"), category="quality")
    decision = recorded(case, book, at("09:30"), Request(did="ack", via="phone"))
    assert decision.case.promised == (Promise(by=at("2026-11-18 09:30"), what="respond", made=at("09:30")),)
    assert (decision.event.due, decision.event.met) == (at("10:00"), True)


def test_a_condition_on_a_truth_is_written_true_or_false() -> None:
    book = a_book(Step(step="execute", within="4h", when={"plan.agreed_with_customer": "true"}))
    case = a_case(did("open", "09:00"), plan=Plan(agreed_with_customer=True))
    assert due(case, book, at("10:00"), "execute") == at("13:00")


# What a clock says of itself


def test_a_clock_names_its_step_and_says_nothing_that_it_has_not() -> None:
    book = a_book(Step(step="plan", within="4h"), Step(step="execute", within="72h", from_="plan"))
    running, ahead = deadlines.judge_case(a_case(did("open", "09:00")), book, at("10:00")).clocks
    assert (running.step, running.what, running.origin, running.start) == (
        "plan",
        "plan",
        "receipt",
        at("09:00"),
    )
    assert (ahead.step, ahead.what, ahead.origin, ahead.key, ahead.known) == (
        "execute",
        "execute",
        "",
        "",
        True,
    )
    assert (ahead.start, ahead.due, ahead.taken, ahead.limit, ahead.remaining) == (None,) * 5


def test_a_step_taken_late_says_so_with_its_due_time_and_when_it_was_taken() -> None:
    case = a_case(did("open", "09:00"), did("plan", "14:00", due=at("13:00"), met=False))
    found = clock(case, a_book(Step(step="plan", within="4h")), at("15:00"), "plan")
    assert (found.state, found.due, found.taken) == ("late", at("13:00"), at("14:00"))


def test_a_promise_names_what_was_promised_and_when() -> None:
    book = a_book()
    kept = clock(promised_case("11:00"), book, at("15:00"), PROMISE)
    assert (kept.step, kept.what, kept.origin, kept.key, kept.known) == (
        PROMISE,
        "respond",
        "promised",
        "",
        True,
    )
    assert (kept.start, kept.due, kept.taken) == (at("09:30"), at("12:00"), at("11:00"))
    open_one = clock(promised_case(), book, at("12:00"), PROMISE)
    assert (open_one.state, open_one.taken) == ("running", None)
    assert clock(promised_case(), book, at("12:01"), PROMISE).state == "overdue"


def test_a_promise_stands_from_the_moment_it_was_made_and_may_be_kept_in_that_moment() -> None:
    book = a_book()
    case = promised_case("09:30")
    assert clock(case, book, at("09:30"), PROMISE).state == "met"
    assert not deadlines.judge_case(case, book, at("09:29")).clocks


def test_a_promise_kept_in_the_moment_it_is_judged_at_is_kept() -> None:
    assert clock(promised_case("11:00"), a_book(), at("11:00"), PROMISE).state == "met"


def test_a_promise_taken_back_stands_no_more_from_that_moment_on() -> None:
    case = promised_case()
    opened = dataclasses.replace(case.history[0], promise=())
    told = did("update", "10:00", promise=(at("12:00"),))
    promised = a_case(opened, told, promised=case.promised)
    back = did("retract", "11:00", event=promised.history[1].id)
    gone = a_case(*promised.history, back, promised=case.promised)
    assert clock(gone, a_book(), at("10:59"), PROMISE).state == "running"
    assert not deadlines.judge_case(gone, a_book(), at("11:00")).clocks


# Recurring steps when nothing is due any more


def test_a_recurring_step_keeps_its_last_verdict_when_it_has_ended_or_the_case_is_closed() -> None:
    taken = did("follow-up", "2026-11-20 15:00", due=at("2026-11-23 10:00"), met=True)
    events = (did("open", "09:00"), did("respond", "10:00"), taken)
    book, now = a_book(*FOLLOWING_UP), at("2026-12-20 09:00")
    ended = clock(a_case(*events, satisfaction=Satisfaction(overall=4)), book, now, "follow-up")
    closed = clock(a_case(*events, did("close", "2026-11-21 09:00"), status="closed"), book, now, "follow-up")
    for found in (ended, closed):
        assert (found.step, found.state, found.taken) == ("follow-up", "met", at("2026-11-20 15:00"))


# Whether a step applies, and from where it counts


@pytest.mark.parametrize(
    ("category", "applies"),
    [("quality", True), ("quality/function", True), ("qualityless", False), ("price", False), (None, False)],
)
def test_a_condition_on_a_class_holds_for_the_classes_below_it(category: str | None, applies: bool) -> None:
    step = Step(step="contain", within="4h", when={"category": "quality"})
    assert deadlines.rule_applies(a_case(category=category), step) is applies


def test_a_condition_on_anything_else_wants_the_very_word() -> None:
    step = Step(step="contain", within="4h", when={"x.batch": "B1"})
    assert deadlines.rule_applies(a_case(x={"batch": "B1"}), step)
    assert not deadlines.rule_applies(a_case(x={"batch": "B1/2"}), step)
    assert not deadlines.rule_applies(
        a_case(x={}), Step(step="contain", within="4h", when={"x.batch": "XXXX"})
    )


def test_a_clock_may_count_from_the_last_word_to_the_customer() -> None:
    book = a_book(Step(step="follow-up", within="1h", from_="last-word"))
    case = a_case(did("open", "09:00"), did("note", "10:00", via="phone"), did("note", "12:00", via="email"))
    assert due(case, book, at("12:30"), "follow-up") == at("13:00")
    assert clock(a_case(did("open", "09:00")), book, at("10:00"), "follow-up").state == "ahead"


def test_a_day_of_the_case_counts_from_its_first_minute_in_the_zone_of_the_policy() -> None:
    book = a_book(Step(step="follow-up", within="24h", from_="product.bought"))
    case = a_case(did("open", "09:00"), product=Product(bought=date(2026, 11, 16)))
    assert due(case, book, at("09:30"), "follow-up") == at("2026-11-17 00:00")


def test_where_the_policy_marks_a_first_answer_another_word_does_not_start_the_updates() -> None:
    book = a_book(Step(step="ack", within="1h", first_answer=True), Step(step="update", every="8h"))
    case = a_case(did("open", "09:00"), did("note", "09:10", via="phone"))
    assert clock(case, book, at("09:30"), "update").state == "ahead"


# Pauses


def test_a_clock_that_stands_still_shows_when_it_would_be_due_if_the_wait_ended_now() -> None:
    book = a_book(Step(step="plan", within="8h"), calendar="office")
    case = a_case(did("open", "09:00"), did("wait", "10:00"))
    found = clock(case, book, at("2026-11-17 10:00"), "plan")
    assert (found.state, found.remaining, found.due) == ("paused", 7 * 3600, at("2026-11-17 18:00"))


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        # Tuesday and Wednesday were waited: 3 working days more end on Monday.
        ("3bd", "2026-11-23 18:00"),
        # Waited for 48 h from Monday 10:00, ten days become twelve.
        ("10d", "2026-11-28 09:00"),
        ("1mo", "2026-12-18 09:00"),
    ],
)
def test_days_that_stand_still_move_with_the_wait(limit: str, expected: str) -> None:
    book = a_book(Step(step="plan", within=limit), calendar="office")
    case = a_case(did("open", "09:00"), did("wait", "10:00"))
    found = clock(case, book, at("2026-11-18 10:00"), "plan")
    assert (found.state, found.due) == ("paused", at(expected))
    assert found.due is not None
    assert found.due.utcoffset() == timedelta(hours=8)


def test_of_working_days_that_stand_still_the_open_time_left_is_told() -> None:
    book = a_book(Step(step="plan", within="1bd"), calendar="office")
    found = clock(a_case(did("open", "09:00"), did("wait", "10:00")), book, at("12:00"), "plan")
    # Until Tuesday at 18:00 there are five hours of Monday and eight of Tuesday.
    assert (found.due, found.remaining) == (at("2026-11-17 18:00"), 13 * 3600)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("16h", "2026-11-19 18:00"), ("3bd", "2026-11-23 18:00"), ("10d", "2026-11-28 09:00")],
)
def test_two_waits_both_count(limit: str, expected: str) -> None:
    # Two waits over a night, each of 8 open hours, one working day, 24 h. Of 16 h, five are used before Wednesday 15:00.
    book = a_book(Step(step="plan", within=limit), calendar="office")
    case = a_case(
        did("open", "09:00"),
        did("wait", "14:00"),
        did("resume", "2026-11-17 14:00"),
        did("wait", "2026-11-17 15:00"),
        did("resume", "2026-11-18 15:00"),
    )
    assert due(case, book, at("2026-11-18 16:00"), "plan") == at(expected)


def test_a_wait_that_begins_when_a_limit_in_days_ends_no_longer_moves_it() -> None:
    book = a_book(Step(step="plan", within="1d"))
    case = a_case(did("open", "09:00"), did("wait", "2026-11-17 09:00"))
    found = clock(case, book, at("2026-11-17 10:00"), "plan")
    assert (found.state, found.due) == ("overdue", at("2026-11-17 09:00"))


def test_a_wait_that_ended_when_the_clock_starts_is_none_of_its() -> None:
    book = a_book(Step(step="plan", within="1h"), Step(step="execute", within="2h", from_="plan"))
    case = a_case(did("open", "09:00"), did("wait", "09:10"), did("plan", "09:30"), did("resume", "09:30"))
    assert due(case, book, at("10:00"), "execute") == at("11:30")


def test_a_wait_that_goes_on_while_its_clock_starts_pauses_it_from_the_start() -> None:
    book = a_book(Step(step="plan", within="9h"), Step(step="execute", within="2h", from_="plan"))
    case = a_case(did("open", "09:00"), did("wait", "09:10"), did("plan", "10:00"), did("resume", "11:00"))
    assert due(case, book, at("11:30"), "execute") == at("13:00")


def test_a_wait_may_last_as_long_as_the_calendar_of_the_step_says() -> None:
    step = Step(step="plan", within="8h", calendar="office")
    book = a_book(step, wait=WaitRule(at_most="4h"))
    case = a_case(did("open", "09:00"), did("wait", "10:00"))
    # Four open hours from 10:00 end at 15:00, four by the clock would at 14:00; seven are left then.
    assert due(case, book, at("2026-11-17 08:00"), "plan") == at("2026-11-17 14:00")


def test_a_limit_of_nothing_is_due_at_the_next_opening() -> None:
    book = a_book(Step(step="plan", within="0h"), calendar="office")
    case = a_case(did("open", "12:30"), received=at("12:30"))
    assert due(case, book, at("12:30"), "plan") == at("13:00")
    waited = a_case(*case.history, did("wait", "12:40"), did("resume", "12:50"), received=at("12:30"))
    assert due(waited, book, at("12:55"), "plan") == at("13:00")


def test_steps_made_due_again_at_different_moments_count_each_from_its_own() -> None:
    book = a_book(Step(step="plan", within="4h", approve=("manager",)), Step(step="respond", within="9h"))
    case = a_case(
        did("open", "09:00"),
        did("plan", "10:00"),
        did("respond", "11:00"),
        did("reopen", "12:00", to="plan"),
        did("plan", "13:00"),
        did("approve", "15:00", to="plan", refused=True),
    )
    assert due(case, book, at("16:00"), "plan") == at("19:00")
    assert due(case, book, at("16:00"), "respond") == at("21:00")


def test_a_limit_may_reach_into_a_year_that_was_not_laid_out_yet() -> None:
    book = a_book(Step(step="plan", within="40h"), calendar="office")
    case = a_case(did("open", "2026-12-30 09:00"), received=at("2026-12-30 09:00"))
    # Wednesday, Thursday, Friday the first of January, Monday, Tuesday: five days of eight hours.
    assert due(case, book, at("2026-12-30 10:00"), "plan") == at("2027-01-05 18:00")


# Zones


def test_another_zone_of_the_policy_moves_no_limit_by_the_clock() -> None:
    case = a_case(did("open", "09:00"))
    for zone in (BERLIN, "America/New_York"):
        found = due(case, a_book(Step(step="plan", within="48h"), timezone=zone), at("10:00"), "plan")
        assert found == at("2026-11-18 09:00")
        assert found is not None
        assert found.utcoffset() == found.astimezone(ZoneInfo(zone)).utcoffset()
