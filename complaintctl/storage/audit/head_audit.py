"""Judges the cases as the last commit has them, each event by the policy of the commit that recorded it."""

import contextlib
import itertools
import multiprocessing
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from complaintctl.domain.audit.judged_commits import AddedEvent, judge_commit
from complaintctl.domain.audit.judged_history import judge_history
from complaintctl.domain.audit.loosened_policies import judge_loosened_policies
from complaintctl.domain.audit.policy_versions import judge_policy_changes
from complaintctl.domain.audit.policy_words import trust_words
from complaintctl.domain.audit.records import AuditFinding, CommitRecord, PolicyVersion, RecordedEvent
from complaintctl.domain.case.case import Case
from complaintctl.domain.privacy.erased_fields import explains_missing_attachment
from complaintctl.domain.problems import Problem
from complaintctl.storage.audit import case_text
from complaintctl.storage.audit.head_files import HeadFile
from complaintctl.storage.audit.layout import CasebookPath
from complaintctl.storage.audit.ledger import Ledger
from complaintctl.storage.audit.past_commits import PastCommits
from complaintctl.storage.audit.policies import PastPolicies
from complaintctl.storage.audit.versions import Versions
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import POLICY_FILE
from complaintctl.storage.git.git import Repository
from complaintctl.storage.git.object_reader import ObjectReader

# Below this number of cases, starting another process costs more than it saves.
_FEW: Final = 400
_TASK: Final = 200
_TWO: Final = 2
# Judged when the commit was new: its signature does not change.
_OF_SIGNATURES: Final = frozenset({"audit-unsigned", "audit-signer"})


@dataclass(slots=True)
class JudgedFiles:
    """What is found in some cases, the faults of their files, how many events they have, and the sources that they come from.

    `findings` are about commits and events, which nothing undoes; `present` about the files of the last commit. `judged` are the commits that were judged with the only case they added events to; `added` has the events of the
    other ones.
    """

    findings: list[AuditFinding] = field(default_factory=list)
    present: list[AuditFinding] = field(default_factory=list)
    unreadable: list[AuditFinding] = field(default_factory=list)
    events: int = 0
    names: list[str] = field(default_factory=list)
    sources: list[tuple[str, str, str]] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)
    added: list[tuple[str, AddedEvent]] = field(default_factory=list)

    def add(self, other: "JudgedFiles") -> None:
        """Adds what was found in other cases."""
        for name in self.__slots__:
            own = getattr(self, name)
            setattr(self, name, own + getattr(other, name))


