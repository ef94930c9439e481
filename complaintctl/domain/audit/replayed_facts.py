"""The fields of a case before its history, and after each of its events, from the fields of today."""

import dataclasses
from collections.abc import Iterable
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Attachment, Case, Event
from complaintctl.domain.deadlines import history, tasks
from complaintctl.domain.deadlines.progress import retracted_ids
from complaintctl.domain.lifecycle.duplicates import DUPLICATE_LINK

_PROMISES: Final = "promised"
_AT_START: Final = {"history": (), "status": "open"}


def recorded_value(name: str, recorded: Any) -> Any:
    """Returns a value that an event records as the field has it; None if it cannot be one of the field."""
    try:
        return history.restore_value(name, recorded)
    except (ValueError, TypeError, AttributeError):
        return None


def fields_at_start(case: Case) -> Case:
    """Returns the case as it was before its first event; what no event ever changed is as today."""
    values: dict[str, Any] = {}
    seen = set[str]()
    for event in case.history:
        for name, (old, new) in event.set.items():
            if name not in seen and _is_replayed(name):
                # A case always has a time of receipt; its registration records the first one.
                first = new if name == "received" and old is None else old
                values[name] = recorded_value(name, first)
            seen.add(name)
    facts = fields.with_values(case, {**_possible(values), **_AT_START})
    if _PROMISES not in seen:
        made = {moment for event in case.history for moment in event.promise}
        kept = tuple(promise for promise in case.promised if promise.by not in made)
        facts = facts if kept == facts.promised else dataclasses.replace(facts, promised=kept)
    return with_entries(case, facts, ())


def _is_replayed(name: str) -> bool:
    return name != "status" and fields.is_recordable(name)


def _possible(values: dict[str, Any]) -> dict[str, Any]:
    """Returns the values without those that are missing for a field that every case has."""
    return {
        name: value
        for name, value in values.items()
        if value is not None or name not in fields.REQUIRED_FIELDS
    }


def fields_after(case: Case, facts: Case, event: Event) -> Case:
    """Returns the fields after one more event; `case` is the case of today."""
    if event.set:
        values = {
            name: recorded_value(name, pair[1]) for name, pair in event.set.items() if _is_replayed(name)
        }
        facts = fields.with_values(facts, _possible(values))
    if event.promise and not any(_PROMISES in entry.set for entry in case.history):
        made = tuple(promise for promise in case.promised if promise.by in event.promise)
        facts = dataclasses.replace(facts, promised=(*facts.promised, *made))
    return facts


def changes_entries(event: Event) -> bool:
    """Whether the event changes tasks, links or attachments; a retraction may."""
    return bool(event.tasks or event.link or event.files) or event.did == "retract"


def with_entries(case: Case, facts: Case, past: tuple[Event, ...]) -> Case:
    """Returns the fields with the tasks, links and attachments after the events `past`."""
    events = case.history
    if any(event.tasks for event in events):
        facts = dataclasses.replace(facts, tasks=tasks.tasks_in_history(case, past))
    retracted = retracted_ids(past)
    standing = [event for event in past if event.id not in retracted]
    if any(event.link for event in events):
        facts = dataclasses.replace(facts, links=_links(case, events, standing))
    if any(event.files for event in events):
        facts = dataclasses.replace(facts, attachments=_attachments(case, events, standing))
    return facts


def _links(case: Case, events: Iterable[Event], standing: list[Event]) -> tuple[dict[str, str], ...]:
    """Returns the links of the standing events; of one that was taken back later only the other case is known."""
    ever = {event.link for event in events if event.link}
    then = dict.fromkeys(event.link for event in standing if event.link)
    kept = tuple(link for link in case.links if not ever & {*link.values()} - {*then})
    present = {other for link in kept for other in link.values()}
    return (*kept, *({DUPLICATE_LINK: other} for other in then if other not in present))


def _attachments(case: Case, events: Iterable[Event], standing: list[Event]) -> tuple[Attachment, ...]:
    ever = {name for event in events for name in event.files}
    then = dict.fromkeys(name for event in standing for name in event.files)
    kept = tuple(entry for entry in case.attachments if entry.file not in ever or entry.file in then)
    present = {entry.file for entry in kept}
    return (*kept, *(Attachment(file=name, sha256="") for name in then if name not in present))
