"""Ends a wait for the customer."""

from complaintctl.commands import options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.domain.lifecycle.lifecycle import Request


@with_event_options
def resume(
    cases: Cases = None,
    text: options.Text = None,
    *,
    write_options: EventOptions,
) -> None:
    """End a wait; the clocks run again."""
    recorder.record_event(
        cases,
        write_options,
        lambda _here: Request(
            did="resume",
            text=text,
        ),
    )
