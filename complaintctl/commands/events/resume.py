"""Ends a wait for the customer."""

from complaintctl.commands import options, recording
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request


@with_write_options
def resume(
    case: options.Case,
    text: options.Text = None,
    *,
    write_options: WriteOptions,
) -> None:
    """End a wait; the clocks run again."""
    recording.record_event(
        case,
        write_options,
        lambda _here: Request(
            did="resume",
            text=text,
        ),
    )
