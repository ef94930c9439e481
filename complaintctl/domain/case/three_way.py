"""Merges two values of a field that come from one earlier value."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.case import fields

# The lists that grow by one entry at a time, and what identifies an entry; empty: the whole entry.
LIST_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "watchers": (),
    "promised": (),
    "cause.fishbone": (),
    "tasks": ("to", "what", "given"),
    "actions": ("what", "who", "given"),
    "links": (),
    "attachments": ("file",),
}
# Stands for a value that is not known, because the earlier version could not be read.
UNKNOWN: Final = object()

Keyed = dict[tuple[str, int], Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Contradiction:
    """Two different values of one fact, as texts, lists and maps; `name` is the field, with the entry of a list."""

    name: str
    values: tuple[Any, Any]


class ContradictionError(ValueError):
    """Both sides changed a value, and to different values."""

    def __init__(self, *contradictions: Contradiction) -> None:
        super().__init__(contradictions)
        self.contradictions = contradictions


def merge_values(name: str, base: Any, ours: Any, theirs: Any) -> Any:
    """Returns the value that only one side changed, or the one that both have.

    Raises ContradictionError if both sides changed it differently.
    """
    if theirs in (ours, base):
        return ours
    if base == ours:
        return theirs
    values = fields.plain_value(ours), fields.plain_value(theirs)
    raise ContradictionError(Contradiction(name=name, values=values))


def merge_entries(name: str, base: Any, ours: Iterable[Any], theirs: Iterable[Any]) -> tuple[Any, ...]:
    """Returns the list with what each side added, changed or removed; the same whichever side is `ours`.

    Entries of `base` keep their order; the others follow by time and text. Raises ContradictionError if both
    sides changed one entry differently.
    """
    one, two = _by_key(name, ours), _by_key(name, theirs)
    old: Keyed = {key: UNKNOWN for key in one if key in two} if base is UNKNOWN else _by_key(name, base or ())
    kept: Keyed = {}
    contradictions: list[Contradiction] = []
    for key in (*old, *(key for key in {**one, **two} if key not in old)):
        try:
            entry = _merge_entry(name, old.get(key), one.get(key), two.get(key))
        except ContradictionError as error:
            contradictions += error.contradictions
            continue
        if entry is not None:
            kept[key] = entry
    if contradictions:
        raise ContradictionError(*contradictions)
    added = sorted((entry for key, entry in kept.items() if key not in old), key=_time_and_text)
    return (*(entry for key, entry in kept.items() if key in old), *added)


def _merge_entry(name: str, base: Any, ours: Any, theirs: Any) -> Any:
    """Returns one entry as both sides left it; None if a side removed it and the other did not change it."""
    if ours is None or theirs is None:
        left = ours if theirs is None else theirs
        return None if left == base else left
    if ours == theirs:
        return ours
    values: dict[str, Any] = {}
    contradictions: list[Contradiction] = []
    for entry in dataclasses.fields(ours):
        old = UNKNOWN if base is UNKNOWN else getattr(base, entry.name, None)
        one, two = getattr(ours, entry.name), getattr(theirs, entry.name)
        if isinstance(one, tuple):
            values[entry.name] = tuple(dict.fromkeys((*one, *two))) if one != two else one
            continue
        try:
            label = f"{name}.{fields.file_key(entry.name)} ({getattr(ours, LIST_KEYS[name][0])})"
            values[entry.name] = merge_values(label, old, one, two)
        except ContradictionError as error:
            contradictions += error.contradictions
    if contradictions:
        raise ContradictionError(*contradictions)
    return type(ours)(**values)


def _by_key(name: str, entries: Iterable[Any]) -> Keyed:
    """Returns the entries by what identifies them, and by how many like them come before."""
    by_key: Keyed = {}
    for entry in entries:
        parts = [fields.plain_value(getattr(entry, part)) for part in LIST_KEYS[name]]
        text = repr(parts or fields.plain_value(entry))
        by_key[text, sum(text == other for other, _count in by_key)] = entry
    return by_key


def _time_and_text(entry: Any) -> tuple[float, str]:
    moment = getattr(entry, "given", None) or getattr(entry, "made", None)
    text = repr(entry if isinstance(entry, str | dict) else fields.plain_value(entry))
    return moment.timestamp() if isinstance(moment, datetime) else 0.0, text