@dataclass(frozen=True, kw_only=True)
class HeadAudit:
    """All that is needed to judge the cases.

    `attachments` are paths of the last commit with their blobs, `changing` has a file that each commit changed. Of the
    cases `disturbed`, whose past was changed, every event is judged again.
    """

    repository: Repository
    files: Sequence[HeadFile]
    ledger: Ledger
    commits: PastCommits
    judged: Container[str]
    disturbed: Container[str]
    added: Mapping[str, Sequence[tuple[str, str]]]
    changing: Mapping[str, CasebookPath]
    policies: PastPolicies
    policy_versions: Sequence[PolicyVersion]
    attachments: Mapping[str, str]
    versions: Versions
    last: str
    now: datetime
    parallel: bool

    def judge(self) -> JudgedFiles:
        """Judges all files, in several processes if there are many."""
        whole = JudgedFiles()
        for part in self._parts():
            whole.add(part)
        return whole

    def judge_other_commits(self, names: Iterable[str], files: JudgedFiles) -> list[AuditFinding]:
        """Judges the commits that were not judged with a case, and the changes of the policy."""
        done, by_commit = set(files.judged), defaultdict[str, list[AddedEvent]](list)
        for name, entry in files.added:
            by_commit[name].append(entry)
        findings = []
        for name in names:
            if name not in done:
                findings += list(self.judge_commit(name, by_commit[name]))
            findings += list(self._unsigned_change(name))
        for found in (
            *judge_policy_changes(self.policy_versions),
            *self.policies.judge_spoiling(self.commits.record),
        ):
            if found.commit in self.judged:
                findings.append(replace(found, file=found.file or POLICY_FILE, line=found.line or 1))
        return findings

    def _unsigned_change(self, name: str) -> Iterator[AuditFinding]:
        """Yields a finding if a commit changes a case, records no event and has no signature, where one is demanded."""
        path, commit = self.changing.get(name), self.commits.record(name)
        if path is None or commit is None or name in self.added or commit.signer is not None:
            return
        rules = self.policies.rules(name)
        if rules.policy.trust.signed:
            values = {"file": path.path, "rule": trust_words(rules, "signed")}
            yield AuditFinding(
                key="audit-unsigned-change", values=values, case_id=path.owner, file=path.path, commit=name
            )

    def _parts(self) -> Iterator[JudgedFiles]:
        count = len(self.files)
        places = range(0, count, _TASK)
        if not self.parallel or count <= _FEW or "fork" not in multiprocessing.get_all_start_methods():
            yield from map(self._judge_part, places)
            return
        _shared.append(self)
        try:
            with multiprocessing.get_context("fork").Pool() as pool:
                yield from pool.imap(_judge_shared, places)
        finally:
            _shared.remove(self)

    def _reader(self) -> contextlib.AbstractContextManager[ObjectReader]:
        """Returns a reader of objects: a new one for each of several processes."""
        if self.parallel:
            return ObjectReader(self.repository, self.versions.missing)
        return contextlib.nullcontext(self.versions.objects)

    def _judge_part(self, start: int) -> JudgedFiles:
        part, files = JudgedFiles(), self.files[start : start + _TASK]
        with self._reader() as objects:
            texts = objects.read([file.blob for file in files])
            read = [
                (file, text, *casefile.parse_case(Path(file.path), text))
                for file, text in zip(files, texts, strict=True)
                if text is not None
            ]
            if not self.parallel:
                cases = [loaded.case for _file, _text, loaded, _problems in read if loaded is not None]
                names = (self.ledger.commit_of(case.id, event.id) for case in cases for event in case.history)
                self.commits.prefetch([name for name in names if name is not None], self.policies)
            for file, text, loaded, problems in read:
                is_faulty = self._note_faults(file, problems, part)
                if loaded is not None:
                    self._note_case(file, loaded.case, part)
                    if not is_faulty:
                        self._judge_case(file, text, loaded.case, part, objects)
        return part

    def _note_faults(self, file: HeadFile, problems: Sequence[Problem], part: JudgedFiles) -> bool:
        """Adds what makes a file unreadable; returns whether there is anything."""
        serious = [problem for problem in problems if not problem.warning]
        finding = partial(AuditFinding, case_id=file.case_id, file=file.path, commit=self.last)
        part.unreadable += [
            finding(key=problem.key, values=problem.values, line=problem.line) for problem in serious
        ]
        return bool(serious)

    def _note_case(self, file: HeadFile, case: Case, part: JudgedFiles) -> None:
        part.events += len(case.history)
        part.names.append(case.id)
        if case.source is not None:
            part.sources.append((case.source.system, case.source.id, case.id))
        part.present += self._attachment_findings(file, case)

    def _judge_case(
        self, file: HeadFile, text: bytes, case: Case, part: JudgedFiles, objects: ObjectReader
    ) -> None:
        lines: list[int] = []
        events = self._recorded_events(case, objects)
        for found in (*self._judge_events(case, events, text), *self._judge_commits(case, events, part)):
            if found.line and not lines:
                read = case_text.read_texts(text)
                lines += [event.line for event in read.events] if read else []
            line = lines[found.line - 1] if 0 < found.line <= len(lines) else 0
            (part.findings if found.commit in self.judged else part.present).append(
                replace(
                    found,
                    file=found.file or file.path,
                    line=line,
                    case_id=file.case_id,
                    commit=found.commit or self.last,
                )
            )

    def _recorded_events(self, case: Case, objects: ObjectReader) -> list[RecordedEvent]:
        events = []
        count = Counter(event.id for event in case.history)
        for event in case.history:
            twin = self.ledger.twin(case.id, event.id, event.text) if count[event.id] > 1 else None
            name = twin.commit if twin else self.ledger.commit_of(case.id, event.id)
            commit = self.commits.record(name) if name else None
            rules = self.policies.rules(name or self.last)
            is_judged = commit is not None and commit.hash in self.judged
            ids_before = partial(self._ids_before, case.id, commit, objects) if commit and is_judged else None
            events.append(RecordedEvent(event=event, commit=commit, rules=rules, ids_before=ids_before))
        return events

    def _ids_before(self, case_id: str, commit: CommitRecord, objects: ObjectReader) -> frozenset[str] | None:
        """Returns the ids of the events that the parents of a commit have in a case; None if none has the case."""
        paths = self.versions.layout.case_paths(case_id)
        texts = objects.read([f"{parent}:{path}" for parent in commit.parents for path in paths])
        read = [case_text.all_event_ids(text) for text in texts if text is not None]
        return frozenset(itertools.chain.from_iterable(read)) if read else None

    def _judge_events(
        self, case: Case, events: Sequence[RecordedEvent], text: bytes
    ) -> Iterator[AuditFinding]:
        ids = case_text.event_ids(case_text.whole_history(text) or b"-")
        if ids is not None and ids != [event.id for event in case.history]:
            yield AuditFinding(key="audit-history-hidden")
        own = {event.id for event in case.history}
        if len(own) != len(case.history):
            for name, count in Counter((event.id, repr(event)) for event in case.history).items():
                if count > 1:
                    yield AuditFinding(key="audit-event-twice", values={"event": name[0]})
            yield from self._twin_findings(case, events)
        is_disturbed = case.id in self.disturbed
        wanted = {place for place, event in enumerate(events) if is_disturbed or self._is_judged(event)}
        for found in judge_history(case, events, wanted):
            is_new = not found.line or self._is_judged(events[found.line - 1])
            if is_new or (is_disturbed and found.key not in _OF_SIGNATURES):
                yield found
        # An event is loosened only between two other policies.
        versions = self.policy_versions
        for found in judge_loosened_policies(case, events, versions) if len(versions) > _TWO else ():
            if not found.line or self._is_judged(events[found.line - 1]):
                yield found

    def _twin_findings(self, case: Case, events: Sequence[RecordedEvent]) -> Iterator[AuditFinding]:
        """Yields a finding for each event put beside one of the same id, unless a command recorded it in another clone.

        Then a merge unites both, or a rebase puts its commit, whose message names it, behind that of the other one.
        """
        for place, recorded in enumerate(events):
            event, commit, policy = recorded.event, recorded.commit, recorded.rules.policy
            twin = self.ledger.twin(case.id, event.id, event.text)
            is_lone = sum(other.id == event.id for other in case.history) == 1
            if is_lone or twin is None or not twin.added or commit is None:
                continue
            if (
                policy.trust.squash == "allowed"
                or policy.git.commit == "off"
                or not self._is_judged(recorded)
            ):
                continue
            is_named = (event.did, event.id) in commit.events
            if not is_named or self.ledger.commit_of(case.id, event.id) == commit.hash:
                values = {"event": event.id}
                yield AuditFinding(key="audit-event-twice", values=values, line=place + 1, commit=commit.hash)

    def _is_judged(self, event: RecordedEvent) -> bool:
        return event.commit is not None and event.commit.hash in self.judged

    def _judge_commits(
        self, case: Case, events: Sequence[RecordedEvent], part: JudgedFiles
    ) -> Iterator[AuditFinding]:
        """Judges the commits that added events to this case alone; notes the events of the others."""
        own = {event.id: event for event in case.history}
        for name in dict.fromkeys(event.commit.hash for event in events if event.commit):
            added = self.added.get(name, ())
            if name not in self.judged:
                continue
            mine = [(case, own[event]) for owner, event in added if owner == case.id and event in own]
            if all(owner == case.id for owner, _event in added):
                part.judged.append(name)
                yield from self.judge_commit(name, mine)
            elif mine:
                # Another process may have to send it.
                slim = replace(case, history=(), title="", description=None, customer=None)
                part.added += [(name, (slim, event)) for _case, event in mine]

    def judge_commit(self, name: str, added: Sequence[AddedEvent]) -> Iterator[AuditFinding]:
        """Yields what is wrong with a commit. A trailer of an event that is gone since tells nothing."""
        commit = self.commits.record(name)
        if commit is None:
            return
        present = {event.id for _case, event in added}
        gone = {event for _case, event in self.added.get(name, ()) if event not in present}
        if gone:
            commit = replace(commit, events=tuple(pair for pair in commit.events if pair[1] not in gone))
        yield from judge_commit(commit, self.commits.record, added, self.policies.rules(name), self.now)

    def _attachment_findings(self, file: HeadFile, case: Case) -> Iterator[AuditFinding]:
        for entry in case.attachments:
            path = f"attachments/{case.id}/{entry.file}"
            blob = self.attachments.get(path)
            values = {"case": case.id, "file": entry.file}
            finding = partial(AuditFinding, values=values, case_id=case.id, file=path, commit=self.last)
            if blob is None:
                if not explains_missing_attachment(case, entry.file):
                    yield finding(key="audit-attachment-missing", file=file.path)
            elif self.versions.digest(blob) not in {entry.sha256, None}:
                yield finding(key="audit-attachment-hash")


# What a process that was forked from this one judges.
_shared: list[HeadAudit] = []


def _judge_shared(start: int) -> JudgedFiles:
    return _shared[-1]._judge_part(start)  # noqa: SLF001 - the same class, in another process
