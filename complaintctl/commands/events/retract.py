"""Retracts a wrong event."""

from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.events import event_completion
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_write_options
def retract(
    case: options.Case,
    event: Annotated[
        str,
        typer.Argument(
            metavar="EVENT",
            help=_("The id of the event, or its beginning."),
            autocompletion=event_completion.complete_retractable_events,
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("The reason for retracting it."))],
    *,
    write_options: WriteOptions,
) -> None:
    """Take back a wrong event by recording a new one; the wrong event stays in the history."""
    recording.record_event(
        case,
        write_options,
        lambda _here: Request(
            did="retract",
            event=event,
            reason=reason,
        ),
    )
