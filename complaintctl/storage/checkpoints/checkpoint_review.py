"""Reviews checkpoints: their files, their signatures, and the cases of today against what they say."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.audit.checkpoints import checkpoint
from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.problems import Problem
from complaintctl.storage.case.casebook import POLICY_FILE, Casebook
from complaintctl.storage.checkpoints import checkpoint_files, recorded_cases, rewritten_commits
from complaintctl.storage.checkpoints.checkpoint_files import Signers, StoredCheckpoint
from complaintctl.storage.git import git, recorded_tree
from complaintctl.storage.git.git import Repository
from complaintctl.storage.policy import policyfile

_SHORT: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewedCheckpoint:
    """A checkpoint, the policy of its commit, who of that policy signed it, and how many people must have signed it."""

    stored: StoredCheckpoint
    policy: Policy
    signers: Signers
    needed: int

    @property
    def counts(self) -> bool:
        """Whether enough people signed it."""
        return len(self.signers.people) >= self.needed


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What a review of a folder found. `counting` is the latest checkpoint that counts, `latest` the latest readable one."""

    findings: list[AuditFinding]
    latest: ReviewedCheckpoint | None
    counting: ReviewedCheckpoint | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reviewer:
    """What a review compares with: the commit `head` of a casebook and the policy of today."""

    casebook: Casebook
    repository: Repository
    policy: Policy
    head: str

    def review_notes(self, notes: Sequence[Path], *, all_of_them: bool) -> Review:
        """Review notes, the latest first; without `all_of_them` only back to the latest one that counts.

        Who signs a checkpoint has reviewed those before it, so an earlier one says nothing more. Raises Broken if
        ssh-keygen is missing.
        """
        findings, waiting = list[AuditFinding](), list[ReviewedCheckpoint]()
        latest, counting = None, None
        for path in sorted(notes, key=checkpoint_files.note_number, reverse=True):
            stored, problems = checkpoint_files.read_checkpoint(path)
            findings += [self._problem_finding(problem) for problem in problems]
            if stored is None:
                continue
            findings += self._chain_findings(stored)
            if counting is not None and not all_of_them:
                continue
            reviewed = self.review_signatures(stored)
            latest = latest or reviewed
            counts = reviewed.counts
            findings += self._signature_findings(reviewed)
            if counts:
                counting = counting or reviewed
                findings += self.compare(reviewed.stored)
            else:
                waiting.append(reviewed)
        # A new checkpoint waits for its witnesses; only who names one wants to know whether it counts.
        waits = counting is not None or not all_of_them
        findings += [self._waiting_finding(one, warning=waits) for one in waiting]
        return Review(findings=findings, latest=latest, counting=counting)

    def review_signatures(self, stored: StoredCheckpoint) -> ReviewedCheckpoint:
        """Check the signatures of a checkpoint by the policy of its commit, or of today if that commit is not here."""
        policy = self._policy_at(self._present_commit(stored.content.commit))
        signers = checkpoint_files.check_signers(stored, policy)
        needed = max(policy.trust.witnesses, 1)
        return ReviewedCheckpoint(stored=stored, policy=policy, signers=signers, needed=needed)

    def is_in_history(self, stored: StoredCheckpoint) -> bool:
        """Whether the commit of a checkpoint is a part of the present history."""
        return recorded_tree.is_ancestor(self.repository, stored.content.commit, self.head)

    def _present_commit(self, commit: str) -> str:
        """Returns the commit that stands for one in a rewritten history, or the commit itself."""
        if recorded_tree.is_ancestor(self.repository, commit, self.head):
            return commit
        rewritten = rewritten_commits.find_rewritten(self.casebook, self.repository, self.head, commit)
        return rewritten[0] if rewritten else commit

    def _policy_at(self, commit: str) -> Policy:
        prefix = self.casebook.root.relative_to(self.repository.top)
        name = (prefix / POLICY_FILE).as_posix()
        content = git.read_file_at_revision(self.repository, commit, name)
        file = policyfile.parse_policy(content, self.casebook.policy_path)[0] if content is not None else None
        return file.policy if file is not None else self.policy

    def compare(self, stored: StoredCheckpoint) -> list[AuditFinding]:
        """Compare the cases of today with a checkpoint: is its commit still in the history, are its cases and events."""
        values = self._values(stored)
        differences = recorded_cases.compare_with_checkpoint(
            self.casebook, self.repository, self.head, stored, values
        )
        if self.is_in_history(stored):
            return differences
        commit = stored.content.commit
        rewritten = rewritten_commits.find_rewritten(self.casebook, self.repository, self.head, commit)
        if rewritten is not None:
            new, by = rewritten[0], rewritten[1].by
            return [
                self._finding(stored, "checkpoint-commit-rewritten", warning=True, new=new[:_SHORT], by=by),
                *differences,
            ]
        is_shallow = git.is_shallow(self.repository)
        key = "checkpoint-commit-cut-off" if is_shallow else "checkpoint-commit-gone"
        # A team that allows squashing knows that commits may be replaced; their events are compared all the same.
        warning = is_shallow or self.policy.trust.squash == "allowed"
        gone = self._finding(stored, key, warning=warning)
        return [gone, *differences]

    def _values(self, stored: StoredCheckpoint) -> dict[str, object]:
        content = stored.content
        return {"checkpoint": content.number, "since": content.at, "commit": content.commit}

    def _finding(
        self, stored: StoredCheckpoint, key: str, *, warning: bool = False, **values: object
    ) -> AuditFinding:
        return AuditFinding(
            key=key,
            values={**self._values(stored), **values},
            file=self._shown_path(stored.note_path),
            commit=stored.content.commit,
            warning=warning,
        )

    def _shown_path(self, path: Path) -> str:
        root = self.casebook.root
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    def _problem_finding(self, problem: Problem) -> AuditFinding:
        path = Path(problem.file)
        values = {**problem.values, "file": path.name}
        return AuditFinding(key=problem.key, values=values, file=self._shown_path(path), line=problem.line)

    def _chain_findings(self, stored: StoredCheckpoint) -> list[AuditFinding]:
        """Returns a finding if the note that this one names as the one before is gone or was changed."""
        if stored.content.previous is None:
            return []
        number, digest = stored.content.previous
        path = stored.note_path.with_name(f"{number}{checkpoint.NOTE_SUFFIX}")
        if not path.is_file():
            return [self._finding(stored, "checkpoint-note-gone", note=path.name)]
        if checkpoint.file_digest(path.read_bytes()) != digest:
            return [self._finding(stored, "checkpoint-note-changed", note=path.name)]
        return []

    def _signature_findings(self, reviewed: ReviewedCheckpoint) -> list[AuditFinding]:
        stored, signers = reviewed.stored, reviewed.signers
        wrong = [
            self._finding(stored, "checkpoint-signature-wrong", signature=name) for name in signers.wrong
        ]
        unknown = [
            self._finding(stored, "checkpoint-signer-unknown", signature=name, warning=reviewed.counts)
            for name in signers.unknown
        ]
        folder = stored.note_path.parent
        return [
            dataclasses.replace(finding, file=self._shown_path(folder / str(finding.values["signature"])))
            for finding in (*wrong, *unknown)
        ]

    def _waiting_finding(self, reviewed: ReviewedCheckpoint, *, warning: bool) -> AuditFinding:
        return self._finding(
            reviewed.stored,
            "checkpoint-too-few",
            warning=warning,
            count=len(reviewed.signers.people),
            needed=reviewed.needed,
        )
