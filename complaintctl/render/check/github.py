"""The findings of a command as annotations of GitHub Actions."""

from collections import Counter
from collections.abc import Iterator
from typing import Final, Literal

from complaintctl.render.check.issue_report import Issue, IssueReport
from complaintctl.render.text.language import _, ngettext

# GitHub shows 10 annotations of each level of a step and 50 of a job, and says nothing of the others:
# https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
ANNOTATIONS_PER_LEVEL: Final = 10

_Level = Literal["error", "warning"]


def write_github(report: IssueReport) -> Iterator[str]:
    """Workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions.

    What does not fit is counted in one more annotation, and listed in the log.
    """
    shown: Counter[_Level] = Counter()
    more = 0
    for issue in report.list_issues():
        level = _level(issue)
        if shown[level] == ANNOTATIONS_PER_LEVEL:
            more += 1
            continue
        shown[level] += 1
        yield _annotation(report, issue, level)
    if report.accepted_count:
        count = report.accepted_count
        words = ngettext(
            "{count} finding is accepted by the baseline.",
            "{count} findings are accepted by the baseline.",
            count,
        )
        yield f"::notice::{_data(words.format(count=count))}\n"
    if more:
        yield from _left_out(report, more)


def _left_out(report: IssueReport, more: int) -> Iterator[str]:
    words = ngettext(
        "{count} more finding is not shown here: GitHub shows {limit} errors and {limit} warnings of a step. It is in "
        "the log of this step, and in the list of: {command}",
        "{count} more findings are not shown here: GitHub shows {limit} errors and {limit} warnings of a step. All are "
        "in the log of this step, and in the list of: {command}",
        more,
    )
    message = _data(words.format(count=more, limit=ANNOTATIONS_PER_LEVEL, command=report.command))
    title, group = _("More findings"), _("Findings without an annotation: {count}").format(count=more)
    yield f"::notice title={_property(title)}::{message}\n"
    yield f"::group::{_data(group)}\n"
    passed: Counter[_Level] = Counter()
    for issue in report.list_issues():
        level = _level(issue)
        passed[level] += 1
        if passed[level] > ANNOTATIONS_PER_LEVEL:
            # A line is a command only if it begins with `::`; an old one is also found elsewhere in a line.
            yield f"{level}: {_data(issue.file)}: {_data(issue.message)}\n".replace("##[", "## [")
    yield "::endgroup::\n"


def _level(issue: Issue) -> _Level:
    return "error" if issue.fails else "warning"


def _annotation(report: IssueReport, issue: Issue, level: _Level) -> str:
    line, column = report.find_position(issue)
    title = f",title={_property(issue.title)}" if issue.title else ""
    place = f"file={_property(issue.file)},line={line},col={column}"
    return f"::{level} {place}{title}::{_data(issue.message)}\n"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
