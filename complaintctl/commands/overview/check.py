"""Checking deadlines and files: what CI and cron run."""

from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options, session
from complaintctl.commands.case_reading import CaseReader
from complaintctl.domain.overview import overview
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.overview import check as texts
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.git import git
from complaintctl.storage.write import journal

# Which findings fail the run; the others are shown as warnings.
CHECK_FAIL_ON = {
    "overdue": frozenset({"overdue"}),
    "warning": frozenset({"overdue", "warned"}),
    "due": frozenset({"overdue", "due"}),
    "never": frozenset[str](),
}
EXIT_FINDINGS = 1


def check(
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
    output_format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=_("table, plain, json, jsonl, csv, md, github, gitlab, junit or sarif."),
            autocompletion=completion.complete_check_formats,
        ),
    ] = "table",
    as_json: options.Json = False,
) -> int:
    """Judge every open case; exit 1 when something is overdue, 4 when something is broken."""
    output_format = tables.check_format("json" if as_json else output_format, texts.CHECK_FORMATS)
    if fail_on not in CHECK_FAIL_ON:
        raise InvalidInput("unknown-choice", option="--fail-on", value=fail_on, choices=list(CHECK_FAIL_ON))
    here = session.open_session()
    view = CaseReader(here=here, moment=session.parse_as_of(here, as_of), archive=archive)
    horizon = typed_times.parse_future_time(soon, view.moment, here.rules.zone)
    root = _report_root(here, output_format)
    findings: list[overview.Finding] = []
    files, judged_count = {}, 0
    for path, judged in view.cases():
        judged_count += judged.progress.status != "closed"
        files[judged.case.id] = path.relative_to(root).as_posix()
        findings += overview.case_findings(judged, horizon if fail_on == "due" else None)
    view.problems += _merge_conflicts(here, view.problems)
    findings.sort(key=_due_timestamp)
    checked = texts.CheckResult(
        as_of=view.moment,
        judged=judged_count,
        findings=findings,
        failing=CHECK_FAIL_ON[fail_on],
        problems=view.problems,
        files=files,
        root=root,
        zone=here.rules.zone,
        policy=here.rules.policy,
    )
    session.print_output(texts.check_text(checked, output_format), output_format)
    session.print_problems(view.problems, here.book.root)
    if (words := journal.pending(here.book)) is not None:
        session.print_message(
            _(
                "A command was interrupted before its commit: {subject}. The next writing command completes it."
            ).format(subject=words)
        )
    session.print_message(texts.check_summary(checked))
    return view.exit_code() or (
        EXIT_FINDINGS if any(found.kind in CHECK_FAIL_ON[fail_on] for found in findings) else 0
    )


def _report_root(here: session.Session, output_format: str) -> Path:
    """What paths are counted from: the casebook, for a forge the repository it lies in."""
    repository = here.book.repository
    return (
        repository.top if repository is not None and output_format in texts.FORGE_FORMATS else here.book.root
    )


def _due_timestamp(found: overview.Finding) -> float:
    return found.due.timestamp()


def _merge_conflicts(here: session.Session, known: list[Problem]) -> list[Problem]:
    """Files that git has not finished merging, in the archive too; each named once."""
    if here.book.repository is None:
        return []
    named = {problem.file for problem in known if problem.key == "conflict-marker"}
    files = git.unmerged(here.book.repository, here.book.root / "cases")
    return [
        Problem(key="unmerged", file=str(path), line=1, column=1) for path in files if str(path) not in named
    ]
