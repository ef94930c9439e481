"""The customer's word: it ends a wait."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.session import parse_channel, parse_fields, parse_person
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


def heard(
    case: options.Case,
    via: Annotated[
        str,
        typer.Option(
            "--via",
            metavar="CHANNEL",
            help=_("The channel on which the customer contacted us."),
            autocompletion=completion.complete_channels,
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
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """The customer's word: it ends a wait."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="heard",
            fields=parse_fields(session, {"owner": transfer}, sets),
            via=parse_channel(session, via),
            to=parse_person(session, transfer),
            text=text,
        ),
    )
