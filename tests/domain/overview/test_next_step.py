"""What a case waits for next, and until when."""

import dataclasses
from datetime import datetime

from complaintctl.domain.case.case import Action, Case, Promise, Task
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.overview.next_step import NextStep, next_step
from complaintctl.domain.policy.policy import Person, Step, TaskRule
from tests.domain.building import a_book, a_case, at, did, recorded
from tests.domain.overview.histories import shipped_rules


def awaited(case: Case, rules: Rulebook, as_of: datetime) -> NextStep:
    found = next_step(deadlines.judge_case(case, rules, as_of), rules)
    assert found is not None
    return found


def brief(case: Case, rules: Rulebook, as_of: str) -> tuple[str, str, datetime | None, str | None]:
    """Step, what, due time, and the clock that is due then."""
    found = awaited(case, rules, at(as_of))
    return found.step, found.what, found.due, found.clock.step if found.clock else None


OPENED = a_case(did("open", "09:00"), channel="phone")


def test_a_free_step_that_the_next_one_needs_comes_first() -> None:
    """Under `ecommerce` classifying is refused before the acknowledgement."""
    assert brief(OPENED, shipped_rules("ecommerce"), "09:05") == ("ack", "ack", at("09:15"), "ack")


def test_a_step_without_a_limit_is_next_with_no_due_time() -> None:
    assert brief(OPENED, shipped_rules("hotline"), "09:05") == ("receive", "receive", None, None)
    case = a_case(did("open", "09:00"), did("ack", "09:10"))
    assert brief(case, shipped_rules("manufacturing"), "09:15") == ("classify", "classify", None, None)


def test_a_step_without_a_limit_names_the_clock_that_waits_for_it() -> None:
    case = a_case(did("open", "09:00"), did("ack", "09:10"))
    rules = shipped_rules("8d")
    assert brief(case, rules, "09:15") == ("classify", "classify", at("2026-11-17 09:00"), "d3")
    assert not awaited(case, rules, at("09:15")).is_own_limit
    assert awaited(case, rules, at("2026-11-17 09:01")).is_overdue


def test_an_update_comes_first_from_its_warning_on() -> None:
    steps = (Step(step="respond"), Step(step="update", every="10h"))
    rules = a_book(*steps, warn=("50%",))
    case = a_case(did("open", "09:00"), did("note", "09:00", via="phone"))
    assert brief(case, rules, "13:59") == ("respond", "respond", None, None)
    assert brief(case, rules, "14:00") == ("update", "update", at("19:00"), "update")
    # A policy that never warns would hide it until it is late.
    assert brief(case, a_book(*steps), "10:00")[0] == "update"


def test_what_is_due_earlier_than_the_next_step_of_the_process_comes_first() -> None:
    rules = a_book(Step(step="respond", within="12h"), Step(step="update", every="10h"), warn=("90%",))
    case = a_case(did("open", "09:00"), did("note", "09:00", via="phone"))
    assert brief(case, rules, "10:00") == ("update", "update", at("19:00"), "update")
    later = a_case(did("open", "09:00"), did("note", "12:00", via="phone"))
    assert brief(later, rules, "12:30") == ("respond", "respond", at("21:00"), "respond")


def test_an_optional_step_does_not_come_before_the_process_until_it_is_late() -> None:
    rules = a_book(Step(step="visit", within="1h", optional=True), Step(step="respond", within="5h"))
    assert brief(OPENED, rules, "09:30")[0] == "respond"
    assert brief(OPENED, rules, "10:01") == ("visit", "visit", at("10:00"), "visit")


def promised(what: str) -> Case:
    promise = Promise(by=at("18:00"), what=what, made=at("09:00"))
    return dataclasses.replace(
        a_case(did("open", "09:00", promise=(at("18:00"),)), channel="phone"), promised=(promise,)
    )


def test_a_promise_waits_for_the_step_that_leads_to_it() -> None:
    rules = a_book(Step(step="plan"), Step(step="respond"))
    assert brief(promised("respond"), rules, "10:00") == ("plan", "plan", at("18:00"), "promise")
    # The result keeps a promise of news, too; once late, the news is due.
    assert brief(promised("update"), rules, "10:00") == ("plan", "plan", at("18:00"), "promise")
    assert brief(promised("update"), rules, "18:01") == ("update", "update", at("18:00"), "promise")


