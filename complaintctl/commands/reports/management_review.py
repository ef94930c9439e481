"""Prints a management review: figures, trends, causes, actions, satisfaction and load of a period."""

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.reports import report_options
from complaintctl.commands.reports.paper_writing import PaperFormat, choose_paper_format
from complaintctl.commands.reports.period_paper_writing import PeriodPaperRequest, write_period_paper
from complaintctl.commands.session import open_session, parse_as_of


def management_review(
    ctx: typer.Context,
    start: report_options.From = None,
    end: report_options.To = None,
    last: report_options.Last = None,
    month: report_options.Month = None,
    period: report_options.PeriodName = None,
    where: options.Where = None,
    as_of: options.AsOf = None,
    output_format: PaperFormat = None,
    output: report_options.Output = None,
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Write a management review of a period, with a table for its decisions."""
    chosen_format = choose_paper_format(output_format, output, as_json=as_json)
    session = open_session(casebook_dir(ctx), index=not no_index)
    request = PeriodPaperRequest(
        kind="management-review",
        party=None,
        period=report_options.TypedPeriod(start=start, end=end, last=last, month=month, period=period),
        where=tuple(where or ()),
        as_of=parse_as_of(session, as_of),
        default_length="12m",
    )
    return write_period_paper(session, request, chosen_format, output)
