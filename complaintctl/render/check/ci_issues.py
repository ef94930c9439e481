"""The findings and problems of a check as CI services list them: without customer data, each with an identity that lasts."""

import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import PurePath
from typing import Any, Final

from complaintctl.domain.deadlines.clocks import DATED_CLOCKS
from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.clock_origin import ClockOrigin
from complaintctl.domain.overview.overview import Finding
from complaintctl.domain.problems import Problem
from complaintctl.render.check.check_result import (
    CheckResult,
    duty_kind,
    finding_message,
    finding_step,
    problem_json,
    public_finding,
)
from complaintctl.render.overview.duties import duty_message
from complaintctl.render.sentences import sentences
from complaintctl.render.text import tables

# Values of problems that never hold what somebody wrote into a case: names of fields and steps, limits, choices.
_PUBLIC_VALUES: Final = frozenset(
    {
        "case",
        "choices",
        "depth",
        "detail",
        "expected",
        "field",
        "first",
        "kind",
        "last",
        "near",
        "other",
        "step",
    }
)
_FIELD: Final = re.compile(r"[a-z0-9_.\-\[\]]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """A finding or a problem. `name` is unique within its file; `row` is the row of a clock, else `position` is known.

    `name` and `fingerprint` stay the same from one run to the next, whatever else changes in the file.
    """

    rule: str
    name: str
    title: str
    message: str
    file: str
    fails: bool
    fingerprint: str
    row: tables.TableRow | None = None
    position: tuple[int, int] = (1, 1)


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


def list_issues(checked: CheckResult) -> Iterator[Issue]:
    """Yields the issues, the worst first: unreadable files, what fails (most overdue first), the rest, warnings."""
    yield from _problem_issues(checked, warnings=False)
    for fails in (True, False):
        yield from _finding_issues(checked, fails=fails)
        for judged in checked.duties:
            if (duty_kind(judged) in checked.failing) is fails:
                yield _duty_issue(checked, judged, fails=fails)
    yield from _problem_issues(checked, warnings=True)


def find_position(checked: CheckResult, issue: Issue) -> tuple[int, int]:
    """Returns the line and column of an issue; reads the file of a case."""
    return checked.find_position(issue.row) if issue.row is not None else issue.position


def fingerprint(*parts: str) -> str:
    """Returns the identity of an issue, as 64 hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def public_problem(problem: Problem) -> Problem:
    """Returns the problem; of one in the file of a case, an ellipsis stands for what somebody wrote there."""
    if not {"cases", "attachments"} & set(PurePath(problem.file).parts):
        return problem
    shown = {
        name: value
        for name, value in problem.values.items()
        if isinstance(value, date | int | float)
        or (name in _PUBLIC_VALUES and not _is_typed_name(problem, name, value))
    }
    return dataclasses.replace(problem, values=shown)


def _is_typed_name(problem: Problem, name: str, value: object) -> bool:
    """Whether a value is a name of a field that somebody made up."""
    return name == "field" and (problem.key == "unknown-key" or not _FIELD.fullmatch(str(value)))


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


def numbered(name: str, count: int) -> str:
    """Returns a name, with a number if it was given before."""
    return name if count <= 1 else f"{name} ({count})"


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
