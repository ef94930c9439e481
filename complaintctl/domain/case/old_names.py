"""Old names of levels, classes, people and other keys of the policy (`also:`), read as the current ones.

Files keep what was written. A case in memory has the current names in its fields and in its history, so that fields
and history still agree.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.policy.policy import ClassEntry, LabelledEntry, Person, Policy, class_paths

# Old name → current name. An old class also renames its subclasses (`rename_class`).
OldNames = Mapping[str, str]
OldNamesByField = Mapping[str, OldNames]
NO_OLD_NAMES: Final[OldNamesByField] = MappingProxyType({})

# Pseudo-field of all people and roles, who occur in several fields and events.
PARTY: Final = "party"
_CLASS_FIELDS: Final = frozenset({"category", "cause.class"})
_PARTY_FIELDS: Final = ("owner", "watchers")
_PARTY_LISTS: Final[Mapping[str, str]] = {"tasks": "to", "actions": "who"}


def old_names_by_field(policy: Policy) -> dict[str, dict[str, str]]:
    """Returns the old names of the keys of a policy by field of a case; only fields that have any."""
    flat: dict[str, Mapping[str, LabelledEntry | Person | None]] = {
        "level": policy.levels,
        "channel": policy.channels,
        "contact.via": policy.channels,
        "remedy.kind": policy.remedies,
        "plan.remedy": policy.remedies,
        **{f"x.{name}": own.choices for name, own in policy.fields.items() if own},
        PARTY: {**policy.roles, **policy.people},
    }
    trees = {"category": policy.categories, "cause.class": policy.causes}
    found = {name: dict(_old_names(entries.items())) for name, entries in flat.items()}
    found |= {name: dict(_old_names(class_paths(tree, ""))) for name, tree in trees.items()}
    return {name: names for name, names in found.items() if names}


def _old_names(entries: Any) -> Iterator[tuple[str, str]]:
    entry: LabelledEntry | ClassEntry | Person | None
    for key, entry in entries:
        yield from ((old, key) for old in (entry.also if entry else ()))


def current_name(policy: Policy, field: str, name: str) -> str:
    """Returns the current name for a typed or recorded name of a field (or PARTY); without one, the name itself."""
    names = old_names_by_field(policy).get(field)
    return _renaming(field, names)(name) if names else name


def _renaming(field: str, names: OldNames) -> Callable[[str], str]:
    if field in _CLASS_FIELDS:
        return lambda path: rename_class(names, path)
    return lambda name: names.get(name, name)


def rename_class(names: OldNames, path: str) -> str:
    """Returns the current path of a class; a class below a renamed one moves along."""
    # A parent and then its class may have been renamed; each name is used once, so that a circle ends.
    for _turn in names:
        prefix = path
        while prefix and prefix not in names:
            prefix = prefix.rpartition("/")[0]
        if not prefix:
            break
        path = names[prefix] + path.removeprefix(prefix)
    return path


def with_current_names(case: Case, by_field: OldNamesByField) -> Case:
    """Returns the case with current names in fields and history; a change from an old name to its own new one is none."""
    if not by_field:
        return case
    rename = {name: _renaming(name, names) for name, names in by_field.items() if name != PARTY}
    for name, renaming in rename.items():
        value = fields.value_at(case, name)
        if isinstance(value, str) and (new := renaming(value)) != value:
            case = fields.with_value(case, name, new)
    if parties := by_field.get(PARTY):
        party = _renaming(PARTY, parties)
        rename |= dict.fromkeys(_PARTY_FIELDS, party)
        case = _with_current_parties(case, party)
    return dataclasses.replace(
        case, history=tuple(_with_current_changes(event, rename) for event in case.history)
    )


def _with_current_parties(case: Case, party: Callable[[str], str]) -> Case:
    return dataclasses.replace(
        case,
        owner=party(case.owner) if case.owner else case.owner,
        watchers=tuple(map(party, case.watchers)),
        tasks=tuple(dataclasses.replace(task, to=party(task.to)) for task in case.tasks),
        actions=tuple(
            dataclasses.replace(
                action,
                who=party(action.who),
                done_by=party(action.done_by) if action.done_by else None,
                verified_by=party(action.verified_by) if action.verified_by else None,
            )
            for action in case.actions
        ),
        history=tuple(_event_with_current_parties(event, party) for event in case.history),
    )


def _event_with_current_parties(event: Event, party: Callable[[str], str]) -> Event:
    return dataclasses.replace(
        event,
        by=party(event.by),
        to=party(event.to) if event.to else event.to,
        recorded_by=party(event.recorded_by) if event.recorded_by else None,
        tasks=tuple(dataclasses.replace(task, to=party(task.to)) for task in event.tasks),
        rungs=tuple(dataclasses.replace(rung, to=party(rung.to)) for rung in event.rungs),
        repeated=tuple(dataclasses.replace(rule, to=party(rule.to)) for rule in event.repeated),
        set={
            name: tuple(_entries_with_current_parties(name, entries, party) for entries in pair)
            if name in _PARTY_LISTS
            else pair
            for name, pair in event.set.items()
        },
    )


def _entries_with_current_parties(name: str, entries: Any, party: Callable[[str], str]) -> Any:
    """Returns the recorded entries of a list of tasks or actions."""
    key = _PARTY_LISTS[name]
    keys = (key, "done_by", "verified_by")
    return entries and [
        {part: party(value) if part in keys else value for part, value in entry.items()} for entry in entries
    ]


def _with_current_changes(event: Event, rename: Mapping[str, Callable[[str], str]]) -> Event:
    if not event.set.keys() & rename.keys():
        return event
    changes = {
        name: (_renamed(pair[0], rename[name]), _renamed(pair[1], rename[name])) if name in rename else pair
        for name, pair in event.set.items()
    }
    # What was only renamed did not change; an approval of it still holds.
    kept = {
        name: pair
        for name, pair in changes.items()
        if name not in rename or pair[0] != pair[1] or pair == event.set[name]
    }
    return dataclasses.replace(event, set=kept)


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return rename(value)
    return (
        [rename(entry) if isinstance(entry, str) else entry for entry in value]
        if isinstance(value, list | tuple)
        else value
    )
