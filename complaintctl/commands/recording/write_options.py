"""The options of every writing command: --at, --by, --no-commit and --json, in this order."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.signatures import Command, option, with_parameters


@dataclass(frozen=True, kw_only=True, slots=True)
class WriteOptions:
    """The options of a writing command as typed, and the folder where the search for the casebook starts."""

    casebook_dir: Path
    at: str | None
    by: str | None
    no_commit: bool
    as_json: bool


def with_write_options(function: Command) -> Command:
    """Decorator: adds the options to a command and passes them as its argument `write_options`.

    The command's own --yes stands among them, as in the commands that record an event.
    """

    def command(
        ctx: typer.Context, *, at: str | None, by: str | None, no_commit: bool, as_json: bool, **values: Any
    ) -> int | None:
        folder = casebook_dir(ctx)
        write_options = WriteOptions(casebook_dir=folder, at=at, by=by, no_commit=no_commit, as_json=as_json)
        return function(write_options=write_options, **values)

    own = inspect.signature(function).parameters.get("yes")
    added = [
        option("at", options.At, None),
        option("by", options.By, None),
        option("no_commit", options.NoCommit, default=False),
        *([option("yes", own.annotation, own.default)] if own else []),
        option("as_json", options.Json, default=False),
        inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
    ]
    return with_parameters(command, function, added, without={"write_options", "yes"})
