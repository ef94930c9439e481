"""Writes the dashboard of a report as one page."""

import dataclasses
from pathlib import Path

from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.input.conditions import parse_filter
from complaintctl.commands.overview.today_duties import due_duties
from complaintctl.commands.reports.selection import shown_scope
from complaintctl.commands.session import print_message, print_problems, write_output
from complaintctl.domain.dashboard.dashboard import MONTH, DashboardContent
from complaintctl.domain.dashboard.dashboard_tally import DashboardTally
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.reports import periods
from complaintctl.domain.reports.case_facts import is_counted_apart
from complaintctl.domain.reports.tally import ReportScope, ReportTally
from complaintctl.render.dashboard.page import PageOptions, dashboard_html
from complaintctl.render.text.language import _


class DashboardRun:
    """A dashboard in the making: it counts the cases of a report, and keeps a short row of each."""

    def __init__(self, reader: CaseReader, scope: ReportScope, *, with_customers: bool) -> None:
        self.reader, self.scope, self.with_customers = reader, scope, with_customers
        rules = reader.session.rules
        self.figures = ReportTally(rules, reader.moment, shown_scope(reader.session, scope))
        self.others = DashboardTally(rules, reader.moment, with_customers=with_customers)

    def add(self, judged: JudgedCase) -> None:
        """Counts a case that fulfils the filter of the report."""
        self.figures.add(judged)
        is_here = periods.is_in_period(self.scope.periods[0], judged.case.received)
        self.others.add(judged, is_counted=is_here and not is_counted_apart(judged.case))

    def content(self) -> DashboardContent:
        """Returns the content of the page, after all cases were added."""
        duties = due_duties(self.reader, None, None, None)
        return self.others.content(self.figures.figures(), tuple(duties))

    def write(self, file: Path) -> None:
        """Write the page; raises InvalidInput or OSError if that is not possible."""
        options = PageOptions(with_customers=self.with_customers, case_link="", navigation=())
        page = dashboard_html(self.content(), self.reader.session.rules, options)
        write_output(
            page.encode(), file, private=self.with_customers and self.reader.session.casebook.private
        )
        print_message(_("dashboard: {file}").format(file=file))


def dashboard_scope(scope: ReportScope) -> ReportScope:
    """Returns the scope of a report with the figures of each month, which the trend needs."""
    months = (MONTH,)
    tables = scope.tables if months in scope.tables else (*scope.tables, months)
    return dataclasses.replace(scope, tables=tables)


def write_dashboard(reader: CaseReader, scope: ReportScope, file: Path, *, with_customers: bool) -> int:
    """Read the cases of a report and write its dashboard; returns the exit code."""
    accepts = parse_filter(reader.session, reader.moment, scope.conditions, scope.either)
    run = DashboardRun(reader, dashboard_scope(scope), with_customers=with_customers)
    count_cases(reader, run.add, accepts.matches)
    run.write(file)
    print_problems(reader.problems, reader.session.casebook.root)
    return reader.exit_code()
