"""Checks deadlines and files, for CI and cron."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_texts
from complaintctl.commands.session import (
    Session,
    open_session,
    parse_as_of,
    print_git_refusal,
    print_message,
    print_problems,
)
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.duties import JudgedDuty, judge_duties
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview import overview
from complaintctl.domain.overview.case_warnings import case_faults
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.check.check import CHECK_FORMATS, check_summary, check_texts, finding_row
from complaintctl.render.check.check_result import CheckResult, duty_kind
from complaintctl.render.check.ci_formats import CI_FORMATS
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk.spooled_rows import SpooledRows
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
    output_format: Annotated[str, options.format_option(CHECK_FORMATS)] = "table",
    as_json: options.Json = False,
) -> int:
    """Judge every open case; exit 1 when something is overdue, 4 when something is broken."""
    output_format = tables.check_format("json" if as_json else output_format, CHECK_FORMATS)
    if fail_on not in CHECK_FAIL_ON:
        raise InvalidInput("unknown-choice", option="--fail-on", value=fail_on, choices=list(CHECK_FAIL_ON))
    session = open_session(casebook_dir(ctx))
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=archive)
    # Without --fail-on due the horizon is not used, only checked.
    horizon = typed_times.parse_future_time(
        soon, reader.moment if fail_on == "due" else session.now, session.rules.zone
    )
    root = _report_root(session, output_format)
    found = _judge_all(reader, root, horizon if fail_on == "due" else None, output_format)
    reader.problems += _merge_conflicts(session, reader.problems)
    duties = _due_duties(reader, horizon if fail_on == "due" else None)
    result = CheckResult(
        as_of=reader.moment,
        judged=found.judged,
        late=found.late,
        findings=found.rows,
        noted=found.noted,
        failing=CHECK_FAIL_ON[fail_on],
        problems=reader.problems,
        files=found.files,
        root=root,
        zone=session.rules.zone,
        duties=duties,
    )
    print_texts(check_texts(result, output_format), output_format)
    print_problems(reader.problems, session.casebook.root)
    print_git_refusal(session.casebook)
    _print_pending_change(session.casebook)
    print_message(check_summary(result))
    kinds = found.kinds | {duty_kind(judged) for judged in duties}
    return reader.exit_code() or (EXIT_FINDINGS if kinds & CHECK_FAIL_ON[fail_on] else 0)


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


class _Findings:
    """The findings as rows, for JUnit the file of each case, and what is counted; cases come one after the other."""

    def __init__(self, *, with_files: bool) -> None:
        self.with_files = with_files
        self.rows: SpooledRows[float] = SpooledRows()
        self.files: SpooledRows[None] = SpooledRows()
        self.judged = self.late = 0
        self.kinds: set[str] = set()
        self.noted = False

    def add(self, judged: JudgedCase, file: str, rows: list[tuple[float, dict[str, Any]]]) -> None:
        """Adds a case with its findings."""
        self.judged += judged.progress.status != "closed"
        if self.with_files:
            self.files.add(None, {"case": judged.case.id, "file": file})
        kinds = {row["kind"] for _due, row in rows}
        self.kinds |= kinds
        self.late += "overdue" in kinds
        for due, row in rows:
            self.noted = self.noted or bool(row.get("note"))
            self.rows.add(due, row)


def _judge_all(reader: CaseReader, root: Path, horizon: datetime | None, output_format: str) -> _Findings:
    """Returns the findings, those due first on top; the files of cases are relative to `root`."""
    found, rules = _Findings(with_files=output_format == "junit"), reader.session.rules

    def find(path: Path, judged: JudgedCase) -> None:
        reader.problems += _case_problems(path, judged, rules)
        file = path.relative_to(root).as_posix()
        rows = [
            (finding.due.timestamp(), finding_row(finding, file, rules, output_format))
            for finding in overview.case_findings(judged, horizon)
        ]
        found.add(judged, file, rows)

    run_through(reader.results(find))
    found.rows.sort()
    return found


def _case_problems(path: Path, judged: JudgedCase, rules: Rulebook) -> list[Problem]:
    """The approvals that became void, and the fields that were taken away after a step needed them."""
    faults = list(case_faults(judged, rules))
    return casefile.faults_with_positions(path, faults) if faults else []


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
