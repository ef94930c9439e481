"""Approves or refuses a step."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import case_choice, recorder, step_questions
from complaintctl.commands.input.event_options import CasesBeforeStep, EventOptions, with_event_options
from complaintctl.domain.case import vocabulary
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


@with_event_options
def approve(
    cases: CasesBeforeStep = None,
    step: Annotated[
        str | None,
        typer.Argument(metavar="STEP", help=_("The step to sign."), autocompletion=completion.complete_steps),
    ] = None,
    refuse: Annotated[
        bool,
        typer.Option(
            "--refuse", help=_("Refuse: the step is due again. Needs --reason."), show_default=False
        ),
    ] = False,
    reason: options.Reason = None,
    *,
    write_options: EventOptions,
) -> None:
    """Sign a step that needs approval, or refuse it; a refused step is due again."""
    if refuse and not reason:
        raise InvalidInput("reason-missing", did="approve --refuse")
    cases, typed = case_choice.split_last_word(cases, step, write_options.where)
    signed = typed or step_questions.ask_step_to_sign(cases, write_options)
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="approve",
            to=vocabulary.parse_step(session.rules.policy, signed),
            refused=refuse,
            reason=reason,
        ),
    )
