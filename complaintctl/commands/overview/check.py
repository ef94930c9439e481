"""Checking deadlines and files: what CI and cron run."""

from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    Session,
    open_session,
    parse_as_of,
    print_git_refusal,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.domain.overview import overview
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.overview.check import CHECK_FORMATS, check_summary, check_text
from complaintctl.render.overview.check_result import CheckResult
from complaintctl.render.overview.ci_formats import CI_FORMATS
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.git import git
from complaintctl.storage.write import journal, settling

# Which findings fail the run; the others are shown as warnings.
CHECK_FAIL_ON = {
    "overdue": frozenset({"overdue"}),
    "warning": frozenset({"overdue", "warned"}),
    "due": frozenset({"overdue", "due"}),
    "never": frozenset[str](),
}
EXIT_FINDINGS = 1


def check(
    ctx: typer.Context,
    as_of: options.AsOf = None,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="WHAT",
            help=_(
                "overdue: fail when a clock is past due; warning: also past a warning of the policy; due: also when "
                "due within --soon; never."
            ),
        ),
    ] = "overdue",
    soon: Annotated[
        str, typer.Option("--soon", metavar="TIME", help=_("How near is due: +24h, +3d."))
    ] = "+24h",
    archive: Annotated[
        bool, typer.Option("--archive", help=_("Check the files of closed cases too."), show_default=False)
    ] = False,
    output_format: Annotated[str, options.format_option(CHECK_FORMATS)] = "table",
    as_json: options.Json = False,
) -> int:
    """Judge every open case; exit 1 when something is overdue, 4 when something is broken."""
    output_format = tables.check_format("json" if as_json else output_format, CHECK_FORMATS)
    if fail_on not in CHECK_FAIL_ON:
        raise InvalidInput("unknown-choice", option="--fail-on", value=fail_on, choices=list(CHECK_FAIL_ON))
    session = open_session(casebook_dir(ctx))
    view = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=archive)
    horizon = typed_times.parse_future_time(soon, view.moment, session.rules.zone)
    root = _report_root(session, output_format)
    findings: list[overview.Finding] = []
    files, judged_count = {}, 0
    for path, judged in view.cases():
        judged_count += judged.progress.status != "closed"
        files[judged.case.id] = path.relative_to(root).as_posix()
        findings += overview.case_findings(judged, horizon if fail_on == "due" else None)
    view.problems += _merge_conflicts(session, view.problems)
    findings.sort(key=_due_timestamp)
    checked = CheckResult(
        as_of=view.moment,
        judged=judged_count,
        findings=findings,
        failing=CHECK_FAIL_ON[fail_on],
        problems=view.problems,
        files=files,
        root=root,
        zone=session.rules.zone,
        policy=session.rules.policy,
    )
    print_output(check_text(checked, output_format), output_format)
    print_problems(view.problems, session.casebook.root)
    print_git_refusal(session.casebook)
    _print_pending_change(session.casebook)
    print_message(check_summary(checked))
    return view.exit_code() or (
        EXIT_FINDINGS if any(found.kind in CHECK_FAIL_ON[fail_on] for found in findings) else 0
    )


def _print_pending_change(casebook: Casebook) -> None:
    """What an interrupted command left, and what the next one makes of it."""
    subject = journal.pending_subject(casebook)
    if subject is None:
        return
    said = (
        _("A command was interrupted before its commit: {subject}. The next writing command completes it.")
        if settling.will_pending_complete(casebook)
        else _("A command was interrupted before it had written: {subject}. It is NOT recorded.")
    )
    print_message(said.format(subject=subject))


def _report_root(session: Session, output_format: str) -> Path:
    """What paths are counted from: the casebook, for a forge the repository it lies in."""
    repository = session.casebook.repository
    return repository.top if repository is not None and output_format in CI_FORMATS else session.casebook.root


def _due_timestamp(found: overview.Finding) -> float:
    return found.due.timestamp()


def _merge_conflicts(session: Session, known: list[Problem]) -> list[Problem]:
    """Files that git has not finished merging, in the archive too; each named once."""
    if session.casebook.repository is None:
        return []
    named = {problem.file for problem in known if problem.key == "conflict-marker"}
    files = git.unmerged_files(session.casebook.repository, session.casebook.root / "cases")
    return [
        Problem(key="unmerged", file=str(path), line=1, column=1) for path in files if str(path) not in named
    ]
