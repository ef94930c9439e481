"""Reopens a case."""

from typing import Annotated

import typer

from complaintctl.commands import completion
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.domain.lifecycle.lifecycle import reopening_request
from complaintctl.render.text.language import _


@with_event_options
def reopen(
    cases: Cases = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=_("The reason for reopening."))
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="STEP",
            help=_("From which step on; default: the policy's."),
            autocompletion=completion.complete_reopening_steps,
        ),
    ] = None,
    *,
    write_options: EventOptions,
) -> None:
    """Reopen the case: steps are due again with their full limits; earlier verdicts stay."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: reopening_request(session.rules.policy, to, reason),
        required={"--reason": "reason"},
        archive=True,
    )
