"""Adds a note to the history."""

from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_write_options
def note(
    case: options.Case,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("The text of the note."))],
    *,
    write_options: WriteOptions,
) -> None:
    """Add a note to the history."""
    recording.record_event(
        case,
        write_options,
        lambda _here: Request(
            did="note",
            text=text,
        ),
    )
