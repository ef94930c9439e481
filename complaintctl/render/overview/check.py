"""What `check` found: overdue clocks and problems, for people, for machines and for CI services."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from complaintctl import __version__
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS
from complaintctl.domain.overview.overview import Finding
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.problems import Problem
from complaintctl.render.sentences import sentences
from complaintctl.render.text import colours, labels, tables, values
from complaintctl.render.text.language import _, ngettext

# These name files from the top of the repository, where the service looks for them.
FORGE_FORMATS: Final = ("github", "gitlab", "junit", "sarif")
CHECK_FORMATS: Final = (*tables.TABLE_FORMATS, *FORGE_FORMATS)


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """The result of a check; `files` maps a case id to its file below `root`, `failing` what fails the run."""

    as_of: datetime
    judged: int
    findings: Sequence[Finding]
    failing: frozenset[str]
    problems: Sequence[Problem]
    files: Mapping[str, str]
    root: Path
    zone: ZoneInfo
    policy: Policy


def check_text(checked: CheckResult, output_format: str) -> str:
    """The result in a format of FORMATS."""
    if output_format in _WRITERS:
        return _WRITERS[output_format](checked)
    columns = {
        "case": _("case"),
        "step": _("step"),
        "due": _("due"),
        "late": _("late by"),
        "level": _("level"),
        "owner": _("owner"),
    }
    if output_format not in tables.READABLE_FORMATS:
        columns |= dict.fromkeys(("kind", "calendar_published", "tell", "what"), "")
    elif any(_notes(checked.policy, finding) for finding in checked.findings):
        columns["note"] = _("note")
    entries = [_entry(checked, finding) for finding in checked.findings]
    for entry, finding in zip(entries, checked.findings, strict=True):
        if output_format in tables.READABLE_FORMATS:
            entry["step"] = labels.clock_label(checked.policy, finding.clock)
            entry["level"] = labels.word_label(checked.policy, "level", finding.case.level)
            entry["due"] = values.moment_text(finding.due, checked.zone)
            entry["note"] = _(", ").join(_notes(checked.policy, finding))
            entry["late"] = colours.paint_text(_lateness(finding), colours.time_left_colour(-finding.late))
    return tables.format_rows(columns, entries, output_format)


def _lateness(finding: Finding) -> str:
    if finding.clock.state == "paused":
        return _("waiting")
    length = values.duration_text(finding.late)
    return length if finding.kind == "overdue" else _("in {length}").format(length=length)


def _notes(policy: Policy, finding: Finding) -> list[str]:
    """What else there is to say of a clock: a warning of the policy, its calendar, who shall know."""
    notes = []
    if finding.kind == "warned" and finding.warning is not None:
        notes.append(_("warning ({threshold})").format(threshold=finding.warning.text))
    if not finding.clock.known:
        notes.append(_("calendar not published"))
    if finding.rung is not None and finding.rung.to:
        notes.append(_("notify {to}").format(to=labels.party_label(policy, finding.rung.to)))
    return notes


def check_summary(checked: CheckResult) -> str:
    """One line for the terminal: how many of how many."""
    late = len({finding.case.id for finding in checked.findings if finding.kind == "overdue"})
    said = ngettext(
        "Open cases: {judged}. {late} of them is overdue at {as_of}.",
        "Open cases: {judged}. {late} of them are overdue at {as_of}.",
        late,
    )
    return said.format(
        late=late, judged=checked.judged, as_of=values.moment_text(checked.as_of, checked.zone)
    )


def finding_step(finding: Finding) -> str:
    """The step, or for a promise to the customer or a task what it is about."""
    clock = finding.clock
    return f"{clock.step}: {clock.what}" if clock.step in DATED_CLOCKS else clock.step


def _entry(checked: CheckResult, finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "case": finding.case.id,
        "step": finding.clock.step,
        "what": finding.clock.what,
        "due": values.iso_time(finding.due),
        "late": finding.late,
        "level": finding.case.level,
        "owner": finding.case.owner,
        "file": checked.files.get(finding.case.id),
        "calendar_published": finding.clock.known,
        "warned": finding.clock.warned,
        "tell": finding.rung.to if finding.rung else None,
    }


def _message(checked: CheckResult, finding: Finding) -> str:
    facts = {
        "case": finding.case.id,
        "step": labels.clock_label(checked.policy, finding.clock),
        "due": values.moment_text(finding.due, checked.zone),
    }
    if finding.late > 0:
        late = values.duration_text(finding.late)
        return _("{case}: {step} was due {due}, overdue by {late}").format(**facts, late=late)
    said = _("{case}: {step} is due {due}").format(**facts)
    return _(", ").join([said, *_notes(checked.policy, finding)])


def _check_json(checked: CheckResult) -> str:
    return tables.json_document(
        "check",
        {
            "as_of": values.iso_time(checked.as_of),
            "judged": checked.judged,
            **{
                kind: [_entry(checked, one) for one in checked.findings if one.kind == kind]
                for kind in ("overdue", "due", "warned", "unpublished")
            },
            "problems": [problem_json(one, checked.root) for one in checked.problems],
        },
    )


def problem_json(found: Problem, root: Path) -> dict[str, Any]:
    """A problem for machines: its key, place and facts."""
    return {
        "key": found.key,
        "file": found.file.removeprefix(str(root)).lstrip("/\\"),
        "line": found.line,
        "column": found.column,
        "warning": found.warning,
        "facts": {name: values.value_text(value, None) for name, value in found.values.items()},
    }


def _check_github(checked: CheckResult) -> str:
    lines = [
        f"::{'error' if one.kind in checked.failing else 'warning'} file={_property(checked.files.get(one.case.id, ''))},line=1,"
        f"title={_property(finding_step(one))}::{_data(_message(checked, one))}"
        for one in checked.findings
    ]
    for one in checked.problems:
        entry = problem_json(one, checked.root)
        kind = "warning" if one.warning else "error"
        place = f"file={_property(entry['file'])},line={max(one.line, 1)},col={max(one.column, 1)}"
        lines.append(f"::{kind} {place}::{_data(sentences.fill_sentence(one.key, one.values, None))}")
    return "".join(f"{line}\n" for line in lines)


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Issue:
    """One thing found as CI services want it; `name` tells it from the others of its file."""

    rule: str
    name: str
    said: str
    file: str
    line: int
    grave: bool


def _issues(checked: CheckResult) -> Iterator[_Issue]:
    for one in checked.findings:
        yield _Issue(
            rule=one.kind,
            name=f"{one.case.id} {finding_step(one)}",
            said=_message(checked, one),
            file=checked.files.get(one.case.id, ""),
            line=1,
            grave=one.kind in checked.failing,
        )
    for problem in checked.problems:
        yield _Issue(
            rule=problem.key,
            name=f"{problem.key} {problem.line}:{problem.column}",
            said=sentences.fill_sentence(problem.key, problem.values, None),
            file=str(problem_json(problem, checked.root)["file"]),
            line=max(problem.line, 1),
            grave=not problem.warning,
        )


def _check_gitlab(checked: CheckResult) -> str:
    entries = [
        {
            "description": one.said,
            "check_name": one.rule,
            "fingerprint": hashlib.sha256(f"{one.rule}\0{one.file}\0{one.name}".encode()).hexdigest(),
            "severity": "major" if one.grave else "minor",
            "location": {"path": one.file, "lines": {"begin": one.line}},
        }
        for one in _issues(checked)
    ]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _xml(words: str) -> str:
    """Words between tags; the standard library's own function loads urllib and http with it."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(words: str) -> str:
    """Words as the value of an attribute, quotes included."""
    return '"' + _xml(words).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") + '"'


