"""The report: counts and step figures, each with its denominator."""

from typing import Annotated

import typer

from complaintctl.commands import options, session
from complaintctl.commands.case_reading import CaseReader
from complaintctl.domain.overview.metrics import GROUP_FIELDS, ReportTally
from complaintctl.domain.worktime import typed_times
from complaintctl.render.overview import report as texts
from complaintctl.render.text import tables
from complaintctl.render.text.glossary import glossary
from complaintctl.render.text.language import _


def report(
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help=_("Received at this time or later."))
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help=_("Received before this time."))
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="FIELD", help=_("Count by this field instead of the usual ones. Repeatable.")
        ),
    ] = None,
    define: Annotated[
        bool, typer.Option("--define", help=_("Say what the words of the report mean."), show_default=False)
    ] = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Count cases and steps as of a moment, open and closed ones."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    if define:
        session.print_output(glossary(texts.REPORT_DEFINITIONS, output_format))
        return 0
    here = session.open_session()
    groups = [session.parse_column(here, name) for name in group or GROUP_FIELDS]
    view = CaseReader(here=here, moment=session.parse_as_of(here, as_of), archive=True)
    first = typed_times.parse_time(start, here.now, here.rules.zone) if start else None
    last = typed_times.parse_time(end, here.now, here.rules.zone) if end else None
    tally = ReportTally(here.rules, view.moment, groups)
    for _path, judged in view.cases():
        received = judged.case.received
        if (first is None or received >= first) and (last is None or received < last):
            tally.add(judged)
    result = tally.result()
    session.print_output(
        texts.report_text(result, here.rules.policy, here.rules.zone, output_format), output_format
    )
    session.print_problems(view.problems, here.book.root)
    return view.exit_code()
