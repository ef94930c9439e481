"""Verifies the history of a casebook: reads what is new since the last run, judges it, and remembers it."""

import contextlib
import dataclasses
import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.errors import InvalidInput
from complaintctl.storage.audit import rewriting, stored_findings, worktree
from complaintctl.storage.audit.case_audit import UniteSides
from complaintctl.storage.audit.head_audit import HeadAudit, JudgedFiles
from complaintctl.storage.audit.head_files import (
    HeadFiles,
    double_findings,
    irregular_findings,
    list_head_files,
)
from complaintctl.storage.audit.layout import Layout
from complaintctl.storage.audit.ledger import Ledger
from complaintctl.storage.audit.past_commits import PastCommits
from complaintctl.storage.audit.policies import PastPolicies
from complaintctl.storage.audit.state import Verified, VerifiedState
from complaintctl.storage.audit.versions import Versions
from complaintctl.storage.audit.walk import HistoryWalk
from complaintctl.storage.git import revisions
from complaintctl.storage.git.commit_stream import StreamedCommit, stream_commits
from complaintctl.storage.git.object_reader import ObjectReader


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifyRequest:
    """What to verify: `rules` is the present policy, `now` the moment, `program` the version of the program.

    What another version has verified is verified again. `since` is a revision before the first commit that counts;
    `full` reads everything again. With `since`, `revision` may be a commit that was fetched and is not merged yet.
    `unite` is what `resolve` does.
    """

    layout: Layout
    rules: Rulebook
    now: datetime
    program: str
    unite: UniteSides
    since: str | None = None
    full: bool = False
    revision: str = "HEAD"


@dataclass(kw_only=True, slots=True)
class Verification:
    """What was verified, and what contradicts it.

    `commits` counts the commits of the history that were ever verified, `read` those that this run read; `cases` and
    `events` are those that were verified. `incomplete` tells why not everything could be. `since` is the commit before
    the first that counts, None for all.
    """

    commits: int = 0
    read: int = 0
    cases: int = 0
    events: int = 0
    since: str | None = None
    last: str | None = None
    findings: list[AuditFinding] = field(default_factory=list)
    incomplete: list[AuditFinding] = field(default_factory=list)


def verify_history(request: VerifyRequest) -> Verification:
    """Verifies the history: all of it, what is new since the last run, or what is new since a revision.

    Raises InvalidInput if the revision is unknown or not a part of the history, Broken if git fails.
    """
    repository = request.layout.repository
    last = revisions.commit_hash(repository, request.revision)
    if last is None:
        return Verification()
    with _without_collections():
        return _verify(request, last)


