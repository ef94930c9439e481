"""Checks what events recorded (`set: {field: [old, new]}`) by the types of the fields, as the schema does with the rest."""

import dataclasses
import difflib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.deadlines import history
from complaintctl.domain.problems import Fault
from complaintctl.storage.case import plain_values
from complaintctl.storage.yaml.yamltext import YamlPath, dotted_path

# Fields that every case has at every moment after its first event.
_ALWAYS_SET: Final = fields.REQUIRED_FIELDS | {"status"}
_KIND_FAULTS: Final = {
    "truth": "not-true-or-false",
    "whole": "not-a-count",
    "day": "not-a-day",
    "moment": "not-a-time",
}
OLD, NEW = 0, 1


def recorded_pairs(raw: dict[str, Any]) -> Iterator[tuple[int, str, Any]]:
    """Yields what each event recorded: the index of the event, the field, and its pair of old and new, as read.

    `raw` is the case as a mapping of texts. The schema reports events of another shape.
    """
    events = raw.get("history")
    for index, event in enumerate(events if isinstance(events, list) else ()):
        recorded = event.get("set") if isinstance(event, dict) else None
        for name, pair in recorded.items() if isinstance(recorded, dict) else ():
            yield index, name, pair


def recorded_value_faults(pairs: Iterable[tuple[int, str, Any]]) -> Iterator[Fault]:
    """Yields a fault for each recorded value that its field cannot have, and for each field that no event can set."""
    for index, name, pair in pairs:
        if isinstance(pair, list) and len(pair) == len(("old", "new")):
            old, new = pair
            if not _is_fine(name, old, new, is_first=index == 0):
                yield from _pair_faults(name, pair, ("history", index, "set", name))
        elif not fields.is_recordable(name):
            yield _unknown_field_fault(name, ("history", index, "set", name))


def _pair_faults(name: str, pair: list[Any], path: YamlPath) -> Iterator[Fault]:
    if not fields.is_recordable(name):
        yield _unknown_field_fault(name, path)
        return
    yield from _value_faults(name, pair[OLD], (*path, OLD), may_be_empty=path[1] == 0)
    yield from _value_faults(name, pair[NEW], (*path, NEW), may_be_empty=False)


def _is_fine(name: str, old: Any, new: Any, *, is_first: bool) -> bool:
    """Whether two texts are certainly valid, without making faults; `check` asks this of every recorded value."""
    if not isinstance(old, str | None) or not isinstance(new, str | None):
        return False
    return (bool(new) and old != "" and name in _free_texts()) or _is_valid_pair(
        name, old, new, is_first=is_first
    )


def _unknown_field_fault(name: str, path: YamlPath) -> Fault:
    near = difflib.get_close_matches(name, filter(fields.is_recordable, fields.field_kinds()), 1)
    values = {"field": dotted_path(path), "near": near[0] if near else ""}
    return Fault(key="not-recordable", path=path, values=values)


def _value_faults(name: str, value: Any, path: YamlPath, *, may_be_empty: bool) -> Iterator[Fault]:
    if value is None:
        if name in _ALWAYS_SET and not may_be_empty:
            yield Fault(key="field-missing", path=path, values={"field": dotted_path(path)})
        return
    faults = [
        dataclasses.replace(
            fault,
            path=(*path, *fault.path),
            values={**fault.values, "field": dotted_path((*path, *fault.path))},
        )
        for fault in _type_faults(name, value)
    ]
    yield from faults
    if not faults and not _is_restorable(name, value):
        key = _KIND_FAULTS.get(fields.field_kinds().get(name, "text"), "not-text")
        yield Fault(key=key, path=path, values={"field": dotted_path(path)})


def _type_faults(name: str, value: Any) -> list[Fault]:
    """Returns the faults of a value that its field cannot have by its type."""
    if plain_values.is_plain_field(name, value):
        return []
    # Pydantic is slow to load.
    from complaintctl.storage.case import validation  # noqa: PLC0415

    return validation.field_faults(name, value)


@cache
def _free_texts() -> frozenset[str]:
    """The fields that may have any text or none, so that a recorded text needs no check."""
    names = (name for name, kind in fields.field_kinds().items() if kind == "text")
    return frozenset(filter(fields.is_recordable, names)) - _ALWAYS_SET


@lru_cache(maxsize=4096)
def _is_valid_pair(name: str, old: str | None, new: str | None, *, is_first: bool) -> bool:
    """Whether an event may record these texts; cached, since the events of a casebook record few different ones."""
    if not fields.is_recordable(name):
        return False
    faults = (
        *_value_faults(name, old, (), may_be_empty=is_first),
        *_value_faults(name, new, (), may_be_empty=False),
    )
    return not faults


def _is_restorable(name: str, value: Any) -> bool:
    """Whether the history can restore the value: pydantic reads a few spellings that it cannot, such as `t` for true."""
    try:
        return history.restore_value(name, value) is not None
    except ValueError:
        return False
