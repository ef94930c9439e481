"""The findings of a command as a Code Quality report of GitLab."""

from collections.abc import Iterator
from typing import Any

from complaintctl.render.check.issue_report import Issue, IssueReport
from complaintctl.render.text import tables


def write_gitlab(report: IssueReport) -> Iterator[str]:
    """Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/. It has no limit of entries."""
    return tables.json_pieces(_entry(report, issue) for issue in report.list_issues())


def _entry(report: IssueReport, issue: Issue) -> dict[str, Any]:
    line, _column = report.find_position(issue)
    return {
        "description": issue.message,
        "check_name": issue.rule,
        "fingerprint": issue.fingerprint,
        "severity": "major" if issue.fails else "minor",
        "location": {"path": issue.file, "lines": {"begin": line}},
    }
