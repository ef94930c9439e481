"""The step `respond`: tells the customer the result."""

from complaintctl.commands import contacts, options, recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request


@with_write_options
def respond(
    case: options.Case,
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
    write_options: WriteOptions,
) -> None:
    """Record that the customer was told the result."""
    recording.record_event(
        case,
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
