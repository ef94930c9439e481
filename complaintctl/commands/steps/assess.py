"""The step `assess`: the first assessment of a complaint."""

from complaintctl.commands import options, recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request


@with_write_options
def assess(
    case: options.Case,
    level: options.Level = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Record the first assessment of how serious the complaint is."""
    recording.record_event(
        case,
        write_options,
        lambda session: Request(
            did="assess",
            fields=parse_fields(session, {"level": level}, sets),
            via=parse_channel(session, via),
            text=text,
        ),
    )
