"""The history of a case: ids of events, the case at an earlier moment, and whether history and fields agree."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import CROCKFORD, Status
from complaintctl.domain.case.three_way import LIST_KEYS, ContradictionError, merge_entries
from complaintctl.domain.deadlines import actions, tasks
from complaintctl.domain.deadlines.progress import fold_history, ordered_events, retracted_ids
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.problems import Fault

EVENT_ID_LENGTH: Final = 8
CASE_ID_LENGTH: Final = 5
# The clocks of two computers may differ by this much; an event that another one has just recorded is no fault.
CLOCK_SKEW: Final = timedelta(minutes=5)
# Free text and the ids of an e-mail may name a person. They are not hashed, so they can be erased without breaking
# the chain of ids (D-011).
_UNHASHED: Final = frozenset({"id", "text", "mail"})
_HASHED: Final = tuple(entry.name for entry in dataclasses.fields(Event) if entry.name not in _UNHASHED)
_hashed_values: Final = attrgetter(*_HASHED)
# What JSON writes as it is.
_TEXTS: Final = frozenset({str, type(None)})
_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
# Personal fields that registration never sets: before the first event that names one, it was empty.
_TOLD_LATER: Final = frozenset({"satisfaction.comment", "problem.who"})


def encode_base32(digest: bytes, length: int, offset: int) -> str:
    """Returns `length` Crockford base-32 characters (five bits each) of a digest, from character `offset` on."""
    number = int.from_bytes(digest, "big") >> (len(digest) * 8 - (offset + length) * 5)
    return "".join([CROCKFORD[(number >> shift) & 31] for shift in range(5 * (length - 1), -1, -5)])


def compute_event_id(event: Event, previous: str) -> str:
    """Returns an eight-character hash of the event's content and the previous event's id (at first, the case id)."""
    return chained_id(canonical_content(event), previous)


def canonical_content(event: Event) -> str:
    """Returns the JSON of the event that its id is a hash of, without free text and without the ids of e-mails."""
    content: dict[str, Any] = {}
    for name, value in zip(_HASHED, _hashed_values(event), strict=True):
        if type(value) is str:
            content[name] = value
        # Most parts of an event are empty.
        elif value is not None and value not in ((), {}):
            plain = _plain_content(value)
            if plain not in (None, [], {}):
                content[name] = plain
    return _CANONICAL.encode(content)


def chained_id(content: str, previous: str) -> str:
    """Returns the id of an event with this canonical content after the event `previous` (at first, the case id)."""
    text = f"[{_CANONICAL.encode(previous)},{content}]"
    return encode_base32(hashlib.sha256(text.encode()).digest(), EVENT_ID_LENGTH, 0)


def _plain_content(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain_content(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        if _TEXTS.issuperset(map(type, value)):
            return value
        return [_plain_content(inner) for inner in value]
    return fields.plain_value(value) if fields.part_names(value.__class__) else fields.value_text(value)


def identify_event(case_id: str, history: tuple[Event, ...], event: Event) -> Event:
    """Returns the event with the id that it gets when appended to `history`."""
    previous = history[-1].id if history else case_id
    return dataclasses.replace(event, id=compute_event_id(event, previous))


def first_event_time(case: Case) -> datetime:
    """Returns the time of the first recorded event; the case was not in the casebook before it."""
    return case.history[0].at if case.history else case.received


def case_as_of(case: Case, rules: Rulebook, moment: datetime) -> Case | None:
    """Returns the case at `moment`: today's fields with later events undone; None before the case was opened.

    Personal fields keep today's values, because the history does not contain their values. Exceptions:
    `satisfaction.comment` and `problem.who` are empty before the first event that names them.
    """
    if first_event_time(case) > moment:
        return None
    later = [event for event in ordered_events(case) if event.at > moment]
    if not later:
        return case
    past = tuple(event for event in case.history if event.at <= moment)
    past_tasks = tasks.tasks_in_history(case, past)
    for event in reversed(later):
        case = _undo_event(case, event)
    case = dataclasses.replace(case, history=past, tasks=past_tasks)
    return dataclasses.replace(case, status=fold_history(case, rules, moment).status)


def rewind_history(case: Case) -> Iterator[tuple[Event, Case, Case]]:
    """Yields each event, last first, with the case before and after it; the history of both ends before the event.

    This is the order of recording: an event recorded later about an earlier time was not known yet (D-010). Personal
    fields keep today's values, as in `case_as_of`.
    """
    for index in range(len(case.history) - 1, -1, -1):
        event, past = case.history[index], case.history[:index]
        after = dataclasses.replace(case, history=past)
        case = dataclasses.replace(_undo_event(after, event), tasks=tasks.tasks_in_history(case, past))
        yield event, case, after


def _undo_event(case: Case, event: Event) -> Case:
    for name, (old, new) in event.set.items():
        case = fields.with_value(case, name, _value_before(case, name, old, new))
    for name in _TOLD_LATER.intersection(event.changed):
        if next((earlier for earlier in case.history if name in earlier.changed), event) is event:
            case = fields.with_value(case, name, None)
    if event.promise:
        kept = tuple(promise for promise in case.promised if promise.by not in event.promise)
        case = dataclasses.replace(case, promised=kept)
    return remove_event_entries(case, event)


def _value_before(case: Case, name: str, old: Any, new: Any) -> Any:
    """Returns a value before the event that changed it; a list keeps what another clone added meanwhile."""
    before, after = restore_value(name, old), restore_value(name, new)
    now = fields.value_at(case, name) or ()
    if name not in LIST_KEYS or now == after:
        return before
    try:
        return merge_entries(name, after, now, before)
    except ContradictionError:
        return before


def remove_event_entries(case: Case, event: Event) -> Case:
    """Returns the case without the link and the attachments that the event added."""
    if event.link and (index := _link_index(case, event)) is not None:
        case = dataclasses.replace(case, links=(*case.links[:index], *case.links[index + 1 :]))
    if event.files:
        files = tuple(entry for entry in case.attachments if entry.file not in event.files)
        case = dataclasses.replace(case, attachments=files)
    return case


def _link_index(case: Case, event: Event) -> int | None:
    """Returns the place of the link that an event added. Several links to one case stand in the order of their events."""
    places = [index for index, link in enumerate(case.links) if event.link in link.values()]
    events = [entry for entry in _standing_events(case) if entry.link == event.link]
    order = next((order for order, entry in enumerate(events) if entry is event), len(places))
    return places[min(order, len(places) - 1)] if places else None


def _standing_events(case: Case) -> list[Event]:
    retracted = retracted_ids(case.history)
    return [event for event in case.history if event.id not in retracted]


def restore_value(name: str, recorded: Any) -> Any:
    """Converts a value recorded in `set` back to the type of the field; None if the text is no longer valid for it."""
    kind = fields.field_kinds().get(name)
    if kind == "texts":
        return tuple(recorded or ())
    if kind == "entries":
        return fields.parse_entries(name, recorded or [])
    try:
        return fields.parse_value(name, recorded)
    except fields.WrongValueError:
        return None


def suppose_value(case: Case, name: str, value: Any, at: datetime) -> Case:
    """Returns the case with another value in a field, for what-if questions.

    For a field that only its own command sets (`crisis`), an event at `at` is added, because its time counts.
    """
    if name not in fields.COMMAND_FIELDS:
        return fields.with_value(case, name, value)
    after = fields.with_value(case, name, value or None)
    old, new = (fields.plain_value(fields.value_at(version, name)) for version in (case, after))
    event = Event(at=at, by="", did="escalate", set={name: (old, new)})
    return case if old == new else dataclasses.replace(after, history=(*case.history, event))


def history_faults(case: Case, told: Status, *, in_closed: bool) -> Iterator[Fault]:
    """Yields a fault if folder, status and history disagree, or a judged field and its events.

    `told` is the status according to the history.
    """
    if told != case.status:
        yield Fault(
            key="status-against-history", path=("status",), values={"status": case.status, "history": told}
        )
    if in_closed != (case.status == "closed"):
        key = "open-in-closed-folder" if in_closed else "closed-in-open-folder"
        yield Fault(key=key, path=("status",), values={"status": case.status})
    yield from unrecorded_faults(case)


def future_event_faults(case: Case, now: datetime) -> Iterator[Fault]:
    """Yields a fault for each event that lies in the future at `now`, more than clocks differ between computers."""
    limit = now + CLOCK_SKEW
    for index, event in enumerate(case.history):
        if event.at > limit:
            values = {"did": event.did, "time": event.at, "now": now}
            yield Fault(key="event-in-future", path=("history", index, "at"), values=values)


def case_to_judge(case: Case, *, in_closed: bool) -> Case:
    """Returns the case to judge: if folder or status is open, without closings after the last reopening."""
    if in_closed and case.status == "closed":
        return case
    last_reopen = max(
        (index for index, event in enumerate(case.history) if event.did == "reopen"), default=-1
    )
    kept = tuple(
        event for index, event in enumerate(case.history) if index <= last_reopen or event.did != "close"
    )
    return case if len(kept) == len(case.history) else dataclasses.replace(case, history=kept)


def recorded_value(case: Case, name: str) -> Any:
    """Returns the value that the last event set for a field.

    Without such an event: None for a judged field, because only events set it, otherwise the field's own value
    (also for `received`).
    """
    for event in reversed(case.history):
        if name in event.set:
            return restore_value(name, event.set[name][1])
    return None if name in fields.JUDGED_FIELDS and name != "received" else fields.value_at(case, name)


def unrecorded_faults(case: Case) -> Iterator[Fault]:
    """Yields a fault for each judged field, promise, link, attachment, task and action that contradicts the history."""
    yield from _unrecorded_field_faults(case)
    yield from unrecorded_entry_faults(case)


def _unrecorded_field_faults(case: Case) -> Iterator[Fault]:
    for name in fields.JUDGED_FIELDS:
        recorded = recorded_value(case, name)
        if recorded != fields.value_at(case, name):
            value = fields.text_at(case, name)
            values = {"field": name, "value": value, "recorded": fields.value_text(recorded)}
            yield Fault(key="fact-without-event", path=tuple(name.split(".")), values=values)


def unrecorded_entry_faults(case: Case) -> Iterator[Fault]:
    """Yields a fault for each promise, link, attachment, task and action that contradicts the history."""
    made = {moment for event in case.history for moment in event.promise}
    for index, promise in enumerate(case.promised):
        if promise.by not in made:
            values = {"field": "promised", "value": fields.value_text(promise.by)}
            yield Fault(key="promise-without-event", path=("promised", index), values=values)
    yield from _gone_entry_faults(case)
    yield from tasks.unrecorded_task_faults(case)
    yield from actions.unrecorded_action_faults(case)


def _gone_entry_faults(case: Case) -> Iterator[Fault]:
    """Yields a fault for each recorded link and attachment that is not in the case any more."""
    linked = {other for link in case.links for other in link.values()}
    files = {entry.file for entry in case.attachments}
    for event in _standing_events(case):
        if event.link and event.link not in linked:
            yield Fault(key="link-gone", path=("history",), values={"link": event.link, "event": event.id})
        for name in event.files:
            if name not in files:
                yield Fault(
                    key="attachment-gone", path=("history",), values={"file": name, "event": event.id}
                )


def unknown_word_faults(case: Case, rules: Rulebook) -> Iterator[Fault]:
    """Yields a fault for each value that is no key of the policy; if the policy lists no keys, any value is valid."""
    for name, known in rules.words.items():
        value = fields.value_at(case, name)
        if known and value is not None and value not in known:
            values = {"field": name, "value": value, "choices": list(known)}
            yield Fault(key="unknown-word", path=tuple(name.split(".")), values=values)
    for name, kind in rules.custom_dates.items():
        value = fields.value_at(case, name)
        if value is not None and fields.custom_date(kind, str(value)) is None:
            key = "not-a-day" if kind == "day" else "not-a-time"
            yield Fault(key=key, path=tuple(name.split(".")), values={"field": name, "value": value})


def find_event(case: Case, part: str) -> Event | None:
    """Returns the only event whose id starts with `part` (case-insensitive), or None."""
    matching = [event for event in case.history if event.id.startswith(part.upper())]
    return matching[0] if len(matching) == 1 else None


def is_retracted(case: Case, event: Event) -> bool:
    """Whether a `retract` event takes this event back."""
    return event.id in retracted_ids(case.history)
