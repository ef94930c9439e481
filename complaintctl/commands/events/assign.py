"""Assignment: who handles the case from now on."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.session import parse_fields, parse_person
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


def assign(
    case: options.Case,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="NAME", help=_("Who takes over."), autocompletion=completion.complete_people
        ),
    ],
    department: options.Department = None,
    text: options.Text = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Assignment: who handles the case from now on."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="assign",
            fields=parse_fields(session, {"owner": to, "department": department}, None),
            to=parse_person(session, to),
            text=text,
        ),
    )
