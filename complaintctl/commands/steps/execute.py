"""Execution: the plan was carried out, the customer got a remedy."""

from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


def execute(
    case: options.Case,
    remedy: options.Remedy = None,
    cost: Annotated[
        str | None, typer.Option("--cost", metavar="AMOUNT", help=_("What it cost: 299.00 CNY."))
    ] = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Execution: the plan was carried out, the customer got a remedy."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="execute",
            fields=parse_fields(session, {"remedy.kind": remedy, "remedy.cost": cost}, sets),
            via=parse_channel(session, via),
            text=text,
        ),
    )
