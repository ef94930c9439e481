"""The thirteen decisions on deadlines where help desks disagree (docs/deadlines.md)."""

import dataclasses
from datetime import date, timedelta

import pytest

from complaintctl.domain.case.case import Case, Promise, Satisfaction
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import PROMISE
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.overview.next_step import next_step
from complaintctl.domain.policy.policy import Step
from tests.domain.building import BERLIN, LEVELS, OFFICE, a_book, a_case, at, clock, did, due, recorded


def test_decision_01_a_limit_that_ends_at_closing_time_is_due_then() -> None:
    book = a_book(Step(step="classify", within="8h"), calendar="office")
    case = a_case(did("open", "09:00"))
    assert due(case, book, at("10:00"), "classify") == at("18:00")
    assert clock(case, book, at("18:00"), "classify").state == "running"
    assert clock(case, book, at("18:00") + timedelta(seconds=1), "classify").state == "overdue"


REOPENING = (
    Step(step="plan", within="48h"),
    Step(step="execute", within="72h", from_="plan"),
    Step(step="respond", within="24h", from_="execute"),
    Step(step="follow-up", within="30d"),
)


def reopened(to: str) -> Case:
    return a_case(
        did("open", "09:00"),
        did("plan", "10:00", due=at("2026-11-18 09:00"), met=True),
        did("execute", "11:00", due=at("2026-11-19 10:00"), met=True),
        did("respond", "12:00", due=at("2026-11-17 11:00"), met=True),
        did("close", "13:00"),
        did("reopen", "2026-11-20 13:00", to=to),
    )


def test_decision_02_a_reopening_makes_its_step_and_those_after_it_due_again_with_the_full_limit() -> None:
    book = a_book(*REOPENING)
    case, now = reopened("execute"), at("2026-11-20 14:00")
    assert due(case, book, now, "execute") == at("2026-11-23 13:00")
    assert clock(case, book, now, "execute").origin == "reopen"
    assert clock(case, book, now, "respond").state == "ahead"
    assert deadlines.judge_case(case, book, now).progress.reopenings == 1


def test_decision_02_the_verdict_on_an_earlier_step_stays() -> None:
    plan = clock(reopened("execute"), a_book(*REOPENING), at("2026-11-20 14:00"), "plan")
    assert (plan.state, plan.due) == ("met", at("2026-11-18 09:00"))


def test_decision_02_a_step_never_taken_goes_on_without_the_time_the_case_was_closed() -> None:
    closed = timedelta(days=4)
    expected = at("2026-12-16 09:00") + closed
    assert due(reopened("respond"), a_book(*REOPENING), at("2026-11-20 14:00"), "follow-up") == expected


def test_decision_02_an_opinion_on_the_first_handling_is_asked_for_again() -> None:
    asking = Step(step="follow-up", every="7d", from_="respond", until="satisfaction.overall")
    book = a_book(Step(step="respond", within="24h"), asking)
    events = (
        did("open", "09:00"),
        did("respond", "10:00"),
        did("follow-up", "11:00"),
        did("reopen", "12:00", to="respond"),
        did("respond", "13:00"),
    )
    opinion = Satisfaction(overall=2)
    case = dataclasses.replace(a_case(*events), satisfaction=opinion)
    assert due(case, book, at("14:00"), "follow-up") == at("2026-11-23 13:00")
    asked = dataclasses.replace(a_case(*events, did("follow-up", "15:00")), satisfaction=opinion)
    assert clock(asked, book, at("16:00"), "follow-up").state == "unjudged"


def test_decision_02_an_open_case_can_be_sent_back_as_well() -> None:
    case = a_case(did("open", "09:00"), did("plan", "10:00"), did("reopen", "12:00", to="plan"))
    assert due(case, a_book(*REOPENING), at("13:00"), "plan") == at("2026-11-18 12:00")


def test_decision_03_waiting_for_the_customer_pauses_every_clock_but_the_first_answer() -> None:
    book = a_book(Step(step="ack", within="4h", first_answer=True), Step(step="classify", within="4h"))
    case = a_case(did("open", "09:00"), did("wait", "10:00"), did("resume", "12:00"))
    assert due(case, book, at("12:00"), "ack") == at("13:00")
    assert due(case, book, at("12:00"), "classify") == at("15:00")


def test_decision_03_a_promised_date_is_fixed() -> None:
    promise = Promise(by=at("12:00"), what="respond", made=at("09:00"))
    case = a_case(did("open", "09:00", promise=(at("12:00"),)), did("wait", "10:00"), promised=(promise,))
    promised = clock(case, a_book(), at("12:01"), PROMISE)
    assert (promised.state, promised.due) == ("overdue", at("12:00"))


