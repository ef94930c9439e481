"""Who was asked in a survey, how long ago and by which sample, and who answered."""

import itertools
from pathlib import Path
from typing import Annotated, Any

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    open_session,
    parse_as_of,
    print_message,
    print_output,
    print_problems,
)
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
)
from complaintctl.render.text import tables, values
from complaintctl.render.text.language import _


def sample_label(seed: int) -> str:
    """What the event of an asking says about the sample that it was part of."""
    return f"seed {seed}"


def asked(
    ctx: typer.Context,
    answered: Annotated[
        bool | None,
        typer.Option(
            "--answered/--unanswered", help=_("Only who answered, or only who did not."), show_default=False
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--asked-since", metavar="TIME", help=_("Asked then or later: 2026-10-01, 30d.")),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option("--asked-before", metavar="TIME", help=_("Asked before that: 14d for two weeks ago.")),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help=_("Only who was drawn with this seed."))
    ] = None,
    with_contact: options.WithContact = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """List the customers who were asked in a survey, the longest ago first, and what they answered."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx))
    view = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=True, word=SURVEY_ASKED)
    first, last = (
        typed_times.parse_time(text, session.now, session.rules.zone) if text else None
        for text in (since, before)
    )

    make = readable_asking_entry if output_format in tables.READABLE_FORMATS else asking_entry

    def take(_path: Path, judged: JudgedCase) -> list[tuple[SurveyStatus, dict[str, Any]]]:
        one = survey_status(judged.case)
        if one is None or not (seed is None or one.event.text == sample_label(seed)):
            return []
        in_time = (first is None or one.event.at >= first) and (last is None or one.event.at < last)
        return [(one, make(one, session.rules, view.moment, contact=with_contact))] if in_time else []

    meant = list(itertools.chain.from_iterable(view.results(take)))
    meant.sort(key=lambda pair: (pair[0].event.at, pair[0].case.id))
    rows = [row for one, row in meant if answered is None or answered == (one.answered is not None)]
    done = sum(one.answered is not None for one, _row in meant)
    if output_format == "json":
        found = {"as_of": values.iso_time(view.moment), "asked": len(meant), "answered": done, "cases": rows}
        print_output(tables.json_document("survey", found))
    else:
        # Filled in, the same table is read by `survey record --csv`.
        more = (
            dict.fromkeys(answers.FIELD_BY_COLUMN, "")
            if output_format == "csv"
            else {"command": _("do it with")}
        )
        print_output(
            tables.format_rows({**asking_columns(contact=with_contact), **more}, rows, output_format)
        )
    print_problems(view.problems, session.casebook.root)
    print_message(response_rate_text(len(meant), done))
    return view.exit_code()
