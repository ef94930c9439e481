"""Starts a wait for the customer."""

from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.commands.session import parse_channel
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_write_options
def wait(
    case: options.Case,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("What we are waiting for."))],
    via: options.Via = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Wait for the customer; pauses the clocks of steps, but not those of promises, tasks and actions."""
    recording.record_event(
        case,
        write_options,
        lambda session: Request(
            did="wait",
            via=parse_channel(session, via),
            reason=reason,
        ),
    )