@pytest.mark.parametrize(("pauses", "expected"), [(True, "15:00"), (False, "13:00")])
def test_decision_03_the_policy_may_say_otherwise_for_a_step(pauses: bool, expected: str) -> None:
    book = a_book(Step(step="ack", within="4h", first_answer=True, pauses=pauses))
    case = a_case(did("open", "09:00"), did("wait", "10:00"), did("resume", "12:00"))
    assert due(case, book, at("12:00"), "ack") == at(expected)


def test_decision_04_a_pause_counts_in_the_working_time_of_the_clock() -> None:
    book = a_book(
        Step(step="investigate", within="8h", calendar="office"),
        Step(step="plan", within="24h"),
        calendar="always",
    )
    case = a_case(did("open", "09:00"), did("wait", "17:00"), did("resume", "2026-11-17 10:00"))
    assert due(case, book, at("2026-11-17 10:00"), "investigate") == at("2026-11-17 11:00")
    assert due(case, book, at("2026-11-17 10:00"), "plan") == at("2026-11-18 02:00")


def test_decision_04_a_wait_over_night_moves_a_working_day_limit_by_the_working_days_it_touched() -> None:
    book = a_book(Step(step="plan", within="3bd"), calendar="office")
    case = a_case(did("open", "09:00"), did("wait", "10:00"), did("resume", "2026-11-18 10:00"))
    assert due(case, book, at("2026-11-18 10:00"), "plan") == at("2026-11-23 18:00")


def test_decision_04_a_wait_moves_a_calendar_day_limit_by_its_own_length() -> None:
    book = a_book(Step(step="plan", within="10d"), calendar="office")
    case = a_case(did("open", "09:00"), did("wait", "10:00"), did("resume", "15:30"))
    assert due(case, book, at("16:00"), "plan") == at("2026-11-26 14:30")


def test_decision_05_a_changed_level_recomputes_from_the_original_start_and_keeps_the_pauses() -> None:
    book = a_book(Step(step="plan", within={"urgent": "4h", "general": "48h"}), levels=LEVELS)
    case = a_case(did("open", "09:00"), did("wait", "10:00"), did("resume", "11:00"), level="general")
    decision = recorded(case, book, at("12:00"), Request(did="escalate", fields={"level": "urgent"}))
    assert due(decision.case, book, at("12:00"), "plan") == at("14:00")


def test_decision_05_the_event_that_changes_it_records_the_old_and_the_new_due() -> None:
    book = a_book(Step(step="plan", within={"urgent": "4h", "general": "48h"}), levels=LEVELS)
    case = a_case(did("open", "09:00"), level="general")
    decision = recorded(case, book, at("12:00"), Request(did="escalate", fields={"level": "urgent"}))
    assert decision.event.moved == {"plan": (at("2026-11-18 09:00"), at("13:00"))}
    assert decision.event.set == {"level": ("general", "urgent")}


def test_decision_06_a_changed_policy_moves_open_clocks_and_never_a_verdict() -> None:
    case = a_case(did("open", "09:00"), did("classify", "12:00", due=at("13:00"), met=True))
    stricter = a_book(Step(step="classify", within="1h"), Step(step="plan", within="24h"))
    verdict = clock(case, stricter, at("14:00"), "classify")
    assert (verdict.state, verdict.due) == ("met", at("13:00"))
    assert due(case, stricter, at("14:00"), "plan") == at("2026-11-17 09:00")


def test_decision_06_a_changed_calendar_moves_open_clocks() -> None:
    step = Step(step="plan", within="8h", calendar="office")
    holiday = dataclasses.replace(OFFICE, holidays=("2026-11-17",))
    case = a_case(did("open", "10:00"), received=at("10:00"))
    assert due(case, a_book(step), at("11:00"), "plan") == at("2026-11-17 10:00")
    changed = a_book(step, calendars={"office": holiday})
    assert due(case, changed, at("11:00"), "plan") == at("2026-11-18 10:00")


def test_decision_07_a_local_time_that_does_not_exist_moves_forward_by_the_gap() -> None:
    book = a_book(Step(step="plan", within="1d"), timezone=BERLIN, calendars={})
    case = a_case(received=at("2026-03-28 02:30", BERLIN))
    assert due(case, book, case.received, "plan") == at("2026-03-29 03:30", BERLIN)


def test_decision_08_of_an_ambiguous_local_time_the_first_is_meant() -> None:
    book = a_book(Step(step="plan", within="1d"), timezone=BERLIN, calendars={})
    case = a_case(received=at("2026-10-24 02:30", BERLIN))
    found = due(case, book, case.received, "plan")
    assert found is not None
    assert found.isoformat() == "2026-10-25T02:30:00+02:00"


UPDATING = (Step(step="ack", within="1h", first_answer=True), Step(step="update", every="8h"))


def test_decision_09_the_update_clock_starts_after_the_first_answer() -> None:
    assert clock(a_case(did("open", "09:00")), a_book(*UPDATING), at("09:30"), "update").state == "ahead"


