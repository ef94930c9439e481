"""The result of a check in the formats of CI services: GitHub, GitLab, JUnit XML and SARIF."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from complaintctl import __version__
from complaintctl.render.overview.check_result import (
    CheckResult,
    duty_kind,
    finding_message,
    finding_step,
    problem_json,
)
from complaintctl.render.overview.duties import duty_message
from complaintctl.render.sentences import sentences
from complaintctl.render.text import values

# The policy says what is due; the file of the records may not exist yet.
_DUTY_FILE: Final = "complaintctl.yaml"


def _check_github(checked: CheckResult) -> str:
    """Workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions."""
    lines = []
    for finding in checked.findings:
        command = "error" if finding.kind in checked.failing else "warning"
        file = _property(checked.files.get(finding.case.id, ""))
        title = _property(finding_step(finding))
        message = _data(finding_message(checked, finding))
        lines.append(f"::{command} file={file},line=1,title={title}::{message}\n")
    for judged in checked.duties:
        command = "error" if duty_kind(judged) in checked.failing else "warning"
        message = _data(duty_message(judged, checked.zone))
        lines.append(f"::{command} file={_DUTY_FILE},line=1,title={_property(judged.name)}::{message}\n")
    for problem in checked.problems:
        command = "warning" if problem.warning else "error"
        file = _property(problem_json(problem, checked.root)["file"])
        position = f"line={max(problem.line, 1)},col={max(problem.column, 1)}"
        message = _data(sentences.fill_sentence(problem.key, problem.values, None))
        lines.append(f"::{command} file={file},{position}::{message}\n")
    return "".join(lines)


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Issue:
    """An overdue clock or a problem, as CI services list them; `name` is unique within its file."""

    rule: str
    name: str
    message: str
    file: str
    line: int
    fails: bool


def _issues(checked: CheckResult) -> Iterator[_Issue]:
    for finding in checked.findings:
        yield _Issue(
            rule=finding.kind,
            name=f"{finding.case.id} {finding_step(finding)}",
            message=finding_message(checked, finding),
            file=checked.files.get(finding.case.id, ""),
            line=1,
            fails=finding.kind in checked.failing,
        )
    for judged in checked.duties:
        yield _Issue(
            rule=f"duty-{duty_kind(judged)}",
            name=f"duty {judged.name}",
            message=duty_message(judged, checked.zone),
            file=_DUTY_FILE,
            line=1,
            fails=duty_kind(judged) in checked.failing,
        )
    for problem in checked.problems:
        yield _Issue(
            rule=problem.key,
            name=f"{problem.key} {problem.line}:{problem.column}",
            message=sentences.fill_sentence(problem.key, problem.values, None),
            file=str(problem_json(problem, checked.root)["file"]),
            line=max(problem.line, 1),
            fails=not problem.warning,
        )


def _check_gitlab(checked: CheckResult) -> str:
    """Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/."""
    entries = [
        {
            "description": issue.message,
            "check_name": issue.rule,
            "fingerprint": hashlib.sha256(f"{issue.rule}\0{issue.file}\0{issue.name}".encode()).hexdigest(),
            "severity": "major" if issue.fails else "minor",
            "location": {"path": issue.file, "lines": {"begin": issue.line}},
        }
        for issue in _issues(checked)
    ]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _xml(words: str) -> str:
    """Escape text between tags. `xml.sax.saxutils.escape` would load urllib and http."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(words: str) -> str:
    """Escape and quote the value of an attribute."""
    return '"' + _xml(words).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") + '"'


def _check_junit(checked: CheckResult) -> str:
    failing = [issue for issue in _issues(checked) if issue.fails]
    broken = {issue.file for issue in failing}
    fine = {case: file for case, file in checked.files.items() if file not in broken}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            f'<testsuite name="complaintctl check" tests="{len(failing) + len(fine)}" failures="{len(failing)}" '
            f'errors="0" timestamp={_attribute(values.utc_time(checked.as_of))}>'
        ),
    ]
    for issue in failing:
        words = _attribute(issue.message)
        lines += [
            f"  <testcase classname={_attribute(issue.file)} name={_attribute(issue.name)}>",
            f"    <failure type={_attribute(issue.rule)} message={words}>{_xml(issue.message)}</failure>",
            "  </testcase>",
        ]
    lines += [
        f"  <testcase classname={_attribute(file)} name={_attribute(case)}/>" for case, file in fine.items()
    ]
    return "\n".join([*lines, "</testsuite>"]) + "\n"


def _check_sarif(checked: CheckResult) -> str:
    issues = list(_issues(checked))
    rules = sorted({issue.rule for issue in issues})
    results = [
        {
            "ruleId": issue.rule,
            "level": "error" if issue.fails else "warning",
            "message": {"text": issue.message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(issue.file)},
                        "region": {"startLine": issue.line},
                    }
                }
            ],
        }
        for issue in issues
    ]
    driver = {"name": "complaintctl", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


# Each names files from the top of the repository, since the service looks for them there.
CI_FORMATS: Final[Mapping[str, Callable[[CheckResult], str]]] = {
    "github": _check_github,
    "gitlab": _check_gitlab,
    "junit": _check_junit,
    "sarif": _check_sarif,
}
