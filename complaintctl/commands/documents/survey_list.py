"""Lists the customers asked in surveys: when, in which sample, and their answers."""

import itertools
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_json, print_texts
from complaintctl.commands.session import (
    check_personal_option,
    open_session,
    parse_as_of,
    print_message,
    print_problems,
)
from complaintctl.domain.case import data_state
from complaintctl.domain.case.event_kinds import SURVEY_ASKED
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.lifecycle.survey import SurveyStatus, survey_status
from complaintctl.domain.worktime import typed_times
from complaintctl.exchange.imports import answers
from complaintctl.render.overview.survey import (
    asking_columns,
    asking_entry,
    readable_asking_entry,
    response_rate_text,
    withheld_contacts_text,
)
from complaintctl.render.text import tables, values
from complaintctl.render.text.language import _
from complaintctl.storage.disk.spooled_rows import SpooledRows


# D-125: an asking names its seed.
def sample_label(seed: int) -> str:
    """Returns the text of a `survey-asked` event, which identifies the sample."""
    return f"seed {seed}"


def asked(
    ctx: typer.Context,
    answered: Annotated[
        bool | None,
        typer.Option(
            "--answered/--unanswered",
            help=_("Only customers who answered, or only those who did not."),
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--asked-since",
            metavar="TIME",
            help=_("Only customers asked at this time or later: 2026-10-01, 30d (30 days ago)."),
        ),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(
            "--asked-before",
            metavar="TIME",
            help=_("Only customers asked before this time: 14d (14 days ago)."),
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help=_("Only customers drawn with this seed."))
    ] = None,
    with_contact: options.WithContact = False,
    reveal: options.Reveal = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """List the customers who were asked in a survey, the longest ago first, and what they answered."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx), reveal=reveal, index=not no_index)
    check_personal_option(session, "--with-contact", wanted=with_contact)
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=True, word=SURVEY_ASKED)
    first, last = (
        typed_times.parse_time(text, session.now, session.rules.zone) if text else None
        for text in (since, before)
    )

    make_row = readable_asking_entry if output_format in tables.READABLE_FORMATS else asking_entry
    rows: SpooledRows[tuple[datetime, str]] = SpooledRows()
    withheld: list[str] = []

    def take(_path: Path, judged: JudgedCase) -> list[bool]:
        """Whether the customer answered, if they were asked."""
        status = survey_status(judged.case)
        if status is None or not _is_in_sample(status, seed, first, last):
            return []
        row = make_row(status, session.rules, reader.moment, contact=with_contact)
        has_answered = status.answered is not None
        if answered in {None, has_answered}:
            rows.add((status.event.at, judged.case.id), row)
            if with_contact and data_state.restriction_of(judged.case) is not None:
                withheld.append(judged.case.id)
        return [has_answered]

    counts = Counter(itertools.chain.from_iterable(reader.results(take)))
    rows.sort()
    if output_format == "json":
        content = {"as_of": values.iso_time(reader.moment), "asked": counts.total(), "answered": counts[True]}
        print_json({"survey": {**content, "cases": iter(rows)}})
    else:
        columns = _columns(output_format, contact=with_contact)
        print_texts(tables.row_texts(columns, rows, output_format))
    print_problems(reader.problems, session.casebook.root)
    print_message(response_rate_text(counts.total(), counts[True]))
    if withheld:
        print_message(withheld_contacts_text(len(withheld)))
    return reader.exit_code()


def _columns(output_format: str, *, contact: bool) -> dict[str, str]:
    """Returns the columns; in CSV with empty ones for answers, so that `survey record --csv` can read the filled-in table."""
    if output_format == "csv":
        return {**asking_columns(contact=contact), **dict.fromkeys(answers.FIELD_BY_COLUMN, "")}
    return {**asking_columns(contact=contact), "command": _("do it with")}


def _is_in_sample(
    status: SurveyStatus, seed: int | None, first: datetime | None, last: datetime | None
) -> bool:
    """Whether the customer was asked by the sample of this seed, from `first` and before `last`; None means any."""
    at = status.event.at
    in_time = (first is None or at >= first) and (last is None or at < last)
    return in_time and (seed is None or status.event.text == sample_label(seed))
