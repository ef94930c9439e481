"""The result of a check, and how one overdue clock or problem is put in words or JSON."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import vocabulary
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS
from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.overview import Finding
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.privacy.public_case import public_clock
from complaintctl.domain.problems import Problem
from complaintctl.render.sentences import key_labels
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _

# The formats for CI services; `ci_formats` writes them.
CI_FORMATS: Final = ("github", "gitlab", "junit", "sarif")
# What is printed in these may be read by people outside of the desk: they hold no customer data.
PUBLIC_FORMATS: Final = (*CI_FORMATS, "md")


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """The result of a check; a finding of a kind in `failing` fails it.

    `findings` has a row (`check.finding_row`) for each clock, `files` (for JUnit) a row with `case` and `file` for each
    case; files are relative to `root`, as is `policy_file`. `accepted` has the findings that a baseline accepts, each
    with `reason`, `until` and `who`. `find_position` returns line and column of what started the clock of a row
    (made for CI_FORMATS). `late` counts the cases with an overdue clock; `noted`: some finding has a note. `duties`
    are the recurring duties that are overdue or due soon.
    """

    as_of: datetime
    judged: int
    late: int
    findings: tables.Rows
    noted: bool
    failing: frozenset[str]
    problems: Sequence[Problem]
    files: tables.Rows
    root: Path
    zone: ZoneInfo
    duties: Sequence[JudgedDuty]
    accepted: tables.Rows
    accepted_count: int
    policy_file: str
    find_position: Callable[[tables.TableRow], tuple[int, int]]


def duty_kind(judged: JudgedDuty) -> str:
    """The kind of finding: like a clock, overdue or due (soon)."""
    return "overdue" if judged.state == "overdue" else "due"


def public_finding(finding: Finding, rules: Rulebook) -> Finding:
    """Returns the finding without what somebody wrote: the words of a task, an action, an unknown level."""
    policy = rules.policy
    known = vocabulary.field_choices(policy, "level")
    case = finding.case
    if case.level is not None and case.level not in known:
        case = dataclasses.replace(case, level=None)
    return dataclasses.replace(finding, case=case, clock=public_clock(finding.clock, policy))


def finding_step(finding: Finding) -> str:
    """The step; of a promise, a task or an action also what it is about."""
    clock = finding.clock
    return f"{clock.step}: {clock.what}" if clock.step in DATED_CLOCKS else clock.step


def finding_notes(policy: Policy, finding: Finding) -> list[str]:
    """Remarks on an overdue clock: the warning it is past, a calendar without data for the year, who must be told."""
    notes = []
    if finding.kind == "warned" and finding.warning is not None:
        notes.append(_("warning ({threshold})").format(threshold=finding.warning.text))
    if not finding.clock.known:
        notes.append(_("calendar not published"))
    if finding.rung is not None and finding.rung.to:
        notes.append(_("notify {to}").format(to=labels.party_label(policy, finding.rung.to)))
    return notes


def finding_message(rules: Rulebook, finding: Finding) -> str:
    """A sentence about one clock: the case, the step, when it was or is due."""
    step = labels.clock_label(rules.policy, finding.clock)
    due = values.moment_text(finding.due, rules.zone)
    if finding.late > 0:
        late = values.duration_text(finding.late)
        message = _("{case}: {step} was due {due}, overdue by {late}")
        return message.format(case=finding.case.id, step=step, due=due, late=late)
    message = _("{case}: {step} is due {due}").format(case=finding.case.id, step=step, due=due)
    return _(", ").join([message, *finding_notes(rules.policy, finding)])


def problem_json(problem: Problem, root: Path) -> dict[str, Any]:
    """A problem for programs: its key, its place with the file relative to `root`, and the values of its sentence."""
    return {
        "key": problem.key,
        "file": problem.file.removeprefix(str(root)).lstrip("/\\"),
        "line": problem.line,
        "column": problem.column,
        "warning": problem.warning,
        "facts": {
            name: values.value_text(value, None)
            for name, value in key_labels.shown_problem(problem).values.items()
        },
    }
