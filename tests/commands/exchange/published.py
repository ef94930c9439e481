"""What the tests of published schemas share: the commands of the application that print JSON, and validators."""

import functools
import json
from collections.abc import Iterator
from typing import Any

import typer
from jsonschema import Draft202012Validator

from complaintctl import application


def json_commands() -> list[str]:
    """Every command of the application with --json, by its full name: a new one is in the list by itself."""
    group = typer.main.get_command(application.build_app())
    return sorted(_json_commands(group, typer.Context(group), ()))


def _json_commands(group: Any, context: Any, path: tuple[str, ...]) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if any("--json" in param.opts for param in command.params):
            yield " ".join((*path, name))
        if hasattr(command, "list_commands"):
            yield from _json_commands(command, context, (*path, name))


def line_commands() -> list[str]:
    """Every command of the application whose help of --format names jsonl."""
    group = typer.main.get_command(application.build_app())
    return sorted(_line_commands(group, typer.Context(group), ()))


def _line_commands(group: Any, context: Any, path: tuple[str, ...]) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        formats = [param.help or "" for param in command.params if "--format" in param.opts]
        if any("jsonl" in text for text in formats):
            yield " ".join((*path, name))
        if hasattr(command, "list_commands"):
            yield from _line_commands(command, context, (*path, name))


def faults(schema: dict[str, Any], document: Any) -> list[str]:
    """What is wrong with a document, as the path and the message of each fault."""
    found = _validator(json.dumps(schema)).iter_errors(document)
    return [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:300]}" for fault in found]


@functools.cache
def _validator(schema: str) -> Draft202012Validator:
    """What checks documents against a schema; checking the schema itself takes longer, so each shape is done once."""
    read = json.loads(schema)
    for part in (
        {key: value for key, value in read.items() if key != "$defs"},
        *read.get("$defs", {}).values(),
    ):
        _check(json.dumps(part))
    return Draft202012Validator(read)


@functools.cache
def _check(schema: str) -> None:
    Draft202012Validator.check_schema(json.loads(schema))
