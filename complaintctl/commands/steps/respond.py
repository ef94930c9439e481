"""The step `respond`: tells the customer the result."""

from complaintctl.commands import options
from complaintctl.commands.input import contacts, recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.recording import recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request


@with_event_options
def respond(
    cases: Cases = None,
    outcome: options.Outcome = None,
    remedy: options.Remedy = None,
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
    """Record that the customer was told the result."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="respond",
            fields={
                **parse_fields(session, {"outcome": outcome, "remedy.kind": remedy}, sets),
                **contacts.parse_contact(session, write_options, contact_by, contact_via),
            },
            via=parse_channel(session, via),
            text=text,
            promises=recording.parse_promises(session, write_options, promise_by, promise),
        ),
    )
