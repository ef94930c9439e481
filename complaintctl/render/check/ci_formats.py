"""The result of a check in the formats of CI services: GitHub, GitLab, JUnit XML and SARIF."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from complaintctl import __version__
from complaintctl.render.check.check_result import (
    CheckResult,
    duty_kind,
    problem_json,
)
from complaintctl.render.overview.duties import duty_message
from complaintctl.render.sentences import sentences
from complaintctl.render.text import tables, values

# The policy says what is due; the file of the records may not exist yet.
_DUTY_FILE: Final = "complaintctl.yaml"


def _check_github(checked: CheckResult) -> Iterator[str]:
    """Workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions."""
    for finding in checked.findings:
        command = "error" if finding["kind"] in checked.failing else "warning"
        file, title = _property(finding["file"]), _property(finding["title"])
        yield f"::{command} file={file},line=1,title={title}::{_data(finding['message'])}\n"
    for judged in checked.duties:
        command = "error" if duty_kind(judged) in checked.failing else "warning"
        message = _data(duty_message(judged, checked.zone))
        yield f"::{command} file={_DUTY_FILE},line=1,title={_property(judged.name)}::{message}\n"
    for problem in checked.problems:
        command = "warning" if problem.warning else "error"
        file = _property(problem_json(problem, checked.root)["file"])
        position = f"line={max(problem.line, 1)},col={max(problem.column, 1)}"
        message = _data(sentences.fill_sentence(problem.key, problem.values, None))
        yield f"::{command} file={file},{position}::{message}\n"


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
            rule=finding["kind"],
            name=f"{finding['case']} {finding['title']}",
            message=finding["message"],
            file=finding["file"],
            line=1,
            fails=finding["kind"] in checked.failing,
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


def _check_gitlab(checked: CheckResult) -> Iterator[str]:
    """Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/."""
    return tables.json_pieces(
        {
            "description": issue.message,
            "check_name": issue.rule,
            "fingerprint": hashlib.sha256(f"{issue.rule}\0{issue.file}\0{issue.name}".encode()).hexdigest(),
            "severity": "major" if issue.fails else "minor",
            "location": {"path": issue.file, "lines": {"begin": issue.line}},
        }
        for issue in _issues(checked)
    )


def _xml(words: str) -> str:
    """Escape text between tags. `xml.sax.saxutils.escape` would load urllib and http."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(words: str) -> str:
    """Escape and quote the value of an attribute."""
    return '"' + _xml(words).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") + '"'


def _check_junit(checked: CheckResult) -> Iterator[str]:
    broken = Counter(issue.file for issue in _issues(checked) if issue.fails)
    fine = sum(row["file"] not in broken for row in checked.files)
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuite name="complaintctl check" tests="{broken.total() + fine}" failures="{broken.total()}" '
        f'errors="0" timestamp={_attribute(values.utc_time(checked.as_of))}>\n'
    )
    for issue in _issues(checked):
        if issue.fails:
            words = _attribute(issue.message)
            yield f"  <testcase classname={_attribute(issue.file)} name={_attribute(issue.name)}>\n"
            yield f"    <failure type={_attribute(issue.rule)} message={words}>{_xml(issue.message)}</failure>\n"
            yield "  </testcase>\n"
    for row in checked.files:
        if row["file"] not in broken:
            yield f"  <testcase classname={_attribute(row['file'])} name={_attribute(row['case'])}/>\n"
    yield "</testsuite>\n"


def _check_sarif(checked: CheckResult) -> Iterator[str]:
    rules = sorted({issue.rule for issue in _issues(checked)})
    results = (
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
        for issue in _issues(checked)
    )
    driver = {"name": "complaintctl", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    return tables.json_pieces(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": iter([{"tool": {"driver": driver}, "results": results}]),
        }
    )


# Each names files from the top of the repository, since the service looks for them there.
CI_FORMATS: Final[Mapping[str, Callable[[CheckResult], Iterator[str]]]] = {
    "github": _check_github,
    "gitlab": _check_gitlab,
    "junit": _check_junit,
    "sarif": _check_sarif,
}
