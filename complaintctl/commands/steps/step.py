"""A step of the team's own."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.session import Session, parse_channel, parse_fields, parse_lists
from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


def step(
    case: options.Case,
    name: Annotated[
        str,
        typer.Argument(
            metavar="STEP",
            help=_("The step, as the policy names it."),
            autocompletion=completion.complete_steps,
        ),
    ],
    via: options.Via = None,
    text: options.Text = None,
    why: options.Why = None,
    bone: options.Bones = None,
    measure: options.Measures = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """A step of the team's own."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    recording.record_event(
        case,
        how,
        lambda session: Request(
            did=_own_step(session, name),
            fields={**parse_fields(session, {}, sets), **parse_lists(session, why, bone, measure)},
            via=parse_channel(session, via),
            text=text,
        ),
    )


def _own_step(session: Session, typed: str) -> str:
    """The step, if the policy has it and no command of its own does it; raises InvalidInput."""
    name = vocabulary.parse_step(session.rules.policy, typed)
    if name in BUILT_IN_STEPS:
        raise InvalidInput("built-in-step", step=name)
    if name not in session.rules.steps:
        raise vocabulary.unknown_step_error(session.rules.policy, name, ())
    return name
