"""Uses pydantic to turn the texts of a file into the domain's classes, and to make the JSON Schema."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic_core import SchemaValidator, ValidationError

from complaintctl.domain.case import fields, one_line
from complaintctl.domain.case.case import Satisfaction
from complaintctl.domain.policy.policy import LISTABLE_KEYS, Calendar, ClassEntry, CustomField, Policy
from complaintctl.domain.problems import Fault
from complaintctl.domain.worktime.time_range import FIRST_YEAR, LAST_YEAR, RANGE_VALUES
from complaintctl.storage.case.plain_values import ONE_LINE_CLASSES
from complaintctl.storage.yaml.yamltext import dotted_path

# Pydantic reads `20261121` as seconds since 1970, and accepts a time without UTC offset.
TIME_PATTERN: Final = r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)$"
DAY_PATTERN: Final = r"^\d{4}-\d\d-\d\d$"
YEAR_PATTERN: Final = f"^(?:{'|'.join(map(str, range(FIRST_YEAR, LAST_YEAR + 1)))})-"
_ONE_LINE_PATTERN: Final = f"^[^{one_line.LINE_BREAKS}]*$"
_PATTERNS: Final = {"datetime": TIME_PATTERN, "date": DAY_PATTERN}
_PATTERN_FAULTS: Final = {
    _ONE_LINE_PATTERN: "not-one-line",
    TIME_PATTERN: "not-a-time",
    DAY_PATTERN: "not-a-day",
    YEAR_PATTERN: "field-too-far",
}

_COUNT_BOUNDS: Final = {"ge": 1}
_SCORE_BOUNDS: Final = {"ge": fields.SCORE_RANGE.start, "le": fields.SCORE_RANGE.stop - 1}

_FAULT_KEYS: Final[Mapping[str, str]] = {
    "missing": "field-missing",
    "string_type": "not-text",
    "int_parsing": "not-a-score",
    "int_type": "not-a-score",
    "greater_than_equal": "not-a-score",
    "less_than_equal": "not-a-score",
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


def validate_texts(owner: type, raw: dict[str, Any]) -> tuple[Any, list[Fault]]:
    """Returns an object of `owner` from a mapping of texts, or None, with all faults."""
    try:
        return _strict_validator(owner).validate_python(raw), []
    except ValidationError as error:
        return None, list(_validation_faults(error))


def field_faults(name: str, value: Any) -> list[Fault]:
    """Returns the faults of a value of one field of a case; their paths begin inside the value."""
    try:
        _field_validator("x" if name.startswith("x.") else name).validate_python(value)
    except ValidationError as error:
        return list(_validation_faults(error, name))
    return []


@cache
def _field_validator(name: str) -> SchemaValidator:
    hint: Any = str | None if name == "x" else dict(fields.field_types())[name]
    bounds = _SCORE_BOUNDS if name.startswith("satisfaction.") else _COUNT_BOUNDS
    return SchemaValidator(_add_patterns(TypeAdapter(hint).core_schema, bounds))


def _validation_faults(error: ValidationError, name: str = "") -> Iterator[Fault]:
    """Yields the faults of an object, or of a value of the field `name`."""
    seen = set()
    for entry in error.errors(include_url=False):
        path = tuple(fields.file_key(part) if isinstance(part, str) else part for part in entry["loc"])
        field_path = tuple(part for part in path if not _is_union_branch(part))
        if field_path in seen:
            continue
        seen.add(field_path)
        context = entry.get("ctx", {})
        key = _FAULT_KEYS.get(entry["type"], "")
        if key == "not-a-score" and not (name or dotted_path(field_path)).startswith("satisfaction"):
            key = "not-a-count"
        if entry["type"] == "string_pattern_mismatch":
            key = _PATTERN_FAULTS[context["pattern"]]
        elif entry["type"].startswith("date"):
            key = "not-a-time" if entry["type"].startswith("datetime") else "not-a-day"
        values = {
            "field": dotted_path(field_path),
            "detail": entry["msg"],
            "expected": re.findall(r"'([^']*)'", context.get("expected", "")),
            **(RANGE_VALUES if key == "field-too-far" else {}),
        }
        if isinstance(entry["input"], str) and not fields.is_personal(name or dotted_path(field_path)):
            values["value"] = entry["input"]
        yield Fault(key=key or "wrong-value", path=field_path, values=values)


def _is_union_branch(part: str | int) -> bool:
    """Whether pydantic put this part into the path to name the branch of a union."""
    return isinstance(part, str) and (
        part in {"str", "constrained-str"} or "[" in part or part in {ClassEntry.__name__, Calendar.__name__}
    )


@cache
def _strict_validator(owner: type) -> SchemaValidator:
    """Pydantic's validator of a class that accepts only ISO times with offset and ISO days."""
    schema = _add_patterns(TypeAdapter(owner).core_schema, _COUNT_BOUNDS)
    return SchemaValidator(
        _refuse_line_breaks(schema, is_free=False) if owner in ONE_LINE_CLASSES else schema
    )


