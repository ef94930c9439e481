"""Surveys after the closing: whom to ask, drawn by lot, and what they answered."""

import dataclasses
import secrets
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands import session as desk
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.documents import survey_answers, survey_list
from complaintctl.commands.session import Session
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
from complaintctl.render.overview import survey as texts
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _
from complaintctl.storage.case import casebook, casefile, prefilter
from complaintctl.storage.write import decided, transaction
from complaintctl.storage.write.decided import Decided

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
    at: options.At = None,
    no_commit: options.NoCommit = False,
    output_format: options.Format = "table",
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
    how = recording.WriteOptions(at=at, by=None, no_commit=no_commit, as_json=as_json)
    here = desk.open_session()
    if record:
        view, found = _record_sample(here, wish, how)
    else:
        view = CaseReader(here=here, moment=here.now, archive=True)
        found = _draw_sample(view, wish)
    _print_sample(view, wish, found, output_format, contact=with_contact)
    desk.print_problems(view.problems, here.book.root)
    if found.drawn and not record:
        desk.print_message(_("Nothing was recorded; --record keeps who was asked, for the response rate."))
    elif found.drawn and here.book.repository is None:
        desk.print_message(
            _("This folder is no git repository: the change is in the file, not in a history.")
        )
    return view.exit_code()


def _draw_sample(view: CaseReader, wish: _SampleOptions) -> SurveySample:
    """The sample of those whose case was closed by the moment of the view; raises InvalidInput for a time after it."""
    here, moment = view.here, view.moment
    since = typed_times.parse_time(wish.since, here.now, here.rules.zone)
    if since > moment:
        raise InvalidInput("future-time", time=since, now=moment)
    closed, asked = [], _asked_on_open_cases(here)
    for case, at in view.archived(casebook.closed_files(here.book)):
        if was_asked(case):
            asked |= customer_contacts(case)
        if since <= at <= moment:
            closed.append(ClosedCase(case=case, at=at))
    return draw(closed, asked, wish.by, wish.size, wish.seed, again=wish.again)


def _asked_on_open_cases(here: Session) -> set[str]:
    """How those are reached who were asked about a case that is open again; a faulty file is named elsewhere."""
    telling = (path for path in casebook.open_files(here.book) if prefilter.may_say(path, SURVEY_ASKED))
    asked = (loaded.case for loaded, _problems in casefile.load(telling) if loaded)
    return {contact for case in asked if was_asked(case) for contact in customer_contacts(case)}


def _record_sample(
    here: Session, wish: _SampleOptions, how: recording.WriteOptions
) -> tuple[CaseReader, SurveySample]:
    """Draw while nobody else writes, and record in each case that its customer is asked; one commit."""
    commit = recording.should_commit(here, how)
    with transaction.writing(here.book) as session:
        recording.print_completed(session.completed)
        # While we waited for the lock, others recorded: what happens now comes after it.
        here = dataclasses.replace(here, now=desk.current_time())
        doing = recording.act_from_options(here, how)
        view = CaseReader(here=here, moment=doing.at, archive=True)
        found = _draw_sample(view, wish)
        request = Request(did=SURVEY_ASKED, text=survey_list.sample_label(wish.seed))
        made = [
            Decided(
                path=casebook.locate(here.book, one.case.id),
                before=one.case,
                decision=lifecycle.decide_request(one.case, here.rules, request, doing),
            )
            for one in found.drawn
        ]
        decided.write(here.book, made, "survey sample", doing.by, commit=commit)
    return view, found


def _print_sample(
    view: CaseReader, wish: _SampleOptions, found: SurveySample, output_format: str, *, contact: bool
) -> None:
    book = view.here.rules
    since = typed_times.parse_time(wish.since, view.here.now, book.zone)
    if output_format == "json":
        machine = texts.sample_json(found, book, since, wish.seed, contact=contact)
        desk.print_output(tables.json_document("survey", machine))
    else:
        make = texts.readable_sample_entry if output_format in tables.READABLE_FORMATS else texts.sample_entry
        # Filled in, the same table is read by `survey record --csv`.
        empty = dict.fromkeys(answers.FACTS, "") if output_format == "csv" else {}
        columns = {**texts.sample_columns(contact=contact), **empty}
        desk.print_output(
            tables.format_rows(
                columns, [make(one, book, contact=contact) for one in found.drawn], output_format
            )
        )
    for words in texts.sample_notes(found, book, since, wish.seed, wish.by):
        desk.print_message(words)


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
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> int:
    """Record what a customer answered, or a table of answers; a closed case stays closed."""
    how = recording.WriteOptions(at=at, by=by, no_commit=no_commit, as_json=as_json)
    marks = {
        "overall": score,
        "attitude": attitude,
        "solved": solved,
        "comment": (comment or "").strip() or None,
    }
    facts = {f"satisfaction.{name}": mark for name, mark in marks.items() if mark is not None}
    if table is not None and case is None and not facts:
        return survey_answers.record_answer_table(table, encoding, via, how)
    if case is None or score is None or table or encoding:
        raise InvalidInput("survey-case-or-csv")
    recording.record_event(
        case, how, lambda here: Request(did=SURVEY_ANSWERED, facts=facts, via=desk.parse_channel(here, via))
    )
    return 0


COMMANDS: Final = (
    ("sample", sample, N_("Draw by lot whom to ask among the customers of closed cases.")),
    ("list", survey_list.asked, N_("List who was asked, who answered, and who did not yet.")),
    ("record", record, N_("Record what a customer answered, or a whole table of answers.")),
)
