"""The result of a check as SARIF 2.1.0, for code scanning."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from complaintctl import __version__
from complaintctl.render.check.check_result import CheckResult
from complaintctl.render.check.ci_issues import Issue, find_position, fingerprint, list_issues
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
_AUTOMATION_ID: Final = "complaintctl/"
_MORE: Final = "more-findings"

_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "overdue": (
        N_("A deadline has passed"),
        N_(
            "The step, promise, task or action was due and is not done. Do it and record it; see: explain CASE"
        ),
    ),
    "due": (
        N_("A deadline is near"),
        N_("The step, promise, task or action is due soon. Do it and record it; see: explain CASE"),
    ),
    "warned": (
        N_("A warning of the policy is reached"),
        N_("The part of the time after which the policy warns has passed. See: explain CASE"),
    ),
    "unpublished": (
        N_("The calendar does not reach the deadline"),
        N_("The holidays of that day are not known yet, so the deadline may move. See: policy calendar"),
    ),
    "duty-overdue": (
        N_("A duty of the desk is overdue"),
        N_("A recurring duty of the policy is late. Do it and record it: duty NAME"),
    ),
    "duty-due": (
        N_("A duty of the desk is due soon"),
        N_("A recurring duty of the policy is due. Do it and record it: duty NAME"),
    ),
    _MORE: (
        N_("There are more findings than are shown"),
        N_(
            "The service shows a part of the findings, the worst. All of them are in the list of: complaintctl check"
        ),
    ),
}
_FILE_FAULT: Final = (
    N_("A file has a fault"),
    N_("A file of the casebook cannot be used as it is. The message says what is wrong and what to do."),
)


def write_sarif(checked: CheckResult) -> Iterator[str]:
    """One run: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""
    levels: dict[str, str] = {}
    total = 0
    for issue in list_issues(checked):
        total += 1
        levels.setdefault(issue.rule, _level(issue.fails))
    written = total
    if total > RESULTS_SHOWN:
        written = min(total, RESULTS_PER_RUN - 1)
        levels[_MORE] = "error"
    rules = [_rule(name, levels[name]) for name in sorted(levels)]
    indexes = {name: index for index, name in enumerate(sorted(levels))}
    results = (_result(checked, issue, indexes) for issue in itertools.islice(list_issues(checked), written))
    more = (
        [_more_result(checked, total, written, indexes)] if written != total or total > RESULTS_SHOWN else []
    )
    run = {
        "tool": {"driver": {"name": "complaintctl", "version": __version__, "rules": rules}},
        "automationDetails": {"id": _AUTOMATION_ID},
        "columnKind": "unicodeCodePoints",
        "properties": {"findings": total, "accepted": checked.accepted_count},
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


def _rule(name: str, level: str) -> dict[str, Any]:
    short, full = map(_, _RULES.get(name, _FILE_FAULT))
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": full, "markdown": tables.markdown_line(full)},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["complaints"]},
    }


def _result(checked: CheckResult, issue: Issue, indexes: Mapping[str, int]) -> dict[str, Any]:
    line, column = find_position(checked, issue)
    return _result_at(issue.rule, indexes, _level(issue.fails), issue.message, issue.fingerprint) | {
        "locations": [_location(issue.file, {"startLine": line, "startColumn": column})]
    }


def _more_result(
    checked: CheckResult, total: int, written: int, indexes: Mapping[str, int]
) -> dict[str, Any]:
    """The first result of a run with too many: how many there are, and where the whole list is."""
    words = _(
        "There are {total} findings. This file has the worst {written} of them, and GitHub shows {shown} results of a run. "
        "The whole list: complaintctl check"
    )
    message = words.format(total=total, written=written, shown=RESULTS_SHOWN)
    place = _location(checked.policy_file, {"startLine": 1, "startColumn": 1})
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
