"""Checks deadlines and files, for CI and cron."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_texts
from complaintctl.commands.overview.check_baseline import BaselineOptions, open_baseline
from complaintctl.commands.overview.check_findings import CheckFindings, judge_cases, position_finder
from complaintctl.commands.session import (
    Session,
    open_session,
    parse_as_of,
    print_git_refusal,
    print_message,
    print_problems,
)
from complaintctl.domain.deadlines.duties import JudgedDuty, judge_duties
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.check.check import CHECK_FORMATS, check_summary, check_texts
from complaintctl.render.check.check_result import CI_FORMATS, PUBLIC_FORMATS, CheckResult, duty_kind
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import POLICY_FILE, Casebook
from complaintctl.storage.git import git
from complaintctl.storage.policy.dutyfile import read_duty_records
from complaintctl.storage.write import journal, settling

# The kinds of findings that make the run fail, by --fail-on; other findings are shown as warnings (D-113).
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
        str, typer.Option("--soon", metavar="TIME", help=_("How soon counts as due: +24h, +3d."))
    ] = "+24h",
    archive: Annotated[
        bool, typer.Option("--archive", help=_("Check the files of closed cases too."), show_default=False)
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help=_("Accept the findings listed in this file, each with a reason and a last day."),
            autocompletion=completion.complete_yaml_files,
        ),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option(
            "--write-baseline",
            metavar="FILE",
            help=_("Accept what fails now: add it to this file. Needs --reason and --until."),
            autocompletion=completion.complete_yaml_files,
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="TEXT", help=_("Why it is accepted, for --write-baseline.")),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DAY", help=_("The last day on which it is accepted, for --write-baseline.")
        ),
    ] = None,
    exit_zero: Annotated[
        bool,
        typer.Option(
            "--exit-zero",
            help=_("Exit 0 in spite of findings; broken files still exit 4."),
            show_default=False,
        ),
    ] = False,
    output_format: Annotated[str, options.format_option(CHECK_FORMATS)] = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Judge every open case; exit 1 when something is overdue, 4 when something is broken."""
    output_format = tables.check_format("json" if as_json else output_format, CHECK_FORMATS)
    if fail_on not in CHECK_FAIL_ON:
        raise InvalidInput("unknown-choice", option="--fail-on", value=fail_on, choices=list(CHECK_FAIL_ON))
    session = open_session(casebook_dir(ctx), index=not no_index)
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=archive)
    # Without --fail-on due the horizon is not used, only checked.
    horizon = typed_times.parse_future_time(
        soon, reader.moment if fail_on == "due" else session.now, session.rules.zone
    )
    failing = CHECK_FAIL_ON[fail_on]
    accepting = open_baseline(reader, BaselineOptions(baseline, write_baseline, reason, until), failing)
    root = _report_root(session, output_format)
    found = judge_cases(reader, root, horizon if fail_on == "due" else None, output_format, accepting)
    reader.problems += accepting.finish()
    reader.problems += _merge_conflicts(session, reader.problems)
    duties = _due_duties(reader, horizon if fail_on == "due" else None)
    result = _check_result(reader, found, duties, failing, root)
    _print_result(result, output_format)
    _print_problems(session, reader.problems, output_format)
    print_git_refusal(session.casebook)
    _print_pending_change(session.casebook)
    print_message(check_summary(result))
    kinds = found.kinds | {duty_kind(judged) for judged in duties}
    return reader.exit_code() or (EXIT_FINDINGS if kinds & failing and not exit_zero else 0)


def _check_result(
    reader: CaseReader, found: CheckFindings, duties: list[JudgedDuty], failing: frozenset[str], root: Path
) -> CheckResult:
    casebook = reader.session.casebook
    return CheckResult(
        as_of=reader.moment,
        judged=found.judged,
        late=found.late,
        findings=found.rows,
        noted=found.noted,
        failing=failing,
        problems=reader.problems,
        files=found.files,
        root=root,
        zone=reader.session.rules.zone,
        duties=duties,
        accepted=found.accepted,
        accepted_count=len(found.accepted),
        policy_file=casebook.root.joinpath(POLICY_FILE).relative_to(root).as_posix(),
        find_position=position_finder(root),
    )


def _print_result(result: CheckResult, output_format: str) -> None:
    if output_format in PUBLIC_FORMATS:
        # Most checks are for people, and these load a few modules more.
        from complaintctl.render.check.ci_formats import write_public

        print_texts(write_public(result, output_format), output_format)
    else:
        print_texts(check_texts(result, output_format), output_format)


def _print_problems(session: Session, problems: list[Problem], output_format: str) -> None:
    """Print the problems; for CI, whose log others read, without what somebody wrote into a case."""
    if output_format in PUBLIC_FORMATS:
        from complaintctl.domain.privacy.public_problem import public_problem

        problems = list(map(public_problem, problems))
    print_problems(problems, session.casebook.root)


def _due_duties(reader: CaseReader, horizon: datetime | None) -> list[JudgedDuty]:
    """The duties that are overdue, or due by the horizon; says which have never been recorded."""
    session = reader.session
    if not session.rules.policy.duties:
        return []
    records, problems = read_duty_records(session.casebook)
    reader.problems += problems
    judged = judge_duties(session.rules, records, reader.moment)
    never = [duty.name for duty in judged if duty.state == "never"]
    if never and not problems:
        words = _(
            "Never recorded, so not judged yet: {duties}. Record the first time: complaintctl duty NAME"
        )
        print_message(words.format(duties=_(", ").join(never)))
    return [
        duty
        for duty in judged
        if duty.due is not None and (duty.state == "overdue" or (horizon is not None and duty.due <= horizon))
    ]


def _print_pending_change(casebook: Casebook) -> None:
    """Print what an interrupted command left, and what the next one does with it."""
    subject = journal.pending_subject(casebook)
    if subject is None:
        return
    message = (
        _("A command was interrupted before its commit: {subject}. The next writing command completes it.")
        if settling.will_pending_complete(casebook)
        else _("A command was interrupted before it had written: {subject}. It is NOT recorded.")
    )
    print_message(message.format(subject=subject))


def _report_root(session: Session, output_format: str) -> Path:
    """Returns the folder that printed paths are relative to: for CI formats the repository, otherwise the casebook."""
    repository = session.casebook.repository
    return repository.top if repository is not None and output_format in CI_FORMATS else session.casebook.root


def _merge_conflicts(session: Session, known: list[Problem]) -> list[Problem]:
    """Returns a problem for each case file in merge conflict, also closed ones, that no known problem reports."""
    if session.casebook.repository is None:
        return []
    reported = {problem.file for problem in known if problem.key == "conflict-marker"}
    files = git.unmerged_files(session.casebook.repository, session.casebook.root / "cases")
    return [
        Problem(key="unmerged", file=str(path), line=1, column=1)
        for path in files
        if str(path) not in reported
    ]
