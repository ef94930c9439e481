"""Tests uniting two lists of events: symmetric, both orders kept, every event once; everything else is refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case.case import Event
from complaintctl.storage.case import new_text
from complaintctl.storage.merge import merging
from complaintctl.storage.merge.sides import split_sides
from tests.storage.arbitrary import MANY, TEXTS
from tests.storage.building import a_case, at, did, loaded

NAMES = st.sampled_from([f"{letter}{letter * 7}" for letter in "ABCDEFGH"])
# Few minutes and ids, so that two lists often have equal times and common events.
EVENTS = st.builds(
    lambda minute, name, text: Event(
        at=at("10:00"),
        by="li.wei",
        did="note",
        text=text,
        recorded=at("12:00") + timedelta(minutes=minute),
        id=name,
    ),
    st.integers(0, 3),
    NAMES,
    TEXTS,
)
RUNS = st.lists(EVENTS, max_size=5, unique_by=lambda event: event.id)
BASE = new_text.case_yaml(a_case())
HEAD, MIDDLE, TAIL = "<<<<<<< HEAD\n", "=======\n", ">>>>>>> theirs\n"


def said(event: Event) -> tuple[str, datetime | None, str | None]:
    """The part of an event that identifies it in these lists."""
    return event.id, event.recorded, event.text


def lines(events: Sequence[Event]) -> str:
    return "".join(f"  - {new_text.flow_text(event)}\n" for event in events)


def conflict(ours: Sequence[Event], theirs: Sequence[Event]) -> bytes:
    return f"{BASE}{HEAD}{lines(ours)}{MIDDLE}{lines(theirs)}{TAIL}".encode()


def merged(text: bytes, base: bytes = b"") -> bytes:
    sides = split_sides(text)
    return merging.merge_histories(sides.ours.text, sides.theirs.text, base)


def united(ours: Sequence[Event], theirs: Sequence[Event]) -> bytes:
    return merged(conflict(ours, theirs), BASE.encode())


@MANY
@given(RUNS, RUNS)
def test_both_clones_come_to_the_same_file(ours: list[Event], theirs: list[Event]) -> None:
    assert united(ours, theirs) == united(theirs, ours)


@MANY
@given(RUNS, RUNS)
def test_every_event_of_both_sides_stands_there_once(ours: list[Event], theirs: list[Event]) -> None:
    history = loaded(united(ours, theirs)).history[1:]
    assert len(history) == len(set(map(said, history)))
    assert set(map(said, history)) == {said(event) for event in (*ours, *theirs)}


@MANY
@given(RUNS, RUNS)
def test_each_side_keeps_its_order(ours: list[Event], theirs: list[Event]) -> None:
    shared = [event for event in ours if event in theirs]
    history = [said(event) for event in loaded(united(ours, theirs)).history[1:]]
    for side in (ours, theirs):
        places = [history.index(said(event)) for event in side if event not in shared]
        assert places == sorted(places)


def test_an_event_that_both_sides_hold_keeps_its_place_on_both() -> None:
    first, second, third, fourth = (
        did("note", time, id=letter * 8)
        for time, letter in (("10:00", "A"), ("11:00", "B"), ("12:00", "C"), ("13:00", "D"))
    )
    history = loaded(united([fourth, second], [third, second, first])).history[1:]
    assert [event.id[0] for event in history] == ["C", "D", "B", "A"]


def test_what_follows_an_event_that_both_sides_hold_is_in_the_same_order_on_both() -> None:
    shared, one, two = (did("note", "10:00", id=letter * 8) for letter in "CBA")
    assert united([shared, one], [shared, two]) == united([shared, two], [shared, one])


def test_the_side_recorded_first_comes_first_whatever_the_zone() -> None:
    early = did("note", "23:00", id="A" * 8).at
    ours = [Event(at=early, by="a", did="note", recorded=at("12:00"), id="BBBBBBBB")]
    theirs = [
        Event(at=early.astimezone(), by="a", did="note", recorded=at("11:59").astimezone(), id="CCCCCCCC")
    ]
    assert [event.id for event in loaded(united(ours, theirs)).history[1:]] == ["CCCCCCCC", "BBBBBBBB"]


def test_a_comment_above_an_event_goes_with_it() -> None:
    one, two = did("note", "11:00", id="A" * 8), did("note", "10:00", id="B" * 8)
    text = f"{BASE}{HEAD}  # by phone\n{lines([one])}{MIDDLE}{lines([two])}{TAIL}".encode()
    assert merged(text).decode() == f"{BASE}{lines([two])}  # by phone\n{lines([one])}"


def test_an_event_over_several_lines_stays_as_it_stood() -> None:
    long = "  - at: 2026-11-21T09:00:00+08:00\n    by: li.wei\n    did: note\n    id: AAAAAAAA\n"
    two = did("note", "10:00", id="B" * 8)
    text = f"{BASE}{HEAD}{lines([two])}{MIDDLE}{long}{TAIL}".encode()
    assert merged(text).decode() == f"{BASE}{long}{lines([two])}"


def test_what_stands_around_the_conflict_stays_byte_for_byte() -> None:
    rest = "x:\n  own: 1\n# the end"
    assert merged(conflict([], []) + rest.encode()) == (BASE + rest).encode()


@pytest.mark.parametrize(
    "text",
    [
        f"history:\n{HEAD}  - {{id: B}}\n{MIDDLE}  - no event\n{TAIL}",
        f"history:\n{HEAD}    by: half\n{MIDDLE}  - {{id: C}}\n{TAIL}",
        f"history:\n{HEAD}  - {{id: B\n{MIDDLE}  - {{id: C}}\n{TAIL}",
        f"history:\n{HEAD}  - {{id: OLD, text: a}}\n{MIDDLE}  - {{id: OLD, text: b}}\n{TAIL}",
    ],
)
def test_what_is_no_event_or_was_changed_by_both_is_refused(text: str) -> None:
    with pytest.raises(merging.HistoryConflictError):
        merged(text.encode(), b"history:\n  - {id: OLD, text: c}\n")


def test_an_old_event_is_as_the_side_has_it_that_changed_it() -> None:
    text = f"history:\n{HEAD}  - {{id: OLD, text: a}}\n  - {{id: B}}\n{MIDDLE}  - {{id: OLD, text: c}}\n  - {{id: C}}\n{TAIL}"
    base = b"history:\n  - {id: OLD, text: c}\n"
    assert merged(text.encode(), base) == b"history:\n  - {id: OLD, text: a}\n  - {id: B}\n  - {id: C}\n"


def test_a_conflict_with_the_ancestor_in_it_has_two_sides_only() -> None:
    nested = f"||||||| base\n{'<' * 9} A\none\n{'=' * 9}\ntwo\n{'>' * 9} B\n"
    sides = split_sides(f"id: a\n{HEAD}level: urgent\n{nested}{MIDDLE}level: general\n{TAIL}".encode())
    assert (sides.ours.text, sides.theirs.text) == (b"id: a\nlevel: urgent\n", b"id: a\nlevel: general\n")
    assert (sides.line, sides.ours.numbers) == (2, [1, 3])


def test_two_notes_of_one_second_with_one_id_both_stay() -> None:
    one, two = did("note", "10:00", id="A" * 8, text="one"), did("note", "10:00", id="A" * 8, text="two")
    assert [event.text for event in loaded(united([two], [one])).history[1:]] == ["one", "two"]


def test_events_of_people_who_did_the_same_in_the_same_second_are_not_taken_for_one_import() -> None:
    ours = [did("note", "11:00", id="A" * 8, text="x"), did("note", "11:00", id="B" * 8, text="x")]
    theirs = [did("note", "11:00", id="C" * 8, text="x")]
    sides = split_sides(conflict(ours, theirs))
    text = merging.merge_histories(sides.ours.text, sides.theirs.text, BASE.encode(), "desk")
    assert [event.id[0] for event in loaded(text).history[1:]] == ["A", "B", "C"]
