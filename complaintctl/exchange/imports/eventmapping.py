"""Checks the parts `events` and `steps` of a mapping."""

from collections.abc import Iterator
from typing import Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.event_kinds import OTHER_EVENTS
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.problems import Fault
from complaintctl.exchange.imports.mapping import AS_IT_IS, ImportMapping

# Allowed activities besides steps. The other events need data that a table does not have (a signature, a file).
EVENT_ACTIVITIES: Final = ("assign", "close", "note", "reopen", "resume", "wait")
_FORBIDDEN_ACTIVITIES: Final = frozenset({*OTHER_EVENTS, "open"} - {*EVENT_ACTIVITIES})


def event_mapping_faults(mapping: ImportMapping) -> Iterator[Fault]:
    """Yields the faults of `events` and `steps`; a mapping without events must have `received`."""
    yield from _step_faults(mapping)
    if mapping.events is None:
        if mapping.received is None:
            yield Fault(key="field-missing", path=("received",), values={"field": "received"})
        return
    if not mapping.events.activity.values:
        yield Fault(key="mapping-no-activities", path=("events", "activity"))
    for path, word in _mapped_words(mapping):
        if word in {*_FORBIDDEN_ACTIVITIES, AS_IT_IS} or not word.strip():
            values = {"value": word, "choices": list(EVENT_ACTIVITIES)}
            yield Fault(key="mapping-activity", path=path, values=values)
        elif word == "close" and mapping.closed is not None:
            yield Fault(key="mapping-two-closings", path=path)
    if "outcome" in mapping.fields and mapping.closed is None:
        yield Fault(key="mapping-outcome", path=("fields", "outcome"))
    if mapping.events.owner is not None and "owner" in {*mapping.fields, *mapping.constants}:
        yield Fault(key="mapping-twice", path=("events", "owner"), values={"field": "owner"})


def _step_faults(mapping: ImportMapping) -> Iterator[Fault]:
    for name in mapping.steps:
        if name in {*_FORBIDDEN_ACTIVITIES, *EVENT_ACTIVITIES} or not name.strip():
            yield Fault(key="mapping-step", path=("steps", name), values={"value": name})
        elif mapping.events is not None:
            yield Fault(key="mapping-steps-and-events", path=("steps", name))


def _mapped_words(mapping: ImportMapping) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if mapping.events is None:
        return
    activity = mapping.events.activity
    for source, word in activity.values.items():
        yield ("events", "activity", "values", source), word
    if activity.else_ is not None:
        yield ("events", "activity", "else"), activity.else_


def check_mapped_steps(mapping: ImportMapping, rules: Rulebook) -> None:
    """Raise InvalidInput for a step that the policy does not define; a policy without steps accepts any."""
    for word in (*(word for _path, word in _mapped_words(mapping)), *mapping.steps):
        if rules.steps and word not in rules.steps and word not in EVENT_ACTIVITIES:
            raise vocabulary.unknown_step_error(rules.policy, word, ())
