"""Closing: nothing is owed any more; the file moves to the archive."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


def close(
    case: options.Case,
    outcome: options.Outcome = None,
    reason: options.Reason = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help=_("Close outside the rules of the policy; needs --reason."), show_default=False
        ),
    ] = False,
    lesson: Annotated[
        str | None, typer.Option("--lesson", metavar="TEXT", help=_("What we learned."))
    ] = None,
    mark: Annotated[
        str | None,
        typer.Option(
            "--mark",
            metavar="MARK",
            help=_("Keep the case as an example: success or failure."),
            autocompletion=completion.complete_lesson_marks,
        ),
    ] = None,
    via: options.Via = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Closing: nothing is owed any more; the file moves to the archive."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="close",
            fields=parse_fields(session, {"outcome": outcome, "lesson": lesson, "lesson_mark": mark}, sets),
            via=parse_channel(session, via),
            reason=reason,
            force=force,
        ),
    )
