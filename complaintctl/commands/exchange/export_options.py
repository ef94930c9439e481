"""The options that all exports of cases share."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.render.text.language import _
from complaintctl.signatures import Command, option, with_parameters

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help=_("The file to write. Default: standard output."), show_default=False
    ),
]
Closed = Annotated[bool, typer.Option("--closed", help=_("Only closed cases."), show_default=False)]
Every = Annotated[bool, typer.Option("--all", help=_("Open and closed cases."), show_default=False)]
History = Annotated[
    bool,
    typer.Option(
        "--history",
        help=_("Also a row for each event, so that `import cases` can build the same cases again."),
        show_default=False,
    ),
]
Personal = Annotated[
    bool,
    typer.Option(
        "--personal",
        help=_("With the customer's data and all texts. Without it they are masked."),
        show_default=False,
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportOptions:
    """The options as typed, and the folder where the search for the casebook starts."""

    folder: Path
    file: Path | None
    where: list[str] | None
    either: list[str] | None
    closed: bool
    archive: bool
    history: bool
    personal: bool
    reveal: bool
    as_of: str | None
    no_index: bool


# The parts of ExportOptions that are named as their options.
_SAME_NAMES: Final = ("file", "where", "closed", "history", "personal", "reveal", "as_of", "no_index")


def with_export_options(function: Command) -> Command:
    """Decorator: adds the options to a command and passes them as its argument `wanted`."""

    def command(ctx: typer.Context, **values: Any) -> int | None:
        wanted = ExportOptions(
            folder=casebook_dir(ctx),
            either=values.pop("or_where"),
            archive=values.pop("every"),
            **{name: values.pop(name) for name in _SAME_NAMES},
        )
        return function(wanted=wanted, **values)

    added = [
        option("file", File, None),
        option("where", options.Where, None),
        option("or_where", options.OrWhere, None),
        option("closed", Closed, default=False),
        option("every", Every, default=False),
        option("history", History, default=False),
        option("personal", Personal, default=False),
        option("reveal", options.Reveal, default=False),
        option("as_of", options.AsOf, None),
        option("no_index", options.NoIndex, default=False),
        inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
    ]
    return with_parameters(command, function, added, without={"wanted"})
