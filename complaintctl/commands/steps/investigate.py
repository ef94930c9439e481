"""Investigation: what was found out, and why it happened."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.session import parse_channel, parse_fields, parse_lists
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


def investigate(
    case: options.Case,
    cause: Annotated[
        str | None,
        typer.Option(
            "--cause",
            metavar="CAUSE",
            help=_("The class of the cause."),
            autocompletion=completion.complete_causes,
        ),
    ] = None,
    finding: Annotated[str | None, typer.Option("--finding", metavar="TEXT", help=_("The findings."))] = None,
    why: options.Why = None,
    bone: options.Bones = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Investigation: what was found out, and why it happened."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="investigate",
            fields={
                **parse_fields(session, {"cause.class": cause, "cause.finding": finding}, sets),
                **parse_lists(session, why, bone, None),
            },
            via=parse_channel(session, via),
            text=text,
        ),
    )
