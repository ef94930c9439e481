"""The findings and problems of a check as CI services list them: without customer data, each with an identity that lasts."""

import dataclasses
import functools
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from complaintctl.domain.deadlines.clocks import DATED_CLOCKS
from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.clock_origin import ClockOrigin
from complaintctl.domain.overview.overview import Finding
from complaintctl.domain.privacy.public_problem import public_problem
from complaintctl.render.check.check_result import (
    CheckResult,
    duty_kind,
    finding_message,
    finding_step,
    problem_json,
    public_finding,
)
from complaintctl.render.check.check_rules import CHECK_RULES, FILE_FAULT
from complaintctl.render.check.issue_report import Issue, IssueReport, fingerprint, numbered
from complaintctl.render.overview.duties import duty_message
from complaintctl.render.sentences import sentences


def issue_row(finding: Finding, origin: ClockOrigin, rules: Rulebook) -> dict[str, Any]:
    """Returns what CI formats print of a clock besides its row in a table (`check.finding_row`)."""
    finding = public_finding(finding, rules)
    clock, step = finding.clock, finding_step(finding)
    begun = clock.start.astimezone(UTC).isoformat() if clock.start and clock.step in DATED_CLOCKS else ""
    day = f" {finding.due.date().isoformat()}" if clock.step in DATED_CLOCKS else ""
    return {
        "message": finding_message(rules, finding),
        "title": step,
        "name": f"{finding.case.id} {step}{day}",
        "dated": clock.step in DATED_CLOCKS,
        "identity": [finding.case.id, step, begun, finding.due.astimezone(UTC).isoformat()],
        "origin": dataclasses.asdict(origin),
    }


def check_issues(checked: CheckResult) -> IssueReport:
    """Returns what a check found, for the formats of CI services; a position reads the file of a case."""
    return IssueReport(
        command="complaintctl check",
        scope="",
        list_issues=functools.partial(_list_issues, checked),
        find_position=functools.partial(_find_position, checked),
        rules=CHECK_RULES,
        other_rule=FILE_FAULT,
        accepted=checked.accepted,
        accepted_count=checked.accepted_count,
        files=checked.files,
        as_of=checked.as_of,
        whole_file=checked.policy_file,
    )


def _find_position(checked: CheckResult, issue: Issue) -> tuple[int, int]:
    return checked.find_position(issue.row) if issue.row is not None else issue.position


def _list_issues(checked: CheckResult) -> Iterator[Issue]:
    """Yields the issues, the worst first: unreadable files, what fails (most overdue first), the rest, warnings."""
    yield from _problem_issues(checked, warnings=False)
    for fails in (True, False):
        yield from _finding_issues(checked, fails=fails)
        for judged in checked.duties:
            if (duty_kind(judged) in checked.failing) is fails:
                yield _duty_issue(checked, judged, fails=fails)
    yield from _problem_issues(checked, warnings=True)


def _finding_issues(checked: CheckResult, *, fails: bool) -> Iterator[Issue]:
    seen: Counter[str] = Counter()
    for row in checked.findings:
        if (row["kind"] in checked.failing) is not fails:
            continue
        digest, name = fingerprint(*row["identity"]), row["name"]
        if row["dated"]:
            # Two tasks given at one moment to one department look the same; they are counted.
            seen.update([digest, name])
        yield Issue(
            rule=row["kind"],
            name=numbered(name, seen[name]),
            title=row["title"],
            message=row["message"],
            file=row["file"],
            fails=fails,
            fingerprint=digest if seen[digest] <= 1 else fingerprint(digest, str(seen[digest])),
            row=row,
        )


def _duty_issue(checked: CheckResult, judged: JudgedDuty, *, fails: bool) -> Issue:
    due = judged.due.astimezone(UTC).isoformat() if judged.due else ""
    return Issue(
        rule=f"duty-{duty_kind(judged)}",
        name=f"duty {judged.name}",
        title=judged.name,
        message=duty_message(judged, checked.zone),
        file=checked.policy_file,
        fails=fails,
        fingerprint=fingerprint("duty", judged.name, due),
    )


def _problem_issues(checked: CheckResult, *, warnings: bool) -> Iterator[Issue]:
    seen: Counter[str] = Counter()
    for problem in checked.problems:
        if problem.warning is not warnings:
            continue
        public = public_problem(problem)
        file = str(problem_json(problem, checked.root)["file"])
        digest = fingerprint(problem.key, file, *_sorted_values(public.values))
        name = f"{file} {problem.key}"
        seen[digest] += 1
        seen[name] += 1
        yield Issue(
            rule=problem.key,
            name=numbered(problem.key, seen[name]),
            title="",
            message=sentences.fill_sentence(problem.key, public.values, None),
            file=file,
            fails=not problem.warning,
            fingerprint=digest if seen[digest] <= 1 else fingerprint(digest, str(seen[digest])),
            position=(max(problem.line, 1), max(problem.column, 1)),
        )


def _sorted_values(problem_values: Mapping[str, object]) -> list[str]:
    return [f"{name}={problem_values[name]}" for name in sorted(problem_values)]
