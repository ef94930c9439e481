"""Records a message from the customer."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import parse_channel, parse_fields, parse_person
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_event_options
def heard(
    cases: Cases = None,
    via: Annotated[
        str | None,
        typer.Option(
            "--via",
            metavar="CHANNEL",
            help=_("The channel on which the customer contacted us."),
            autocompletion=completion.field_completer("channel"),
        ),
    ] = None,
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
    write_options: EventOptions,
) -> None:
    """Record that the customer contacted us; ends a wait."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            # D-012: call and new owner are one event.
            did="heard",
            fields=parse_fields(session, {"owner": transfer}, sets),
            via=parse_channel(session, via),
            to=parse_person(session, transfer),
            text=text,
        ),
        required={"--via": "via"},
    )
