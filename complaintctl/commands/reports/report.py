"""Prints the report: figures of the cases of a period, each with its denominator."""

from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.reports import dashboard_options, report_options
from complaintctl.commands.session import (
    open_session,
    parse_as_of,
    print_output,
    print_problems,
)
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.overview import filters
from complaintctl.domain.reports.metrics import summarise_figures
from complaintctl.domain.reports.tally import ReportScope, ReportTally
from complaintctl.render.reports.report import report_text
from complaintctl.render.reports.report_columns import REPORT_DEFINITIONS
from complaintctl.render.text import tables
from complaintctl.render.text.glossary import glossary
from complaintctl.render.text.language import _
from complaintctl.storage.policy.volumefile import read_volumes


def report(
    ctx: typer.Context,
    start: report_options.From = None,
    end: report_options.To = None,
    last: report_options.Last = None,
    month: report_options.Month = None,
    period: report_options.PeriodName = None,
    basis: report_options.BasisName = "received",
    compare: report_options.Compare = None,
    group: report_options.GroupBy = None,
    where: options.Where = None,
    or_where: options.OrWhere = None,
    with_duplicates: report_options.WithDuplicates = False,
    define: Annotated[
        bool, typer.Option("--define", help=_("Explain the terms of the report."), show_default=False)
    ] = False,
    html: dashboard_options.Html = None,
    with_customers: dashboard_options.WithCustomers = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Count cases and steps as of a moment, open and closed ones."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    if define:
        print_output(glossary(REPORT_DEFINITIONS, output_format))
        return 0
    dashboard_options.check_dashboard_options(html, output_format, with_customers=with_customers)
    session = open_session(casebook_dir(ctx))
    moment = parse_as_of(session, as_of)
    typed = report_options.TypedPeriod(start=start, end=end, last=last, month=month, period=period)
    volumes, problems = read_volumes(session.rules.policy, session.casebook.policy_path)
    scope = report_options.build_scope(
        session,
        moment,
        typed,
        report_options.TypedScope(
            basis=basis,
            compare=compare,
            groups=tuple(group or ()),
            where=tuple(where or ()),
            either=tuple(or_where or ()),
            with_duplicates=with_duplicates,
        ),
        volumes,
    )
    accepts = filters.parse_filter(session.rules, moment, scope.conditions, scope.either)
    reader = CaseReader(session=session, moment=moment, archive=True)
    reader.problems += problems
    if html is not None:
        return _write_dashboard(reader, scope, accepts, html, with_customers=with_customers)
    tally = ReportTally(session.rules, moment, scope)

    def count(_path: Path, judged: JudgedCase) -> None:
        if accepts.matches(judged):
            tally.add(judged)

    run_through(reader.results(count))
    result = summarise_figures(tally.figures())
    print_output(report_text(result, session.rules.policy, session.rules.zone, output_format), output_format)
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()


def _write_dashboard(
    reader: CaseReader, scope: ReportScope, accepts: filters.Filter, html: Path, *, with_customers: bool
) -> int:
    from complaintctl.commands.reports.dashboard import DashboardRun, dashboard_scope

    run = DashboardRun(reader, dashboard_scope(scope), with_customers=with_customers)

    def count(_path: Path, judged: JudgedCase) -> None:
        if accepts.matches(judged):
            run.add(judged)

    run_through(reader.results(count))
    run.write(html)
    print_problems(reader.problems, reader.session.casebook.root)
    return reader.exit_code()
