"""The step `respond`: tells the customer the result."""

from complaintctl.commands import options, recording
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
            fields=parse_fields(session, {"outcome": outcome, "remedy.kind": remedy}, sets),
            via=parse_channel(session, via),
            text=text,
        ),
    )
