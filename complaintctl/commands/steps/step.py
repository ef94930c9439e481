"""Records steps that only the policy defines, and the shortcuts that take several steps at one moment."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import case_choice, contacts, recorder, shortcut, step_questions
from complaintctl.commands.input.event_options import CasesBeforeStep, EventOptions, with_event_options
from complaintctl.commands.recording import recording
from complaintctl.commands.session import Session, open_session, parse_channel, parse_fields, parse_lists
from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


@with_event_options
def step(
    cases: CasesBeforeStep = None,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="STEP",
            help=_("The step or the shortcut, as the policy names it."),
            autocompletion=completion.complete_steps_and_shortcuts,
        ),
    ] = None,
    text: options.Text = None,
    via: options.Via = None,
    why: options.Why = None,
    bone: options.Bones = None,
    measure: options.Measures = None,
    promise_by: options.PromiseBy = None,
    promise: options.Promise = None,
    contact_by: options.ContactBy = None,
    contact_via: options.ContactVia = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Record a step that the policy defines and that has no command of its own, or a shortcut of several steps."""
    cases, typed = case_choice.split_last_word(cases, name, write_options.where)
    own_step = typed or step_questions.ask_own_step(cases, write_options)
    policy = open_session(write_options.casebook_dir).rules.policy
    shortcut_name = vocabulary.parse_shortcut(policy, own_step)

    def request(session: Session, did: str) -> Request:
        return Request(
            did=did,
            fields={
                **parse_fields(session, {}, sets),
                **parse_lists(session, why, bone, measure),
                **contacts.parse_contact(session, write_options, contact_by, contact_via),
            },
            via=parse_channel(session, via),
            text=text,
            promises=recording.parse_promises(session, write_options, promise_by, promise),
        )

    if shortcut_name is not None:
        shortcut.record_shortcut(cases, write_options, policy.shortcuts[shortcut_name], request)
    else:
        recorder.record_event(
            cases, write_options, lambda session: request(session, _own_step(session, own_step))
        )


def _own_step(session: Session, typed: str) -> str:
    """Returns the step as a key; raises InvalidInput if the policy does not have it, or if a command exists for it."""
    name = vocabulary.parse_step(session.rules.policy, typed)
    if name in BUILT_IN_STEPS:
        raise InvalidInput("built-in-step", step=name)
    # D-032
    if name not in session.rules.steps:
        raise vocabulary.unknown_step_error(session.rules.policy, name, ())
    return name
