"""Records a message from the customer."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.session import parse_channel, parse_fields, parse_person
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_write_options
def heard(
    case: options.Case,
    via: Annotated[
        str,
        typer.Option(
            "--via",
            metavar="CHANNEL",
            help=_("The channel on which the customer contacted us."),
            autocompletion=completion.field_completer("channel"),
        ),
    ],
    text: options.Text = None,
    transfer: Annotated[
        str | None,
        typer.Option(
            "--transfer",
            metavar="NAME",
            help=_("Whom the call is transferred to; that person owns the case from now on."),
            autocompletion=completion.complete_people,
        ),
    ] = None,
    sets: options.Sets = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Record that the customer contacted us; ends a wait."""
    recording.record_event(
        case,
        write_options,
        lambda session: Request(
            # D-012: call and new owner are one event.
            did="heard",
            fields=parse_fields(session, {"owner": transfer}, sets),
            via=parse_channel(session, via),
            to=parse_person(session, transfer),
            text=text,
        ),
    )
