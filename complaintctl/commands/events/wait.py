"""Starts a wait for the customer."""

from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import parse_channel
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_event_options
def wait(
    cases: Cases = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=_("What we are waiting for."))
    ] = None,
    via: options.Via = None,
    *,
    write_options: EventOptions,
) -> None:
    """Wait for the customer; pauses the clocks of steps, but not those of promises, tasks and actions."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="wait",
            via=parse_channel(session, via),
            reason=reason,
        ),
        required={"--reason": "reason"},
    )
