"""The fields of a case that two clones changed apart: what follows from the events, and what contradicts itself."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Action, Attachment, Case, Event, Task
from complaintctl.domain.deadlines import actions, history
from complaintctl.domain.lifecycle.merged_facts import Ancestor, merge_facts
from tests.domain.building import a_case, at, did

BASE = a_case(did("open", "09:00"), status="open")


def later(case: Case, *events: Event, **values: Any) -> Case:
    """Returns the case after more events, with these values."""
    for event in events:
        case = dataclasses.replace(
            case, history=(*case.history, history.identify_event(case.id, case.history, event))
        )
    return dataclasses.replace(case, **values)


def merged(ours: Case, theirs: Case, base: Case | None = BASE) -> tuple[Case, dict[str, tuple[Any, Any]]]:
    """Merges both ways, which must come to the same; gives the case and what contradicts itself."""
    events = {event.id: event for event in (*ours.history, *theirs.history)}
    ordered = tuple(sorted(events.values(), key=lambda event: event.at))
    ancestor = Ancestor(case=base)
    case, found = merge_facts(ancestor, ours, theirs, ordered)
    back, swapped = merge_facts(ancestor, theirs, ours, ordered)
    assert [(entry.name, entry.values) for entry in found] == [
        (entry.name, entry.values[::-1]) for entry in swapped
    ]
    assert found or case == back
    return case, {entry.name: entry.values for entry in found}


def set_owner(case: Case, when: str, name: str | None, by: str = "assign") -> Case:
    return later(case, did(by, when, set={"owner": (case.owner, name)}), owner=name)


def set_level(case: Case, when: str, level: str | None, by: str = "edit") -> Case:
    return later(case, did(by, when, set={"level": (case.level, level)}), level=level)


def test_two_values_of_one_field_contradict_each_other_and_the_rest_is_merged() -> None:
    ours, theirs = (
        set_owner(BASE, "10:00", "li.wei"),
        set_level(set_owner(BASE, "10:10", "wu"), "10:20", "urgent"),
    )
    case, found = merged(ours, theirs)
    assert found == {"owner": ("li.wei", "wu")}
    assert case.level == "urgent"


def test_what_a_retraction_put_back_yields_to_what_the_other_side_recorded() -> None:
    base = set_owner(BASE, "09:30", "li.wei")
    case, found = merged(set_owner(base, "10:10", None, by="retract"), set_owner(base, "10:00", "wu"), base)
    assert (case.owner, found) == ("wu", {})


@pytest.mark.parametrize(("retracted", "level"), [("10:10", None), ("09:50", "general")])
def test_of_a_judged_field_the_last_event_counts_after_a_retraction(
    retracted: str, level: str | None
) -> None:
    base = set_level(BASE, "09:30", "urgent")
    case, found = merged(
        set_level(base, retracted, None, by="retract"), set_level(base, "10:00", "general"), base
    )
    assert (case.level, found) == (level, {})
    assert history.recorded_value(case, "level") == level


def test_of_a_field_changed_and_changed_back_the_later_event_counts() -> None:
    base = set_level(BASE, "09:30", "general")
    ours = set_level(set_level(base, "10:00", "urgent"), "10:20", "general")
    for when, level in (("10:10", "general"), ("10:30", "important")):
        case, found = merged(ours, set_level(base, when, "important"), base)
        assert (case.level, found) == (level, {})


def test_an_event_that_both_recorded_in_the_same_second_counts_for_both() -> None:
    closed = later(
        BASE,
        did("close", "10:00", set={"outcome": (None, "withdrawn")}),
        outcome="withdrawn",
        status="closed",
    )
    reopened = later(
        closed, did("reopen", "11:00", set={"outcome": ("withdrawn", None)}), outcome=None, status="open"
    )
    case, found = merged(reopened, closed)
    assert (case.outcome, case.status, found) == (None, "open", {})


@pytest.mark.parametrize(("waiting", "closing"), [("10:00", "11:00"), ("11:00", "10:00")])
def test_a_case_that_one_side_closed_is_closed_whenever_the_other_side_waits(
    waiting: str, closing: str
) -> None:
    ours = later(BASE, did("wait", waiting), status="waiting")
    theirs = later(BASE, did("close", closing), status="closed")
    assert merged(ours, theirs)[0].status == "closed"


def test_own_fields_and_lists_of_both_sides_are_there() -> None:
    ours = later(BASE, did("edit", "10:00"), x={"a": "1"}, watchers=("li.wei",))
    theirs = later(BASE, did("edit", "10:10"), x={"b": "2"}, watchers=("wu",))
    case, found = merged(ours, theirs)
    assert (dict(sorted(case.x.items())), case.watchers, found) == (
        {"a": "1", "b": "2"},
        ("li.wei", "wu"),
        {},
    )


def test_without_an_ancestor_the_events_tell_who_changed_a_field() -> None:
    case, found = merged(set_owner(BASE, "10:00", "wu"), set_level(BASE, "10:10", "urgent"), None)
    assert (case.owner, case.level, found) == ("wu", "urgent", {})
    assert merged(set_owner(BASE, "10:00", "wu"), set_owner(BASE, "10:10", "li.wei"), None)[1] == {
        "owner": ("wu", "li.wei")
    }


# An ancestor that lacks what both sides have: two clones merged each other before, and git merged the lines of the file


def an_action(what: str, when: str) -> Action:
    return Action(what=what, kind="corrective", who="li.wei", due=dt.date(2026, 12, 1), given=at(when))


SORT, TRAIN = an_action("sort", "10:00"), an_action("train", "10:10")


def set_actions(case: Case, when: str, by: str, *now: Action, event: str | None = None) -> Case:
    values = {"actions": (fields.plain_value(case.actions), fields.plain_value(now))}
    return later(case, did(by, when, set=values, event=event), actions=now)


def test_an_action_that_one_side_took_back_is_gone_though_git_put_it_into_both_sides() -> None:
    shared = set_actions(BASE, "10:00", "action", SORT)
    ours = set_actions(shared, "10:10", "action", SORT, TRAIN)
    theirs = set_actions(shared, "10:20", "retract", event=shared.history[-1].id)
    case, found = merged(ours, dataclasses.replace(theirs, actions=(SORT, TRAIN)))
    assert (case.actions, found) == ((TRAIN,), {})
    assert list(actions.unrecorded_action_faults(case)) == []


def test_actions_that_somebody_wrote_or_deleted_by_hand_are_left_to_check() -> None:
    shared = set_actions(BASE, "10:00", "action", SORT)
    ours, theirs = later(shared, did("note", "10:20")), later(shared, did("note", "10:30"))
    assert merged(dataclasses.replace(ours, actions=(SORT, TRAIN)), theirs, shared)[0].actions == (
        SORT,
        TRAIN,
    )
    assert merged(dataclasses.replace(ours, actions=()), theirs, shared)[0].actions == ()


@pytest.mark.parametrize(
    ("entry", "values"),
    [
        ({"link": "C-20261120-00000"}, {"links": ({"duplicate-of": "C-20261120-00000"},)}),
        ({"file": "a/b.txt"}, {"attachments": (Attachment(file="a/b.txt", sha256="0" * 64),)}),
        ({"tasks": (Task(to="lab", what="count", given=at("10:00")),)}, None),
    ],
    ids=lambda value: next(iter(value)) if value else None,
)
def test_what_one_side_took_back_is_gone_though_git_put_it_into_both_sides(
    entry: dict[str, Any], values: dict[str, Any] | None
) -> None:
    values = values or entry
    name = "task" if "tasks" in entry else "link" if "link" in entry else "attach"
    shared = later(BASE, did(name, "10:00", **entry), **values)
    ours = later(shared, did("note", "10:10"))
    theirs = later(shared, did("retract", "10:20", event=shared.history[-1].id))
    case, found = merged(ours, theirs)
    assert ([getattr(case, part) for part in values], found) == ([()], {})
    assert list(history.history_faults(case, case.status, in_closed=False)) == []


def test_a_report_that_one_side_took_back_is_gone_and_the_task_stays() -> None:
    task = Task(to="lab", what="count", given=at("09:30"))
    done = dataclasses.replace(task, done=at("10:00"), result="12")
    base = later(BASE, did("task", "09:30", tasks=(task,)), tasks=(task,))
    shared = later(base, did("task-done", "10:00", tasks=(task,), text="12"), tasks=(done,))
    ours = later(shared, did("note", "10:10"))
    theirs = later(shared, did("retract", "10:20", event=shared.history[-1].id), tasks=(task,))
    case, found = merged(ours, theirs, base)
    assert (case.tasks, found) == ((task,), {})
