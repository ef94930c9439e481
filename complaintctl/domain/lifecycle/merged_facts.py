"""Decides the fields of a case that two clones changed apart, from the version both had and the merged history."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from complaintctl.domain.case import fields, three_way
from complaintctl.domain.case.case import Case, Customer, Event
from complaintctl.domain.case.event_kinds import UNSETTLED_FIELDS
from complaintctl.domain.case.row_marks import merge_row_marks
from complaintctl.domain.case.three_way import Contradiction, ContradictionError
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.actions import recorded_actions
from complaintctl.domain.deadlines.progress import status_after_history
from complaintctl.domain.lifecycle.retracted_entries import drop_retracted_entries

# Not merged as values: the same on both sides, computed from the history, or merged as text.
_SETTLED_ELSEWHERE: Final = frozenset({"id", "status", "history", "x"})
_ROW_MARKS: Final = "source.row"
# A sealed customer is one value: nobody can tell which of the fields in it changed.
_CUSTOMER: Final = "customer"
_SEAL_END: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Ancestor:
    """The version that both sides come from (None if unknown), and the fields whose values in it are unknown."""

    case: Case | None
    unknown: frozenset[str] = frozenset()


def merge_facts(
    base: Ancestor, ours: Case, theirs: Case, events: tuple[Event, ...]
) -> tuple[Case, tuple[Contradiction, ...]]:
    """Returns the case with `events` as its history and the fields of both sides, and what contradicts itself.

    The status follows from the history. A value that a retraction put back yields to one that the other side
    recorded; what a reopening emptied stays empty; of a judged field the last event counts then.
    """
    merged = dataclasses.replace(ours, history=events)
    sides = (_new_events(ours, base.case or theirs), _new_events(theirs, base.case or ours))
    contradictions: list[Contradiction] = []
    for name in _differing_fields(ours, theirs):
        try:
            value = _merge_field(name, base, (ours, theirs), sides, events)
        except ContradictionError as error:
            contradictions += error.contradictions
            continue
        merged = fields.with_value(merged, name, value)
    for name in _changed_and_changed_back(base, sides):
        merged = fields.with_value(merged, name, _last_recorded(events, name))
    merged = dataclasses.replace(merged, x=_in_common_order(base.case, ours, theirs, merged))
    if not contradictions and not _are_actions_by_hand(ours, theirs, merged):
        # After two clones merged each other, the earlier version may not have an action that one side took back.
        merged = dataclasses.replace(merged, actions=recorded_actions(merged))
    merged = drop_retracted_entries(merged)
    return dataclasses.replace(merged, status=status_after_history(merged)), tuple(contradictions)


def _in_common_order(earlier: Case | None, ours: Case, theirs: Case, merged: Case) -> dict[str, Any]:
    """Returns the own fields (x) in an order that does not depend on who merges, or in which order clones merge."""
    old, one, two = (list(case.x) if case else [] for case in (earlier, ours, theirs))
    if one in (two, old):
        order = two
    elif two == old:
        order = one
    else:
        order = old + sorted({*one, *two}.difference(old))
    return {key: merged.x[key] for key in dict.fromkeys((*order, *merged.x)) if key in merged.x}


def _are_actions_by_hand(ours: Case, theirs: Case, merged: Case) -> bool:
    """Whether a side has an action that no event explains, or lacks one that both histories together have.

    git merges the lines before we do: it may have put an action of one side into the list of the other, which took
    the action back.
    """
    recorded = [recorded_actions(case) for case in (ours, theirs)]
    after = recorded_actions(merged)
    known = {*recorded[0], *recorded[1]}
    for case, own in zip((ours, theirs), recorded, strict=True):
        gone = [action for action in own if action in after and action not in case.actions]
        if gone or not known.issuperset(case.actions):
            return True
    return False


def _differing_fields(ours: Case, theirs: Case) -> Iterator[str]:
    names = [name for name, kind in fields.field_kinds().items() if kind != "group"]
    names += [f"x.{key}" for key in dict.fromkeys((*ours.x, *theirs.x))]
    if any(case.customer is not None and case.customer.sealed is not None for case in (ours, theirs)):
        names = [_CUSTOMER, *(name for name in names if not name.startswith(f"{_CUSTOMER}."))]
    for name in names:
        if name not in _SETTLED_ELSEWHERE and _value(ours, name) != _value(theirs, name):
            yield name


def _value(case: Case, name: str) -> Any:
    """Returns the value of a field; None if it is empty."""
    value = fields.value_at(case, name)
    return None if value == () else value


def _new_events(case: Case, earlier: Case) -> tuple[Event, ...]:
    """Returns the events that an earlier version, or else the other side, does not have."""
    known = {event.id for event in earlier.history}
    return tuple(event for event in case.history if event.id not in known)


def _merge_field(
    name: str,
    base: Ancestor,
    cases: tuple[Case, Case],
    sides: tuple[tuple[Event, ...], tuple[Event, ...]],
    events: tuple[Event, ...],
) -> Any:
    ours, theirs = (_value(case, name) for case in cases)
    is_known = base.case is not None and name not in base.unknown
    old = _value(base.case, name) if base.case is not None and is_known else three_way.UNKNOWN
    if name in three_way.LIST_KEYS:
        return three_way.merge_entries(name, old, ours or (), theirs or ())
    if old is three_way.UNKNOWN:
        set_by = tuple(_names_field(events, name) for events in sides)
        old = theirs if set_by == (True, False) else ours if set_by == (False, True) else old
    try:
        return three_way.merge_values(name, old, ours, theirs)
    except ContradictionError:
        if name == _CUSTOMER:
            values = _seal_text(ours), _seal_text(theirs)
            raise ContradictionError(Contradiction(name=name, values=values)) from None
        if name == _ROW_MARKS:
            return _merge_row_marks(old, ours, theirs, sides)
        last = tuple(_last_setter(events, name) for events in sides)
        was_reopened = "reopen" in last and name in UNSETTLED_FIELDS
        if last.count("retract") != 1 and not was_reopened:
            raise
        if name in fields.JUDGED_FIELDS:
            return _last_recorded(events, name)
        return None if was_reopened else theirs if last[0] == "retract" else ours


def _seal_text(customer: Customer | None) -> str | None:
    """Returns what tells one sealed customer from another: the names of the fields, and the end of the block."""
    if customer is None or customer.sealed is None:
        return None
    return f"{', '.join(customer.has)} (…{customer.sealed[-_SEAL_END:]})"


def _merge_row_marks(old: Any, ours: str, theirs: str, sides: tuple[tuple[Event, ...], ...]) -> str:
    """Returns the fingerprints of two imports of different rows; the fields themselves are merged as any others."""
    ranked = sorted(zip(map(_last_import, sides), (ours, theirs), strict=True))
    return merge_row_marks(old if isinstance(old, str) else "", ranked[1][1], ranked[0][1])


def _last_import(events: tuple[Event, ...]) -> tuple[float, str]:
    """Returns time and id of the last import among the events, comparable also without one."""
    imports = [(event.recorded or event.at, event.id) for event in events if event.did == "import"]
    return max(((moment.timestamp(), name) for moment, name in imports), default=(0.0, ""))


def _names_field(events: tuple[Event, ...], name: str) -> bool:
    return any(
        changed == name or (name == _CUSTOMER and changed.startswith(f"{_CUSTOMER}."))
        for event in events
        for changed in (*event.set, *event.changed)
    )


def _last_setter(events: tuple[Event, ...], name: str) -> str | None:
    return next((event.did for event in reversed(events) if name in event.set), None)


def _changed_and_changed_back(
    base: Ancestor, sides: tuple[tuple[Event, ...], tuple[Event, ...]]
) -> Iterator[str]:
    """Yields the fields that both sides changed, one of them back to the earlier value: the later event counts."""
    if base.case is None:
        return
    ours, theirs = (
        {name: value for event in events for name, (_old, value) in event.set.items()} for events in sides
    )
    for name in sorted((ours.keys() & theirs.keys()) - three_way.LIST_KEYS.keys() - base.unknown):
        before = fields.plain_value(_value(base.case, name))
        if ours[name] != theirs[name] and before in (ours[name], theirs[name]):
            yield name


def _last_recorded(events: tuple[Event, ...], name: str) -> Any:
    return next(
        history.restore_value(name, event.set[name][1]) for event in reversed(events) if name in event.set
    )
