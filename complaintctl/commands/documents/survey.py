"""Surveys after closing: draws a random sample of customers to ask, and records their answers."""

import dataclasses
import secrets
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.commands.documents import survey_answers, survey_list
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import (
    Session,
    check_personal_option,
    current_time,
    open_session,
    parse_channel,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.domain.case import data_state, fixed_labels, vocabulary
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import SURVEY_ANSWERED, SURVEY_ASKED
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.lifecycle.survey import (
    STRATA,
    ClosedCase,
    SurveyCandidate,
    SurveySample,
    customer_contacts,
    survey_candidate,
    was_asked,
)
from complaintctl.domain.lifecycle.survey import draw_sample as draw
from complaintctl.domain.problems import Problem
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
from complaintctl.storage.case.casebook import find_case_file, open_case_files
from complaintctl.storage.case.fault_boundary import UNFORESEEN, contain_case_faults
from complaintctl.storage.write import decided
from complaintctl.storage.write.decided import DecidedCase
from complaintctl.storage.write.transaction import open_transaction

# Without --seed, a random seed below this is used and printed; it is short enough to type again.
_SEEDS: Final = 10_000


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _SampleOptions:
    """The options of a sample."""

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
            "--closed-since",
            metavar="TIME",
            help=_("Only cases closed at this time or later: 2026-10-01, 30d (30 days ago)."),
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
        bool, typer.Option("--again", help=_("Include customers who were asked before."), show_default=False)
    ] = False,
    with_contact: options.WithContact = False,
    reveal: options.Reveal = False,
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
    no_index: options.NoIndex = False,
) -> int:
    """Draw closed cases whose customers are to be asked how satisfied they are."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    if by is not None:
        by = vocabulary.parse_choice("--by", {name: fixed_labels.FIELD_LABELS[name] for name in STRATA}, by)
    for option, given in (("--at", at), ("--no-commit", no_commit)):
        if given and not record:
            raise InvalidInput("survey-option", option=option)
    used_seed = secrets.randbelow(_SEEDS) if seed is None else seed
    sample_options = _SampleOptions(since=closed_since, size=size, seed=used_seed, by=by, again=again)
    session = open_session(casebook_dir(ctx), reveal=reveal, index=not (no_index or record))
    check_personal_option(session, "--with-contact", wanted=with_contact)
    if record:
        reader, drawn_sample, cases = _record_sample(session, sample_options, at, no_commit=no_commit)
    else:
        reader = CaseReader(session=session, moment=session.now, archive=True, whole=True)
        drawn_sample = _draw_sample(reader, sample_options)
        cases = _read_drawn_cases(session, drawn_sample)
    _print_sample(reader, sample_options, drawn_sample, cases, output_format, contact=with_contact)
    print_problems(reader.problems, session.casebook.root)
    if drawn_sample.drawn and not record:
        print_message(_("Nothing was recorded; --record keeps who was asked, for the response rate."))
    elif drawn_sample.drawn and session.casebook.repository is None:
        print_message(_("This folder is not a git repository: the change is in the file, but in no history."))
    return reader.exit_code()


def _draw_sample(reader: CaseReader, sample_options: _SampleOptions) -> SurveySample:
    """Returns a sample of the cases closed from `since` to the moment of the reader; raises InvalidInput if `since` is later."""
    session, moment = reader.session, reader.moment
    since = typed_times.parse_time(sample_options.since, session.now, session.rules.zone)
    if since > moment:
        raise InvalidInput("future-time", time=since, now=moment)
    closed: list[SurveyCandidate] = []
    asked, problems = _asked_on_open_cases(session)

    def take(case: Case, at: datetime) -> None:
        contacts = customer_contacts(case, session.rules.policy.country_code)
        if was_asked(case):
            asked.update(contacts)
        if data_state.restriction_of(case) is not None or (case.is_erased and case.customer is None):
            return
        if since <= at <= moment:
            closed.append(survey_candidate(case, contacts, sample_options.by))

    run_through(reader.archived(take))
    reader.problems += problems
    return draw(closed, asked, sample_options.size, sample_options.seed, again=sample_options.again)


def _read_drawn_cases(session: Session, drawn_sample: SurveySample) -> list[ClosedCase]:
    """Returns the cases of a sample, in the order of the draw; their files are read again."""
    names = {candidate.case_id for candidate in drawn_sample.drawn}
    reader = CaseReader(
        session=session,
        moment=session.now,
        archive=True,
        may_match=lambda path: path.stem in names,
        whole=True,
    )
    cases = {entry.case.id: entry for entry in reader.archived(lambda case, at: ClosedCase(case=case, at=at))}
    return [cases[candidate.case_id] for candidate in drawn_sample.drawn if candidate.case_id in cases]


def _asked_on_open_cases(session: Session) -> tuple[set[str], list[Problem]]:
    """How those are reached who were asked about a case that is open again, and the problems that nobody foresaw.

    Faults of a file are named elsewhere.
    """
    telling = (
        path for path in open_case_files(session.casebook) if prefilter.may_contain_field(path, SURVEY_ASKED)
    )
    contacts: set[str] = set()
    unforeseen: list[Problem] = []
    for loaded, problems in casefile.read_cases(telling):
        unforeseen += [problem for problem in problems if problem.key == UNFORESEEN]
        if loaded is not None:
            with contain_case_faults(loaded.path, unforeseen):
                if was_asked(loaded.case):
                    contacts |= customer_contacts(loaded.case, session.rules.policy.country_code)
    return contacts, unforeseen


# D-121: being asked is an event of its own.
def _record_sample(
    session: Session, sample_options: _SampleOptions, at: str | None, *, no_commit: bool
) -> tuple[CaseReader, SurveySample, list[ClosedCase]]:
    """Draw a sample under the casebook's lock and record in each case that its customer is asked, in one commit."""
    commit = recording.should_commit(session, no_commit=no_commit)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        # Others may have recorded events while we waited for the lock, so read the clock again.
        session = dataclasses.replace(session, now=current_time())
        attribution = recording.parse_attribution(session, at, None)
        reader = CaseReader(session=session, moment=attribution.at, archive=True, whole=True)
        drawn_sample = _draw_sample(reader, sample_options)
        request = Request(did=SURVEY_ASKED, text=survey_list.sample_label(sample_options.seed))
        decided_cases: list[DecidedCase] = []
        cases = _read_drawn_cases(session, drawn_sample)
        for one in cases:
            path = find_case_file(session.casebook, one.case.id)
            with contain_case_faults(path, reader.problems):
                decision = lifecycle.decide_request(one.case, session.rules, request, attribution)
                decided_cases.append(decided.decided_case(path, one.case, decision))
        decided.write_decisions(
            session.casebook,
            decided_cases,
            "survey sample",
            attribution.by,
            recording.separate_author(session),
            commit=commit,
        )
    return reader, drawn_sample, cases


