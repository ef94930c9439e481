"""The findings of `lint --personal` as tables, JSON and the formats of CI services: always masked."""

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case.case import PERSONAL_PARTS
from complaintctl.domain.privacy.linting.lint_findings import AllowedText, LintFinding
from complaintctl.domain.privacy.public_problem import public_problem
from complaintctl.domain.problems import Problem
from complaintctl.render.check.check_result import CI_FORMATS, problem_json
from complaintctl.render.check.check_rules import FILE_FAULT
from complaintctl.render.check.ci_formats import ISSUE_WRITERS
from complaintctl.render.check.issue_report import Issue, IssueReport, fingerprint, numbered
from complaintctl.render.sentences import sentences
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _, ngettext

LINT_FORMATS: Final = (*tables.TABLE_FORMATS, *CI_FORMATS)
_SHORT_HASH: Final = 12
_MISPLACED: Final = (
    N_("Personal data stand where they do not belong"),
    N_(
        "Personal data of customers belong into the fields of the customer. Take them out elsewhere, or allow them with a "
        "reason in lint-allow.yaml."
    ),
)
# Where it is, if it is not in a field of a case.
_PLACE_KEYS: Final = {
    "file-name": "personal-in-name",
    "text": "personal-in-text",
    "message": "personal-in-message",
    "branch": "personal-in-branch",
    **{f"customer.{part}": "personal-unsealed" for part in PERSONAL_PARTS},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LintResult:
    """The result of one run: findings, those that an entry of the allow-list allows, and what could not be read.

    `unopened` are the cases whose sealed customer could not be opened and was not looked for. `texts` is how many
    texts were looked at. `root` is the folder that files are relative to, `casebook` the casebook's, `policy_file` the
    path of the policy from `root`, which stands for what is in no file.
    """

    findings: Sequence[LintFinding]
    allowed: Sequence[tuple[LintFinding, AllowedText]]
    problems: Sequence[Problem]
    unopened: Sequence[str]
    texts: int
    root: Path
    casebook: Path
    policy_file: str
    moment: datetime
    zone: ZoneInfo


def lint_problem(finding: LintFinding, casebook: Path, policy_file: str) -> Problem:
    """Returns a finding as a problem of a file; of a commit or a branch, the policy stands for the casebook."""
    in_git = finding.commit is not None or finding.field == "branch"
    key = "personal-in-commit" if finding.commit else _PLACE_KEYS.get(finding.field, "personal-in-field")
    values = {"kind": finding.kind, "masked": finding.masked, "field": finding.field}
    if finding.commit:
        values["commit"] = finding.commit[:_SHORT_HASH]
    file = policy_file if in_git else str(casebook / finding.file)
    return Problem(key=key, values=values, file=file, line=finding.line, column=finding.column)


def lint_texts(result: LintResult, output_format: str) -> Iterator[str]:
    """Yields the result in a format of LINT_FORMATS, in pieces."""
    if output_format in CI_FORMATS:
        return ISSUE_WRITERS[output_format](_issue_report(result))
    if output_format == "json":
        return tables.json_texts({"lint": _lint_json(result)})
    if output_format == "jsonl":
        return tables.row_texts({}, [_finding_json(finding) for finding in result.findings], output_format)
    keys = ("file", "line", "column", "kind", "field", "masked", "case", "commit")
    if output_format not in tables.READABLE_FORMATS:
        rows = [_finding_json(finding) for finding in result.findings]
        return tables.row_texts(dict.fromkeys(keys, ""), rows, output_format)
    columns = {"place": _("place"), "what": _("what is wrong and what to do")}
    return tables.row_texts(columns, [_readable_row(finding) for finding in result.findings], output_format)


def _readable_row(finding: LintFinding) -> dict[str, str]:
    problem = lint_problem(finding, Path(), "")
    place = finding.file if finding.commit else f"{finding.file}:{finding.line}:{finding.column}"
    return {"place": place, "what": sentences.fill_sentence(problem.key, problem.values, None)}


def _finding_json(finding: LintFinding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "field": finding.field,
        "masked": finding.masked,
        "case": finding.case_id,
        "commit": finding.commit,
    }


def _lint_json(result: LintResult) -> dict[str, Any]:
    return {
        "texts": result.texts,
        "findings": (_finding_json(finding) for finding in result.findings),
        "allowed": [
            {
                **_finding_json(finding),
                "reason": entry.reason,
                "who": entry.who,
                "until": entry.until.isoformat() if entry.until else None,
            }
            for finding, entry in result.allowed
        ],
        "problems": [problem_json(problem, result.casebook) for problem in result.problems],
        "unopened": list(result.unopened),
    }


def _issue_report(result: LintResult) -> IssueReport:
    return IssueReport(
        command="complaintctl lint",
        scope="-lint",
        list_issues=functools.partial(_list_issues, result),
        find_position=lambda issue: issue.position,
        rules=dict.fromkeys((*_PLACE_KEYS.values(), "personal-in-field", "personal-in-commit"), _MISPLACED),
        other_rule=FILE_FAULT,
        accepted=[],
        accepted_count=0,
        files=[],
        as_of=result.moment,
        whole_file=result.policy_file,
    )


def _list_issues(result: LintResult) -> Iterator[Issue]:
    """Yields problems of files, then the findings, then warnings; a finding is known again by what is shown of it."""
    policy = str(result.root / result.policy_file)
    found = [lint_problem(finding, result.casebook, policy) for finding in result.findings]
    broken = [public_problem(problem) for problem in result.problems if not problem.warning]
    warnings = [public_problem(problem) for problem in result.problems if problem.warning]
    seen: Counter[str] = Counter()
    for problem in (*broken, *found, *warnings):
        file = str(problem_json(problem, result.root)["file"])
        digest = fingerprint(
            problem.key, file, *(f"{name}={problem.values[name]}" for name in sorted(problem.values))
        )
        seen.update([digest, f"{file} {problem.key}"])
        yield Issue(
            rule=problem.key,
            name=numbered(problem.key, seen[f"{file} {problem.key}"]),
            title="",
            message=sentences.fill_sentence(problem.key, problem.values, None),
            file=file,
            fails=not problem.warning,
            fingerprint=digest if seen[digest] <= 1 else fingerprint(digest, str(seen[digest])),
            position=(max(problem.line, 1), max(problem.column, 1)),
        )


def lint_summary(result: LintResult) -> str:
    """One line for the terminal: how many texts were looked at, and how many findings there are."""
    count = len(result.findings)
    words = ngettext(
        "Texts looked at: {texts}. {count} holds personal data where they do not belong.",
        "Texts looked at: {texts}. {count} findings of personal data where they do not belong.",
        count,
    ).format(texts=result.texts, count=count)
    if result.allowed:
        more = ngettext(
            "{count} is allowed by lint-allow.yaml.",
            "{count} are allowed by lint-allow.yaml.",
            len(result.allowed),
        )
        words = f"{words} {more.format(count=len(result.allowed))}"
    return words


def unopened_text(count: int) -> str:
    """Returns how many customers nobody looked for, because they are sealed and could not be opened."""
    return ngettext(
        "{count} customer is sealed and could not be opened here, so their name and numbers were not looked for.",
        "{count} customers are sealed and could not be opened here, so their names and numbers were not looked for.",
        count,
    ).format(count=count)
