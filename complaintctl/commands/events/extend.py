"""Extends the limit of a step, once, before it has ended."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import parse_channel
from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.event_kinds import EXTENDED
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_write_options
def extend(
    case: options.Case,
    step: Annotated[
        str,
        typer.Argument(
            metavar="STEP",
            help=_("The step whose limit is extended."),
            autocompletion=completion.complete_steps,
        ),
    ],
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help=_("Why it takes longer, as the customer was told.")),
    ],
    via: Annotated[
        str,
        typer.Option(
            "--via",
            metavar="CHANNEL",
            help=_("How the customer was told."),
            autocompletion=completion.field_completer("channel"),
        ),
    ],
    *,
    write_options: WriteOptions,
) -> None:
    """Extend the limit of a step, once, as the policy allows; the customer is told why before the old due time."""
    recording.record_event(
        case,
        write_options,
        lambda session: Request(
            did=EXTENDED,
            to=vocabulary.parse_step(session.rules.policy, step),
            via=parse_channel(session, via),
            reason=reason,
        ),
    )
