"""The findings of a check: judges every case, notes what needs attention and what a baseline accepts."""

import functools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.commands.overview.check_baseline import CheckBaseline
from complaintctl.commands.session import Session
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.overview import overview
from complaintctl.domain.overview.case_warnings import case_faults
from complaintctl.domain.overview.clock_origin import ClockOrigin, find_origin
from complaintctl.domain.overview.overview import Finding
from complaintctl.domain.problems import Problem
from complaintctl.render.check.check import finding_row, note_ended
from complaintctl.render.check.check_result import CI_FORMATS
from complaintctl.render.text import tables
from complaintctl.storage.case import casefile
from complaintctl.storage.case.clock_lines import PositionFinder
from complaintctl.storage.disk.spooled_rows import SpooledRows
from complaintctl.storage.privacy.erased_files import erased_file_faults
from complaintctl.storage.privacy.seal_check import seal_faults


class CheckFindings:
    """The findings as rows, for JUnit the file of each case, and what is counted; cases come one after the other."""

    def __init__(self, *, with_files: bool) -> None:
        self.with_files = with_files
        self.rows: SpooledRows[float] = SpooledRows()
        self.accepted: SpooledRows[float] = SpooledRows()
        self.files: SpooledRows[None] = SpooledRows()
        self.judged = self.late = 0
        self.kinds: set[str] = set()
        self.noted = False

    def add_case(self, judged: JudgedCase, file: str) -> None:
        """Adds a case, before its findings."""
        self.judged += judged.progress.status != "closed"
        if self.with_files:
            self.files.add(None, {"case": judged.case.id, "file": file})

    def add_row(self, due: datetime, row: dict[str, Any]) -> None:
        """Adds a finding."""
        if "reason" in row:
            self.accepted.add(due.timestamp(), row)
            return
        self.kinds.add(row["kind"])
        self.noted = self.noted or bool(row.get("note"))
        self.rows.add(due.timestamp(), row)


def judge_cases(
    reader: CaseReader,
    root: Path,
    horizon: datetime | None,
    output_format: str,
    baseline: CheckBaseline,
) -> CheckFindings:
    """Returns the findings, those due first on top; the files of cases are relative to `root`."""
    found = CheckFindings(with_files=output_format == "junit")

    def find(path: Path, judged: JudgedCase) -> None:
        reader.problems += _case_problems(path, judged, reader.session)
        file = path.relative_to(root).as_posix()
        found.add_case(judged, file)
        late = False
        for finding in overview.case_findings(judged, horizon):
            row = _make_row(judged, finding, file, output_format)
            entry, ended = baseline.accept(finding)
            if entry is not None:
                row |= {"reason": entry.reason, "until": entry.until.isoformat(), "who": entry.who}
            elif ended is not None:
                note_ended(row, ended.until)
            late = late or (entry is None and finding.kind == "overdue")
            found.add_row(finding.due, row)
        found.late += late

    run_through(reader.results(find))
    found.rows.sort()
    found.accepted.sort()
    return found


def _make_row(judged: JudgedCase, finding: Finding, file: str, output_format: str) -> dict[str, Any]:
    row = finding_row(finding, file, judged.rules, output_format)
    if output_format in CI_FORMATS:
        # Most checks are for people, and this loads a few modules more.
        from complaintctl.render.check.ci_issues import issue_row

        row |= issue_row(finding, find_origin(judged, finding.clock), judged.rules)
    return row


def position_finder(root: Path) -> Callable[[tables.TableRow], tuple[int, int]]:
    """Returns what finds line and column of the start of a clock by its row."""
    return functools.partial(_find_position, PositionFinder(), root)


def _find_position(finder: PositionFinder, root: Path, row: tables.TableRow) -> tuple[int, int]:
    return finder.find(root / row["file"], ClockOrigin(**row["origin"]))


def _case_problems(path: Path, judged: JudgedCase, session: Session) -> list[Problem]:
    """The approvals that became void, the fields that were taken away after a step needed them, a damaged seal, erased files."""
    faults = list(case_faults(judged, session.rules))
    faults += seal_faults(session.casebook.keyring, judged.case)
    faults += erased_file_faults(session.casebook.root, judged.case)
    return casefile.faults_with_positions(path, faults) if faults else []
