"""Follows the whole casebook from commit to commit, and notes the policy of each commit."""

import itertools
from collections.abc import Mapping
from typing import Any

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.case.case import PERSONAL_PARTS
from complaintctl.storage.audit import case_text
from complaintctl.storage.audit.case_audit import CaseAudit, CaseChange, UniteSides
from complaintctl.storage.audit.layout import CasebookPath, Layout
from complaintctl.storage.audit.ledger import Ledger
from complaintctl.storage.audit.merge_audit import audit_merge
from complaintctl.storage.audit.policies import PastPolicies
from complaintctl.storage.audit.versions import CasebookChanges, Versions
from complaintctl.storage.case import sealed_text
from complaintctl.storage.git import git
from complaintctl.storage.git.commit_stream import Change, StreamedCommit


class HistoryWalk(CaseAudit):
    """Takes commits, parents first."""

    def __init__(
        self,
        layout: Layout,
        versions: Versions,
        ledger: Ledger,
        unite: UniteSides,
        policies: PastPolicies,
    ) -> None:
        super().__init__(layout, versions, ledger, unite)
        self.policies = policies
        # The commits that changed the policy themselves.
        self.policy_commits: list[str] = []

    def take(self, commit: StreamedCommit, changes: CasebookChanges) -> None:
        """Compares a commit with its parents."""
        self._note_policy(commit, changes)
        for path, change in itertools.chain(*changes):
            if path.kind == "checkpoint":
                self._take_checkpoint(commit, path, change)
        if len(commit.parents) > 1:
            audit_merge(self, commit, changes)
        else:
            self._take_cases(commit, changes)

    def _take_cases(self, commit: StreamedCommit, changes: CasebookChanges) -> None:
        """Compares the cases of a commit with those of its only parent."""
        cases: dict[str, list[CaseChange]] = {}
        for path, change in changes[0]:
            if path.kind in {"case", "attachment"}:
                self.changing.setdefault(commit.hash, path)
            if path.kind == "case":
                cases.setdefault(path.owner, []).append((path, change))
            elif path.kind == "attachment":
                self.take_attachment(commit, path, change, changes[0])
        if self.policies.rules(commit.hash).policy.personal.level == "sealed":
            self._check_sealed(commit, cases)
        copies: dict[str, str] = {}
        gone: list[str] = []
        for case_id, parts in cases.items():
            self.touched[case_id] = None
            if any(change.new for _path, change in parts):
                self.take_case(commit, case_id, parts, copies)
            else:
                gone.append(case_id)
        for case_id in gone:
            self.lose_case(commit, case_id, cases[case_id][0], copies.get(case_id))

    def _check_sealed(self, commit: StreamedCommit, cases: Mapping[str, list[CaseChange]]) -> None:
        """Adds a finding for each customer whom a commit writes in plain text; a commit that seals it mends it."""
        for case_id, parts in cases.items():
            path, new = next(((path, change.new) for path, change in parts if change.new), (None, None))
            if path is None:
                continue
            old = next((change.old for _path, change in parts if change.old), None)
            plain, before = self._plain_customer(new), self._plain_customer(old)
            # No id has a slash, and no other path that is remembered ends like this.
            name = f"{case_id}/customer"
            known = self.ledger.gone.get(name)
            if plain and plain != before and known is None:
                self.ledger.gone[name] = ("", self.find(commit, path, "audit-customer-plain"))
            elif known is not None and not plain:
                del self.ledger.gone[name]
                self.ledger.mend(known[1], commit.hash)

    def _plain_customer(self, blob: str | None) -> dict[str, Any]:
        """Returns what a version of a case says in plain text about who the customer is."""
        text = self.versions.text(blob) if blob else None
        if text is None or sealed_text.has_no_plain_customer(text):
            return {}
        read = case_text.read_texts(text)
        customer = read.root.get("customer") if read is not None else None
        found = customer if isinstance(customer, dict) else {}
        return {part: value for part in PERSONAL_PARTS if (value := found.get(part))}

    def _take_checkpoint(self, commit: StreamedCommit, path: CasebookPath, change: Change) -> None:
        """Adds a finding if a file of a checkpoint is changed or removed; a change back mends it."""
        old, place = self.ledger.gone.get(path.path, (None, 0))
        if old is not None and old == change.new:
            del self.ledger.gone[path.path]
            self.ledger.mend(place, commit.hash)
        elif old is None and change.old is not None and change.old != change.new:
            values = {"name": path.path.rpartition("/")[2]}
            finding = AuditFinding(
                key="checkpoint-file-changed", values=values, file=path.path, commit=commit.hash
            )
            self.ledger.gone[path.path] = (change.old, self.ledger.add(finding))

    def _note_policy(self, commit: StreamedCommit, changes: CasebookChanges) -> None:
        by_parent = [
            next((change for path, change in part if path.kind == "policy"), None) for part in changes
        ]
        self.policies.note(commit, by_parent[0], is_own=None not in by_parent)
        if None not in by_parent or any(
            change is not None and self._is_taken_back(commit, change) for change in by_parent
        ):
            self.policy_commits.append(commit.hash)

    def _is_taken_back(self, commit: StreamedCommit, change: Change) -> bool:
        """Whether a merge has another policy than a side though that side changed it, or has no past in common.

        If only the other side changed it since their last common commit, the change was judged there.
        """
        if change.old is None:
            return False
        before = self.versions.text(change.old)
        bases = git.merge_bases(self.layout.repository, commit.parents)
        return all(self.versions.text(f"{base}:{self.layout.policy_path}") != before for base in bases)
