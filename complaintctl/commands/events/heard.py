"""Records a message from the customer, also on a closed case, which it may reopen."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import case_choice, contacts, recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.recording import recording
from complaintctl.commands.session import (
    Session,
    ask_user,
    ask_yes_or_no,
    open_session,
    parse_channel,
    parse_fields,
    parse_person,
    print_message,
    view_case,
)
from complaintctl.domain.case.case import Case
from complaintctl.domain.lifecycle.lifecycle import Request, reopening_request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


@with_event_options
def heard(
    cases: Cases = None,
    via: Annotated[
        str | None,
        typer.Option(
            "--via",
            metavar="CHANNEL",
            help=_("The channel on which the customer contacted us."),
            autocompletion=completion.field_completer("channel"),
        ),
    ] = None,
    text: options.Text = None,
    transfer: Annotated[
        str | None,
        typer.Option(
            "--transfer",
            metavar="NAME",
            help=_("Whom the call is transferred to; that person owns the case from now on."),
            autocompletion=completion.complete_people,
        ),
    ] = None,
    reopen: Annotated[
        bool | None,
        typer.Option(
            "--reopen/--no-reopen",
            help=_(
                "Whether a closed case is reopened; --text is the reason then. A terminal asks if neither is given."
            ),
            show_default=False,
        ),
    ] = None,
    reopen_to: Annotated[
        str | None,
        typer.Option(
            "--reopen-to",
            metavar="STEP",
            help=_("Reopen a closed case from this step on, not from the policy's."),
            autocompletion=completion.complete_reopening_steps,
        ),
    ] = None,
    promise_by: options.PromiseBy = None,
    promise: options.Promise = None,
    contact_by: options.ContactBy = None,
    contact_via: options.ContactVia = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Record that the customer contacted us; ends a wait, and may reopen a closed case."""
    reopen = True if reopen_to is not None else reopen
    if write_options.may_ask and reopen is not False and _is_closed(write_options, cases):
        reopen = reopen or ask_yes_or_no(_("The case is closed. Reopen it"), default=False)
        text = text or (ask_user(_("What the customer said")) if reopen else None)

    def first(session: Session, before: Case) -> Request | None:
        if not reopen or before.status != "closed":
            return None
        if text is None:
            raise InvalidInput("option-missing", option="--text")
        return reopening_request(session.rules.policy, reopen_to, text)

    recorded = recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            # D-012: call and new owner are one event.
            did="heard",
            fields={
                **parse_fields(session, {"owner": transfer}, sets),
                **contacts.parse_contact(session, write_options, contact_by, contact_via),
            },
            via=parse_channel(session, via),
            to=parse_person(session, transfer),
            text=text,
            promises=recording.parse_promises(session, write_options, promise_by, promise),
        ),
        required={"--via": "via"},
        first=first,
    )
    for case in (one.case for one in recorded if one.case.status == "closed"):
        message = _("{case} stays closed. To go on with it: complaintctl reopen {case} --reason …")
        print_message(message.format(case=case.id))


def _is_closed(write_options: EventOptions, cases: list[str] | None) -> bool:
    """Whether the only case that is named is closed."""
    if not case_choice.is_single(cases or [], write_options):
        return False
    session = open_session(write_options.casebook_dir)
    return view_case(session, (cases or [])[0], session.now).judged.progress.status == "closed"
