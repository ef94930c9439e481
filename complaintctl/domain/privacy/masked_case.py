"""A case as it is shown where the policy masks customer data: personal fields and the customer's words are replaced.

Titles, notes and reasons are the words of the team and stay; `lint --personal` finds customer data in them.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.privacy.public_case import LEFT_OUT

# The events whose text is what the customer said or wrote, an e-mail with its signature included.
CUSTOMER_WORDS: Final = frozenset({"heard"})
# The texts of an event that may be what the customer said.
_EVENT_TEXTS: Final = ("text", "reason")
# Where the JSON names what it does not show.
MASKED_KEY: Final = "masked"


@cache
def personal_fields() -> tuple[str, ...]:
    """Returns the dotted names of all personal fields, in the order of the file."""
    kinds = fields.field_kinds()
    return tuple(name for name in kinds if fields.is_personal(name) and kinds[name] != "group")


@cache
def is_personal_column(name: str) -> bool:
    """Whether a field is personal, or is a group with a personal field in it."""
    return fields.is_personal(name) or any(known.startswith(f"{name}.") for known in personal_fields())


def known_personal_fields(case: Case) -> tuple[str, ...]:
    """Returns the personal fields that have a value."""
    return tuple(name for name in personal_fields() if fields.text_at(case, name))


def mask_case(case: Case, mask: Callable[[str, str], str]) -> Case:
    """Returns the case without the customer's words in its history; `mask` returns what stands for a personal field."""
    masks = {name: mask(name, fields.text_at(case, name) or "") for name in known_personal_fields(case)}
    masked = fields.with_values(case, masks) if masks else case
    history = mask_events(case.history)
    return masked if history == case.history else dataclasses.replace(masked, history=history)


def mask_events(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Returns the events without the customer's words: the text of `heard`, and a reason that repeats it."""
    words = frozenset(event.text for event in events if event.did in CUSTOMER_WORDS and event.text)
    return tuple(_mask_event(event, words) for event in events)


def _mask_event(event: Event, words: frozenset[str]) -> Event:
    texts = {name: LEFT_OUT for name in _EVENT_TEXTS if getattr(event, name) in words}
    # Only a history written by hand has the values of personal fields.
    written = tuple(name for name in event.set if is_personal_column(name))
    if not texts and not written:
        return event
    shown = {name: change for name, change in event.set.items() if name not in written}
    changed = tuple(dict.fromkeys((*event.changed, *written)))
    return dataclasses.replace(
        event,
        set=shown,
        changed=changed,
        text=texts.get("text", event.text),
        reason=texts.get("reason", event.reason),
    )


def hide_in_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a case as printed for programs with null for what is masked, and `masked`: the names of those fields."""
    shown = {name: dict(value) if isinstance(value, dict) else value for name, value in record.items()}
    hidden = [name for name in personal_fields() if _hide_field(shown, name)]
    if "history" in shown:
        shown["history"] = list(hide_in_events(shown["history"]))
    return {**shown, MASKED_KEY: hidden} if hidden else shown


def _hide_field(record: dict[str, Any], name: str) -> bool:
    """Sets a field to null; False if it has no value."""
    first, _, rest = name.partition(".")
    holder, key = (record.get(first), rest) if rest else (record, name)
    if not isinstance(holder, dict) or holder.get(key) is None:
        return False
    holder[key] = None
    return True


def hide_in_events(events: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yields events as printed for programs, with null for the customer's words, and `masked`: their names."""
    listed = list(events)
    words = {event["text"] for event in listed if event["did"] in CUSTOMER_WORDS and event.get("text")}
    for event in listed:
        names = [name for name in _EVENT_TEXTS if event.get(name) in words]
        hidden = {**dict.fromkeys(names), MASKED_KEY: names} if names else {}
        written = [name for name in event.get("set", {}) if is_personal_column(name)]
        if written:
            hidden["set"] = {name: pair for name, pair in event["set"].items() if name not in written}
            hidden["changed"] = list(dict.fromkeys((*event.get("changed", ()), *written)))
        yield {**event, **hidden}
