"""Approval: somebody with the role signs a step, or refuses it."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.domain.case import vocabulary
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


def approve(
    case: options.Case,
    step: Annotated[
        str,
        typer.Argument(metavar="STEP", help=_("The step to sign."), autocompletion=completion.complete_steps),
    ],
    refuse: Annotated[
        bool,
        typer.Option(
            "--refuse", help=_("Refuse: the step is due again. Needs --reason."), show_default=False
        ),
    ] = False,
    reason: options.Reason = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Approval: somebody with the role signs a step, or refuses it."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    if refuse and not reason:
        raise InvalidInput("reason-missing", did="approve --refuse")
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="approve",
            to=vocabulary.parse_step(session.rules.policy, step),
            refused=refuse,
            reason=reason,
        ),
    )