def _check_junit(checked: CheckResult) -> str:
    failing = [issue for issue in _issues(checked) if issue.grave]
    broken = {issue.file for issue in failing}
    fine = {case: file for case, file in checked.files.items() if file not in broken}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            f'<testsuite name="complaintctl check" tests="{len(failing) + len(fine)}" failures="{len(failing)}" '
            f'errors="0" timestamp={_attribute(values.utc_time(checked.as_of))}>'
        ),
    ]
    for one in failing:
        words = _attribute(one.said)
        lines += [
            f"  <testcase classname={_attribute(one.file)} name={_attribute(one.name)}>",
            f"    <failure type={_attribute(one.rule)} message={words}>{_xml(one.said)}</failure>",
            "  </testcase>",
        ]
    lines += [
        f"  <testcase classname={_attribute(file)} name={_attribute(case)}/>" for case, file in fine.items()
    ]
    return "\n".join([*lines, "</testsuite>"]) + "\n"


def _check_sarif(checked: CheckResult) -> str:
    issues = list(_issues(checked))
    rules = sorted({one.rule for one in issues})
    results = [
        {
            "ruleId": one.rule,
            "level": "error" if one.grave else "warning",
            "message": {"text": one.said},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(one.file)},
                        "region": {"startLine": one.line},
                    }
                }
            ],
        }
        for one in issues
    ]
    driver = {"name": "complaintctl", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


_WRITERS: Final[Mapping[str, Callable[[CheckResult], str]]] = {
    "json": _check_json,
    "github": _check_github,
    "gitlab": _check_gitlab,
    "junit": _check_junit,
    "sarif": _check_sarif,
}
