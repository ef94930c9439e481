"""Going on after waiting."""

from complaintctl.commands import options, recording
from complaintctl.domain.lifecycle.lifecycle import Request


def resume(
    case: options.Case,
    text: options.Text = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Going on after waiting."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda _here: Request(
            did="resume",
            text=text,
        ),
    )
