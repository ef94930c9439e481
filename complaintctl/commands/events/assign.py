"""Assigns a case to another person."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.session import parse_fields, parse_person
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_write_options
def assign(
    case: options.Case,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="NAME", help=_("Who takes over."), autocompletion=completion.complete_people
        ),
    ],
    department: options.Department = None,
    text: options.Text = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Assign the case to another person, and optionally another department."""
    recording.record_event(
        case,
        write_options,
        lambda session: Request(
            did="assign",
            fields=parse_fields(session, {"owner": to, "department": department}, None),
            to=parse_person(session, to),
            text=text,
        ),
    )
