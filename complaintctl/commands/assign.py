"""Assignment: who handles the case from now on."""

from typing import Annotated

import typer

from complaintctl.commands import completion, desk, options, recorder
from complaintctl.domain.lifecycle import Request
from complaintctl.render.language import _


def assign(
    case: options.Case,
    to: Annotated[
        str, typer.Option("--to", metavar="NAME", help=_("Who takes over."), autocompletion=completion.people)
    ],
    department: options.Department = None,
    text: options.Text = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Assignment: who handles the case from now on."""
    how = recorder.How(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recorder.record(
        case,
        how,
        lambda here: Request(
            did="assign",
            facts=desk.facts_from(here, {"owner": to, "department": department}, None),
            to=desk.person(here, to),
            text=text,
        ),
    )
