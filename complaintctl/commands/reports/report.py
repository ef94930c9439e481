"""Prints the report: counts of cases and figures of steps, each with its denominator."""

from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.overview import list_completion
from complaintctl.commands.session import (
    open_session,
    parse_as_of,
    parse_column,
    print_output,
    print_problems,
)
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.reports.metrics import GROUP_FIELDS, ReportTally
from complaintctl.domain.worktime import typed_times
from complaintctl.render.reports.report import report_text
from complaintctl.render.reports.report_columns import REPORT_DEFINITIONS
from complaintctl.render.text import tables
from complaintctl.render.text.glossary import glossary
from complaintctl.render.text.language import _


def report(
    ctx: typer.Context,
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help=_("Received at this time or later."))
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help=_("Received before this time."))
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="FIELD",
            help=_("Count by this field instead of the usual ones. Repeatable."),
            autocompletion=list_completion.complete_columns,
        ),
    ] = None,
    define: Annotated[
        bool, typer.Option("--define", help=_("Explain the terms of the report."), show_default=False)
    ] = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Count cases and steps as of a moment, open and closed ones."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    if define:
        print_output(glossary(REPORT_DEFINITIONS, output_format))
        return 0
    session = open_session(casebook_dir(ctx))
    groups = [parse_column(session, name) for name in group or GROUP_FIELDS]
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=True)
    first = typed_times.parse_time(start, session.now, session.rules.zone) if start else None
    last = typed_times.parse_time(end, session.now, session.rules.zone) if end else None
    tally = ReportTally(session.rules, reader.moment, groups)

    def count(_path: Path, judged: JudgedCase) -> None:
        received = judged.case.received
        if (first is None or received >= first) and (last is None or received < last):
            tally.add(judged)

    run_through(reader.results(count))
    result = tally.result()
    print_output(report_text(result, session.rules.policy, session.rules.zone, output_format), output_format)
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()
