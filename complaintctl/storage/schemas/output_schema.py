"""The published JSON Schemas of what commands print: one file a shape in templates/schemas/output/ (docs/schemas.md)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.schemas.file_shapes import file_shapes
from complaintctl.storage.schemas.short_form import full_schema, referred_shapes

SCHEMA_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
# A URN names a schema without an address, so no reader asks a network for it.
ID_BEGINNING: Final = "urn:complaintctl:schema"
OUTPUT_VERSION: Final = 1
SCHEMAS_FOLDER: Final = SHIPPED_FOLDER / "schemas"
# The keys of a file that are not part of the schema of its output.
_HEAD: Final = frozenset({"commands", "line", "title", "description"})
_VERSION: Final = {
    "const": OUTPUT_VERSION,
    "description": "Changes when a key is renamed, removed or means something else.",
}


def output_commands() -> list[str]:
    """Returns the commands whose output has a schema, sorted: `list`, `policy show`."""
    return sorted(_files())


def output_schema(command: str) -> dict[str, Any]:
    """Returns the JSON Schema (draft 2020-12) of what a command prints with --json; raises KeyError if it has none."""
    content = _read_yaml(_files()[command])
    body = _with_version({key: value for key, value in content.items() if key not in _HEAD})
    return _standing_alone(_schema_id(command), content, full_schema(body))


def line_schema(command: str) -> dict[str, Any] | None:
    """Returns the JSON Schema of one line of a command's `--format jsonl`, or None if the command has no such format."""
    content = _read_yaml(_files()[command])
    if "line" not in content:
        return None
    line = full_schema(content["line"])
    return _standing_alone(f"{_schema_id(command)}:line", content, line)


def _schema_id(command: str) -> str:
    return f"{ID_BEGINNING}:output:{command.replace(' ', '-')}:{OUTPUT_VERSION}"


def _with_version(body: Any) -> Any:
    """Adds the key `version` to each form that the output of a command may have; a list has it in its entries."""
    if not isinstance(body, dict):
        return body
    if "oneOf" in body:
        return {**body, "oneOf": [_with_version(form) for form in body["oneOf"]]}
    if "properties" in body:
        return {**body, "properties": {"version": _VERSION, **body["properties"]}}
    return body


@cache
def _files() -> Mapping[str, Path]:
    """The file of each command."""
    return {
        command: path
        for path in sorted((SCHEMAS_FOLDER / "output").glob("*.yaml"))
        for command in _read_yaml(path)["commands"]
    }


@cache
def _read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def _shapes() -> Mapping[str, Any]:
    """The shared shapes: those of cases and policies, and those in shapes.yaml."""
    of_files = file_shapes()
    own = {
        name: _extended(full_schema(shape), of_files)
        for name, shape in _read_yaml(SCHEMAS_FOLDER / "shapes.yaml").items()
    }
    return {**of_files, **own}


def _extended(shape: dict[str, Any], of_files: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a shape with the keys of the shape that it `extends`, if it does."""
    if "extends" not in shape:
        return shape
    base = of_files[shape["extends"]]
    return {
        **{key: value for key, value in shape.items() if key != "extends"},
        "properties": {**base["properties"], **shape["properties"]},
        "required": [*base.get("required", ()), *shape["required"]],
    }


def _standing_alone(schema_id: str, head: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """Returns a schema with its name, and with the shared shapes that it needs."""
    needed: dict[str, Any] = {}
    waiting = list(referred_shapes(schema))
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = _shapes()[name]
            waiting += referred_shapes(needed[name])
    names = {"title": head["title"], "description": head["description"]}
    defs = {"$defs": dict(sorted(needed.items()))} if needed else {}
    return {"$schema": SCHEMA_DIALECT, "$id": schema_id, **names, **schema, **defs}
