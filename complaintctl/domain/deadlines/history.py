"""The history of a case: identity of its events, its state at an earlier moment, its agreement with the facts."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import CROCKFORD, Status
from complaintctl.domain.deadlines import actions, tasks
from complaintctl.domain.deadlines.progress import fold_history, ordered_events, retracted_ids
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.problems import Fault

EVENT_ID_LENGTH: Final = 8
CASE_ID_LENGTH: Final = 5
# Free words may name a person; left out of the hash, they can be erased without breaking the chain.
_UNHASHED: Final = frozenset({"id", "text"})
# Personal facts that no registration brings: before the first event that names one there was none.
_TOLD_LATER: Final = frozenset({"satisfaction.comment", "problem.who"})


def encode_base32(digest: bytes, length: int, offset: int) -> str:
    """Crockford base-32 characters of a digest, five bits each, from the `offset`-th character on."""
    number = int.from_bytes(digest, "big") >> (len(digest) * 8 - (offset + length) * 5)
    letters = [CROCKFORD[(number >> (5 * place)) & 31] for place in range(length)]
    return "".join(reversed(letters))


def compute_event_id(event: Event, previous: str) -> str:
    """Eight characters over the id of the event before (the case id for the first) and the event's content."""
    content = {
        entry.name: plain
        for entry in dataclasses.fields(Event)
        if entry.name not in _UNHASHED
        and (plain := _plain_content(getattr(event, entry.name))) not in (None, [], {})
    }
    text = json.dumps([previous, content], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return encode_base32(hashlib.sha256(text.encode()).digest(), EVENT_ID_LENGTH, 0)


def _plain_content(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain_content(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_content(inner) for inner in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return fields.plain_value(value)
    return fields.value_text(value)


def identify_event(case_id: str, history: tuple[Event, ...], event: Event) -> Event:
    """The event with the id it gets when it is appended to `history`."""
    previous = history[-1].id if history else case_id
    return dataclasses.replace(event, id=compute_event_id(event, previous))


def first_event_time(case: Case) -> datetime:
    """The moment of the first event: before it, the case was not in the casebook, whatever was noted of earlier."""
    return case.history[0].at if case.history else case.received


def case_as_of(case: Case, rules: Rulebook, moment: datetime) -> Case | None:
    """The case as it was: today's facts with the later events undone, or None before it was opened.

    Personal fields are named in the history without their values and stand as they are today, but for a comment
    on satisfaction and who had the problem, which nobody told before the first event that names them.
    """
    if first_event_time(case) > moment:
        return None
    later = [event for event in ordered_events(case) if event.at > moment]
    if not later:
        return case
    past = tuple(event for event in case.history if event.at <= moment)
    given = tasks.tasks_in_history(case, past)
    for event in reversed(later):
        case = _undo_event(case, event)
    case = dataclasses.replace(case, history=past, tasks=given)
    return dataclasses.replace(case, status=fold_history(case, rules, moment).status)


def rewind_history(case: Case) -> Iterator[tuple[Event, Case, Case]]:
    """Each event, the last first, with the case as it was found and as it was left by what recorded the event.

    That is the order of recording: what was noted later of an earlier time was not known yet. The history of both
    is what stood before the event. Personal fields stand as they are today, as in `as_of`.
    """
    for place in range(len(case.history) - 1, -1, -1):
        event, past = case.history[place], case.history[:place]
        after = dataclasses.replace(case, history=past)
        case = dataclasses.replace(_undo_event(after, event), tasks=tasks.tasks_in_history(case, past))
        yield event, case, after


def _undo_event(case: Case, event: Event) -> Case:
    for name, (old, _) in event.set.items():
        case = fields.with_value(case, name, restore_value(name, old))
    for name in _TOLD_LATER.intersection(event.changed):
        if next((one for one in case.history if name in one.changed), event) is event:
            case = fields.with_value(case, name, None)
    if event.promise:
        kept = tuple(promise for promise in case.promised if promise.by not in event.promise)
        case = dataclasses.replace(case, promised=kept)
    return remove_event_entries(case, event)


def remove_event_entries(case: Case, event: Event) -> Case:
    """The case without the link and the attachment that an event added."""
    if event.link:
        case = dataclasses.replace(
            case, links=tuple(link for link in case.links if event.link not in link.values())
        )
    if event.file:
        files = tuple(entry for entry in case.attachments if entry.file != event.file)
        case = dataclasses.replace(case, attachments=files)
    return case


def restore_value(name: str, recorded: Any) -> Any:
    """A value that `set` recorded, typed again; a text that no longer is one of its kind is left out."""
    if fields.field_kinds().get(name) == "texts":
        return tuple(recorded or ())
    if fields.field_kinds().get(name) == "entries":
        return fields.parse_entries(name, recorded or [])
    try:
        return fields.parse_value(name, recorded)
    except fields.WrongValueError:
        return None


def suppose_value(case: Case, name: str, value: Any, at: datetime) -> Case:
    """The case as if a field had another value; what only a command records, as if recorded at that moment."""
    if name not in fields.COMMAND_FIELDS:
        return fields.with_value(case, name, value)
    after = fields.with_value(case, name, value or None)
    old, new = (fields.plain_value(fields.value_at(one, name)) for one in (case, after))
    event = Event(at=at, by="", did="escalate", set={name: (old, new)})
    return case if old == new else dataclasses.replace(after, history=(*case.history, event))


def history_faults(case: Case, told: Status, *, in_closed: bool) -> Iterator[Fault]:
    """Where folder, status and history (which tells `told`), or a judged fact and its events, do not agree."""
    if told != case.status:
        yield Fault(
            key="status-against-history", path=("status",), values={"status": case.status, "history": told}
        )
    if in_closed != (case.status == "closed"):
        key = "open-in-closed-folder" if in_closed else "closed-in-open-folder"
        yield Fault(key=key, path=("status",), values={"status": case.status})
    yield from _unrecorded_faults(case)


def case_to_judge(case: Case, *, in_closed: bool) -> Case:
    """The case to judge: where folder or status says open but the history closed, the closing does not count."""
    if in_closed and case.status == "closed":
        return case
    place = max((place for place, event in enumerate(case.history) if event.did == "reopen"), default=-1)
    kept = tuple(event for at, event in enumerate(case.history) if at <= place or event.did != "close")
    return case if len(kept) == len(case.history) else dataclasses.replace(case, history=kept)


def recorded_value(case: Case, name: str) -> Any:
    """The value that the history gave a field last; the field's own where no event ever set it."""
    for event in reversed(case.history):
        if name in event.set:
            return restore_value(name, event.set[name][1])
    return None if name in fields.JUDGED_FIELDS and name != "received" else fields.value_at(case, name)


def _unrecorded_faults(case: Case) -> Iterator[Fault]:
    for name in fields.JUDGED_FIELDS:
        told = recorded_value(case, name)
        if told != fields.value_at(case, name):
            facts = {"field": name, "value": fields.text_at(case, name), "recorded": fields.value_text(told)}
            yield Fault(key="fact-without-event", path=(name,), values=facts)
    made = {moment for event in case.history for moment in event.promise}
    for place, promise in enumerate(case.promised):
        if promise.by not in made:
            facts = {"field": "promised", "value": fields.value_text(promise.by)}
            yield Fault(key="promise-without-event", path=("promised", place), values=facts)
    yield from tasks.unrecorded_task_faults(case)
    yield from actions.unrecorded_action_faults(case)


def unknown_word_faults(case: Case, rules: Rulebook) -> Iterator[Fault]:
    """Keys that the policy does not know; a list the policy leaves empty accepts anything."""
    for name, known in rules.words.items():
        value = fields.value_at(case, name)
        if known and value is not None and value not in known:
            facts = {"field": name, "value": value, "choices": list(known)}
            yield Fault(key="unknown-word", path=tuple(name.split(".")), values=facts)


def find_event(case: Case, part: str) -> Event | None:
    """The event with that id, or the only one whose id begins with it, any case of letters."""
    fitting = [event for event in case.history if event.id.startswith(part.upper())]
    return fitting[0] if len(fitting) == 1 else None


def is_retracted(case: Case, event: Event) -> bool:
    """Whether a later event took this one back."""
    return event.id in retracted_ids(case.history)
