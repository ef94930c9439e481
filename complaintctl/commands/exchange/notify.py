"""Reminds people of due times: each clock at each point once, in opening hours, through any messenger or mail."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.exchange.reminders import message_delivery, reminder_run
from complaintctl.commands.exchange.reminders.reminder_run import RunOptions
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import open_session, parse_receiver
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


def notify(
    ctx: typer.Context,
    due: Annotated[
        bool,
        typer.Option(
            "--due",
            help=_("Send what has come: warnings, the day it is due, overdue, escalations; each once."),
            show_default=False,
        ),
    ] = False,
    trial: Annotated[
        str | None,
        typer.Option(
            "--trial",
            metavar="NAME",
            help=_("Send a trial message to a person, role or department, to see whether its address works."),
            autocompletion=completion.complete_receivers,
        ),
    ] = None,
    as_of: options.AsOf = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=_(
                "Send and record nothing, only show what would be sent and what waits for the next opening."
            ),
            show_default=False,
        ),
    ] = False,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Send reminders. Returns 1 if a message could not be sent; the next run tries again."""
    if due == (trial is not None):
        raise InvalidInput("notify-what")
    session = open_session(casebook_dir(ctx), index=not no_index)
    run_options = RunOptions(as_of=as_of, dry_run=dry_run, no_commit=no_commit, as_json=as_json)
    if trial is not None:
        if as_of is not None or dry_run:
            raise InvalidInput("notify-trial-alone")
        return message_delivery.send_trial(session, parse_receiver(session, trial), as_json=as_json)
    return reminder_run.send_due_reminders(session, run_options)