@contextlib.contextmanager
def _without_collections() -> Iterator[None]:
    """Looks for no garbage: what a run keeps has no cycles, and it is looked through again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _verify(request: VerifyRequest, last: str) -> Verification:
    repository, layout = request.layout.repository, request.layout
    branch, missing = revisions.current_branch(repository), revisions.missing_objects(repository)
    with (
        ObjectReader(repository, missing) as ahead,
        ObjectReader(repository, missing) as objects,
        VerifiedState(repository.folder, layout.prefix, branch or "", request.program) as state,
    ):
        run = _Run(request, Versions(layout, ahead, objects), state, last)
        if request.since is not None:
            base = _find_base(layout, request.since, last)
            result = run.judge(Ledger(), base, ()).verification
            return dataclasses.replace(result, since=base)
        return run.verify(branch)


def _find_base(layout: Layout, since: str, last: str) -> str:
    base = revisions.commit_hash(layout.repository, since)
    if base is None:
        shallow = revisions.shallow_commits(layout.repository)
        raise InvalidInput("unknown-revision-here" if shallow else "unknown-revision", name=since)
    if not revisions.is_ancestor(layout.repository, base, last):
        raise InvalidInput("since-not-before", revision=since)
    return base


@dataclass(slots=True)
class _Judged:
    """The result of a run, and what the next one needs to know of it."""

    verification: Verification
    files: JudgedFiles
    commit_findings: list[AuditFinding]
    policy_commits: list[str]
    touched: frozenset[str]


class _Run:
    def __init__(self, request: VerifyRequest, versions: Versions, state: VerifiedState, last: str) -> None:
        self.request = request
        self.layout = request.layout
        self.versions = versions
        self.state = state
        self.last = last
        self.head = HeadFiles()

    def verify(self, branch: str | None) -> Verification:
        """Judges what is new; everything if nothing was verified before, or if the past was rewritten."""
        before = None if self.request.full else self.state.read()
        if before is not None and revisions.is_ancestor(self.layout.repository, before.last, self.last):
            return self._verify_new(before)
        ledger = Ledger()
        judged = self.judge(ledger, None, ())
        result = judged.verification
        rewritten = rewriting.find_rewriting(self.layout, self.state, before, ledger, branch, self.last)
        if all(finding.warning for finding in rewritten) and not result.incomplete:
            self._remember(judged, ledger, (), (), anew=True)
        result.findings = [*rewritten, *result.findings]
        return result

    def _verify_new(self, before: Verified) -> Verification:
        """Judges the commits after the last that was verified; what was found before is told again."""
        if before.last == self.last and not (before.structure or before.judged or before.present):
            return self._verify_nothing_new(before)
        ledger = Ledger(known=self.state.known_events)
        stored_findings.restore_ledger(before, ledger)
        judged = self.judge(ledger, before.last, before.policies)
        result = judged.verification
        kept = stored_findings.from_plain(before.judged)
        present = stored_findings.still_present(before, judged.touched)
        result.findings = stored_findings.united([*kept, *present], result.findings)
        result.commits = before.commits + result.read
        result.cases, result.events = before.cases, before.events
        if result.read and not result.incomplete:
            result.cases, result.events = self._remember(judged, ledger, kept, present, anew=False)
        result.findings = self.head.with_present_paths(result.findings)
        return result

    def _verify_nothing_new(self, before: Verified) -> Verification:
        """Looks at the work tree alone."""
        shallow = revisions.shallow_commits(self.layout.repository)
        return Verification(
            commits=before.commits,
            cases=before.cases,
            events=before.events,
            last=self.last,
            findings=list(worktree.find_uncommitted(self.layout, self.versions, self.last)),
            incomplete=list(self._gaps(shallow)),
        )

    def judge(self, ledger: Ledger, base: str | None, policies: Iterable[str]) -> _Judged:
        """Reads and judges the commits after a commit (None: all), and the cases that they touch.

        `policies` are the commits up to `base` that changed the policy.
        """
        layout, shallow = self.layout, revisions.shallow_commits(self.layout.repository)
        present = layout.casebook.policy_path.read_bytes()
        past = PastPolicies(self.versions, self.request.rules, present)
        walk = HistoryWalk(layout, self.versions, ledger, self.request.unite, past)
        commits = PastCommits(self.versions)
        names = (self.last,) if base is None else (self.last, f"^{base}")
        own = self._read_commits(walk, commits, names, shallow)
        touched = frozenset(walk.touched)
        named = touched | {finding.case_id for finding in ledger.findings if finding.case_id}
        self.head = list_head_files(layout, self.last, None if base is None else named)
        audit = self._audit(walk, commits, past, own, None if base is None else touched, policies)
        files = audit.judge()
        judged = frozenset(files.names)
        files.present += double_findings(self.head, judged, files.sources, self.state, self.last)
        commit_findings = audit.judge_other_commits(own, files)
        result = Verification(read=len(commits), commits=len(commits), last=self.last)
        result.cases, result.events = len(files.names), files.events
        found = [*ledger.findings, *commit_findings, *files.findings, *files.present, *past.findings()]
        result.findings = [
            *self.head.with_present_paths(found),
            *worktree.find_uncommitted(layout, self.versions, self.last),
        ]
        result.incomplete = [
            *self._gaps(shallow),
            *files.unreadable,
            *irregular_findings(self.head, self.last),
        ]
        return _Judged(
            verification=result,
            files=files,
            commit_findings=commit_findings,
            policy_commits=[*policies, *walk.policy_commits],
            touched=touched,
        )

    def _read_commits(
        self, walk: HistoryWalk, commits: PastCommits, names: tuple[str, ...], shallow: frozenset[str]
    ) -> dict[str, None]:
        """Compares all commits with their parents; returns those whose parents are known."""
        own: dict[str, None] = {}
        stream = stream_commits(self.layout.repository, self.layout.casebook.root, names)
        for commit, changes in self.versions.follow(_noted(stream, commits)):
            walk.take(commit, changes)
            if commit.hash not in shallow:
                own[commit.hash] = None
        return own

    def _audit(
        self,
        walk: HistoryWalk,
        commits: PastCommits,
        policies: PastPolicies,
        own: dict[str, None],
        touched: frozenset[str] | None,
        earlier: Iterable[str],
    ) -> HeadAudit:
        """Returns what judges the cases; processes that are started later find everything in memory."""
        for path, blob in self.head.attachments.items():
            if touched is None or path.split("/")[1] in touched:
                self.versions.digest(blob)
        for name in (*own, self.last) if touched is None else ():
            policies.rules(name)
        is_whole = touched is None or self.request.since is not None
        policy_commits = [*earlier, *walk.policy_commits]
        commits.find_signers(
            self.layout.repository,
            policies,
            [name for name in own if name in walk.added or name in walk.changing],
            [name for name in policy_commits if name in own],
        )
        return HeadAudit(
            repository=self.layout.repository,
            files=[file for file in self.head.cases if touched is None or file.case_id in touched],
            ledger=walk.ledger,
            commits=commits,
            judged=own,
            disturbed=() if is_whole else walk.ledger.disturbed_cases(),
            added=walk.added,
            changing=walk.changing,
            policies=policies,
            policy_versions=policies.versions(policy_commits, commits.record, own),
            attachments=self.head.attachments,
            versions=self.versions,
            last=self.last,
            now=self.request.now,
            parallel=touched is None,
        )

    def _gaps(self, shallow: frozenset[str]) -> Iterator[AuditFinding]:
        if shallow:
            yield AuditFinding(key="audit-shallow", warning=True)
        if self.versions.missing:
            values = {"count": len(self.versions.missing)}
            yield AuditFinding(key="audit-objects-missing", values=values, warning=True)

    def _remember(
        self,
        judged: _Judged,
        ledger: Ledger,
        kept: Iterable[AuditFinding],
        present: Iterable[AuditFinding],
        *,
        anew: bool,
    ) -> tuple[int, int]:
        """Writes what the next run needs; returns the numbers of cases and events.

        `kept` and `present` are findings of earlier runs that still hold.
        """
        files = judged.files
        verified = Verified(
            last=self.last,
            commits=judged.verification.commits,
            cases=self.head.count,
            events=0,
            structure=stored_findings.to_plain(ledger.findings),
            judged=stored_findings.to_plain((*kept, *judged.commit_findings, *files.findings)),
            present=stored_findings.to_plain((*present, *files.present)),
            lost=[[*key, lost.raw, lost.finding] for key, lost in ledger.lost.items()],
            gone={path: list(entry) for path, entry in ledger.gone.items()},
            twins=[
                [*key, twin.commit, twin.text, twin.added]
                for key, twins in ledger.twins.items()
                for twin in twins
            ],
            policies=judged.policy_commits,
        )
        events = [(event, case, commit) for event, (case, commit) in ledger.first.items()]
        events += [(event, case, commit) for (case, event), commit in ledger.others.items()]
        return verified.cases, self.state.write(verified, events, files.names, files.sources, anew=anew)


def _noted(commits: Iterable[StreamedCommit], past: PastCommits) -> Iterator[StreamedCommit]:
    for commit in commits:
        past.note(commit)
        yield commit
