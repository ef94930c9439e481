"""The step `plan`: remedy and measures."""

from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.input import contacts, recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.recording import recording
from complaintctl.commands.session import parse_channel, parse_fields, parse_lists
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_event_options
def plan(
    cases: Cases = None,
    remedy: options.Remedy = None,
    measure: options.Measures = None,
    agreed: Annotated[
        bool | None,
        typer.Option("--agreed/--not-agreed", help=_("Whether the customer agrees."), show_default=False),
    ] = None,
    text: options.Text = None,
    via: options.Via = None,
    promise_by: options.PromiseBy = None,
    promise: options.Promise = None,
    contact_by: options.ContactBy = None,
    contact_via: options.ContactVia = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Record what will be done for the customer and about the cause."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="plan",
            fields={
                **parse_fields(session, {"plan.remedy": remedy}, sets),
                **parse_lists(session, None, None, measure),
                **contacts.parse_contact(session, write_options, contact_by, contact_via),
                **({"plan.agreed_with_customer": agreed} if agreed is not None else {}),
            },
            via=parse_channel(session, via),
            text=text,
            promises=recording.parse_promises(session, write_options, promise_by, promise),
        ),
    )
