"""Compares a merge with each of its parents: it may unite what they have, and nothing else."""

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from complaintctl.storage.audit import case_text
from complaintctl.storage.audit.case_audit import CaseAudit, CaseChange
from complaintctl.storage.audit.case_text import CaseTexts, FoundEvent, RawEvent
from complaintctl.storage.audit.layout import CasebookPath
from complaintctl.storage.audit.versions import CasebookChanges
from complaintctl.storage.git import git
from complaintctl.storage.git.commit_stream import StreamedCommit

# Computed from the history, or judged by itself.
_NOT_FACTS: Final = frozenset({"history", "status"})


@dataclass(frozen=True, slots=True)
class _Version:
    """A case in a commit: its path and its blob."""

    path: CasebookPath
    blob: str


@dataclass(frozen=True, slots=True)
class _MergedVersions:
    """A case in a merge and in each parent; None where the case is not."""

    case_id: str
    merged: _Version | None
    parents: tuple[_Version | None, ...]


def audit_merge(audit: CaseAudit, commit: StreamedCommit, changes: CasebookChanges) -> None:
    """Adds to the ledger what a merge lost, changed or added."""
    for case_id in dict.fromkeys(
        path.owner for part in changes for path, _change in part if path.kind == "case"
    ):
        audit.touched[case_id] = None
        versions = _case_versions(case_id, changes)
        if versions.merged is None:
            _audit_deleted(audit, commit, case_id, changes)
        else:
            audit.check_place(commit, versions.merged.path)
            _audit_case(audit, commit, versions, versions.merged)
    _audit_attachments(audit, commit, changes)


def _case_versions(case_id: str, changes: CasebookChanges) -> _MergedVersions:
    parts = [
        [pair for pair in part if pair[0].kind == "case" and pair[0].owner == case_id] for part in changes
    ]
    merged = next((_Version(path, change.new) for part in parts for path, change in part if change.new), None)
    parents = tuple(
        next((_Version(path, change.old) for path, change in part if change.old), None) if part else merged
        for part in parts
    )
    return _MergedVersions(case_id, merged, parents)


def _audit_deleted(audit: CaseAudit, commit: StreamedCommit, case_id: str, changes: CasebookChanges) -> None:
    for path, change in itertools.chain(*changes):
        if path.kind == "case" and path.owner == case_id and change.old:
            audit.lose_case(commit, case_id, (path, change))
            return


def _audit_case(
    audit: CaseAudit, commit: StreamedCommit, versions: _MergedVersions, merged: _Version
) -> None:
    text = audit.versions.text(merged.blob)
    others = {version.blob for version in versions.parents if version is not None} - {merged.blob}
    parents = [other for blob in sorted(others) if (other := audit.versions.text(blob)) is not None]
    taken_whole = any(version is not None and version.blob == merged.blob for version in versions.parents)
    if text is None or not parents:
        if text is not None and not taken_whole:
            audit.find(commit, merged.path, "audit-merge-added-case")
        return
    if taken_whole and all(case_text.appended_history(other, text) is not None for other in parents):
        return
    read = case_text.read_texts(text)
    sides = [side for other in parents if (side := case_text.read_texts(other)) is not None]
    if read is None:
        audit.find_unreadable(commit, merged.path, text)
        return
    if len(sides) < len(parents):
        last = audit.last_readable(commit, merged.path)
        sides += [side for _name, other in last if (side := case_text.read_texts(other)) is not None]
    bases = functools.partial(_base_events, audit, commit, versions.case_id)
    problems = _Union(commit, merged.path, read, sides, bases)
    if taken_whole:
        problems.sides.append(read)
    if problems.is_clean() or _is_as_resolved(audit, commit, versions, read):
        audit.ledger.restore(versions.case_id, {event.id: event.raw for event in read.events}, commit.hash)
        return
    problems.report(audit)


