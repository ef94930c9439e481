"""How a clock stands: which limit, from where, and what was promised to the customer."""

import dataclasses

import pytest

from complaintctl.domain import deadlines, history
from complaintctl.domain.case import Case, Plan, Promise, Satisfaction
from complaintctl.domain.clocks import PROMISE, overdue
from complaintctl.domain.lifecycle import Request
from complaintctl.domain.policy import Step
from tests.domain.building import LEVELS, a_book, a_case, at, clock, did, due, recorded

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
    assert deadlines.judged(case, book, at("10:00")).clocks == ()


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
    assert not deadlines.judged(a_case(did("open", "09:00")), book, at("10:00")).clocks
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
    assert [entry.step for entry in deadlines.judged(case, a_book(*FOLLOWING_UP), at("11:00")).clocks] == [
        "respond"
    ]


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
        entry.step: entry.state for entry in deadlines.judged(case, book, at("2026-11-20 09:00")).clocks
    }
    assert states == {"classify": "settled", PROMISE: "met"}


def test_the_longest_overdue_clock_comes_first() -> None:
    book = a_book(
        Step(step="plan", within="3h"), Step(step="ack", within="1h"), Step(step="execute", within="9h")
    )
    clocks = deadlines.judged(a_case(did("open", "09:00")), book, at("13:00")).clocks
    assert [entry.step for entry in overdue(clocks)] == ["ack", "plan"]


def test_a_step_taken_back_is_due_again_as_if_it_had_never_been_taken() -> None:
    book = a_book(Step(step="classify", within="4h"))
    taken = a_case(did("open", "09:00"), did("classify", "10:00", due=at("13:00"), met=True))
    back = history.identified(taken.id, taken.history, did("retract", "11:00", event=taken.history[1].id))
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
    """A case promised an answer by noon, with that step at each of the given times."""
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
    assert deadlines.judged(promised_case(), a_book(), at("09:15")).clocks == ()


def test_a_promise_whose_event_was_taken_back_is_void() -> None:
    case = promised_case()
    back = history.identified(case.id, case.history, did("retract", "10:00", event=case.history[1].id))
    case = dataclasses.replace(case, history=(*case.history, back))
    assert deadlines.judged(case, a_book(), at("13:00")).clocks == ()


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