def test_decision_09_the_update_clock_counts_from_the_last_word_to_the_customer() -> None:
    case = a_case(
        did("open", "09:00", via="phone"),
        did("ack", "09:30", via="phone"),
        did("investigate", "11:00"),
        did("respond", "12:00", via="email"),
        did("heard", "13:00", via="email"),
    )
    update = clock(case, a_book(*UPDATING), at("14:00"), "update")
    assert (update.origin, update.due) == ("last-word", at("20:00"))


def test_decision_09_without_a_first_answer_in_the_policy_the_first_word_starts_the_update_clock() -> None:
    book = a_book(Step(step="update", every="8h"))
    assert clock(a_case(did("open", "09:00")), book, at("10:00"), "update").state == "ahead"
    told = a_case(did("open", "09:00"), did("note", "10:00", via="phone"))
    assert due(told, book, at("11:00"), "update") == at("18:00")


def test_decision_10_a_case_that_is_already_late_stays_late_while_it_waits() -> None:
    book = a_book(Step(step="classify", within="4h"))
    late = a_case(did("open", "09:00"), did("wait", "13:30"))
    assert clock(late, book, at("15:00"), "classify").state == "overdue"
    assert due(late, book, at("15:00"), "classify") == at("13:00")
    in_time = a_case(did("open", "09:00"), did("wait", "12:30"))
    waiting = clock(in_time, book, at("15:00"), "classify")
    assert (waiting.state, waiting.remaining) == ("paused", 1800)


def test_decision_10_a_wait_that_begins_at_the_due_time_no_longer_pauses() -> None:
    book = a_book(Step(step="classify", within="4h"))
    case = a_case(did("open", "09:00"), did("wait", "13:00"))
    assert clock(case, book, at("13:00"), "classify").state == "running"
    assert clock(case, book, at("15:00"), "classify").state == "overdue"


def test_decision_10_holds_for_limits_in_days_too() -> None:
    case = a_case(did("open", "09:00"), did("wait", "2026-11-20 09:00"))
    for limit, expected in (("3d", "2026-11-19 09:00"), ("3bd", "2026-11-19 18:00")):
        found = clock(
            case, a_book(Step(step="plan", within=limit), calendar="office"), at("2026-11-23 09:00"), "plan"
        )
        assert (found.state, found.due) == ("overdue", at(expected))


def test_decision_11_past_the_published_calendar_the_answer_says_so() -> None:
    published = dataclasses.replace(OFFICE, known_until=date(2026, 11, 18))
    book = a_book(
        Step(step="plan", within="2bd"),
        Step(step="execute", within="3bd"),
        calendar="office",
        calendars={"office": published},
    )
    case = a_case(did("open", "09:00"))
    assert clock(case, book, at("10:00"), "plan").known
    assert not clock(case, book, at("10:00"), "execute").known


def test_decision_12_the_earliest_clock_of_what_can_be_done_now_is_due_next() -> None:
    book = a_book(
        Step(step="classify", within="4h"), Step(step="plan", within="48h"), Step(step="ack", within="1h")
    )
    case = a_case(did("open", "09:00"), did("ack", "09:30", due=at("10:00"), met=True))
    found = next_step(deadlines.judge_case(case, book, at("10:00")), book)
    assert found is not None
    assert (found.step, found.due) == ("classify", at("13:00"))


def test_decision_12_a_promise_to_the_customer_may_be_due_first() -> None:
    promise = Promise(by=at("12:00"), what="respond", made=at("09:00"))
    case = a_case(did("open", "09:00", promise=(at("12:00"),)), promised=(promise,))
    book = a_book(Step(step="classify", within="4h"))
    found = next_step(deadlines.judge_case(case, book, at("10:00")), book)
    assert found is not None
    assert (found.step, found.due) == ("respond", at("12:00"))


def test_decision_13_until_a_level_is_set_the_shortest_limit_applies_and_the_clock_names_it() -> None:
    limits = {"urgent": "1h", "general": "4h", "else": "8h"}
    book = a_book(Step(step="ack", within=limits), levels=LEVELS)
    case = a_case(did("open", "09:00"))
    without = clock(case, book, at("09:30"), "ack")
    assert (without.due, without.key) == (at("10:00"), "urgent")
    general = dataclasses.replace(case, level="general")
    assert due(general, book, at("09:30"), "ack") == at("13:00")


def test_decision_13_a_class_that_beats_every_level_needs_none() -> None:
    book = a_book(
        Step(step="ack", within={"urgent": "2h", "quality": "1h", "price": "6h", "else": "8h"}),
        levels=LEVELS,
        categories={"quality": None, "price": None, "other": None},
    )
    case = a_case(did("open", "09:00"))
    for category, expected in (("price", "15:00"), ("other", "11:00"), (None, "10:00")):
        assert due(dataclasses.replace(case, category=category), book, at("09:30"), "ack") == at(expected)
