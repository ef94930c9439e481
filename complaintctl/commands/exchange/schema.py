"""Prints the published JSON Schemas: of case and policy files, and of what commands print with --json."""

import difflib
from typing import Annotated, Any, Final

import typer

from complaintctl.commands import completion
from complaintctl.commands.exchange.published_schemas import ERROR, error_schema
from complaintctl.commands.session import print_output
from complaintctl.errors import InvalidInput, NotFound
from complaintctl.render.text.language import _
from complaintctl.storage.schemas import output_schema as outputs

_OUTPUT: Final = "output"
_KINDS: Final = ("case", "policy", "lint-allow", _OUTPUT)


def _complete_command(ctx: typer.Context, incomplete: str) -> list[str]:
    """Returns the next words of the commands whose first words are typed."""
    typed = ctx.params.get("command") or []
    if ctx.params.get("kind") != _OUTPUT:
        return []
    names = [name.split() for name in (*outputs.output_commands(), ERROR)]
    return sorted(
        {
            words[len(typed)]
            for words in names
            if words[: len(typed)] == list(typed)
            and len(words) > len(typed)
            and words[len(typed)].startswith(incomplete)
        }
    )


def schema(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="case|policy|lint-allow|output",
            help=_(
                "The schema of a case file, of a policy file, of an allow-list for lint, or of what a command prints with "
                "--json."
            ),
            autocompletion=completion.choice_completer(_KINDS),
        ),
    ],
    command: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COMMAND…]",
            help=_(
                "After output: the command, such as list or policy show; error for what a command prints if it "
                "fails. Without it, the names of all."
            ),
            autocompletion=_complete_command,
        ),
    ] = None,
    lines: Annotated[
        bool,
        typer.Option(
            "--lines", help=_("The schema of one line of --format jsonl instead."), show_default=False
        ),
    ] = False,
) -> None:
    """Print a JSON Schema (draft 2020-12), or the names of the commands that have one."""
    name = " ".join(command or [])
    if kind not in _KINDS:
        raise InvalidInput("unknown-choice", option="KIND", value=kind, choices=list(_KINDS))
    if kind == _OUTPUT and not name:
        print_output("".join(f"{one}\n" for one in (*outputs.output_commands(), ERROR)))
    elif kind == _OUTPUT:
        _print_schema(_output_schema(name, lines=lines))
    elif name or lines:
        raise InvalidInput("schema-without-command", kind=kind)
    else:
        from complaintctl.storage.schemas.file_schema import file_schema

        _print_schema(file_schema(kind))


def _output_schema(name: str, *, lines: bool) -> dict[str, Any]:
    """Returns the schema of a command; raises NotFound if there is none."""
    if name == ERROR and not lines:
        return error_schema()
    known = outputs.output_commands()
    if name not in known:
        near = difflib.get_close_matches(name, [*known, ERROR], 1)
        raise NotFound("no-such-schema", name=name, near=near[0] if near else "")
    found = outputs.line_schema(name) if lines else outputs.output_schema(name)
    if found is None:
        raise NotFound("no-lines", name=name)
    return found


def _print_schema(document: dict[str, Any]) -> None:
    import json

    print_output(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
