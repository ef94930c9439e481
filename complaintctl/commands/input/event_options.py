"""The options of every command that records an event: which cases, whether it asks, and those of a writing command."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording.write_options import WriteOptions
from complaintctl.render.text.language import _
from complaintctl.signatures import Command, option, with_parameters


def _cases_argument(autocompletion: Callable[..., Any]) -> Any:
    return typer.Argument(
        metavar="CASE...",
        help=_("The cases: ids or unique parts of them; - reads them from stdin, one on a line."),
        autocompletion=autocompletion,
        show_default=False,
    )


Cases = Annotated[list[str] | None, _cases_argument(completion.complete_case_ids)]
# Before an argument STEP.
CasesBeforeStep = Annotated[list[str] | None, _cases_argument(completion.complete_cases_or_steps)]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="CONDITION",
        help=_("All open cases that fulfil the condition, instead of CASE; asks first. Repeatable."),
        autocompletion=completion.complete_assignments,
    ),
]
YesToAll = Annotated[
    bool,
    typer.Option(
        "--yes",
        "-y",
        help=_("Record it in all cases that --where finds, without asking."),
        show_default=False,
    ),
]
NoInput = Annotated[
    bool, typer.Option("--no-input", help=_("Ask nothing, even on a terminal."), show_default=False)
]


@dataclass(frozen=True, kw_only=True, slots=True)
class EventOptions(WriteOptions):
    """The options of an event command as typed: `where` chooses the cases, `yes` confirms their number."""

    where: tuple[str, ...] = ()
    yes: bool = False
    no_input: bool = False

    @property
    def may_ask(self) -> bool:
        """Whether the command may ask for what is missing."""
        return may_ask(no_input=self.no_input, as_json=self.as_json)


def may_ask(*, no_input: bool, as_json: bool) -> bool:
    """Whether there is somebody to ask: stdin and stdout are a terminal, and nobody said not to ask."""
    return not no_input and not as_json and sys.stdin.isatty() and sys.stdout.isatty()


def with_event_options(function: Command) -> Command:
    """Decorator: adds the options to a command and passes them as its argument `write_options`."""

    def command(
        ctx: typer.Context,
        *,
        at: str | None,
        by: str | None,
        no_commit: bool,
        as_json: bool,
        where: list[str] | None,
        yes: bool,
        no_input: bool,
        **values: Any,
    ) -> int | None:
        event_options = EventOptions(
            casebook_dir=casebook_dir(ctx),
            at=at,
            by=by,
            no_commit=no_commit,
            as_json=as_json,
            where=tuple(where or ()),
            yes=yes,
            no_input=no_input,
        )
        return function(write_options=event_options, **values)

    added = [
        option("where", Where, None),
        option("no_input", NoInput, default=False),
        option("at", options.At, None),
        option("by", options.By, None),
        option("no_commit", options.NoCommit, default=False),
        option("yes", YesToAll, default=False),
        option("as_json", options.Json, default=False),
        inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
    ]
    return with_parameters(command, function, added, without={"write_options"})
