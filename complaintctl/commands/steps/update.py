"""A word to the customer while the case goes on."""

from complaintctl.commands import options, recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request


def update(
    case: options.Case,
    via: options.Via = None,
    text: options.Text = None,
    promise_by: options.PromiseBy = None,
    promise: options.Promise = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """A word to the customer while the case goes on."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="update",
            fields=parse_fields(session, {}, sets),
            via=parse_channel(session, via),
            text=text,
            promises=recording.parse_promises(session, how, promise_by, promise),
        ),
    )
