"""Escalation: passed up to a higher level or another person."""

from typing import Annotated

import typer

from complaintctl.commands import completion, desk, options, recorder
from complaintctl.domain.lifecycle import Request
from complaintctl.errors import Misspelt
from complaintctl.render.language import _


def escalate(
    case: options.Case,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why it is passed up."))],
    level: options.Level = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="NAME", help=_("Who takes over."), autocompletion=completion.people),
    ] = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Escalation: passed up to a higher level or another person."""
    how = recorder.How(at=at, by=by, no_commit=no_commit, as_json=as_json)
    if level is None and to is None:
        raise Misspelt("nothing-to-do", did="escalate", options=["--level", "--to"])
    recorder.record(
        case,
        how,
        lambda here: Request(
            did="escalate",
            facts=desk.facts_from(here, {"level": level, "owner": to}, None),
            to=to,
            reason=reason,
        ),
    )
