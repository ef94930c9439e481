"""Compares the versions of a case: whatever was recorded must stay, unchanged, in order, in its own case."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.privacy.erased_fields import ATTACHMENT_PREFIX
from complaintctl.storage.audit import case_text, comparison
from complaintctl.storage.audit.case_text import CaseTexts, FoundEvent
from complaintctl.storage.audit.comparison import Comparison
from complaintctl.storage.audit.layout import CasebookPath, Layout
from complaintctl.storage.audit.ledger import Ledger, Twin
from complaintctl.storage.audit.versions import Versions
from complaintctl.storage.git.commit_stream import Change, StreamedCommit

# What may move a case from one folder into the other. A retraction takes back a closing or a reopening.
_MOVING: Final = {
    True: frozenset({"close", "retract", "import"}),
    False: frozenset({"reopen", "retract", "import", "heard"}),
}
# Whether a value was rewritten (None: a customer that is sealed).
_OF_FIELDS: Final = {
    True: "audit-fields-rewritten",
    False: "audit-fields-filled",
    None: "audit-customer-sealed",
}
CaseChange = tuple[CasebookPath, Change]
# What `resolve` makes of a case: its path, both sides and their last common version; None if it leaves that to people.
UniteSides = Callable[[Path, bytes, bytes, bytes], bytes | None]


class CaseAudit:
    """Takes what commits do to cases and attachments, and adds to the ledger what contradicts the history."""

    def __init__(self, layout: Layout, versions: Versions, ledger: Ledger, unite: UniteSides) -> None:
        self.layout = layout
        self.versions = versions
        self.ledger = ledger
        self.unite = unite
        self.touched: dict[str, None] = {}
        self.added: dict[str, list[tuple[str, str]]] = {}
        # The first case file or attachment that a commit changed itself.
        self.changing: dict[str, CasebookPath] = {}
        # Versions that cannot be read, and the cases of which this run has read a version.
        self.unreadable: set[bytes] = set()
        self.met: set[str] = set()

    def take_case(
        self, commit: StreamedCommit, case_id: str, parts: list[CaseChange], copies: dict[str, str]
    ) -> None:
        """Compares a case with its version before; `copies` gets the case that it is a copy of."""
        before = next(((path, change.old) for path, change in parts if change.old), None)
        path, blob = next((path, change.new) for path, change in parts if change.new)
        for new_path, change in parts:
            if change.new:
                self.check_place(commit, new_path)
        new = self.versions.text(blob or "")
        if new is None:
            return
        if before is None and case_id in self.ledger.gone:
            old_blob, place = self.ledger.gone.pop(case_id)
            self.ledger.mend(place, commit.hash)
            before = (path, old_blob)
        if before is None:
            self._take_new_case(commit, path, new, copies)
            return
        old = self.versions.text(before[1] or "")
        if old is not None:
            moved = before[0].path != path.path and before[0].closed is not path.closed
            self.compare(commit, path, old, new, moved=moved)

    def compare(
        self, commit: StreamedCommit, path: CasebookPath, old: bytes, new: bytes, *, moved: bool
    ) -> None:
        """Compares two versions of a case: by their bytes, as YAML only where that does not prove anything."""
        if self._is_unreadable(path.owner, old):
            self._compare_with_last_readable(commit, path, old, new)
            return
        lines = case_text.appended_history(old, new)
        ids = case_text.event_ids(lines) if lines is not None else None
        if lines is None or ids is None:
            self._compare_texts(commit, path, old, new, moved=moved)
            return
        for event in ids:
            self._record(commit, path, event, new)
        if moved and _MOVING[path.closed].isdisjoint(case_text.event_activities(lines)):
            self.find(commit, path, "audit-moved-alone")
        self._find_rewritten(commit, path, comparison.rewritten_fields(old, new, lines))

    def _find_rewritten(
        self, commit: StreamedCommit, path: CasebookPath, fields: dict[str, bool | None]
    ) -> None:
        for is_rewritten, key in _OF_FIELDS.items():
            names = [name for name, rewritten in fields.items() if rewritten is is_rewritten]
            if names:
                self.find(commit, path, key, values={"fields": names}, warning=True)

    def _compare_texts(
        self, commit: StreamedCommit, path: CasebookPath, old: bytes, new: bytes, *, moved: bool
    ) -> None:
        before, after = case_text.read_texts(old), case_text.read_texts(new)
        if after is None:
            self.find_unreadable(commit, path, new)
            return
        if before is None:
            self._compare_with_last_readable(commit, path, old, new)
            return
        found = comparison.compare_versions(before, after, path.owner)
        self._find_differences(commit, path, found)
        # Some of these events are older; so fewer fields are found, but none without a reason.
        self._find_rewritten(
            commit, path, comparison.rewritten_fields(old, new, case_text.history_section(new))
        )
        for event in (*found.added, *found.renewed):
            self._record(commit, path, event.id, new)
        self.ledger.restore(path.owner, {event.id: event.raw for event in after.events}, commit.hash)
        if moved and _MOVING[path.closed].isdisjoint(event.did for event in found.added):
            self.find(commit, path, "audit-moved-alone")

    def _is_unreadable(self, case_id: str, old: bytes) -> bool:
        """Whether a version cannot be read. The first one of a run is read here, the others were when they came."""
        if case_id not in self.met:
            self.met.add(case_id)
            if not case_text.is_readable(old):
                self.unreadable.add(old)
        return old in self.unreadable

    def _compare_with_last_readable(
        self, commit: StreamedCommit, path: CasebookPath, old: bytes, new: bytes
    ) -> None:
        """Compares a case with the last version that can be read, where the one before it, `old`, cannot."""
        found = self.last_readable(commit, path)
        known = {event for _name, text in found for event in case_text.all_event_ids(text)}
        unread = [event for event in case_text.salvaged_events(old) if event.id not in known]
        self._compare_unread(commit, path, unread, case_text.salvaged_events(new) if unread else ())
        for name, text in found:
            was = self.layout.understand(name)
            self.compare(commit, path, text, new, moved=was is not None and was.closed is not path.closed)
        if found:
            return
        texts = case_text.read_texts(new)
        if texts is None:
            self.find_unreadable(commit, path, new)
        else:
            self._record_all(commit, path, texts, new)

    def _compare_unread(
        self,
        commit: StreamedCommit,
        path: CasebookPath,
        unread: Sequence[FoundEvent],
        present: Sequence[FoundEvent],
    ) -> None:
        """Adds a finding for each event that stood only in a version that cannot be read, and is gone or another one."""
        for event in unread:
            same = [other for other in present if other.id == event.id]
            if not same:
                self.lose(commit, path, "audit-event-removed", event)
            elif all(other.raw != event.raw for other in same):
                self.lose(commit, path, "audit-event-changed", event, same[0])

    def last_readable(self, commit: StreamedCommit, path: CasebookPath) -> list[tuple[str, bytes]]:
        """Returns path and text of the last version that can be read before a commit, on each line of history."""
        paths = dict.fromkeys((*self.layout.case_paths(path.owner), self.layout.prefix + path.path))
        return self.versions.last_readable(commit.parents, tuple(paths), case_text.is_readable)

    def find_unreadable(self, commit: StreamedCommit, path: CasebookPath, text: bytes) -> None:
        """Adds the warning that a version cannot be read, and remembers the version."""
        self.unreadable.add(text)
        self.find(commit, path, "audit-unreadable", warning=True)

    def check_place(self, commit: StreamedCommit, path: CasebookPath) -> None:
        """Adds a finding if a case lies where no command finds it; a move back mends it."""
        # No id has a slash, and no other path that is remembered ends like this.
        name = f"{path.owner}/place"
        known = self.ledger.gone.get(name)
        is_in_place = self.layout.prefix + path.path in self.layout.case_paths(path.owner)
        if known is None and not is_in_place:
            self.ledger.gone[name] = ("", self.find(commit, path, "audit-case-misplaced"))
        elif known is not None and is_in_place:
            del self.ledger.gone[name]
            self.ledger.mend(known[1], commit.hash)

    def _find_differences(self, commit: StreamedCommit, path: CasebookPath, found: Comparison) -> None:
        for event in found.removed:
            self.lose(commit, path, "audit-event-removed", event)
        for was, event in found.changed:
            self.lose(commit, path, "audit-event-changed", was, event)
        for event in found.inserted:
            self.find(commit, path, "audit-event-inserted", event)
        if found.moved:
            self.find(commit, path, "audit-events-reordered", found.moved[0])
        for event in found.erased:
            self.find(commit, path, "audit-event-erased", event, warning=True)

    def _take_new_case(
        self, commit: StreamedCommit, path: CasebookPath, new: bytes, copies: dict[str, str]
    ) -> None:
        lines = case_text.whole_history(new)
        ids = case_text.event_ids(lines) if lines is not None else None
        self.met.add(path.owner)
        if ids is None:
            texts = case_text.read_texts(new)
            if texts is None:
                self.find_unreadable(commit, path, new)
                return
            ids = [event.id for event in texts.events]
        owners = [self.ledger.record(event, path.owner, commit.hash) for event in ids]
        for event in ids:
            self.added.setdefault(commit.hash, []).append((path.owner, event))
        copied = {owner for owner in owners if owner is not None}
        if copied and len(copied) == 1 and None not in owners:
            (other,) = copied
            copies[other] = path.owner
            self.find(commit, path, "audit-case-copied", values={"other": other})
            return
        for event, owner in zip(ids, owners, strict=True):
            if owner is not None:
                self._find_replay(commit, path, event, owner, new)

    def _record_all(self, commit: StreamedCommit, path: CasebookPath, texts: CaseTexts, new: bytes) -> None:
        for event in texts.events:
            if self.ledger.commit_of(path.owner, event.id) is None:
                self._record(commit, path, event.id, new)

    def _record(self, commit: StreamedCommit, path: CasebookPath, event: str, new: bytes) -> None:
        self.added.setdefault(commit.hash, []).append((path.owner, event))
        if self.ledger.commit_of(path.owner, event) is not None:
            self._note_twin(commit, path, event, new)
        owner = self.ledger.record(event, path.owner, commit.hash)
        if owner is not None:
            self._find_replay(commit, path, event, owner, new)
        lost = self.ledger.lost.get((path.owner, event))
        if lost is not None:
            texts = case_text.read_texts(new)
            raws = {entry.id: entry.raw for entry in texts.events} if texts else {}
            self.ledger.restore(path.owner, raws, commit.hash)

    def _note_twin(self, commit: StreamedCommit, path: CasebookPath, event: str, new: bytes) -> None:
        """Notes which commit recorded a further event of one id."""
        texts = case_text.read_texts(new)
        own = [entry for entry in texts.events if entry.id == event] if texts is not None else []
        if own:
            twin = Twin(commit=commit.hash, text=own[-1].raw.get("text"), added=len(own) > 1)
            self.ledger.twins.setdefault((path.owner, event), []).append(twin)

    def _find_replay(
        self, commit: StreamedCommit, path: CasebookPath, event: str, owner: str, new: bytes
    ) -> None:
        """Adds a finding if another case has the same event; ids alone may agree by chance."""
        texts = case_text.read_texts(new)
        own = next((entry for entry in texts.events if entry.id == event), None) if texts else None
        if own is None:
            return
        for name in self.layout.case_paths(owner):
            for revision in (commit.hash, *commit.parents):
                other = self.versions.text(f"{revision}:{name}")
                read = case_text.read_texts(other) if other else None
                if read is not None and any(entry.raw == own.raw for entry in read.events):
                    self.find(commit, path, "audit-event-replayed", own, values={"other": owner})
                    return

    def lose_case(
        self, commit: StreamedCommit, case_id: str, change: CaseChange, copy: str | None = None
    ) -> None:
        """Adds the finding that a case is gone, unless its file still lies in the other folder."""
        path, old = change[0], change[1].old
        if case_id in self.ledger.gone or old is None:
            return
        for name in self.layout.case_paths(case_id):
            other, before = self.versions.text(f"{commit.hash}:{name}"), self.versions.text(old)
            if other is not None and before is not None:
                remaining = self.layout.understand(name) or path
                self.check_place(commit, remaining)
                self.compare(commit, remaining, before, other, moved=False)
                return
        key = "audit-case-renamed" if copy else "audit-case-deleted"
        values = {"other": copy} if copy else {}
        place = self.find(commit, path, key, values=values)
        self.ledger.gone[case_id] = (old, place)

    def take_attachment(
        self, commit: StreamedCommit, path: CasebookPath, change: Change, changes: Sequence[CaseChange]
    ) -> None:
        """Adds a finding if an attachment is changed or deleted; `changes` are all of the commit."""
        ledger = self.ledger
        self.touched[path.owner] = None
        if change.old is None:
            old, finding = ledger.gone.get(path.path, (None, 0))
            if old is not None and old == change.new:
                del ledger.gone[path.path]
                ledger.mend(finding, commit.hash)
        elif change.new is None and self._is_erased(path, changes):
            self.find(commit, path, "audit-attachment-erased", warning=True)
        elif change.old != change.new:
            key = "audit-attachment-deleted" if change.new is None else "audit-attachment-changed"
            self.lose_attachment(commit, path, change, key)

    def lose_attachment(self, commit: StreamedCommit, path: CasebookPath, change: Change, key: str) -> None:
        """Adds the finding that an attachment is gone or another one; a change back mends it."""
        ledger = self.ledger
        known, place = ledger.gone.get(path.path, (None, 0))
        if known is not None and known == change.new:
            del ledger.gone[path.path]
            ledger.mend(place, commit.hash)
        elif known is None and change.old is not None:
            ledger.gone[path.path] = (change.old, self.find(commit, path, key))

    def _is_erased(self, attachment: CasebookPath, changes: Sequence[CaseChange]) -> bool:
        """Whether a commit changes the case of an attachment, and an erasing in it names the attachment."""
        for path, change in changes:
            if path.kind == "case" and path.owner == attachment.owner and change.new:
                return _names_erased(self.versions.text(change.new), attachment)
        return False

    def is_erased_now(self, commit: StreamedCommit, attachment: CasebookPath) -> bool:
        """Whether an erasing of the case names an attachment, as a commit has the case."""
        return any(
            _names_erased(self.versions.text(f"{commit.hash}:{name}"), attachment)
            for name in self.layout.case_paths(attachment.owner)
        )

    def lose(
        self,
        commit: StreamedCommit,
        path: CasebookPath,
        key: str,
        event: FoundEvent,
        after: FoundEvent | None = None,
    ) -> None:
        """Adds the finding that an event was removed or changed."""
        values: dict[str, Any] = {"event": event.id, "did": event.did}
        if after is not None:
            values["keys"] = comparison.changed_keys(event, after)
        finding = AuditFinding(
            key=key,
            values=values,
            case_id=path.owner,
            file=path.path,
            line=after.line if after else 0,
            commit=commit.hash,
        )
        self.ledger.lose(event, finding)

    def find(
        self,
        commit: StreamedCommit,
        path: CasebookPath,
        key: str,
        event: FoundEvent | None = None,
        *,
        values: dict[str, Any] | None = None,
        warning: bool = False,
    ) -> int:
        """Adds a finding; returns its place."""
        named = {"event": event.id, "did": event.did} if event else {}
        return self.ledger.add(
            AuditFinding(
                key=key,
                values={**named, **(values or {}), "case": path.owner},
                case_id=path.owner,
                file=path.path,
                line=event.line if event else 0,
                commit=commit.hash,
                warning=warning,
            )
        )


def _names_erased(text: bytes | None, attachment: CasebookPath) -> bool:
    """Whether an erasing in the text of a case names an attachment."""
    texts = case_text.read_texts(text or b"")
    file = attachment.path.split("/", 2)[2]
    return texts is not None and f"{ATTACHMENT_PREFIX}{file}" in comparison.erased_names(texts.events)
