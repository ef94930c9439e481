"""The rules of two other projects' life cycles, row by row of the table in docs/deadlines.md: each agrees with us, or
differs by a decision of ours."""

import dataclasses
import json
from datetime import datetime

import pytest

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.policy.policy import Step
from tests.domain.building import LEVELS, a_book, a_case, at, clock, did, due, recorded
from tests.domain.worktime.test_vectors import OURS

UPDATING = a_book(
    Step(step="ack", within="1h", first_answer=True),
    Step(step="update", every="8h"),
    Step(step="respond", within="48h"),
)
OPENED = did("open", "09:00")
ACKED = did("ack", "09:30", via="phone", due=at("10:00"), met=True)


def update_due(*events: Event) -> datetime | None:
    """When the update clock is due at 18:00 of the day of receipt."""
    return due(a_case(OPENED, *events), UPDATING, at("18:00"), "update")


# zammad-scenario-02


def test_zammad_1_our_own_word_to_the_customer_starts_the_update_clock_anew() -> None:
    assert update_due(ACKED) == at("17:30")
    assert update_due(ACKED, did("note", "12:00", via="email")) == at("20:00")


def test_zammad_2_and_3_no_message_of_the_customer_starts_or_moves_it() -> None:
    assert update_due(did("heard", "09:10", via="email")) is None
    heard = (did("heard", "12:00", via="email"), did("heard", "13:00", via="email"))
    assert update_due(ACKED, *heard) == update_due(ACKED)


def test_zammad_4_an_update_is_judged_and_the_next_one_counts_from_it() -> None:
    case = recorded(a_case(OPENED, ACKED), UPDATING, at("15:00"), Request(did="update", via="phone"))
    assert (case.event.due, case.event.met) == (at("17:30"), True)
    assert due(case.case, UPDATING, at("18:00"), "update") == at("23:00")


def test_zammad_5_every_update_keeps_a_verdict_of_its_own() -> None:
    late = recorded(a_case(OPENED, ACKED), UPDATING, at("18:00"), Request(did="update", via="phone"))
    again = recorded(late.case, UPDATING, at("19:00"), Request(did="update", via="phone"))
    assert [event.met for event in again.case.history if event.did == "update"] == [False, True]


def test_zammad_6_the_first_answer_leaves_every_other_clock_alone() -> None:
    before = due(a_case(OPENED), UPDATING, at("09:40"), "respond")
    assert due(a_case(OPENED, ACKED), UPDATING, at("09:40"), "respond") == before == at("2026-11-18 09:00")


def test_zammad_7_closing_settles_every_clock() -> None:
    closed = a_case(OPENED, ACKED, did("close", "12:00"), status="closed")
    judged = deadlines.judge_case(closed, UPDATING, at("18:00"))
    assert {one.step: one.state for one in judged.clocks} == {
        "ack": "met",
        "update": "settled",
        "respond": "settled",
    }


def test_zammad_8_a_missing_limit_is_no_deadline_and_a_limit_of_nothing_is_due_at_once() -> None:
    book = a_book(Step(step="ack", within={"urgent": "0h"}), levels=LEVELS)
    general = a_case(OPENED, level="general")
    assert deadlines.judge_case(general, book, at("10:00")).clocks == ()
    assert due(dataclasses.replace(general, level="urgent"), book, at("10:00"), "ack") == at("09:00")


# rt-scenario-01

RESOLVING = a_book(Step(step="respond", within={"urgent": "2h", "general": "4h"}), levels=LEVELS)


def test_rt_1_another_level_recomputes_from_receipt() -> None:
    case = recorded(
        a_case(OPENED, level="urgent"),
        RESOLVING,
        at("10:00"),
        Request(did="edit", fields={"level": "general"}),
    )
    assert case.event.moved == {"respond": (at("11:00"), at("13:00"))}


@pytest.mark.parametrize(("channel", "clocks"), [("phone", 1), ("internal", 0)])
def test_rt_2_a_policy_may_leave_internal_cases_without_a_first_answer(channel: str, clocks: int) -> None:
    book = a_book(Step(step="ack", within="1h", first_answer=True, when={"channel": ("phone", "email")}))
    case = dataclasses.replace(a_case(OPENED), channel=channel)
    assert len(deadlines.judge_case(case, book, at("10:00")).clocks) == clocks


def test_rt_3_the_first_answer_is_given_once_and_the_customer_does_not_make_it_due_again() -> None:
    answered: Case = a_case(OPENED, ACKED)
    for event in (did("note", "10:00", via="phone"), did("heard", "11:00", via="phone")):
        answered = a_case(*answered.history, event)
        assert clock(answered, UPDATING, at("12:00"), "ack").state == "met"


def test_rt_4_a_word_of_ours_moves_the_update_clock_and_one_of_the_customer_does_not_pull_it_back() -> None:
    told = did("note", "12:00", via="phone")
    assert update_due(ACKED, told) == at("20:00")
    assert update_due(ACKED, told, did("heard", "13:00", via="phone")) == at("20:00")


def test_rt_5_no_message_moves_the_clock_of_the_answer() -> None:
    messages = (did("note", "10:00", via="phone"), did("heard", "11:00", via="phone"))
    assert due(a_case(OPENED, *messages, level="urgent"), RESOLVING, at("10:30"), "respond") == at("11:00")


def test_rt_6_who_owns_a_case_moves_no_clock() -> None:
    owned = a_case(
        OPENED, did("assign", "10:00", set={"owner": (None, "li.wei")}), owner="li.wei", level="urgent"
    )
    assert due(owned, RESOLVING, at("10:30"), "respond") == at("11:00")


def test_rt_7_and_8_time_spent_waiting_for_the_customer_is_left_out() -> None:
    waited = a_case(OPENED, did("wait", "10:00"), did("resume", "15:00"), level="urgent")
    assert due(waited, RESOLVING, at("15:00"), "respond") == at("16:00")


def test_rt_9_the_first_answer_is_due_whether_the_case_waits_or_not() -> None:
    case = a_case(OPENED, did("wait", "09:10"))
    assert due(case, UPDATING, at("09:40"), "ack") == at("10:00")


def test_the_page_has_a_row_for_every_rule_and_a_test_for_every_row() -> None:
    page = (OURS.parent.parent.parent / "docs" / "deadlines.md").read_text(encoding="utf-8")
    vectors = json.loads(OURS.read_text(encoding="utf-8"))["vectors"]
    scenarios = [vector for vector in vectors if vector["kind"] == "scenario"]
    assert len(scenarios) == 2
    for vector in scenarios:
        name = vector["id"].partition("-")[0]
        rows = [line for line in page.splitlines() if line.startswith(f"| {name} ")]
        assert len(rows) == len(vector["rules"])
        for number, row in enumerate(rows, 1):
            _, place, _rule, answer, _ = (cell.strip() for cell in row.split("|"))
            assert place == f"{name} {number}"
            assert "agrees" in answer or "decision" in answer
            tested = [test for test in globals() if test.startswith(f"test_{name}_")]
            assert [test for test in tested if f"_{number}_" in test], place
