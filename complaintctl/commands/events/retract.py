"""A wrong event taken back by a new one."""

from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


def retract(
    case: options.Case,
    event: Annotated[str, typer.Argument(metavar="EVENT", help=_("The id of the event, or its beginning."))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("The reason for retracting it."))],
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """A wrong event taken back by a new one."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda _here: Request(
            did="retract",
            event=event,
            reason=reason,
        ),
    )