def _refuse_line_breaks(schema: Any, *, is_free: bool) -> Any:
    """Adds a pattern to each one-line text; `is_free` for the parts of a field of free text, except keys."""
    if isinstance(schema, list):
        return [_refuse_line_breaks(entry, is_free=is_free) for entry in schema]
    if isinstance(schema, tuple):
        return tuple(_refuse_line_breaks(entry, is_free=is_free) for entry in schema)
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "str" and "pattern" not in schema and not is_free:
        return {**schema, "pattern": _ONE_LINE_PATTERN}
    if schema.get("type") == "dataclass":
        free = one_line.FREE_TEXTS.get(schema["cls"], frozenset())
        parts = [
            _refuse_line_breaks(part, is_free=part["name"] in free) for part in schema["schema"]["fields"]
        ]
        return {**schema, "schema": {**schema["schema"], "fields": parts}}
    return {
        key: _refuse_line_breaks(value, is_free=is_free and key != "keys_schema")
        for key, value in schema.items()
    }


def _add_patterns(schema: Any, bounds: Mapping[str, int]) -> Any:
    """Adds a pattern to each time and day, and bounds to each integer (scores have their own range)."""
    if isinstance(schema, list):
        return [_add_patterns(entry, bounds) for entry in schema]
    if isinstance(schema, tuple):
        return tuple(_add_patterns(entry, bounds) for entry in schema)
    if not isinstance(schema, dict):
        return schema
    type_ = schema.get("type")
    if type_ == "int":
        return {**schema, **bounds}
    if type_ in _PATTERNS:
        texts = [{"type": "str", "pattern": pattern} for pattern in (_PATTERNS[type_], YEAR_PATTERN)]
        return {"type": "chain", "steps": [*texts, schema]}
    if schema.get("cls") is Satisfaction:
        bounds = _SCORE_BOUNDS
    return {key: _add_patterns(value, bounds) for key, value in schema.items()}


def build_json_schema(owner: type) -> dict[str, Any]:
    """The JSON Schema of a case or a policy, for editors; with the keys of the file instead of Python names."""
    document = TypeAdapter(owner).json_schema()
    if owner is Policy:
        listable = [(document["properties"], name) for name in LISTABLE_KEYS]
        for keys, name in (*listable, (document["$defs"][CustomField.__name__]["properties"], "choices")):
            keys[name] = {"anyOf": [keys[name], {"type": "array", "items": {"type": "string"}}]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_rename_to_file_keys(document)}


def _rename_to_file_keys(node: Any) -> Any:
    if isinstance(node, dict):
        return {fields.file_key(key): _rename_to_file_keys(value) for key, value in node.items()}
    return [_rename_to_file_keys(entry) for entry in node] if isinstance(node, list) else node