@dataclass(slots=True)
class _Union:
    """A merged case beside its sides."""

    commit: StreamedCommit
    path: CasebookPath
    merged: CaseTexts
    sides: list[CaseTexts]
    bases: Callable[[], list[RawEvent]]

    def is_clean(self) -> bool:
        return not (self.added() or self.lost() or self.disordered() or self.foreign_facts())

    def added(self) -> list[FoundEvent]:
        """Events that no side has like this."""
        known = [event.raw for side in self.sides for event in side.events]
        return [event for event in self.merged.events if event.raw not in known]

    def lost(self) -> list[FoundEvent]:
        """Events of a side that are gone, or of which only another one with the same id is left.

        Two notes of one second have one id. An event that the last common version has is changed, not lost.
        """
        ids, raws = {event.id for event in self.merged.events}, [event.raw for event in self.merged.events]
        gone = [event for side in self.sides for event in side.events if event.raw not in raws]
        replaced = [event for event in gone if event.id in ids]
        before = self.bases() if replaced else []
        return [event for event in gone if event.id not in ids or event.raw not in before]

    def disordered(self) -> FoundEvent | None:
        """The first event that stands before one that it follows on a side."""
        places = {event.id: place for place, event in enumerate(self.merged.events)}
        for side in self.sides:
            known = [event for event in side.events if event.id in places]
            for one, two in itertools.pairwise(known):
                if places[one.id] > places[two.id]:
                    return two
        return None

    def foreign_facts(self) -> list[str]:
        """The fields with a value that no side has."""
        roots = [side.root for side in self.sides]
        return sorted(
            key
            for key, value in self.merged.root.items()
            if key not in _NOT_FACTS and not _is_from_sides(value, [root.get(key) for root in roots])
        )

    def report(self, audit: CaseAudit) -> None:
        known = {event.id for side in self.sides for event in side.events}
        for event in self.added():
            key = "audit-merge-changed-event" if event.id in known else "audit-merge-added-event"
            before = next((one for side in self.sides for one in side.events if one.id == event.id), None)
            if before is not None:
                audit.lose(self.commit, self.path, key, before, event)
            else:
                audit.find(self.commit, self.path, key, event)
                audit.ledger.record(event.id, self.path.owner, self.commit.hash)
        for event in self.lost():
            audit.lose(self.commit, self.path, "audit-merge-lost-event", event)
        moved = self.disordered()
        if moved is not None:
            audit.find(self.commit, self.path, "audit-events-reordered", moved)
        if fields := self.foreign_facts():
            audit.find(self.commit, self.path, "audit-merge-added-facts", values={"fields": fields})


def _is_from_sides(value: Any, sides: list[Any]) -> bool:
    """Whether each value comes from a side; of a longer text each line, as git merges lines."""
    if value in sides or value in (None, "", [], {}):
        return True
    if isinstance(value, dict):
        maps = [side for side in sides if isinstance(side, dict)]
        return all(_is_from_sides(inner, [side.get(key) for side in maps]) for key, inner in value.items())
    if isinstance(value, list):
        entries = [entry for side in sides if isinstance(side, list) for entry in side]
        return all(_is_from_sides(entry, entries) or _is_joined(entry, entries) for entry in value)
    if isinstance(value, str) and "\n" in value:
        lines = {line for side in sides if isinstance(side, str) for line in side.split("\n")}
        return lines.issuperset(value.split("\n"))
    return False


def _is_joined(entry: Any, entries: list[Any]) -> bool:
    """Whether each value of an entry of a list comes from an entry of a side, as of a task that both changed."""
    maps = [other for other in entries if isinstance(other, dict)]
    return isinstance(entry, dict) and all(
        any(other.get(key) == value for other in maps) for key, value in entry.items()
    )


def _is_as_resolved(
    audit: CaseAudit,
    commit: StreamedCommit,
    versions: _MergedVersions,
    merged: CaseTexts,
) -> bool:
    """Whether the merge is what `resolve` makes of both sides, with the last common version or any other one."""
    whole = [audit.versions.text(version.blob) for version in versions.parents if version is not None]
    sides = [text for text in whole if text is not None]
    if len(sides) != 2 or versions.merged is None:  # noqa: PLR2004 - `resolve` unites two sides
        return False
    for base in _bases(audit, commit, versions.case_id):
        united = audit.unite(Path(versions.merged.path.path), sides[0], sides[1], base)
        read = case_text.read_texts(united) if united is not None else None
        if read is not None and read.root == merged.root:
            return True
    return False


def _base_events(audit: CaseAudit, commit: StreamedCommit, case_id: str) -> list[RawEvent]:
    texts = map(case_text.read_texts, _bases(audit, commit, case_id))
    return [event.raw for read in texts if read is not None for event in read.events]


def _bases(audit: CaseAudit, commit: StreamedCommit, case_id: str) -> Iterator[bytes]:
    for revision in git.merge_bases(audit.layout.repository, commit.parents):
        for name in audit.layout.case_paths(case_id):
            text = audit.versions.text(f"{revision}:{name}")
            if text is not None:
                yield text
    yield b""


def _audit_attachments(audit: CaseAudit, commit: StreamedCommit, changes: CasebookChanges) -> None:
    """An attachment must be that of a side; one that a side has must not be gone."""
    by_path: dict[str, list[CaseChange]] = {}
    for pair in itertools.chain(*changes):
        if pair[0].kind == "attachment":
            by_path.setdefault(pair[0].path, []).append(pair)
    for pairs in by_path.values():
        audit.touched[pairs[0][0].owner] = None
        is_foreign = len(pairs) == len(commit.parents)
        for path, change in pairs:
            if change.old is not None and change.old != change.new and (change.new is None or is_foreign):
                key = "audit-attachment-deleted" if change.new is None else "audit-attachment-changed"
                if not (change.new is None and audit.is_erased_now(commit, path)):
                    audit.lose_attachment(commit, path, change, key)
