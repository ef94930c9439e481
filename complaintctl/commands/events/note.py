"""A note in the history."""

from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


def note(
    case: options.Case,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("The text of the note."))],
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """A note in the history."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda _here: Request(
            did="note",
            text=text,
        ),
    )
