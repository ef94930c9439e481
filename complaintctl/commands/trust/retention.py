"""Keeps customer data only as long as the policy says: lists what is due, erases it, sets and ends legal holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording import recording, revealing
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import (
    Session,
    open_session,
    parse_as_of,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.commands.trust import erase_writing
from complaintctl.commands.trust.erase import confirm_erasing, print_certificate
from complaintctl.commands.trust.erase_writing import FoundErasing
from complaintctl.domain.case import data_state
from complaintctl.domain.case.event_kinds import HELD, HOLD_RELEASED
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.privacy.erasing import ALL_ATTACHMENTS, ErasingRequest, decide_erasing
from complaintctl.domain.privacy.retention import RetentionEntry, retention_entry
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.render.audit import retention as texts
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _, ngettext
from complaintctl.storage.case.casebook import find_case_file


def list_due(
    ctx: typer.Context,
    every: Annotated[
        bool,
        typer.Option("--all", help=_("Also cases whose time is not over yet."), show_default=False),
    ] = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """List the closed cases whose customer data the policy wants erased, with the day and the rule."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx), index=not no_index)
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=True)
    entries = [entry for entry in _entries(reader) if every or entry.state != "later"]
    if output_format == "json":
        content = texts.retention_json(entries, session.rules)
        print_output(tables.json_document("retention", content))
    else:
        print_output(texts.retention_text(entries, session.rules, output_format))
    if not session.rules.policy.retention:
        print_message(_("The policy has no rules for it. Write them under retention:"))
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()


def _entries(reader: CaseReader) -> list[RetentionEntry]:
    """Returns the closed cases that a rule fits, those due first on top."""
    found = reader.results(lambda _path, judged: retention_entry(judged))
    return sorted(
        (entry for entry in found if entry is not None), key=lambda entry: (entry.due, entry.case.id)
    )


@with_write_options
def apply(
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help=_("Erase without asking."), show_default=False)
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Also write the certificate into this file.")),
    ] = None,
    *,
    write_options: WriteOptions,
) -> int:
    """Erase the customer data of every case whose time is over; cases under legal hold or restriction are skipped."""
    if not yes:
        session = open_session(write_options.casebook_dir, index=False)
        due, _skipped = _split(session)
        if due:
            confirm_erasing([entry.case.id for entry in due], as_json=write_options.as_json)

    def decide(session: Session, act: Attribution) -> list[FoundErasing]:
        erase_writing.print_destroyed(erase_writing.destroy_all_leftover_keys(session))
        due, skipped = _split(session)
        for entry in skipped:
            print_message(
                _("{case}: skipped, {state}").format(
                    case=entry.case.id, state=_(texts.STATE_LABELS[entry.state])
                )
            )
        return list(_erasings(session, due, act))

    made = erase_writing.erase_cases(write_options, decide)
    if made is None:
        print_message(_("No customer data are due for erasing."))
        return 0
    count = len(made[1].cases)
    template = ngettext("{count} case erased", "{count} cases erased", count)
    print_message(template.format(count=f"{count:,}"))
    return print_certificate(*made, output, as_json=write_options.as_json)


def _split(session: Session) -> tuple[list[RetentionEntry], list[RetentionEntry]]:
    """Returns the cases to erase now, and those that are kept although their time is over.

    Raises Broken if a file cannot be read: nobody knows whether it is due.
    """
    reader = CaseReader(session=session, moment=parse_as_of(session, None), archive=True)
    entries = _entries(reader)
    print_problems(reader.problems, session.casebook.root)
    if reader.exit_code():
        raise Broken("cases-unreadable")
    due = [entry for entry in entries if entry.state == "due"]
    return due, [entry for entry in entries if entry.state in {"restricted", "legal-hold"}]


def _erasings(session: Session, due: list[RetentionEntry], act: Attribution) -> Iterator[FoundErasing]:
    for entry in due:
        path = find_case_file(session.casebook, entry.case.id)
        request = ErasingRequest(
            basis="retention",
            words=f"keep {entry.rule.keep} from {entry.rule.from_}",
            also=(),
            attachments=(ALL_ATTACHMENTS,),
            force=False,
        )
        before = revealing.reveal_customer(session, recording.read_whole_case(session, path))
        yield FoundErasing(path=path, erasing=decide_erasing(before, request, act))


@with_write_options
def hold(case: options.Case, reason: options.Reason = None, *, write_options: WriteOptions) -> None:
    """Keep the customer data of a case from being erased, for a legal claim or duty."""
    if not reason:
        raise InvalidInput("reason-missing", did="retention hold")

    def request(session: Session) -> Request:
        before = recording.read_whole_case(session, find_case_file(session.casebook, case))
        if (standing := data_state.hold_of(before)) is not None:
            raise Refused("already-on-hold", case=before.id, since=standing.since)
        return Request(did=HELD, reason=reason)

    recording.record_event(case, write_options, request)


@with_write_options
def release(case: options.Case, reason: options.Reason = None, *, write_options: WriteOptions) -> None:
    """End the legal hold of a case."""

    def request(session: Session) -> Request:
        before = recording.read_whole_case(session, find_case_file(session.casebook, case))
        if data_state.hold_of(before) is None:
            raise Refused("not-on-hold", case=before.id)
        return Request(did=HOLD_RELEASED, reason=reason)

    recording.record_event(case, write_options, request)


COMMANDS: Final = (
    ("list", list_due, N_("List the closed cases whose customer data the policy wants erased.")),
    ("apply", apply, N_("Erase the customer data of every case whose time is over.")),
    ("hold", hold, N_("Keep the customer data of a case from being erased, for a legal claim or duty.")),
    ("release", release, N_("End the legal hold of a case.")),
)
