"""The step `investigate`: findings and cause."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import parse_channel, parse_fields, parse_lists
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_event_options
def investigate(
    cases: Cases = None,
    cause: Annotated[
        str | None,
        typer.Option(
            "--cause",
            metavar="CAUSE",
            help=_("The class of the cause."),
            autocompletion=completion.field_completer("cause.class"),
        ),
    ] = None,
    finding: Annotated[str | None, typer.Option("--finding", metavar="TEXT", help=_("The findings."))] = None,
    why: options.Why = None,
    bone: options.Bones = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Record what was found, and the cause."""
    recorder.record_event(
        cases,
        write_options,
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
