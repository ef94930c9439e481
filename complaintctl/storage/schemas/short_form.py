"""The short form in which the published schemas are written, and the JSON Schema that it stands for."""

from collections.abc import Iterator
from typing import Any, Final

REF_BEGINNING: Final = "#/$defs/"
_TYPES: Final = {
    "text": {"type": "string"},
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
}
_LIST: Final = " list"
_OR_NULL: Final = " or null"
_PARTS: Final = ("items", "additionalProperties")
_LISTS: Final = ("oneOf", "anyOf", "prefixItems")


def full_schema(node: Any) -> Any:
    """Returns the JSON Schema of a short form.

    A word names a type or, with a `$`, a shared shape; `list` behind it makes a list of it, `or null` allows null. An object
    lists its `properties`: all are required but those in `optional`, and no other is allowed.
    """
    if isinstance(node, str):
        return _type_of_word(node)
    if not isinstance(node, dict):
        return node
    full = {key: _full_part(key, value) for key, value in node.items() if key != "optional"}
    if "properties" in node:
        full.setdefault("type", "object")
        full.setdefault(
            "required", [name for name in node["properties"] if name not in node.get("optional", ())]
        )
        full.setdefault("additionalProperties", False)
    return full


def _full_part(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: full_schema(inner) for name, inner in value.items()}
    if key in _LISTS:
        return [full_schema(inner) for inner in value]
    return full_schema(value) if key in _PARTS else value


def _type_of_word(word: str) -> dict[str, Any]:
    """Returns the schema of a word; raises KeyError if it names no type."""
    if word.endswith(_OR_NULL):
        return _or_null(_type_of_word(word.removesuffix(_OR_NULL)))
    if word.endswith(_LIST):
        return {"type": "array", "items": _type_of_word(word.removesuffix(_LIST))}
    return {"$ref": REF_BEGINNING + word[1:]} if word.startswith("$") else dict(_TYPES[word])


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def referred_shapes(node: Any) -> Iterator[str]:
    """Yields the names of the shared shapes that a schema refers to."""
    if isinstance(node, list):
        for entry in node:
            yield from referred_shapes(entry)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value.removeprefix(REF_BEGINNING)
            else:
                yield from referred_shapes(value)
