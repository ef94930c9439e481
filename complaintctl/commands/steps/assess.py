"""Assessment: the first judgement of how serious a complaint is."""

from complaintctl.commands import options, recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request


def assess(
    case: options.Case,
    level: options.Level = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Assessment: the first judgement of how serious a complaint is."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did="assess",
            fields=parse_fields(session, {"level": level}, sets),
            via=parse_channel(session, via),
            text=text,
        ),
    )
