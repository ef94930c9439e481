"""Writes a static site: dashboard, a page a case, policy, lessons."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.reports.dashboard import DashboardRun, dashboard_scope
from complaintctl.commands.reports.dashboard_options import WithCustomers
from complaintctl.commands.session import (
    check_personal_option,
    open_session,
    parse_as_of,
    print_message,
    print_problems,
)
from complaintctl.domain.case import data_state
from complaintctl.domain.case.lessons import Lesson, has_lesson, newest_first_order
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.overview.next_step import next_step
from complaintctl.domain.privacy.public_case import public_case
from complaintctl.domain.reports.tally import ReportScope
from complaintctl.render.dashboard.page import PageOptions, dashboard_html
from complaintctl.render.site import pages
from complaintctl.render.text import values
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.disk import site_folder


def site(
    ctx: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help=_("A new or empty folder, or one with an earlier site.")),
    ],
    with_customers: WithCustomers = False,
    reveal: options.Reveal = False,
    with_lessons: Annotated[
        bool,
        typer.Option("--with-lessons", help=_("Show the texts of the lessons, too."), show_default=False),
    ] = False,
    as_of: options.AsOf = None,
    no_index: options.NoIndex = False,
) -> int:
    """Write a small website for any web server or Pages service; links are relative, no script asks a server.

    Without --with-customers it has no customer data: names, contacts, titles and every text that somebody wrote are
    left out. Names of the team, products and batches stay.
    """
    site_folder.check_site_folder(folder)
    session = open_session(casebook_dir(ctx), reveal=reveal and with_customers, index=not no_index)
    check_personal_option(session, "--with-customers", wanted=with_customers)
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=True, whole=True)
    written = site_folder.write_site(
        folder, _pages(reader, with_customers=with_customers, with_lessons=with_lessons or with_customers)
    )
    print_problems(reader.problems, session.casebook.root)
    print_message(
        ngettext("{count} page in {folder}", "{count} pages in {folder}", written).format(
            count=written, folder=folder
        )
    )
    return reader.exit_code()


def _pages(reader: CaseReader, *, with_customers: bool, with_lessons: bool) -> Iterator[tuple[str, str]]:
    """Yields address and text of every page; the pages of the cases while they are read."""
    rules = reader.session.rules
    run = DashboardRun(reader, dashboard_scope(ReportScope()), with_customers=with_customers)
    lessons: list[Lesson] = []
    cases = 0

    def take(_path: Path, judged: JudgedCase) -> tuple[str, str]:
        run.add(judged)
        case, done = judged.case, judged.progress
        may_show = with_customers and data_state.restriction_of(case) is None
        shown = judged if may_show else public_case(judged)
        if done.status == "closed" and done.closures and has_lesson(case):
            told = dataclasses.replace(shown.case, lesson=case.lesson if with_lessons else None)
            lessons.append(Lesson(case=told, closed=done.closures[-1][0]))
        awaited = None if done.status == "closed" else next_step(judged, rules)
        return pages.CASE_PAGE.format(case.id), pages.case_page(shown, awaited, rules)

    for address, text in reader.results(take):
        cases += 1
        yield address, text
    lessons.sort(key=newest_first_order)
    open_cases = sum(row.status != "closed" for row in run.others.rows)
    yield pages.POLICY, pages.policy_page(rules)
    yield (
        pages.LESSONS,
        pages.lessons_page(lessons, rules, with_texts=with_lessons, with_titles=with_customers),
    )
    shown = PageOptions(with_customers=with_customers, case_link=pages.CASE_PAGE, navigation=pages.NAVIGATION)
    yield pages.DASHBOARD, dashboard_html(run.content(), rules, shown)
    counts = pages.SiteCounts(
        as_of=values.moment_text(reader.moment, rules.zone),
        cases=cases,
        open=open_cases,
        lessons=len(lessons),
    )
    yield pages.INDEX, pages.index_page(counts, rules)
