"""The step `ack`: acknowledges the complaint."""

from complaintctl.commands import contacts, options, recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request


@with_write_options
def ack(
    case: options.Case,
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
    """Record that the customer was told that the complaint was received."""
    recording.record_event(
        case,
        write_options,
        lambda session: Request(
            did="ack",
            fields={
                **parse_fields(session, {}, sets),
                **contacts.parse_contact(session, write_options, contact_by, contact_via),
            },
            via=parse_channel(session, via),
            text=text,
            promises=recording.parse_promises(session, write_options, promise_by, promise),
        ),
    )
