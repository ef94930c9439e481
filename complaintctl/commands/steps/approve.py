"""Approves or refuses a step."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.case import vocabulary
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


@with_write_options
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
    *,
    write_options: WriteOptions,
) -> None:
    """Sign a step that needs approval, or refuse it; a refused step is due again."""
    if refuse and not reason:
        raise InvalidInput("reason-missing", did="approve --refuse")
    recording.record_event(
        case,
        write_options,
        lambda session: Request(
            did="approve",
            to=vocabulary.parse_step(session.rules.policy, step),
            refused=refuse,
            reason=reason,
        ),
    )
