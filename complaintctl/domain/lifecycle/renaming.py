"""Renames a level, class or person in an open case: one event that records the new name."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.old_names import rename_class
from complaintctl.domain.deadlines import history
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision

# The fields that the event changes; tasks and actions keep the name that was recorded with them (`also:` reads it).
_RENAMED_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "level": ("level",),
    "category": ("category",),
    "person": ("owner", "watchers"),
}


def rename_in_case(case: Case, kind: str, names: tuple[str, str], act: Attribution) -> Decision | None:
    """Returns the event that replaces the old name by the new one, or None if the case does not use the old name."""
    old, new = names
    changes = {
        name: after
        for name in _RENAMED_FIELDS[kind]
        if (before := fields.value_at(case, name)) is not None
        and (after := _renamed(kind, before, old, new)) != before
    }
    if not changes:
        return None
    after = fields.with_values(case, changes)
    pairs = {
        name: (fields.plain_value(fields.value_at(case, name)), fields.plain_value(value))
        for name, value in changes.items()
    }
    event = Event(
        at=act.at,
        by=act.by,
        did="edit",
        set=pairs,
        reason=f"rename {kind} {old} {new}",
        recorded_by=act.recorder,
    )
    event = history.identify_event(case.id, case.history, event)
    after = dataclasses.replace(after, history=(*case.history, event))
    return Decision(event=event, case=after, changed=tuple(changes))


def _renamed(kind: str, value: Any, old: str, new: str) -> Any:
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(new if name == old else name for name in value))
    if kind == "category":
        return rename_class({old: new}, value)
    return new if value == old else value
