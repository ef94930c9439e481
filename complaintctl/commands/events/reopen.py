"""Reopens a case."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.case import vocabulary
from complaintctl.domain.lifecycle.lifecycle import Request
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
        lambda session: Request(
            did="reopen",
            to=vocabulary.parse_step(session.rules.policy, to or session.rules.policy.reopen_to or "respond"),
            reason=reason,
        ),
    )
