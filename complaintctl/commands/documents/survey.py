"""Surveys after the closing: whom to ask, drawn by lot, and what they answered."""

import dataclasses
import secrets
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.documents import survey_answers, survey_list
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    Session,
    current_time,
    open_session,
    parse_channel,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.case import fixed_labels, vocabulary
from complaintctl.domain.case.event_kinds import SURVEY_ANSWERED, SURVEY_ASKED
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.lifecycle.survey import (
    STRATA,
    ClosedCase,
    SurveySample,
    customer_contacts,
    was_asked,
)
from complaintctl.domain.lifecycle.survey import draw_sample as draw
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports import answers
from complaintctl.render.overview.survey import (
    readable_sample_entry,
    sample_columns,
    sample_entry,
    sample_json,
    sample_notes,
)
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _
from complaintctl.storage.case import casefile, prefilter
from complaintctl.storage.case.casebook import closed_case_files, find_case_file, open_case_files
from complaintctl.storage.write import decided
from complaintctl.storage.write.decided import DecidedCase
from complaintctl.storage.write.transaction import open_transaction

# Where no seed is named one is made up, and said: short enough to be typed again.
_SEEDS: Final = 10_000


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _SampleOptions:
    """The sample that is asked for."""

    since: str
    size: int
    seed: int
    by: str | None
    again: bool


