"""Imports e-mails: opens a case for each conversation and records answers on their case."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.exchange.mail import mail_intake
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import open_session, print_message, print_output
from complaintctl.errors import Failure
from complaintctl.render.overview import mail_import
from complaintctl.render.text.language import _


def import_mail(
    ctx: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help=_(
                "A mail (.eml), a mailbox (mbox), a Maildir, a folder of these files, or - for a mail on standard input."
            ),
        ),
    ],
    channel: Annotated[
        str,
        typer.Option(
            "--channel",
            metavar="CHANNEL",
            help=_("The channel of the policy on which the mails arrived."),
            autocompletion=completion.field_completer("channel"),
        ),
    ] = "email",
    dry_run: options.DryRun = False,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> int:
    """Import e-mails; those imported before are skipped. Returns 1 if a mail was rejected."""
    session = open_session(casebook_dir(ctx))
    intake_options = mail_intake.IntakeOptions(by=by, channel=channel, dry_run=dry_run, no_commit=no_commit)
    intake = mail_intake.read_intake(session, paths, lambda: sys.stdin.buffer, intake_options)
    try:
        mail_intake.import_mails(intake)
    except Failure:
        # What was recorded before the failure is in its commits.
        _print_results(intake, as_json=as_json)
        raise
    _print_results(intake, as_json=as_json)
    return 1 if any(result.outcome == "rejected" for result in intake.results.values()) else 0


def _print_results(intake: mail_intake.MailIntake, *, as_json: bool) -> None:
    results, dry_run = intake.ordered_results(), intake.options.dry_run
    if as_json:
        print_output(mail_import.mail_import_json(results, dry_run=dry_run))
        return
    print_output(mail_import.mail_import_text(results), "table")
    for words in mail_import.mail_import_notes(results, dry_run=dry_run):
        print_message(words)
