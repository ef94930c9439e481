"""The formats of CI services, by name."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from complaintctl.render.check.check_result import CheckResult
from complaintctl.render.check.ci_issues import check_issues
from complaintctl.render.check.github import write_github
from complaintctl.render.check.gitlab import write_gitlab
from complaintctl.render.check.issue_report import IssueReport
from complaintctl.render.check.junit import write_junit
from complaintctl.render.check.markdown import write_markdown
from complaintctl.render.check.sarif import write_sarif

# Each names files from the top of the repository, since the service looks for them there.
ISSUE_WRITERS: Final[Mapping[str, Callable[[IssueReport], Iterator[str]]]] = {
    "github": write_github,
    "gitlab": write_gitlab,
    "junit": write_junit,
    "sarif": write_sarif,
}


def write_public(checked: CheckResult, output_format: str) -> Iterator[str]:
    """Returns the result of a check in one of PUBLIC_FORMATS, in pieces."""
    if output_format == "md":
        return write_markdown(checked)
    return ISSUE_WRITERS[output_format](check_issues(checked))
