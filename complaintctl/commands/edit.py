"""A correction of facts, recorded with what they were."""

from typing import Annotated

import typer

from complaintctl.commands import completion, desk, options, recorder
from complaintctl.domain.lifecycle import Request
from complaintctl.errors import Misspelt
from complaintctl.render.language import _


def edit(
    case: options.Case,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help=_("The fact and its value; an empty value clears it. Repeatable."),
            autocompletion=completion.field_assignments,
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
        raise Misspelt("nothing-to-do", did="edit", options=["--set", "--why", "--bone", "--measure"])
    how = recorder.How(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recorder.record(
        case,
        how,
        lambda here: Request(
            did="edit",
            facts={**desk.facts_from(here, {}, sets), **desk.lists_from(here, why, bone, measure)},
            reason=reason,
        ),
    )
