"""The shapes of cases, policies and their parts as commands print them: from their classes, so they cannot differ."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

_NULL: Final = {"type": "null"}


@cache
def file_shapes() -> Mapping[str, Any]:
    """Returns the schema of each part of a case or policy by the name of its class; what is empty is not printed."""
    # Pydantic is slow to load, and few schemas need it.
    from complaintctl.domain.case.case import Case  # noqa: PLC0415
    from complaintctl.domain.policy.policy import Policy  # noqa: PLC0415
    from complaintctl.storage.case.validation import build_json_schema  # noqa: PLC0415

    shapes: dict[str, Any] = {}
    for owner in (Case, Policy):
        document = build_json_schema(owner)
        root = {key: document[key] for key in ("type", "description", "properties", "required")}
        shapes |= {**document["$defs"], owner.__name__: root}
    return {name: _printed_object(shape) for name, shape in shapes.items()}


def _printed_object(shape: dict[str, Any]) -> dict[str, Any]:
    properties = {name: _printed_field(field) for name, field in shape["properties"].items()}
    return {**shape, "properties": properties, "additionalProperties": False}


def _printed_field(field: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema of a field, without the null that stands for no value: then it is left out."""
    kept = {key: value for key, value in field.items() if key not in {"title", "default"}}
    branches = [branch for branch in kept.get("anyOf", ()) if branch != _NULL]
    if len(branches) == 1:
        return {**{key: value for key, value in kept.items() if key != "anyOf"}, **branches[0]}
    return {**kept, "anyOf": branches} if branches else kept
