"""The canonical history of a case: one line of JSON for each event, without personal data, for hashes that stay valid."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from complaintctl.domain.audit.checkpoints.checkpoint import Leaf, file_digest
from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import history

# A column of the leaves file is a word without blanks.
_NO_ID: Final = "?"


def canonical_line(case: Case, event: Event) -> str:
    """Returns one event as a line: its id, the content that the id is a hash of, the hashes of files that it added.

    Free text and ids of e-mails are left out (D-011), so erasing them changes no line. Names of files from e-mails
    may be personal: only their hashes are there.
    """
    known = {entry.file: entry.sha256 for entry in case.attachments}
    hashes = [known.get(name) for name in event.files]
    parts = {"id": _json(event.id), "content": history.canonical_content(event)}
    if hashes:
        parts["sha256"] = _json(hashes)
    return "{" + ",".join(f"{_json(name)}:{part}" for name, part in parts.items()) + "}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def canonical_history(case: Case, events: Iterable[Event]) -> str:
    """Returns these events of a case as lines; the SHA-256 of the text is the hash of a leaf."""
    return "".join(canonical_line(case, event) for event in events)


def leaf_of_case(case: Case) -> Leaf:
    """Returns what a checkpoint says of a case with its whole history."""
    digest = file_digest(canonical_history(case, case.history).encode("utf-8", "surrogatepass"))
    return Leaf(case_id=case.id, digest=digest, events=tuple(map(_id_column, case.history)))


def _id_column(event: Event) -> str:
    return event.id if event.id.isalnum() else _NO_ID


def compare_with_leaf(
    leaf: Leaf, case: Case, file: str, values: Mapping[str, object]
) -> Sequence[AuditFinding]:
    """Returns what contradicts a checkpoint in the history that the case has now.

    Every event of the leaf must be there, unchanged and in the same order; others may stand between them, because a
    merge may put events between them. `file` and `values` (of the checkpoint) go into the findings.
    """
    now = {_id_column(event): event for event in reversed(case.history)}
    gone = [event for event in leaf.events if event not in now]
    if gone:
        return [_finding("checkpoint-event-gone", leaf, {**values, "event": event}, file) for event in gone]
    events = [now[event] for event in leaf.events]
    text = canonical_history(case, events)
    if file_digest(text.encode("utf-8", "surrogatepass")) != leaf.digest:
        event = next((event.id for event in events if not _fits(case, event)), None)
        if event is None:
            return [_finding("checkpoint-history-changed", leaf, values, file)]
        return [_finding("checkpoint-event-changed", leaf, {**values, "event": event}, file)]
    places = [place for event in events for place, other in enumerate(case.history) if other is event]
    if places != sorted(places):
        return [_finding("checkpoint-events-swapped", leaf, values, file)]
    return []


def missing_case(leaf: Leaf, values: Mapping[str, object]) -> AuditFinding:
    """Returns the finding for a case of a checkpoint that has no file any more."""
    return _finding("checkpoint-case-gone", leaf, {**values, "count": len(leaf.events)}, "")


def faulty_case(leaf: Leaf, file: str, values: Mapping[str, object]) -> AuditFinding:
    """Returns the finding for a case of a checkpoint whose file cannot be read as a whole."""
    return _finding("checkpoint-case-faulty", leaf, values, file)


def _finding(key: str, leaf: Leaf, values: Mapping[str, object], file: str) -> AuditFinding:
    commit = values.get("commit")
    return AuditFinding(
        key=key,
        values={**values, "case": leaf.case_id},
        case_id=leaf.case_id,
        file=file,
        commit=str(commit) if commit else None,
    )


def _fits(case: Case, event: Event) -> bool:
    """Whether the id of an event fits its content after one of the events of its case."""
    return any(
        history.compute_event_id(event, before) == event.id
        for before in (case.id, *(other.id for other in case.history if other is not event))
    )
