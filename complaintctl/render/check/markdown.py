"""The result of a check as a page of Markdown, such as the summary of a step in GitHub Actions."""

from collections.abc import Iterator
from typing import Final

from complaintctl.domain.privacy.public_problem import public_problem
from complaintctl.render.check.check import all_rows, check_summary, finding_columns
from complaintctl.render.check.check_result import CheckResult
from complaintctl.render.sentences import sentences
from complaintctl.render.text import tables
from complaintctl.render.text.language import _, ngettext

# GitHub refuses the whole summary of a step beyond 1,024 KiB; the rest is for what else the step may write:
# https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits
SUMMARY_BYTES: Final = 1_000_000
# Bytes of the list of problems, and of the lines that follow a table.
_PROBLEM_BYTES: Final = 200_000
_ENDING_BYTES: Final = 2_000


def write_markdown(checked: CheckResult) -> Iterator[str]:
    """Yields a heading, the summary, the findings and the problems of files: without customer data, below 1 MB."""
    heading, problem_heading = _("Deadlines of complaints"), _("Problems of files")
    yield f"## {tables.markdown_line(heading)}\n\n"
    yield f"{tables.markdown_line(check_summary(checked))}\n"
    problems = list(_within(_problem_lines(checked), _PROBLEM_BYTES))
    used = sum(len(line.encode()) for line in problems)
    columns = finding_columns() | ({"note": _("note")} if checked.noted else {})
    rows = all_rows(checked, "md")
    if next(iter(rows), None) is not None:
        yield "\n"
        lines = tables.row_texts(columns, rows, "md")
        yield from _within(lines, SUMMARY_BYTES - used - _ENDING_BYTES)
    if problems:
        yield f"\n### {tables.markdown_line(problem_heading)}\n\n"
        yield from problems


def _problem_lines(checked: CheckResult) -> Iterator[str]:
    for problem in checked.problems:
        line = sentences.problem_text(public_problem(problem), str(checked.root))
        yield f"- {tables.markdown_line(line)}\n"


def _within(lines: Iterator[str], limit: int) -> Iterator[str]:
    """Yields the lines up to a number of bytes, then one that counts the others."""
    size, more = 0, 0
    for line in lines:
        size += len(line.encode())
        if more or size > limit:
            more += 1
        else:
            yield line
    if more:
        words = ngettext(
            "{count} more is not shown here: a summary has at most 1 MB. The whole list: complaintctl check",
            "{count} more are not shown here: a summary has at most 1 MB. The whole list: complaintctl check",
            more,
        )
        yield f"\n**{tables.markdown_line(words.format(count=more))}**\n"
