"""Response: the customer is told the result."""

from complaintctl.commands import options, recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request


def respond(
    case: options.Case,
    outcome: options.Outcome = None,
    remedy: options.Remedy = None,
    via: options.Via = None,
    text: options.Text = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Response: the customer is told the result."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="respond",
            fields=parse_fields(session, {"outcome": outcome, "remedy.kind": remedy}, sets),
            via=parse_channel(session, via),
            text=text,
        ),
    )
