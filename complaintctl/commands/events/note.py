"""Adds a note to the history."""

from typing import Annotated

import typer

from complaintctl.commands.input import case_choice, recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_event_options
def note(
    cases: Cases = None,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help=_("The text of the note."))] = None,
    *,
    write_options: EventOptions,
) -> None:
    """Add a note to the history."""
    cases, text = case_choice.split_last_word(cases, text, write_options.where)
    recorder.record_event(
        cases,
        write_options,
        lambda _here: Request(
            did="note",
            text=text,
        ),
        required={"TEXT": "text"},
    )