def _print_sample(
    reader: CaseReader,
    sample_options: _SampleOptions,
    drawn_sample: SurveySample,
    cases: list[ClosedCase],
    output_format: str,
    *,
    contact: bool,
) -> None:
    rules = reader.session.rules
    since = typed_times.parse_time(sample_options.since, reader.session.now, rules.zone)
    if output_format == "json":
        content = sample_json(drawn_sample, cases, rules, since, sample_options.seed, contact=contact)
        print_output(tables.json_document("survey", content))
    else:
        make_row = readable_sample_entry if output_format in tables.READABLE_FORMATS else sample_entry
        # Empty answer columns, so that `survey record --csv` can read the filled-in table.
        answer_columns = dict.fromkeys(answers.FIELD_BY_COLUMN, "") if output_format == "csv" else {}
        columns = {**sample_columns(contact=contact), **answer_columns}
        print_output(
            tables.format_rows(
                columns,
                [make_row(entry, rules, contact=contact) for entry in cases],
                output_format,
            )
        )
    for words in sample_notes(drawn_sample, rules, since, sample_options.seed, sample_options.by):
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
            help=_(
                "Many answers: a table (CSV or .xlsx) with the columns case, score, attitude, solved, comment."
            ),
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding",
            metavar="NAME",
            help=_("The encoding of the table, such as gb18030. Default: UTF-8."),
        ),
    ] = None,
    via: Annotated[
        str | None,
        typer.Option(
            "--via",
            metavar="CHANNEL",
            help=_("How the customer answered."),
            autocompletion=completion.field_completer("channel"),
        ),
    ] = None,
    *,
    write_options: WriteOptions,
) -> int:
    """Record the answer of a customer, or a table of answers; a closed case stays closed."""
    marks = {
        "overall": score,
        "attitude": attitude,
        "solved": solved,
        "comment": (comment or "").strip() or None,
    }
    field_values = {f"satisfaction.{name}": mark for name, mark in marks.items() if mark is not None}
    if table is not None and case is None and not field_values:
        return survey_answers.record_answer_table(table, encoding, via, write_options)
    if case is None or score is None or table or encoding:
        raise InvalidInput("survey-case-or-csv")
    recording.record_event(
        case,
        write_options,
        lambda session: Request(did=SURVEY_ANSWERED, fields=field_values, via=parse_channel(session, via)),
    )
    return 0


COMMANDS: Final = (
    ("sample", sample, N_("Draw a random sample of the customers of closed cases to ask.")),
    ("list", survey_list.asked, N_("List who was asked, who answered, and who has not answered yet.")),
    ("record", record, N_("Record what a customer answered, or a whole table of answers.")),
)
