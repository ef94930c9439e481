"""Starts a wait for the customer."""

from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.input import contacts, recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.recording import recording
from complaintctl.commands.session import Session, parse_channel
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.worktime import typed_times
from complaintctl.render.text.language import _


@with_event_options
def wait(
    cases: Cases = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=_("What we are waiting for."))
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DAY",
            help=_(
                "The last day of the pause, or a time such as +3d: then the clocks run again, and today and check "
                "remind you. On a waiting case: wait on until then."
            ),
        ),
    ] = None,
    via: options.Via = None,
    contact_by: options.ContactBy = None,
    contact_via: options.ContactVia = None,
    *,
    write_options: EventOptions,
) -> None:
    """Wait for the customer; pauses the clocks of steps, but not those of promises, tasks and actions."""

    def request(session: Session) -> Request:
        since = recording.parse_attribution(session, write_options.at, write_options.by).at
        return Request(
            did="wait",
            fields=contacts.parse_contact(session, write_options, contact_by, contact_via),
            via=parse_channel(session, via),
            reason=reason,
            until=typed_times.parse_day_end(until, since, session.rules.zone) if until else None,
        )

    recorder.record_event(cases, write_options, request, required={"--reason": "reason"})
