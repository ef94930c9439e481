"""Findings of earlier runs: kept as JSON, told again until what they are about is restored."""

import dataclasses
from collections.abc import Container, Iterable
from datetime import date, datetime
from typing import Any, Final

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.storage.audit.ledger import Ledger, LostEvent, Twin
from complaintctl.storage.audit.state import Verified

_MOMENT: Final = "\0moment"
_SOURCE_TWICE: Final = "audit-source-twice"


def to_plain(findings: Iterable[AuditFinding]) -> list[dict[str, Any]]:
    """Returns findings as values of JSON."""
    return [
        {**{entry.name: getattr(finding, entry.name) for entry in dataclasses.fields(finding)}}
        | {"values": {name: _plain(value) for name, value in finding.values.items()}}
        for finding in findings
    ]


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else _text(value)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def from_plain(stored: Iterable[dict[str, Any]]) -> list[AuditFinding]:
    """Returns the findings in values of JSON."""
    return [
        AuditFinding(**{**entry, "values": {name: _value(value) for name, value in entry["values"].items()}})
        for entry in stored
    ]


def _value(plain: Any) -> Any:
    if isinstance(plain, dict):
        if set(plain) == {_MOMENT}:
            return datetime.fromisoformat(plain[_MOMENT])
        return {key: _value(inner) for key, inner in plain.items()}
    return [_value(inner) for inner in plain] if isinstance(plain, list) else plain


def restore_ledger(before: Verified, ledger: Ledger) -> None:
    """Gives a ledger what an earlier run found in the commits."""
    ledger.findings = from_plain(before.structure)
    ledger.lost = {
        (case, event): LostEvent(raw=raw, finding=finding) for case, event, raw, finding in before.lost
    }
    for case, event, *twin in before.twins:
        ledger.twins.setdefault((case, event), []).append(Twin(*twin))
    ledger.gone = {path: (blob, finding) for path, (blob, finding) in before.gone.items()}


def still_present(before: Verified, touched: Container[str]) -> list[AuditFinding]:
    """Returns the findings about the files of cases that no new commit touched."""
    return [
        finding
        for finding in from_plain(before.present)
        if not (finding.case_id in touched or _is_about(finding, touched))
    ]


def united(earlier: Iterable[AuditFinding], later: Iterable[AuditFinding]) -> list[AuditFinding]:
    """Returns both, without later findings about an event that was found before with the same key."""
    found = list(earlier)
    known = {
        (finding.key, finding.case_id, finding.commit, finding.values["event"])
        for finding in found
        if "event" in finding.values
    }
    for finding in later:
        event = finding.values.get("event")
        if event is None or (finding.key, finding.case_id, finding.commit, event) not in known:
            found.append(finding)
    return found


def _is_about(finding: AuditFinding, touched: Container[str]) -> bool:
    """Whether a record of another system was found to be two cases, the other of which is judged again."""
    return finding.key == _SOURCE_TWICE and finding.values.get("other") in touched
