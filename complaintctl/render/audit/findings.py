"""What `verify` found, as text: a table, JSON, and the formats of CI services."""

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.case import fields
from complaintctl.render.audit.audit_sentences import judged_text
from complaintctl.render.audit.structure_sentences import STRUCTURE_SENTENCES
from complaintctl.render.check.check_result import CI_FORMATS
from complaintctl.render.check.issue_report import Issue, IssueReport, fingerprint, numbered
from complaintctl.render.sentences import filling, key_labels
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _, ngettext

VERIFY_FORMATS: Final = (*tables.TABLE_FORMATS, *CI_FORMATS)
_SHORT: Final = 10
_CONTRADICTION: Final = (
    N_("The history contradicts itself"),
    N_("What was recorded was changed, removed or invented. The message says what. See: complaintctl verify"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifyResult:
    """The result of `verify`: contradictions and warnings, what could not be verified, and what was counted.

    Files are relative to the casebook's root. `folder` is the path of that from the top of the repository, with a
    slash at its end: CI services need it. `signed` is the checkpoint that was signed. `since` is the commit before the first that counts, None for all.
    """

    findings: Sequence[AuditFinding]
    incomplete: Sequence[AuditFinding]
    commits: int
    read: int
    cases: int
    events: int
    since: str | None
    last: str | None
    as_of: datetime
    zone: ZoneInfo
    folder: str
    policy_file: str
    signed: Mapping[str, Any] | None

    def fails(self) -> bool:
        """Whether something contradicts the history."""
        return any(not finding.warning for finding in self.findings)

    def in_order(self) -> list[AuditFinding]:
        """Returns contradictions, then what could not be verified, then warnings."""
        told = [finding for finding in self.findings if not finding.warning]
        return [*told, *self.incomplete, *(finding for finding in self.findings if finding.warning)]


def finding_text(finding: AuditFinding, zone: ZoneInfo | None) -> str:
    """Returns a finding in the current language."""
    if finding.key not in STRUCTURE_SENTENCES:
        return judged_text(finding, zone)
    values = {**finding.values, "case": finding.case_id or ""}
    texts = filling.sentence_values(key_labels.label_finding(finding.key, values), zone)
    text = _(STRUCTURE_SENTENCES[finding.key]).format_map(texts)
    restored = finding.values.get("restored")
    if restored is None:
        return text
    return _("{finding} (restored by commit {commit})").format(finding=text, commit=str(restored)[:_SHORT])


def verify_texts(result: VerifyResult, output_format: str) -> Iterator[str]:
    """Yields the result in a format of TABLE_FORMATS, in pieces."""
    if output_format == "json":
        return _verify_json(result)
    columns = {"case": _("case"), "place": _("file"), "commit": _("commit"), "finding": _("finding")}
    if output_format not in tables.READABLE_FORMATS:
        columns = dict.fromkeys(("key", "warning", "case", "file", "line", "commit", "finding"), "")
        rows = [_row(finding, result.zone) for finding in result.in_order()]
    else:
        rows = [_readable_row(finding, result.zone) for finding in result.in_order()]
    if not rows and output_format in tables.READABLE_FORMATS:
        return iter(())
    return tables.row_texts(columns, rows, output_format)


def _row(finding: AuditFinding, zone: ZoneInfo | None) -> dict[str, Any]:
    return {
        "key": finding.key,
        "warning": finding.warning,
        "case": finding.case_id,
        "file": finding.file,
        "line": finding.line,
        "commit": finding.commit,
        "finding": finding_text(finding, zone),
    }


def _readable_row(finding: AuditFinding, zone: ZoneInfo | None) -> dict[str, str]:
    text = finding_text(finding, zone)
    return {
        "case": finding.case_id or "",
        "place": f"{finding.file}:{finding.line}" if finding.line else finding.file,
        "commit": (finding.commit or "")[:_SHORT],
        "finding": _("warning: ") + text if finding.warning else text,
    }


def verify_summary(result: VerifyResult) -> str:
    """One line for the terminal: what was verified, and whether something contradicts it."""
    count = sum(not finding.warning for finding in result.findings)
    counted = _("Verified: {commits}, {cases}, {events}").format(
        commits=ngettext("{count} commit", "{count} commits", result.commits).format(count=result.commits),
        cases=ngettext("{count} case", "{count} cases", result.cases).format(count=result.cases),
        events=ngettext("{count} event", "{count} events", result.events).format(count=result.events),
    )
    if result.since is not None:
        counted = _("{counted}; only what came after commit {commit}").format(
            counted=counted, commit=result.since[:_SHORT]
        )
    if count:
        words = ngettext(
            "{counted}. {count} finding contradicts the history.",
            "{counted}. {count} findings contradict the history.",
            count,
        )
        return words.format(counted=counted, count=count)
    if result.incomplete:
        return _("{counted}. Nothing contradicts, but not everything could be verified.").format(
            counted=counted
        )
    return _("{counted}. Nothing contradicts.").format(counted=counted)


def _verify_json(result: VerifyResult) -> Iterator[str]:
    def entries(findings: Sequence[AuditFinding]) -> Iterator[dict[str, Any]]:
        for finding in findings:
            row = _row(finding, result.zone)
            del row["finding"]
            yield {**row, "facts": _plain(finding.values)}

    return tables.json_texts(
        {
            "verify": {
                "last": result.last,
                "since": result.since,
                "commits": result.commits,
                "read": result.read,
                "cases": result.cases,
                "events": result.events,
                "complete": not result.incomplete,
                "findings": entries([finding for finding in result.findings if not finding.warning]),
                "warnings": entries([finding for finding in result.findings if finding.warning]),
                "incomplete": entries(result.incomplete),
                "signed": dict(result.signed) if result.signed is not None else None,
            }
        }
    )


def _plain(value: object) -> Any:
    """Returns values as those of JSON: times as texts, lists and maps as they are."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, bool | int) else fields.plain_value(value)


def verify_issues(result: VerifyResult) -> IssueReport:
    """Returns the findings for the formats of CI services; files are named from the top of the repository."""
    return IssueReport(
        command="complaintctl verify",
        scope="-verify",
        list_issues=functools.partial(_list_issues, result),
        find_position=lambda issue: issue.position,
        rules={},
        other_rule=_CONTRADICTION,
        accepted=[],
        accepted_count=0,
        files=[],
        as_of=result.as_of,
        whole_file=result.folder + result.policy_file,
    )


def _list_issues(result: VerifyResult) -> Iterator[Issue]:
    seen: Counter[str] = Counter()
    for finding in result.in_order():
        file = result.folder + (finding.file or result.policy_file)
        identity = [f"{name}={finding.values[name]}" for name in sorted(finding.values) if name != "restored"]
        digest = fingerprint(finding.key, finding.case_id or "", finding.commit or "", *identity)
        name = " ".join(filter(None, [finding.key, str(finding.values.get("event") or "")]))
        seen.update([digest, f"{file} {name}"])
        yield Issue(
            rule=finding.key,
            name=numbered(name, seen[f"{file} {name}"]),
            title=finding.case_id or "",
            message=_message(finding, result.zone),
            file=file,
            fails=not finding.warning or finding in result.incomplete,
            fingerprint=digest if seen[digest] <= 1 else fingerprint(digest, str(seen[digest])),
            position=(max(finding.line, 1), 1),
        )


def _message(finding: AuditFinding, zone: ZoneInfo | None) -> str:
    text = finding_text(finding, zone)
    if finding.commit is None:
        return text
    return _("{finding} (commit {commit})").format(finding=text, commit=finding.commit[:_SHORT])
