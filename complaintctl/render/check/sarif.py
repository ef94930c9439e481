"""The findings of a command as SARIF 2.1.0, for code scanning."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from complaintctl import __version__
from complaintctl.render.check.issue_report import Issue, IssueReport, fingerprint
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _

# GitHub refuses a run with more results, and shows only the first 5,000, the errors first:
# https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
RESULTS_PER_RUN: Final = 25_000
RESULTS_SHOWN: Final = 5_000
_FINGERPRINT: Final = "complaintctl/v1"
# The only name that GitHub reads; without it, its upload action takes a hash of the lines below, and an alert would be a
# new one after each change of these lines.
_READ_BY_GITHUB: Final = "primaryLocationLineHash"
# GitHub's category is the part before the last slash; another one lets several casebooks of a repository stand apart.
_AUTOMATION_ID: Final = "complaintctl{scope}/"
_MORE: Final = "more-findings"

_TOO_MANY: Final = (
    N_("There are more findings than are shown"),
    N_("The service shows a part of the findings, the worst. All of them are in the list of: {command}"),
)


def write_sarif(report: IssueReport) -> Iterator[str]:
    """One run: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""
    levels: dict[str, str] = {}
    total = 0
    for issue in report.list_issues():
        total += 1
        levels.setdefault(issue.rule, _level(issue.fails))
    written = total
    if total > RESULTS_SHOWN:
        written = min(total, RESULTS_PER_RUN - 1)
        levels[_MORE] = "error"
    rules = [_rule(report, name, levels[name]) for name in sorted(levels)]
    indexes = {name: index for index, name in enumerate(sorted(levels))}
    results = (_result(report, issue, indexes) for issue in itertools.islice(report.list_issues(), written))
    more = (
        [_more_result(report, total, written, indexes)] if written != total or total > RESULTS_SHOWN else []
    )
    run = {
        "tool": {"driver": {"name": "complaintctl", "version": __version__, "rules": rules}},
        "automationDetails": {"id": _AUTOMATION_ID.format(scope=report.scope)},
        "columnKind": "unicodeCodePoints",
        "properties": {"findings": total, "accepted": report.accepted_count},
        "results": itertools.chain(more, results),
    }
    return tables.json_pieces(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": iter([run]),
        }
    )


def _level(fails: bool) -> str:
    return "error" if fails else "warning"


def _rule(report: IssueReport, name: str, level: str) -> dict[str, Any]:
    known = _TOO_MANY if name == _MORE else report.rules.get(name, report.other_rule)
    short, full = (_(words).replace("{command}", report.command) for words in known)
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": full, "markdown": tables.markdown_line(full)},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["complaints"]},
    }


def _result(report: IssueReport, issue: Issue, indexes: Mapping[str, int]) -> dict[str, Any]:
    line, column = report.find_position(issue)
    return _result_at(issue.rule, indexes, _level(issue.fails), issue.message, issue.fingerprint) | {
        "locations": [_location(issue.file, {"startLine": line, "startColumn": column})]
    }


def _more_result(report: IssueReport, total: int, written: int, indexes: Mapping[str, int]) -> dict[str, Any]:
    """The first result of a run with too many: how many there are, and where the whole list is."""
    words = _(
        "There are {total} findings. This file has the worst {written} of them, and GitHub shows {shown} results of a run. "
        "The whole list: {command}"
    )
    message = words.format(total=total, written=written, shown=RESULTS_SHOWN, command=report.command)
    place = _location(report.whole_file, {"startLine": 1, "startColumn": 1})
    return _result_at(_MORE, indexes, "error", message, fingerprint(_MORE)) | {"locations": [place]}


def _result_at(
    rule: str, indexes: Mapping[str, int], level: str, message: str, digest: str
) -> dict[str, Any]:
    return {
        "ruleId": rule,
        "ruleIndex": indexes[rule],
        "level": level,
        "message": {"text": message},
        "partialFingerprints": {_FINGERPRINT: digest, _READ_BY_GITHUB: digest},
    }


def _location(file: str, region: Mapping[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": quote(file)}, "region": region}}
