"""The published JSON Schemas of case and policy files, for editors: what the reader accepts, no more and no less.

The reader takes every word of a file as text, so a number is a text, too, and `yes` is true (pydantic's words). The
values in the history of a case (`set`) are not described.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Satisfaction
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.privacy.linting.lint_findings import AllowFile
from complaintctl.storage.case.validation import DAY_PATTERN, TIME_PATTERN, YEAR_PATTERN, build_json_schema
from complaintctl.storage.schemas.output_schema import ID_BEGINNING

# Changes when a key is renamed, removed or means something else; not when one is added.
FILE_VERSION: Final = 1
FILE_KINDS: Final[Mapping[str, type]] = MappingProxyType(
    {"case": Case, "policy": Policy, "lint-allow": AllowFile}
)
_TITLES: Final = {
    "case": "A complaint (complaintctl)",
    "policy": "A policy for complaints (complaintctl.yaml)",
    "lint-allow": "What lint may find (lint-allow.yaml)",
}
_SCALARS: Final = ["string", "number", "boolean"]
_TRUE_OR_FALSE: Final = ("true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "0", "1")
_PATTERNS: Final = {"date-time": TIME_PATTERN, "date": DAY_PATTERN}
_SCORES: Final = {"minimum": fields.SCORE_RANGE.start, "maximum": fields.SCORE_RANGE.stop - 1}
_COUNTS: Final = {"minimum": 1}


def file_schema(kind: str) -> dict[str, Any]:
    """Returns the JSON Schema of a case or policy file; raises KeyError if the kind is neither."""
    owner = FILE_KINDS[kind]
    document = build_json_schema(owner)
    parts = {name: _file_part(name, part, owner) for name, part in document["$defs"].items()}
    root = _file_part(owner.__name__, {key: document[key] for key in document if key != "$defs"}, owner)
    if owner is Case:
        # The reader drops empty fields before it looks at them.
        root["properties"] = {
            name: field if name in root["required"] else _or_nothing(field)
            for name, field in root["properties"].items()
        }
    if owner is Policy:
        _allow_empty_rules(parts)
    head = {
        "$schema": document["$schema"],
        "$id": f"{ID_BEGINNING}:{kind}:{FILE_VERSION}",
        "title": _TITLES[kind],
    }
    return {**head, **{key: value for key, value in root.items() if key not in head}, "$defs": parts}


def _file_part(name: str, part: Mapping[str, Any], owner: type) -> dict[str, Any]:
    """Returns the schema of a class; a case may hold keys of its own, a policy none."""
    bounds = _SCORES if name == Satisfaction.__name__ else _COUNTS
    closed = {"additionalProperties": False} if owner is not Case else {}
    properties = {key: _as_text(field, bounds) for key, field in part["properties"].items()}
    return {**part, "properties": properties, **closed}


def _as_text(node: Any, bounds: Mapping[str, int]) -> Any:
    """Returns the schema of a value as the words of a file may spell it."""
    if isinstance(node, list):
        return [_as_text(entry, bounds) for entry in node]
    if not isinstance(node, dict):
        return node
    if str(node.get("const", "")).isdecimal():
        # An editor reads this word as a number.
        return {**_without_type(node, "const"), "enum": [node["const"], int(node["const"])]}
    if node.get("type") in _SPELLINGS and "enum" not in node and "const" not in node:
        return _SPELLINGS[node["type"]](node, bounds)
    return {key: _as_text(value, bounds) if key != "default" else value for key, value in node.items()}


def _text(node: Mapping[str, Any], _bounds: Mapping[str, int]) -> dict[str, Any]:
    pattern = _PATTERNS.get(node.get("format", ""))
    if pattern is None:
        return {**node, "type": _SCALARS}
    return {**node, "allOf": [{"pattern": pattern}, {"pattern": YEAR_PATTERN}]}


def _truth(node: Mapping[str, Any], _bounds: Mapping[str, int]) -> dict[str, Any]:
    spelled = "|".join(map(_any_case, _TRUE_OR_FALSE))
    return {**_without_type(node), "anyOf": [{"type": "boolean"}, {"enum": [0, 1]}, _pattern(spelled)]}


def _whole(node: Mapping[str, Any], bounds: Mapping[str, int]) -> dict[str, Any]:
    spelled = f"[{bounds['minimum']}-{bounds['maximum']}]" if "maximum" in bounds else "0*[1-9][0-9]*"
    return {**_without_type(node), "anyOf": [{"type": "integer", **bounds}, _pattern(spelled)]}


_SPELLINGS: Final = {"string": _text, "boolean": _truth, "integer": _whole}


def _without_type(node: Mapping[str, Any], *more: str) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key not in {"type", *more}}


def _pattern(spelled: str) -> dict[str, str]:
    return {"type": "string", "pattern": f"^(?:{spelled})$"}


def _any_case(word: str) -> str:
    """Returns a pattern for a word in capital or small letters; JSON Schema has no flag for that."""
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)


def _or_nothing(field: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [field, {"type": "null"}]}


def _allow_empty_rules(parts: dict[str, Any]) -> None:
    """The reader drops the empty parts of a rule for closing."""
    rule = parts["CloseRule"]["properties"]
    rule.update({name: _or_nothing(field) for name, field in rule.items()})
