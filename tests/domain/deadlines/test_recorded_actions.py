"""The actions according to a history that two clones wrote: each event counts for its own change."""

import dataclasses
import datetime as dt
from typing import Any

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Action, Case, Event
from complaintctl.domain.deadlines import actions, history
from tests.domain.building import a_book, a_case, at, did

List = tuple[Action, ...]


def an_action(what: str, when: str, **rest: Any) -> Action:
    day = dt.date(2026, 12, 1)
    return Action(what=what, kind="corrective", who="li.wei", due=day, given=at(when), **rest)


def change(when: str, old: List, new: List) -> Event:
    return did("action", when, set={"actions": (fields.plain_value(old), fields.plain_value(new))})


def a_united_case(*events: Event, now: List) -> Case:
    return a_case(did("open", "09:00"), *events, actions=now)


SORT, TRAIN, CHECK = an_action("sort", "10:00"), an_action("train", "10:10"), an_action("check", "10:20")
DONE = dataclasses.replace(SORT, done=at("11:00"), done_by="li.wei")
UNITED = (
    change("10:00", (), (SORT,)),
    change("10:10", (), (TRAIN,)),
    change("10:20", (TRAIN,), (TRAIN, CHECK)),
    change("11:00", (SORT,), (DONE,)),
)
NOW = (DONE, TRAIN, CHECK)


def faults(case: Case) -> list[str]:
    return [fault.key for fault in actions.unrecorded_action_faults(case)]


def test_what_two_clones_gave_and_reported_is_the_union_of_both() -> None:
    assert faults(a_united_case(*UNITED, now=NOW)) == []


def test_an_action_taken_out_of_the_union_by_hand_is_a_fault() -> None:
    assert faults(a_united_case(*UNITED, now=(DONE, TRAIN))) == ["action-gone"]
    assert faults(a_united_case(*UNITED, now=(SORT, TRAIN, CHECK))) == ["action-without-event"]


def test_two_clones_that_go_on_from_the_union_are_united_again() -> None:
    one, two = an_action("one", "12:00"), an_action("two", "12:10")
    more = (change("12:00", NOW, (*NOW, one)), change("12:10", NOW[::-1], (*NOW, two)))
    assert faults(a_united_case(*UNITED, *more, now=(*NOW, one, two))) == []


def test_an_event_that_starts_from_an_unknown_list_records_it() -> None:
    by_hand = (SORT, TRAIN)
    events = (change("10:00", (), (SORT,)), change("12:00", by_hand, (SORT, TRAIN, CHECK)))
    assert faults(a_united_case(*events, now=(SORT, TRAIN, CHECK))) == []


def test_before_the_event_of_one_clone_the_action_of_the_other_is_there() -> None:
    case = a_united_case(*UNITED, now=NOW)
    for when, expected in (
        ("10:05", {"sort"}),
        ("10:15", {"sort", "train"}),
        ("10:30", {"sort", "train", "check"}),
    ):
        then = history.case_as_of(case, a_book(), at(when))
        assert then is not None
        assert {action.what for action in then.actions} == expected
        assert all(action.done is None for action in then.actions)
