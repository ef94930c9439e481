"""Tests that shared options are in the same order in every --help."""

from typing import Any

import pytest
from typer.main import get_command

from complaintctl import application

# Only options with the shared placeholder count: `report --by FIELD` has another meaning.
SHARED = (
    ("--text", "TEXT"),
    ("--via", "CHANNEL"),
    ("--set", "FIELD=VALUE"),
    ("--as-of", "TIME"),
    ("--format", "FORMAT"),
    ("--at", "TIME"),
    ("--by", "NAME"),
    ("--no-commit", None),
    ("--yes", None),
    ("--json", None),
    ("--lang", "LANG"),
)
WRITING = ["--at", "--by", "--no-commit", "--json"]


def all_commands() -> dict[str, list[str]]:
    """The shared options of every command, in the order of its --help."""
    commands = {}
    groups: list[tuple[str, Any]] = [("", get_command(application.build_app()))]
    while groups:
        prefix, group = groups.pop()
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                groups.append((f"{prefix}{name} ", command))
            else:
                options = [(param.opts[0], param.metavar) for param in command.params]
                commands[prefix + name] = [name for name, metavar in options if (name, metavar) in SHARED]
    return commands


COMMANDS = all_commands()


@pytest.mark.parametrize("command", COMMANDS)
def test_shared_options_stand_in_one_order(command: str) -> None:
    order = [name for name, _metavar in SHARED]
    # A required option comes before the others; --lang of a document or a casebook is one of its settings.
    found = [name for name in COMMANDS[command] if not (command == "heard" and name == "--via")]
    if command.partition(" ")[0] in {"init", "letter", "form", "template"}:
        found = [name for name in found if name != "--lang"]
    assert found == sorted(found, key=order.index)


def test_every_writing_command_has_the_same_options_at_its_end() -> None:
    recording = {name for name, options in COMMANDS.items() if "--at" in options and "--by" in options}
    assert recording >= {"open", "note", "close", "task", "action", "survey record"}
    ends = {name: [option for option in COMMANDS[name] if option in WRITING] for name in recording}
    assert [name for name, end in ends.items() if end != WRITING] == []
