"""Erases the customer's data of a case; plans and finishes the rewriting of a history that still has them."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion
from complaintctl.commands.input.event_options import may_ask
from complaintctl.commands.recording import recording, revealing
from complaintctl.commands.recording.recording import read_whole_case
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import (
    Session,
    ask_yes_or_no,
    open_session,
    print_message,
    print_output,
    write_output,
)
from complaintctl.commands.trust import erase_writing, history_rewrite
from complaintctl.commands.trust.erase_writing import FoundErasing
from complaintctl.domain.case import vocabulary
from complaintctl.domain.lifecycle.lifecycle import Attribution
from complaintctl.domain.privacy.certificate import Certificate
from complaintctl.domain.privacy.erasing import ALL_ATTACHMENTS, BASES, ErasingRequest, decide_erasing
from complaintctl.errors import Declined, InvalidInput
from complaintctl.render.audit import certificate as certificates
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import find_case_file
from complaintctl.storage.write.transaction import open_transaction

EXIT_FINDINGS: Final = 1
_MOST_NAMED: Final = 20
Basis = Annotated[
    str | None,
    typer.Option(
        "--basis",
        metavar="BASIS",
        help=_("Why: request, consent-withdrawn, purpose-ended, retention or unlawful; then free words."),
        autocompletion=completion.choice_completer(BASES),
    ),
]


@with_write_options
def erase(
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CASE",
            help=_("The case: its id or any unique part of it."),
            autocompletion=completion.complete_case_ids,
            show_default=False,
        ),
    ] = None,
    basis: Basis = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also",
            metavar="FIELD",
            help=_("Another field of free text to erase, such as title. Repeatable."),
            autocompletion=completion.complete_field_names,
        ),
    ] = None,
    attachments: Annotated[
        list[str] | None,
        typer.Option(
            "--attachments",
            metavar="all|none|FILE",
            help=_("Which attachments to delete; their names and hashes stay. Repeatable. Default: all."),
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help=_("Erase although the case is open and the customer waits."), show_default=False
        ),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help=_("Erase without asking."), show_default=False)
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Also write the certificate into this file.")),
    ] = None,
    plan_history_rewrite: Annotated[
        bool,
        typer.Option(
            "--plan-history-rewrite",
            help=_("Write a plan that removes erased data from earlier commits; nothing is rewritten."),
            show_default=False,
        ),
    ] = False,
    finish_history_rewrite: Annotated[
        Path | None,
        typer.Option(
            "--finish-history-rewrite",
            metavar="PLAN",
            help=_("After the script of the plan: check the result and commit the map of commits."),
        ),
    ] = None,
    *,
    write_options: WriteOptions,
) -> int:
    """Erase the customer's data of a case for good; case, deadlines and counts stay."""
    if finish_history_rewrite is not None:
        return history_rewrite.finish(finish_history_rewrite, write_options)
    if plan_history_rewrite:
        return history_rewrite.plan(cases or [], output, write_options)
    if not cases or len(cases) != 1:
        raise InvalidInput("erase-one-case")
    if basis is None:
        raise InvalidInput("erase-basis", choices=list(BASES))
    request = _request(basis, also, attachments, force=force)

    def decide(session: Session, act: Attribution) -> list[FoundErasing]:
        path = find_case_file(session.casebook, cases[0])
        names = tuple(vocabulary.parse_field_name(session.rules.policy, name) for name in request.also)
        wanted = dataclasses.replace(request, also=names)
        # If nobody here can open the customer, it is erased all the same, only not searched for.
        before = revealing.reveal_customer(session, read_whole_case(session, path))
        return [FoundErasing(path=path, erasing=decide_erasing(before, wanted, act))]

    if finish_keys(write_options, cases[0]):
        return 0
    if not yes:
        session = open_session(write_options.casebook_dir)
        found = decide(session, recording.parse_attribution(session, write_options.at, write_options.by))
        confirm_erasing([one.erasing.case.id for one in found], as_json=write_options.as_json)
    made = erase_writing.erase_cases(write_options, decide)
    return print_certificate(*made, output, as_json=write_options.as_json) if made else 0


def finish_keys(write_options: WriteOptions, part: str) -> bool:
    """Destroys the key of an erased case that is still there, because the erasing was interrupted; whether it was."""
    session = open_session(write_options.casebook_dir)
    if session.casebook.keyring is None:
        return False
    with open_transaction(session.casebook) as transaction:
        recording.print_completed(transaction)
        case = read_whole_case(session, find_case_file(session.casebook, part))
        keys = erase_writing.destroy_leftover_keys(session, case)
    erase_writing.print_destroyed(keys)
    return bool(keys)


def _request(
    basis: str, also: list[str] | None, attachments: list[str] | None, *, force: bool
) -> ErasingRequest:
    """Returns the request; `--basis 'request: by letter of 3 May'` has free words behind the basis."""
    key, _separator, words = basis.partition(":")
    return ErasingRequest(
        basis=key.strip().lower(),
        words=words.strip() or None,
        also=tuple(also or ()),
        attachments=tuple(attachments or (ALL_ATTACHMENTS,)),
        force=force,
    )


def confirm_erasing(ids: Sequence[str], *, as_json: bool) -> None:
    """Asks whether to erase the customer's data of these cases for good.

    Raises InvalidInput if nobody can be asked, Declined if the answer is no.
    """
    if not may_ask(no_input=False, as_json=as_json):
        raise InvalidInput("erase-unconfirmed", count=len(ids))
    named = _(", ").join(ids[:_MOST_NAMED]) + (" …" if len(ids) > _MOST_NAMED else "")
    question = _("Erase the customer's data for good ({count}: {cases})")
    if not ask_yes_or_no(question.format(count=len(ids), cases=named), default=False):
        raise Declined("declined")


def print_certificate(
    session: Session, certificate: Certificate, output: Path | None, *, as_json: bool
) -> int:
    """Prints the certificate, and writes it into the file; returns 1 if data are where they must not be any more."""
    zone = session.rules.zone
    document = tables.json_document("certificate", certificates.certificate_json(certificate))
    words = certificates.certificate_text(certificate, session.rules.policy, zone)
    print_output(document if as_json else words, "" if as_json else "text")
    if output is not None:
        content = document if output.suffix == ".json" else words
        write_output(content.encode(), output, private=session.casebook.private)
    for line in certificates.advice_lines(certificate):
        print_message(line)
    return EXIT_FINDINGS if certificates.has_findings(certificate) else 0