def test_a_signature_comes_before_the_step_that_waits_for_it() -> None:
    rules = a_book(
        Step(step="plan", approve=("head",)),
        Step(step="respond", within="9h"),
        roles={"head": None},
        people={"ma.li": Person(roles=("head",))},
    )
    case = a_case(did("open", "09:00"), did("plan", "10:00"))
    assert brief(case, rules, "10:30") == ("approve", "plan", at("18:00"), "respond")


def test_tasks_come_before_the_step_that_needs_them() -> None:
    rules = a_book(Step(step="plan", needs=("tasks",)), tasks=(TaskRule(to="lab", what="test", within="2h"),))
    assert brief(OPENED, rules, "09:30") == ("task", "planned", None, None)
    given = recorded(OPENED, rules, at("10:00"), Request(did="task", planned=True)).case
    assert brief(given, rules, "10:30") == ("task", "lab: test", at("12:00"), "task")
    done = recorded(given, rules, at("11:00"), Request(did="task-done", task="lab")).case
    assert brief(done, rules, "11:30")[0] == "plan"
    assert Task(to="lab", what="test", given=at("10:00"), due=at("12:00"), done=at("11:00")) in done.tasks


def test_an_action_that_is_not_done_is_done_before_it_is_verified() -> None:
    day = at("09:00").date()
    action = Action(
        what="foil", kind="corrective", who="ma.li", given=at("09:00"), due=day, check=day, required=True
    )
    case = dataclasses.replace(OPENED, actions=(action,))
    late = "2026-11-18 09:00"
    assert brief(case, a_book(), late)[:2] == ("action", "1 foil")
    done = dataclasses.replace(action, done=at("12:00"))
    assert brief(dataclasses.replace(case, actions=(done,)), a_book(), late)[0] == "action-check"
    unplanned = dataclasses.replace(done, check=None)
    assert brief(dataclasses.replace(case, actions=(unplanned,)), a_book(), late)[0] == "action-check"


def test_the_steps_of_a_crisis_come_first_and_are_marked() -> None:
    rules = shipped_rules("hotline")
    calling = Request(did="escalate", fields={"crisis": True}, reason="press")
    case = recorded(OPENED, rules, at("09:30"), calling).case
    found = awaited(case, rules, at("09:35"))
    assert (found.step, found.due, found.crisis) == ("report-up", at("09:45"), True)
    facts = {"x.crisis_sign": "mass", "x.reported_to": "head"}
    case = recorded(case, rules, at("09:40"), Request(did="report-up", fields=facts)).case
    # No limit, and before the first step of the ordinary call.
    assert brief(case, rules, "09:41") == ("task-force", "task-force", None, None)


def test_a_case_whose_outcome_asks_for_no_more_waits_for_its_closing() -> None:
    rules = shipped_rules("electronics")
    withdrawn = dataclasses.replace(OPENED, outcome="withdrawn")
    assert awaited(withdrawn, rules, at("09:30")).step == "close"
    # An outcome whose step the facts exclude does not end the process.
    refused = dataclasses.replace(a_case(did("open", "09:00"), did("ack", "09:10")), outcome="not-upheld")
    assert awaited(refused, shipped_rules("manufacturing"), at("09:30")).step == "classify"


def test_a_case_that_waits_for_the_customer_keeps_its_step_and_has_no_due_time() -> None:
    rules = a_book(Step(step="plan", within="4h"))
    case = a_case(did("open", "09:00"), did("wait", "10:00"))
    assert brief(case, rules, "10:30") == ("plan", "plan", None, None)


def test_a_closed_case_waits_for_nothing_but_its_actions() -> None:
    rules = a_book(Step(step="plan", within="4h"))
    closed = a_case(did("open", "09:00"), did("close", "10:00"), status="closed")
    assert next_step(deadlines.judge_case(closed, rules, at("11:00")), rules) is None
    day = at("09:00").date()
    action = Action(what="foil", kind="corrective", who="ma.li", given=at("09:00"), due=day)
    assert awaited(dataclasses.replace(closed, actions=(action,)), rules, at("11:00")).step == "action"


def test_the_calendar_of_the_limit_is_named() -> None:
    rules = a_book(Step(step="plan", within="4h", calendar="office"), Step(step="respond"))
    assert awaited(OPENED, rules, at("10:00")).calendar == "office"
    done = a_case(did("open", "09:00"), did("plan", "10:00"))
    assert awaited(done, rules, at("10:30")).calendar is None
