"""Reopens a case."""

from typing import Annotated

import typer

from complaintctl.commands import completion
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.domain.case import vocabulary
from complaintctl.domain.lifecycle.lifecycle import Request
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
            autocompletion=completion.complete_steps,
        ),
    ] = None,
    *,
    write_options: EventOptions,
) -> None:
    """Reopen the case: steps are due again with their full limits; earlier verdicts stay."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="reopen",
            to=vocabulary.parse_step(session.rules.policy, to or session.rules.policy.reopen_to or "respond"),
            reason=reason,
        ),
        required={"--reason": "reason"},
        archive=True,
    )
