"""The step `execute`: the plan was carried out."""

from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_write_options
def execute(
    case: options.Case,
    remedy: options.Remedy = None,
    cost: Annotated[
        str | None, typer.Option("--cost", metavar="AMOUNT", help=_("What it cost: 299.00 CNY."))
    ] = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Record that the plan was carried out, and which remedy the customer got."""
    recording.record_event(
        case,
        write_options,
        lambda session: Request(
            did="execute",
            fields=parse_fields(session, {"remedy.kind": remedy, "remedy.cost": cost}, sets),
            via=parse_channel(session, via),
            text=text,
        ),
    )
