"""The JSON Schema of a failure: every key with the facts that its sentence names."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from complaintctl.render.failures.failure_json import fact_names

_SCALAR: Final = {"$ref": "#/$defs/scalar"}
_LIST: Final = {"$ref": "#/$defs/list"}
_SCALAR_OR_LIST: Final = {"$ref": "#/$defs/scalar_or_list"}
_DEFS: Final[Mapping[str, Any]] = {
    "scalar": {"type": ["string", "integer", "number", "boolean", "null"]},
    "list": {"type": ["array", "null"], "items": _SCALAR},
    "scalar_or_list": {"anyOf": [_SCALAR, _LIST]},
}
_EARLIER: Final = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {
            "case": {"type": "string"},
            "status": {"type": "string"},
            "outcome": {"type": ["string", "null"]},
            "same": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["case", "status", "outcome", "same"],
        "additionalProperties": False,
    },
}
# Facts that are no single word or number; one whose name stands for a word in one sentence and for several in another
# may be either.
_FACT_TYPES: Final[Mapping[str, Any]] = {
    **dict.fromkeys(
        ("candidates", "choices", "could", "fields", "missing", "options", "originals", "roles"), _LIST
    ),
    **dict.fromkeys(
        ("columns", "fact", "field", "files", "names", "path", "value", "found", "expected"), _SCALAR_OR_LIST
    ),
    "when": {"type": ["object", "null"], "additionalProperties": _SCALAR_OR_LIST},
    "earlier": _EARLIER,
}
_TEXT: Final = {"type": "string"}


def error_branches(
    sentence_keys: Iterable[str], other_facts: Mapping[str, Iterable[str]]
) -> list[dict[str, Any]]:
    """Returns the schema of `error` for each key; `other_facts` names the facts of keys without a sentence of their own."""
    facts = {key: fact_names(key) for key in sentence_keys} | {
        key: list(names) for key, names in other_facts.items()
    }
    return [
        {"properties": {"key": {"const": key}, "facts": _facts_schema(names)}}
        for key, names in sorted(facts.items())
    ]


def failure_schema(branches: list[dict[str, Any]], version: int) -> dict[str, Any]:
    """Returns the schema of what a failed command prints; `branches` are those of its `error`."""
    outcome = {"key": _TEXT, "message": _TEXT, "facts": {"type": "object"}}
    error = {
        "key": {"enum": [branch["properties"]["key"]["const"] for branch in branches]},
        "exit_code": {"enum": [2, 3, 4, 5, 70, 130]},
        "message": {
            **_TEXT,
            "description": "The sentence that is on stderr, too, in the language of the command.",
        },
        "hint": {"type": ["string", "null"], "description": "What to do; null if nothing is known."},
        "facts": {"type": "object", "description": "The values that the sentence names."},
        "outcome": {
            "anyOf": [_closed_object(outcome), {"type": "null"}],
            "description": "What became of the change, if the command failed while it wrote.",
        },
    }
    document = _closed_object(
        {"version": {"const": version}, "error": {**_closed_object(error), "oneOf": branches}}
    )
    return {**document, "$defs": dict(_DEFS)}


def _facts_schema(names: Iterable[str]) -> dict[str, Any]:
    return _closed_object({name: _FACT_TYPES.get(name, _SCALAR) for name in names})


def _closed_object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
