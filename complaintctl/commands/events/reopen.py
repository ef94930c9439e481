"""Reopening: steps are due again with their full limit, earlier verdicts stay."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.domain.case import vocabulary
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


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
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Reopening: steps are due again with their full limit, earlier verdicts stay."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="reopen",
            to=vocabulary.parse_step(session.rules.policy, to or session.rules.policy.reopen_to or "respond"),
            reason=reason,
        ),
    )
