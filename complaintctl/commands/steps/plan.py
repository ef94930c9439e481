"""Plan: what shall be done for the customer and about the cause."""

from typing import Annotated

import typer

from complaintctl.commands import options, recording, session
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
        lambda here: Request(
            did="plan",
            facts={
                **session.parse_fields(here, {"plan.remedy": remedy}, sets),
                **session.parse_lists(here, None, None, measure),
                **({"plan.agreed_with_customer": agreed} if agreed is not None else {}),
            },
            via=session.parse_channel(here, via),
            text=text,
        ),
    )
