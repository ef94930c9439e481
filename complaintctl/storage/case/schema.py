"""Turns parsed YAML into objects of the domain's classes; reports unknown keys with the nearest known key."""

import dataclasses
import difflib
import itertools
import typing
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeVar

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.policy.policy import LISTABLE_KEYS, Policy
from complaintctl.domain.problems import Fault
from complaintctl.storage.case.plain_values import read_plain_object
from complaintctl.storage.case.recorded_values import recorded_pairs, recorded_value_faults
from complaintctl.storage.yaml.yamltext import FAULTY_KEY_MARK, YamlPath, dotted_path

T = TypeVar("T")


def case_from_texts(raw: dict[str, Any]) -> tuple[Case | None, list[Fault]]:
    """Returns the case in a mapping of texts, or None, with all faults; unknown keys are warnings.

    Changes `raw`: drops empty fields, renames `cause.class` to its Python name.
    """
    for name in [name for name, value in raw.items() if value is None]:
        del raw[name]
    cause = raw.get("cause")
    if type(cause) is dict and "class" in cause:
        cause["class_"] = cause.pop("class")
    pairs = list(recorded_pairs(raw))
    case, wrong, unknown = _read_texts(Case, raw)
    recorded = list(recorded_value_faults(pairs))
    return (None if recorded else case), [*wrong, *recorded, *unknown, *_recorded_key_faults(pairs)]


def _read_texts(owner: type[T], raw: dict[str, Any]) -> tuple[T | None, list[Fault], list[Fault]]:
    """Returns an object of `owner`, or None, with the faults of values and those of unknown keys."""
    value = read_plain_object(owner, raw)
    if value is not None:
        return value, [], []
    # Pydantic is slow to load, and only a file with a fault or a rare spelling needs it.
    from complaintctl.storage.case.validation import validate_texts  # noqa: PLC0415

    unknown = list(_unknown_key_faults(owner, raw, ()))
    return *validate_texts(owner, raw), unknown


def _recorded_key_faults(pairs: Iterable[tuple[int, str, Any]]) -> Iterator[Fault]:
    """Yields a fault for each unknown key in the entries that events recorded."""
    for index, name, pair in pairs:
        if name not in fields.RECORDED_LISTS or not isinstance(pair, list):
            continue
        for place, entries in enumerate(pair):
            path = ("history", index, "set", name, place)
            yield from _nested_key_faults(fields.ENTRY_CLASSES[name], entries, path, is_map=False)


def policy_from_texts(raw: dict[str, Any]) -> tuple[Policy | None, list[Fault]]:
    """Returns the policy in a mapping of texts, or None, with all faults; unknown keys are faults.

    Changes `raw`: renames `from` and `raise` to their Python names, turns lists of bare keys into mappings.
    """
    lists = [(raw, name) for name in LISTABLE_KEYS]
    lists += [(own, "choices") for own in _mapping_entries(raw.get("fields"))]
    for holder, name in lists:
        if isinstance(holder.get(name), list) and all(isinstance(entry, str) for entry in holder[name]):
            holder[name] = dict.fromkeys(holder[name])
    counts = [entry.get("count") for entry in _mapping_entries(raw.get("calendars"))]
    dated = [*_mapping_entries(raw.get("duties")), *_mapping_entries(raw.get("retention"))]
    for part in (*_mapping_entries(raw.get("steps")), *_mapping_entries(counts), *dated):
        if "from" in part:
            part["from_"] = part.pop("from")
    for rung in (*_mapping_entries(raw.get("escalation")), *_mapping_entries(raw.get("repetition"))):
        if "raise" in rung:
            rung["raise_"] = rung.pop("raise")
    for rule in (raw.get("close") or {}).values() if isinstance(raw.get("close"), dict) else ():
        if isinstance(rule, dict):
            for part in [part for part, value in rule.items() if value is None]:
                del rule[part]
    return object_from_texts(Policy, raw)


def _mapping_entries(entries: Any) -> list[dict[str, Any]]:
    """The entries of a list, or values of a mapping, that are mappings themselves."""
    values = entries.values() if isinstance(entries, dict) else entries if isinstance(entries, list) else ()
    return [entry for entry in values if isinstance(entry, dict)]


def object_from_texts(owner: type[T], raw: dict[str, Any]) -> tuple[T | None, list[Fault]]:
    """Returns an object of `owner` from a mapping of texts, or None, with all faults; unknown keys are faults."""
    value, wrong, unknown = _read_texts(owner, raw)
    faults = [dataclasses.replace(fault, warning=False) for fault in unknown]
    return (None if faults else value), [*wrong, *faults]


# Per mapping, because the search for the nearest known name is slow.
_MAX_UNKNOWN_KEYS: Final = 50


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _ClassKeys:
    """The keys of a class. `inner`: the class of a key that holds objects; `maps`: the keys that are dicts of them."""

    names: frozenset[str]
    inner: Mapping[str, type]
    maps: frozenset[str]


@cache
def _class_keys(owner: type) -> _ClassKeys:
    """Cached, because every file that is read needs it."""
    hints = typing.get_type_hints(owner)
    inner = {name: class_ for name, hint in hints.items() if (class_ := _class_in(hint)) is not None}
    return _ClassKeys(
        names=frozenset(hints),
        inner=inner,
        maps=frozenset(name for name in inner if "dict" in str(hints[name])),
    )


def _class_in(hint: Any) -> type | None:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return hint
    return next((class_ for inner in typing.get_args(hint) if (class_ := _class_in(inner))), None)


def _unknown_key_faults(owner: type, raw: Any, path: YamlPath) -> Iterator[Fault]:
    """Yields a fault for each unknown key, with the nearest known one."""
    if not isinstance(raw, dict):
        return
    keys = _class_keys(owner)
    if not raw.keys() <= keys.names:
        unknown = (key for key in raw if key not in keys.names and not key.endswith(FAULTY_KEY_MARK))
        yield from (
            _unknown_key_fault(key, keys, path) for key in itertools.islice(unknown, _MAX_UNKNOWN_KEYS)
        )
    for name, inner in keys.inner.items():
        if name in raw:
            yield from _nested_key_faults(inner, raw[name], (*path, name), is_map=name in keys.maps)


def _unknown_key_fault(key: str, keys: _ClassKeys, path: YamlPath) -> Fault:
    near = difflib.get_close_matches(key, [fields.file_key(name) for name in keys.names], 1)
    values = {"name": key, "near": near[0] if near else "", "field": dotted_path((*path, key))}
    return Fault(key="unknown-key", path=(*path, key), values=values, warning=True)


def _nested_key_faults(owner: type, raw: Any, path: YamlPath, *, is_map: bool) -> Iterator[Fault]:
    if isinstance(raw, list):
        for index, entry in enumerate(raw):
            yield from _unknown_key_faults(owner, entry, (*path, index))
    elif is_map and isinstance(raw, dict):
        for key, entry in raw.items():
            yield from _unknown_key_faults(owner, entry, (*path, key))
    else:
        yield from _unknown_key_faults(owner, raw, path)
