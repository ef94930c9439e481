"""Plan: what shall be done for the customer and about the cause."""

from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.commands.session import parse_channel, parse_fields, parse_lists
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


def plan(
    case: options.Case,
    remedy: options.Remedy = None,
    measure: options.Measures = None,
    agreed: Annotated[
        bool | None,
        typer.Option("--agreed/--not-agreed", help=_("Whether the customer agrees."), show_default=False),
    ] = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Plan: what shall be done for the customer and about the cause."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="plan",
            fields={
                **parse_fields(session, {"plan.remedy": remedy}, sets),
                **parse_lists(session, None, None, measure),
                **({"plan.agreed_with_customer": agreed} if agreed is not None else {}),
            },
            via=parse_channel(session, via),
            text=text,
        ),
    )
