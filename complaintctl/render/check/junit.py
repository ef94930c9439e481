"""The findings of a command as JUnit XML, which most CI services read."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from complaintctl.render.check.issue_report import Issue, IssueReport, numbered
from complaintctl.render.text import values
from complaintctl.render.text.language import _

# XML 1.0 has no spelling for these.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_junit(report: IssueReport) -> Iterator[str]:
    """A test for each finding that fails, each that a baseline accepts, and each case file in order.

    Elements and attributes are those of https://github.com/testmoapp/junitxml and GitLab's
    https://docs.gitlab.com/ci/testing/unit_test_reports/ (tests of one name count once there, so names differ).
    """
    broken = Counter(issue.file for issue in report.list_issues() if issue.fails)
    fine = sum(row["file"] not in broken for row in report.files)
    tests = broken.total() + fine + report.accepted_count
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuite name="{report.command}" tests="{tests}" failures="{broken.total()}" errors="0" '
        f'skipped="{report.accepted_count}" timestamp={_attribute(values.utc_time(report.as_of))}>\n'
    )
    for issue in report.list_issues():
        if issue.fails:
            yield from _failure(issue)
    seen: Counter[str] = Counter()
    for row in report.accepted:
        seen[row["name"]] += 1
        name = numbered(row["name"], seen[row["name"]])
        yield f"  <testcase classname={_attribute(row['file'])} name={_attribute(name)}>\n"
        words = _("accepted by the baseline until {day}").format(day=row["until"])
        yield f"    <skipped message={_attribute(words)}/>\n"
        yield "  </testcase>\n"
    for row in report.files:
        if row["file"] not in broken:
            yield f"  <testcase classname={_attribute(row['file'])} name={_attribute(row['case'])}/>\n"
    yield "</testsuite>\n"


def _failure(issue: Issue) -> Iterator[str]:
    words = _attribute(issue.message)
    yield f"  <testcase classname={_attribute(issue.file)} name={_attribute(issue.name)}>\n"
    yield f"    <failure type={_attribute(issue.rule)} message={words}>{_xml(issue.message)}</failure>\n"
    yield "  </testcase>\n"


def _xml(words: str) -> str:
    """Escape text between tags. `xml.sax.saxutils.escape` would load urllib and http."""
    text = _NOT_XML.sub("\ufffd", words)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(words: str) -> str:
    """Escape and quote the value of an attribute."""
    return '"' + _xml(words).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") + '"'
