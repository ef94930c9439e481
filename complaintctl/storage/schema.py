"""The shape of our files: pydantic validates texts into the domain's classes and gives the JSON Schema."""

import copy
import dataclasses
import difflib
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter
from pydantic_core import SchemaValidator, ValidationError

from complaintctl.domain import fields
from complaintctl.domain.case import Case
from complaintctl.domain.policy import Policy
from complaintctl.domain.problems import Fault
from complaintctl.storage.yamltext import Path

T = TypeVar("T")

# Pydantic would take `20261121` for seconds since 1970 and a time without offset for complete.
TIME_SHAPE: Final = r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)$"
DAY_SHAPE: Final = r"^\d{4}-\d\d-\d\d$"

_KEYS: Final[Mapping[str, str]] = {
    "missing": "field-missing",
    "string_type": "not-text",
    "int_parsing": "not-a-number",
    "int_type": "not-a-number",
    "bool_parsing": "not-true-or-false",
    "bool_type": "not-true-or-false",
    "literal_error": "not-one-of",
    "dataclass_type": "not-a-mapping-here",
    "dict_type": "not-a-mapping-here",
    "tuple_type": "not-a-list",
    "list_type": "not-a-list",
    "too_short": "not-a-pair",
    "too_long": "not-a-pair",
}


def case_from(raw: dict[str, Any]) -> tuple[Case | None, list[Fault]]:
    """The case that a mapping of texts states, or None; with every fault, unknown keys as warnings.

    `raw` is changed: empty facts are dropped, `cause.class` gets its Python name.
    """
    for name in [name for name, value in raw.items() if value is None]:
        del raw[name]
    cause = raw.get("cause")
    if type(cause) is dict and "class" in cause:
        cause["class_"] = cause.pop("class")
    faults = list(_unknown(Case, raw, ()))
    case, wrong = _validated(_case_validator(), raw)
    return case, [*wrong, *faults]


def policy_from(raw: dict[str, Any]) -> tuple[Policy | None, list[Fault]]:
    """The policy that a mapping of texts states, or None; with every fault, unknown keys among them.

    `raw` is changed: `from` gets its Python name, lists of bare keys become maps.
    """
    for name in ("channels", "levels", "remedies"):
        if isinstance(raw.get(name), list) and all(isinstance(entry, str) for entry in raw[name]):
            raw[name] = dict.fromkeys(raw[name])
    for step in raw.get("steps") or ():
        if isinstance(step, dict) and "from" in step:
            step["from_"] = step.pop("from")
    for rule in (raw.get("close") or {}).values() if isinstance(raw.get("close"), dict) else ():
        if isinstance(rule, dict):
            for part in [part for part, value in rule.items() if value is None]:
                del rule[part]
    faults = [dataclasses.replace(fault, warning=False) for fault in _unknown(Policy, raw, ())]
    policy, wrong = _validated(_policy_validator(), raw)
    return (None if faults else policy), [*wrong, *faults]


def checked(owner: type[T], raw: dict[str, Any]) -> tuple[T | None, list[Fault]]:
    """A value of one of our classes that a mapping of texts states, or None; every fault, unknown keys too."""
    faults = [dataclasses.replace(fault, warning=False) for fault in _unknown(owner, raw, ())]
    value, wrong = _validated(_strict(owner), raw)
    return (None if faults else value), [*wrong, *faults]


def _validated(validator: SchemaValidator, raw: dict[str, Any]) -> tuple[Any, list[Fault]]:
    try:
        return validator.validate_python(raw), []
    except ValidationError as error:
        return None, list(_faults(error))


def _faults(error: ValidationError) -> Iterator[Fault]:
    seen = set()
    for entry in error.errors(include_url=False):
        path = tuple(fields.key(part) if isinstance(part, str) else part for part in entry["loc"])
        place = tuple(part for part in path if not _is_branch(part))
        if place in seen:
            continue
        seen.add(place)
        context = entry.get("ctx", {})
        key = _KEYS.get(entry["type"], "")
        if entry["type"] == "string_pattern_mismatch":
            key = "not-a-day" if context.get("pattern") == DAY_SHAPE else "not-a-time"
        elif entry["type"].startswith("date"):
            key = "not-a-time" if entry["type"].startswith("datetime") else "not-a-day"
        facts = {"field": dotted(place), "detail": entry["msg"], "expected": context.get("expected", "")}
        if isinstance(entry["input"], str) and not fields.is_personal(dotted(place)):
            facts["value"] = entry["input"]
        yield Fault(key=key or "wrong-value", path=place, facts=facts)


