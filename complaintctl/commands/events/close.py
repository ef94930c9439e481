"""Closes a case."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_event_options
def close(
    cases: Cases = None,
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
            autocompletion=completion.field_completer("lesson_mark"),
        ),
    ] = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Close the case; its file moves to the archive."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="close",
            fields=parse_fields(session, {"outcome": outcome, "lesson": lesson, "lesson_mark": mark}, sets),
            via=parse_channel(session, via),
            reason=reason,
            force=force,
        ),
    )
