"""A correction of facts, recorded with what they were."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.session import parse_fields, parse_lists
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


def edit(
    case: options.Case,
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
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """A correction of facts, recorded with what they were."""
    if not (sets or why or bone or measure):
        raise InvalidInput("nothing-to-do", did="edit", options=["--set", "--why", "--bone", "--measure"])
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="edit",
            fields={**parse_fields(session, {}, sets), **parse_lists(session, why, bone, measure)},
            reason=reason,
        ),
    )
