"""The step `execute`: the plan was carried out."""

from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_event_options
def execute(
    cases: Cases = None,
    remedy: options.Remedy = None,
    cost: Annotated[
        str | None, typer.Option("--cost", metavar="AMOUNT", help=_("What it cost: 299.00 CNY."))
    ] = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Record that the plan was carried out, and which remedy the customer got."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="execute",
            fields=parse_fields(session, {"remedy.kind": remedy, "remedy.cost": cost}, sets),
            via=parse_channel(session, via),
            text=text,
        ),
    )
