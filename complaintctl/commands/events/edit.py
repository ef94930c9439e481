"""Corrects fields of a case."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import parse_fields, parse_lists
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


@with_event_options
def edit(
    cases: Cases = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help=_("The field and its value; an empty value clears it. Repeatable."),
            autocompletion=completion.complete_assignments,
        ),
    ] = None,
    why: options.Why = None,
    bone: options.Bones = None,
    measure: options.Measures = None,
    reason: options.Reason = None,
    *,
    write_options: EventOptions,
) -> None:
    """Correct fields; the event records their old and new values."""
    if not (sets or why or bone or measure):
        raise InvalidInput("nothing-to-do", did="edit", options=["--set", "--why", "--bone", "--measure"])
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="edit",
            fields={**parse_fields(session, {}, sets), **parse_lists(session, why, bone, measure)},
            reason=reason,
        ),
    )
