"""Finds what is wrong with the files of a casebook and its clone, and mends it."""

import dataclasses
import sys
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording import recording
from complaintctl.commands.session import (
    Session,
    ask_yes_or_no,
    current_person,
    current_time,
    open_session,
    print_message,
    print_output,
)
from complaintctl.errors import Broken, Declined, InvalidInput
from complaintctl.render.audit.doctor import doctor_summary, doctor_text
from complaintctl.render.text import tables
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.case.casebook import find_case_file
from complaintctl.storage.upkeep.examination import Examination
from complaintctl.storage.upkeep.examining import carry_out, examine_casebook
from complaintctl.storage.write.transaction import open_transaction

EXIT_FINDINGS = 1


def doctor(
    ctx: typer.Context,
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE]",
            help=_("Only this case. Default: the whole casebook and this clone."),
            autocompletion=completion.complete_case_ids,
        ),
    ] = None,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help=_("Mend what can be mended, in one commit; without it nothing is written."),
            show_default=False,
        ),
    ] = False,
    output_format: options.Format = "table",
    no_commit: options.NoCommit = False,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> int:
    """Find what is wrong on disk; exit 1 if anything is left, 4 if a file is unreadable."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx))
    if session.casebook.git_refusal is not None:
        raise session.casebook.git_refusal
    only = find_case_file(session.casebook, case).stem if case is not None else None
    examination = _examine(session, only)
    mends = fix and examination.curable
    if mends and not yes:
        _ask(session, examination)
    if mends:
        examination = _mend(session, examination, only, commit=not no_commit)
    print_output(
        doctor_text(examination.ailments, output_format, session.rules.zone, mended=mends), output_format
    )
    print_message(doctor_summary(examination.ailments, mended=mends))
    return _exit_code(examination, mended=mends)


def _examine(session: Session, only: str | None) -> Examination:
    return examine_casebook(
        session.casebook, session.rules, session.now, current_person(session), session.author(), only
    )


def _ask(session: Session, examination: Examination) -> None:
    """Show what would be mended and ask; raises Declined for no, InvalidInput if there is nobody to ask."""
    if not sys.stdin.isatty():
        raise InvalidInput("option-missing", option="--yes")
    for line in doctor_text(examination.ailments, "plain", session.rules.zone, mended=False).splitlines():
        print_message(line.replace("\t", "  "))
    count = sum(ailment.mend is not None for ailment in examination.ailments)
    question = ngettext("Mend {count} finding?", "Mend {count} findings?", count).format(count=count)
    if not ask_yes_or_no(question, default=False):
        raise Declined("declined")


def _mend(session: Session, examination: Examination, only: str | None, *, commit: bool) -> Examination:
    """Mend under the casebook's lock; returns what was found there, since others may have written meanwhile."""
    for remove in examination.locks:
        remove()
    commit = recording.should_commit(session, no_commit=not commit)
    settled = [
        ailment for ailment in examination.ailments if ailment.key in {"doctor-lock", "doctor-pending"}
    ]
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        session = dataclasses.replace(session, now=current_time())
        again = _examine(session, only)
        carry_out(transaction, again, commit=commit)
    again.ailments[:0] = [ailment for ailment in settled if ailment not in again.ailments]
    return again


def _exit_code(examination: Examination, *, mended: bool) -> int:
    if any(ailment.unreadable for ailment in examination.ailments):
        return Broken.exit_code
    left = [ailment for ailment in examination.ailments if ailment.mend is None or not mended]
    return EXIT_FINDINGS if left else 0