def sample(
    ctx: typer.Context,
    closed_since: Annotated[
        str,
        typer.Option(
            "--closed-since", metavar="TIME", help=_("Cases closed then or later: 2026-10-01, 30d.")
        ),
    ],
    size: Annotated[int, typer.Option("--n", min=1, help=_("How many to draw."))] = 30,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", help=_("The same seed draws the same cases. Default: any.")),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="FIELD",
            help=_("Draw from each level, category or channel in proportion."),
            autocompletion=completion.complete_strata,
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help=_("Also those who were asked before."), show_default=False)
    ] = False,
    with_contact: options.WithContact = False,
    record: Annotated[
        bool,
        typer.Option(
            "--record", help=_("Record in each case that its customer is asked."), show_default=False
        ),
    ] = False,
    output_format: options.Format = "table",
    at: options.At = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> int:
    """Draw closed cases whose customers are to be asked how satisfied they are."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    if by is not None:
        by = vocabulary.parse_choice("--by", {name: fixed_labels.FIELD_LABELS[name] for name in STRATA}, by)
    for option, given in (("--at", at), ("--no-commit", no_commit)):
        if given and not record:
            raise InvalidInput("survey-option", option=option)
    chosen = secrets.randbelow(_SEEDS) if seed is None else seed
    wish = _SampleOptions(since=closed_since, size=size, seed=chosen, by=by, again=again)
    session = open_session(casebook_dir(ctx))
    if record:
        view, found = _record_sample(session, wish, at, no_commit=no_commit)
    else:
        view = CaseReader(session=session, moment=session.now, archive=True)
        found = _draw_sample(view, wish)
    _print_sample(view, wish, found, output_format, contact=with_contact)
    print_problems(view.problems, session.casebook.root)
    if found.drawn and not record:
        print_message(_("Nothing was recorded; --record keeps who was asked, for the response rate."))
    elif found.drawn and session.casebook.repository is None:
        print_message(_("This folder is no git repository: the change is in the file, not in a history."))
    return view.exit_code()


def _draw_sample(view: CaseReader, wish: _SampleOptions) -> SurveySample:
    """The sample of those whose case was closed by the moment of the view; raises InvalidInput for a time after it."""
    session, moment = view.session, view.moment
    since = typed_times.parse_time(wish.since, session.now, session.rules.zone)
    if since > moment:
        raise InvalidInput("future-time", time=since, now=moment)
    closed, asked = [], _asked_on_open_cases(session)
    for case, at in view.archived(closed_case_files(session.casebook)):
        if was_asked(case):
            asked |= customer_contacts(case)
        if since <= at <= moment:
            closed.append(ClosedCase(case=case, at=at))
    return draw(closed, asked, wish.by, wish.size, wish.seed, again=wish.again)


def _asked_on_open_cases(session: Session) -> set[str]:
    """How those are reached who were asked about a case that is open again; a faulty file is named elsewhere."""
    telling = (
        path for path in open_case_files(session.casebook) if prefilter.may_contain_field(path, SURVEY_ASKED)
    )
    asked = (loaded.case for loaded, _problems in casefile.read_cases(telling) if loaded)
    return {contact for case in asked if was_asked(case) for contact in customer_contacts(case)}


def _record_sample(
    session: Session, wish: _SampleOptions, at: str | None, *, no_commit: bool
) -> tuple[CaseReader, SurveySample]:
    """Draw while nobody else writes, and record in each case that its customer is asked; one commit."""
    commit = recording.should_commit(session, no_commit=no_commit)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        # While we waited for the lock, others recorded: what happens now comes after it.
        session = dataclasses.replace(session, now=current_time())
        doing = recording.parse_attribution(session, at, None)
        view = CaseReader(session=session, moment=doing.at, archive=True)
        found = _draw_sample(view, wish)
        request = Request(did=SURVEY_ASKED, text=survey_list.sample_label(wish.seed))
        made = [
            DecidedCase(
                path=find_case_file(session.casebook, one.case.id),
                before=one.case,
                decision=lifecycle.decide_request(one.case, session.rules, request, doing),
            )
            for one in found.drawn
        ]
        decided.write_decisions(session.casebook, made, "survey sample", doing.by, commit=commit)
    return view, found


def _print_sample(
    view: CaseReader, wish: _SampleOptions, found: SurveySample, output_format: str, *, contact: bool
) -> None:
    casebook = view.session.rules
    since = typed_times.parse_time(wish.since, view.session.now, casebook.zone)
    if output_format == "json":
        machine = sample_json(found, casebook, since, wish.seed, contact=contact)
        print_output(tables.json_document("survey", machine))
    else:
        make = readable_sample_entry if output_format in tables.READABLE_FORMATS else sample_entry
        # Filled in, the same table is read by `survey record --csv`.
        empty = dict.fromkeys(answers.FIELD_BY_COLUMN, "") if output_format == "csv" else {}
        columns = {**sample_columns(contact=contact), **empty}
        print_output(
            tables.format_rows(
                columns, [make(one, casebook, contact=contact) for one in found.drawn], output_format
            )
        )
    for words in sample_notes(found, casebook, since, wish.seed, wish.by):
        print_message(words)


@with_write_options
def record(
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE]",
            help=_("The case: its id or any unique part of it."),
            autocompletion=completion.complete_case_ids,
            show_default=False,
        ),
    ] = None,
    score: Annotated[
        int | None, typer.Option("--score", min=1, max=5, help=_("Overall, 1 (bad) to 5 (good)."))
    ] = None,
    attitude: options.Attitude = None,
    solved: options.Solved = None,
    comment: options.Comment = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE",
            help=_("Many answers: a table with the columns case, score, attitude, solved, comment."),
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", metavar="NAME", help=_("How the table is written, such as gb18030. Default: UTF-8.")
        ),
    ] = None,
    via: Annotated[
        str | None,
        typer.Option(
            "--via",
            metavar="CHANNEL",
            help=_("How the customer answered."),
            autocompletion=completion.complete_channels,
        ),
    ] = None,
    *,
    write_options: WriteOptions,
) -> int:
    """Record what a customer answered, or a table of answers; a closed case stays closed."""
    marks = {
        "overall": score,
        "attitude": attitude,
        "solved": solved,
        "comment": (comment or "").strip() or None,
    }
    facts = {f"satisfaction.{name}": mark for name, mark in marks.items() if mark is not None}
    if table is not None and case is None and not facts:
        return survey_answers.record_answer_table(table, encoding, via, write_options)
    if case is None or score is None or table or encoding:
        raise InvalidInput("survey-case-or-csv")
    recording.record_event(
        case,
        write_options,
        lambda session: Request(did=SURVEY_ANSWERED, fields=facts, via=parse_channel(session, via)),
    )
    return 0


COMMANDS: Final = (
    ("sample", sample, N_("Draw by lot whom to ask among the customers of closed cases.")),
    ("list", survey_list.asked, N_("List who was asked, who answered, and who did not yet.")),
    ("record", record, N_("Record what a customer answered, or a whole table of answers.")),
)
