"""Merging two values that come from one earlier value: unions, one-sided changes, contradictions by name."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case import three_way
from complaintctl.domain.case.case import Action, Attachment, Task
from complaintctl.domain.case.three_way import UNKNOWN, ContradictionError, merge_entries, merge_values
from tests.domain.building import at

DAY = dt.date(2026, 12, 1)
NAMES = st.lists(st.sampled_from("abcde"), unique=True)


def an_action(what: str, when: str = "10:00", **rest: Any) -> Action:
    return Action(what=what, kind="corrective", who="li.wei", due=DAY, given=at(when), **rest)


def a_task(to: str, **rest: Any) -> Task:
    return Task(to=to, what="count", given=at("10:00"), **rest)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("a", "b", "a", "b"),
        ("a", "a", "b", "b"),
        ("a", "b", "b", "b"),
        (None, "b", None, "b"),
        (UNKNOWN, "a", "a", "a"),
    ],
)
def test_a_value_that_one_side_changed_is_that_of_this_side(
    base: Any, ours: Any, theirs: Any, merged: Any
) -> None:
    assert merge_values("owner", base, ours, theirs) == merged


@pytest.mark.parametrize("base", ["a", None, UNKNOWN])
def test_a_value_that_both_sides_changed_is_a_contradiction_with_both_values(base: Any) -> None:
    with pytest.raises(ContradictionError) as failure:
        merge_values("owner", base, "b", "c")
    (found,) = failure.value.contradictions
    assert (found.name, found.values) == ("owner", ("b", "c"))


@given(NAMES, NAMES, NAMES)
def test_a_list_has_what_a_side_added_and_not_what_a_side_removed(
    base: list[str], ours: list[str], theirs: list[str]
) -> None:
    merged = merge_entries("watchers", tuple(base), tuple(ours), tuple(theirs))
    assert merged == merge_entries("watchers", tuple(base), tuple(theirs), tuple(ours))
    wanted = (set(ours) & set(theirs)) | (set(ours) - set(base)) | (set(theirs) - set(base))
    assert (set(merged), len(merged)) == (wanted, len(wanted))


@given(NAMES, NAMES)
def test_a_list_that_one_side_changed_is_the_list_of_this_side(base: list[str], ours: list[str]) -> None:
    kept = [name for name in base if name in ours]
    changed = (*kept, *sorted(set(ours) - set(base)))
    assert merge_entries("watchers", tuple(base), changed, tuple(base)) == changed


def test_new_actions_of_both_sides_stand_in_the_order_they_were_given() -> None:
    old, early, late = an_action("old"), an_action("early", "11:00"), an_action("late", "12:00")
    assert merge_entries("actions", (old,), (old, late), (old, early)) == (old, early, late)


def test_one_action_gets_what_each_side_changed_of_it() -> None:
    old = an_action("train")
    ours = dataclasses.replace(old, done=at("11:00"), done_by="li.wei", recurred=("C-1",))
    theirs = dataclasses.replace(old, check=DAY, recurred=("C-2",))
    (merged,) = merge_entries("actions", (old,), (ours,), (theirs,))
    assert (merged.done, merged.check, merged.recurred) == (at("11:00"), DAY, ("C-1", "C-2"))


def test_two_reports_of_one_task_contradict_each_other_by_part_and_task() -> None:
    ours, theirs = a_task("lab", done=at("11:00"), result="12"), a_task("lab", done=at("11:00"), result="14")
    with pytest.raises(ContradictionError) as failure:
        merge_entries("tasks", (a_task("lab"),), (ours,), (theirs,))
    assert [(found.name, found.values) for found in failure.value.contradictions] == [
        ("tasks.result (lab)", ("12", "14"))
    ]


def test_two_files_of_one_name_contradict_each_other() -> None:
    ours, theirs = ((Attachment(file="a.txt", sha256=digest),) for digest in ("1", "2"))
    with pytest.raises(ContradictionError, match=r"attachments\.sha256 \(a\.txt\)"):
        merge_entries("attachments", (), ours, theirs)


def test_an_entry_that_one_side_removed_and_the_other_changed_stays() -> None:
    done = a_task("lab", done=at("11:00"))
    assert merge_entries("tasks", (a_task("lab"),), (), (done,)) == (done,)
    assert merge_entries("tasks", (a_task("lab"),), (), (a_task("lab"),)) == ()


def test_equal_entries_are_counted() -> None:
    twice = (an_action("sort"), an_action("sort"))
    assert merge_entries("actions", (), twice, twice[:1]) == twice


def test_without_an_ancestor_what_both_have_is_there_once() -> None:
    assert merge_entries("watchers", UNKNOWN, ("a", "b"), ("b", "c")) == ("b", "a", "c")


def test_every_list_that_is_merged_names_fields_of_its_entries() -> None:
    assert set(three_way.LIST_KEYS["tasks"]) <= {entry.name for entry in dataclasses.fields(Task)}
    assert set(three_way.LIST_KEYS["actions"]) <= {entry.name for entry in dataclasses.fields(Action)}
