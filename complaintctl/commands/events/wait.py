"""Waiting for the customer: clocks stand still."""

from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.commands.session import parse_channel
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


def wait(
    case: options.Case,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("What we are waiting for."))],
    via: options.Via = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Waiting for the customer: clocks stand still."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="wait",
            via=parse_channel(session, via),
            reason=reason,
        ),
    )
