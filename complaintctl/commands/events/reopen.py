"""Reopens a case."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import reopening_request
from complaintctl.render.text.language import _


@with_write_options
def reopen(
    case: options.Case,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("The reason for reopening."))],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="STEP",
            help=_("From which step on; default: the policy's."),
            autocompletion=completion.complete_steps,
        ),
    ] = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Reopen the case: steps are due again with their full limits; earlier verdicts stay."""
    recording.record_event(
        case,
        write_options,
        lambda session: reopening_request(session.rules.policy, to, reason),
    )
