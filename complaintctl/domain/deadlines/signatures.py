"""Which approvals of steps still hold: a later change of what was signed makes an approval void.

Computed from the history. An approval covers the fields that the step set and those that the policy requires for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.case import known_facts
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines.rulebook import Rulebook, select_entry

# A reopening says itself which steps are due again; an escalation raises the level over what was signed.
_NEVER_VOIDING: Final = frozenset({"approve", "reopen", "escalate"})
# Who handles a case is no part of what was signed, unless the policy requires it for the step.
_UNSIGNED_FIELDS: Final = frozenset({"status", "owner", "department", "watchers"})
_ACTIONS: Final = "actions"

Approvals = Mapping[str, tuple[Event, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class VoidApproval:
    """An approval that does not hold any more, and the event that changed `fields` of what was signed.

    Without fields, the event is the step taken anew.
    """

    step: str
    approval: Event
    change: Event
    fields: tuple[str, ...]


def split_approvals(
    case: Case, rules: Rulebook, events: tuple[Event, ...], taken: Mapping[str, Event], approvals: Approvals
) -> tuple[Approvals, tuple[VoidApproval, ...]]:
    """Returns the approvals that hold by step, and those that a later one of the valid `events` made void."""
    places = {id(event): place for place, event in enumerate(case.history)}
    void: list[VoidApproval] = []
    for step, signed in approvals.items():
        if (event := taken.get(step)) is not None:
            names = signed_fields(case, rules, event)
            found = (_find_change(case, events, places, event, names, one) for one in signed)
            void += [one for one in found if one is not None]
    lost = {id(one.approval) for one in void}
    holding = {
        step: tuple(event for event in signed if id(event) not in lost)
        for step, signed in approvals.items()
        if step in taken
    }
    return holding, tuple(void)


def signed_fields(case: Case, rules: Rulebook, event: Event) -> tuple[str, ...]:
    """Returns the fields that a step set and the fields and parts of lists that it requires."""
    step = rules.steps.get(event.did)
    entry = select_entry(step.needs, case.level, case.category) if step else None
    needed = [choice.strip() for need in (entry[1] if entry else ()) for choice in need.split("|")]
    return (*({*event.set, *event.changed} - _UNSIGNED_FIELDS), *needed)


def _find_change(
    case: Case,
    events: tuple[Event, ...],
    places: Mapping[int, int],
    taken: Event,
    signed_names: tuple[str, ...],
    approval: Event,
) -> VoidApproval | None:
    """Returns the first change that makes an approval void, or None.

    A change counts if it happened or was recorded after the approval.
    """

    def is_later(event: Event) -> bool:
        place, signed = places[id(event)], places[id(approval)]
        return place > signed or (event.at, place) > (approval.at, signed)

    for event in events:
        if not is_later(event) or event.did in _NEVER_VOIDING:
            continue
        source = _retracted_event(case, event)
        if source is not None and is_later(source):
            # What is taken back came after the approval, so the case is again as it was signed.
            continue
        names = tuple(
            name for name in _changed_fields(event, source) if _is_signed(event, name, signed_names)
        )
        if names or event is taken:
            return VoidApproval(
                step=taken.did, approval=approval, change=event, fields=() if event is taken else names
            )
    return None


def _retracted_event(case: Case, event: Event) -> Event | None:
    if event.did != "retract":
        return None
    return next((entry for entry in case.history if entry.id == event.event), None)


def _changed_fields(event: Event, source: Event | None) -> Iterator[str]:
    yield from event.set
    yield from event.changed
    if source is not None and source.files:
        yield "attachments"
    if source is not None and source.link:
        yield "links"


def _is_signed(event: Event, name: str, signed_names: tuple[str, ...]) -> bool:
    """Whether a changed field is one of the signed fields, part of a signed group, or a list with a signed part."""
    if name == _ACTIONS:
        return _are_action_parts_changed(event, signed_names)
    parts = known_facts.entry_parts()
    return any(
        name == field or name.startswith(f"{field}.") or (field in parts and field.rpartition(".")[0] == name)
        for field in signed_names
    )


def _are_action_parts_changed(event: Event, signed_names: tuple[str, ...]) -> bool:
    """Whether a signed part of an action that existed before was changed. Another action changes nothing signed."""
    parts = [field.rpartition(".")[2] for field in signed_names if field.rpartition(".")[0] == _ACTIONS]
    old, new = (side or [] for side in event.set.get(_ACTIONS, (None, None)))
    return len(new) < len(old) or any(
        before.get(part) != after.get(part) for before, after in zip(old, new, strict=False) for part in parts
    )
