"""The result of a check as a Code Quality report of GitLab."""

from collections.abc import Iterator
from typing import Any

from complaintctl.render.check.check_result import CheckResult
from complaintctl.render.check.ci_issues import Issue, find_position, list_issues
from complaintctl.render.text import tables


def write_gitlab(checked: CheckResult) -> Iterator[str]:
    """Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/. It has no limit of entries."""
    return tables.json_pieces(_entry(checked, issue) for issue in list_issues(checked))


def _entry(checked: CheckResult, issue: Issue) -> dict[str, Any]:
    line, _column = find_position(checked, issue)
    return {
        "description": issue.message,
        "check_name": issue.rule,
        "fingerprint": issue.fingerprint,
        "severity": "major" if issue.fails else "minor",
        "location": {"path": issue.file, "lines": {"begin": line}},
    }