def _is_branch(part: str | int) -> bool:
    """Whether pydantic added the part to name the branch of a union."""
    return isinstance(part, str) and (part == "str" or "[" in part or part in {"Class", "Calendar"})


def dotted(path: Path) -> str:
    """A path as a person would say it: `history[2].at`."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Keys:
    """The keys of a class: their names, and the class of those that hold one or several of another.

    `maps` names those that hold them under keys of the user's own.
    """

    names: frozenset[str]
    inner: Mapping[str, type]
    maps: frozenset[str]


@cache
def _keys(owner: type) -> _Keys:
    """Found once for each class: this stands on the path of every reading."""
    hints = typing.get_type_hints(owner)
    inner = {name: found for name, hint in hints.items() if (found := _class_in(hint)) is not None}
    return _Keys(
        names=frozenset(hints),
        inner=inner,
        maps=frozenset(name for name in inner if "dict" in str(hints[name])),
    )


def _class_in(hint: Any) -> type | None:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return hint
    return next((found for inner in typing.get_args(hint) if (found := _class_in(inner))), None)


def _unknown(owner: type, raw: Any, path: Path) -> Iterator[Fault]:
    """The keys that the class does not know, with the nearest one that it does."""
    if not isinstance(raw, dict):
        return
    keys = _keys(owner)
    if not raw.keys() <= keys.names:
        yield from (_unknown_key(key, keys, path) for key in raw if key not in keys.names)
    for name, inner in keys.inner.items():
        if name in raw:
            yield from _unknown_inside(inner, raw[name], (*path, name), is_map=name in keys.maps)


def _unknown_key(key: str, keys: _Keys, path: Path) -> Fault:
    near = difflib.get_close_matches(key, [fields.key(name) for name in keys.names], 1)
    facts = {"name": key, "near": near[0] if near else "", "field": dotted((*path, key))}
    return Fault(key="unknown-key", path=(*path, key), facts=facts, warning=True)


def _unknown_inside(owner: type, raw: Any, path: Path, *, is_map: bool) -> Iterator[Fault]:
    if isinstance(raw, list):
        for place, entry in enumerate(raw):
            yield from _unknown(owner, entry, (*path, place))
    elif is_map and isinstance(raw, dict):
        for key, entry in raw.items():
            yield from _unknown(owner, entry, (*path, key))
    else:
        yield from _unknown(owner, raw, path)


@cache
def _case_validator() -> SchemaValidator:
    return _strict(Case)


@cache
def _policy_validator() -> SchemaValidator:
    return _strict(Policy)


def _strict(owner: type) -> SchemaValidator:
    """Pydantic's validator of a class, with times and days that must be written out."""
    return SchemaValidator(_with_shapes(copy.deepcopy(TypeAdapter(owner).core_schema)))


def _with_shapes(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_shapes(entry) for entry in schema]
    if isinstance(schema, tuple):
        return tuple(_with_shapes(entry) for entry in schema)
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "datetime":
        return {"type": "chain", "steps": [{"type": "str", "pattern": TIME_SHAPE}, schema]}
    if schema.get("type") == "date":
        return {"type": "chain", "steps": [{"type": "str", "pattern": DAY_SHAPE}, schema]}
    return {key: _with_shapes(value) for key, value in schema.items()}


def json_schema(owner: type) -> dict[str, Any]:
    """The JSON Schema of a case or a policy, for editors; Python names become the keys of the file."""
    document = TypeAdapter(owner).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_with_file_keys(document)}


def _with_file_keys(node: Any) -> Any:
    if isinstance(node, dict):
        return {fields.key(key): _with_file_keys(value) for key, value in node.items()}
    return [_with_file_keys(entry) for entry in node] if isinstance(node, list) else node


SCHEMAS: Final = types.MappingProxyType({"case": Case, "policy": Policy})
