"""Prints the report: figures of the cases of a period, each with its denominator."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.exchange.analytics import engine_report
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.input.conditions import parse_filter
from complaintctl.commands.overview.settled_cases import count_all_cases
from complaintctl.commands.reports import dashboard_options, report_options, report_output
from complaintctl.commands.reports.selection import shown_scope
from complaintctl.commands.session import check_personal_option, open_session, parse_as_of, print_problems
from complaintctl.domain.reports.figures import Figures
from complaintctl.domain.reports.tally import ReportScope, ReportTally
from complaintctl.errors import InvalidInput
from complaintctl.render.reports import definitions
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.text import tables
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
    reveal: options.Reveal = False,
    engine: engine_report.EngineName = None,
    exports: engine_report.Exports = None,
    as_of: options.AsOf = None,
    output: report_options.Output = None,
    output_format: report_output.Format = None,
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Count cases and steps as of a moment, open and closed ones."""
    chosen_format = report_output.choose_format("json" if as_json else output_format, output)
    report_output.check_target(chosen_format, output)
    if define:
        tables.check_format(chosen_format, tables.TABLE_FORMATS)
        meanings = definitions.define_measures(chosen_format)
        report_output.print_content(meanings, chosen_format, output, private=False)
        return 0
    dashboard_options.check_dashboard_options(
        html,
        {"--json": as_json, "--format": output_format, "--output": output},
        with_customers=with_customers,
    )
    typed = report_options.TypedPeriod(start=start, end=end, last=last, month=month, period=period)
    typed_scope = report_options.TypedScope(
        basis=basis,
        compare=compare,
        groups=tuple(group or ()),
        where=tuple(where or ()),
        either=tuple(or_where or ()),
        with_duplicates=with_duplicates,
    )
    without = {"--where": where, "--or": or_where, "--html": html, "--reveal": reveal, "--as-of": as_of}
    if engine_report.check_engine_options(engine, exports, without):
        figures, words = _count_exports(casebook_dir(ctx), exports or (), typed, typed_scope)
        return report_output.print_figures(figures, words, chosen_format, output, private=False)
    session = open_session(casebook_dir(ctx), reveal=reveal and with_customers, index=not no_index)
    check_personal_option(session, "--with-customers", wanted=with_customers)
    moment = parse_as_of(session, as_of)
    volumes, problems = read_volumes(session.rules.policy, session.casebook.policy_path)
    scope = report_options.build_scope(session, moment, typed, typed_scope, volumes)
    reader = CaseReader(session=session, moment=moment, archive=True, whole=True)
    reader.problems += problems
    if html is not None:
        return _write_dashboard(reader, scope, html, with_customers=with_customers)
    figures = count_figures(reader, scope)
    words = ReportWords(policy=session.rules.policy, zone=session.rules.zone)
    report_output.print_figures(figures, words, chosen_format, output, private=session.casebook.private)
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()


def count_figures(reader: CaseReader, scope: ReportScope) -> Figures:
    """Returns the figures of the cases that fulfil the conditions of the scope, read one by one."""
    rules = reader.session.rules
    accepts = parse_filter(reader.session, reader.moment, scope.conditions, scope.either)
    tally = ReportTally(rules, reader.moment, shown_scope(reader.session, scope))
    if scope.conditions or scope.either:
        count_cases(reader, tally.add, accepts.matches)
    else:
        count_all_cases(reader, tally)
    return tally.figures()


def _count_exports(
    folder: Path,
    exports: Sequence[str],
    period: report_options.TypedPeriod,
    typed: report_options.TypedScope,
) -> tuple[Figures, ReportWords]:
    """Returns the figures of exported tables, and their words: those of the casebook here, if there is one."""
    from complaintctl.domain.reports.engines.engine_tally import engine_figures

    with engine_report.open_exports(exports) as (engine, books, rules):
        tables = tuple(engine_report.parse_exported_dimensions(rules, text) for text in typed.groups)
        as_of = max(book.as_of for book in books).astimezone(rules.zone)
        scope = report_options.scope_in_zone(rules.zone, as_of, period, typed, tables)
        figures = engine_figures(engine, books, scope)
    try:
        policy = open_session(folder).rules.policy
    except InvalidInput:
        policy = rules.policy
    return figures, ReportWords(policy=policy, zone=rules.zone)


def _write_dashboard(reader: CaseReader, scope: ReportScope, html: Path, *, with_customers: bool) -> int:
    """Write the dashboard; its modules are loaded only then."""
    from complaintctl.commands.reports.dashboard import write_dashboard

    return write_dashboard(reader, scope, html, with_customers=with_customers)
