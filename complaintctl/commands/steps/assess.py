"""The step `assess`: the first assessment of a complaint."""

from complaintctl.commands import options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request


@with_event_options
def assess(
    cases: Cases = None,
    level: options.Level = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Record the first assessment of how serious the complaint is."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="assess",
            fields=parse_fields(session, {"level": level}, sets),
            via=parse_channel(session, via),
            text=text,
        ),
    )
