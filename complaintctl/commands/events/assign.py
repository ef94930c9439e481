"""Assigns a case to another person."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import parse_fields, parse_person
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_event_options
def assign(
    cases: Cases = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="NAME", help=_("Who takes over."), autocompletion=completion.complete_people
        ),
    ] = None,
    department: options.Department = None,
    text: options.Text = None,
    *,
    write_options: EventOptions,
) -> None:
    """Assign the case to another person, and optionally another department."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="assign",
            fields=parse_fields(session, {"owner": to, "department": department}, None),
            to=parse_person(session, to),
            text=text,
        ),
        required={"--to": "owner"},
    )
