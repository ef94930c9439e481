"""The command line of a call: a list of words, never read by a shell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from complaintctl.commands.exchange.assistants.tools import MOST_CHARACTERS, Input, Tool
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS
from complaintctl.errors import InvalidInput

# Read from stdin with `-`, so that it may be as long as an e-mail.
_FROM_STDIN: Final = "description"
_OWN_STEPS: Final = ("step",)


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandLine:
    """The words after the name of the program, and what the command reads on stdin."""

    words: tuple[str, ...]
    stdin: str = ""


def command_line(tool: Tool, given: Mapping[str, Any], *, reveal: bool = False) -> CommandLine:
    """Returns the command line for inputs that fit the schema of the tool; raises InvalidInput for unusable texts.

    With `reveal`, a command that shows customer data shows them.
    """
    options: list[str] = []
    plain: list[str] = []
    for entry in tool.inputs:
        value = given.get(entry.name)
        if value is None or value is False or entry.option is None:
            continue
        texts = [_checked(entry, str(text)) for text in (value if isinstance(value, list) else [value])]
        if entry.option == "":
            plain += texts
        elif entry.kind == "yes":
            options.append(entry.option)
        elif entry.name == _FROM_STDIN:
            options.append(f"{entry.option}=-")
        else:
            options += [f"{entry.option}={text}" for text in texts]
    command, plain = _chosen_step(tool, plain)
    fixed = ["--json", *(["--no-input"] if tool.writes else [])]
    fixed += ["--reveal"] if reveal and tool.reveals else []
    words = (*command, *fixed, *options, *(["--", *plain] if plain else []))
    return CommandLine(words=words, stdin=str(given.get(_FROM_STDIN) or ""))


def _chosen_step(tool: Tool, plain: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Returns the command of a step: a built-in step has one of its own name."""
    if tool.command == _OWN_STEPS and plain[-1] in BUILT_IN_STEPS:
        return (plain[-1],), plain[:-1]
    return tool.command, plain


def _checked(entry: Input, text: str) -> str:
    """Returns the text if a program can be started with it."""
    if len(text) > MOST_CHARACTERS and entry.name != _FROM_STDIN:
        raise InvalidInput("tool-text-long", input=entry.name, count=len(text), most=MOST_CHARACTERS)
    # A NUL ends a word of a command line; half a surrogate pair is no character.
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise InvalidInput("tool-text-faulty", input=entry.name)
    return text
