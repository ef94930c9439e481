"""The policies of the past: the rulebook of each version that a commit had."""

from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import Final

from complaintctl.domain.audit.policy_versions import judge_policy_author
from complaintctl.domain.audit.records import AuditFinding, CommitRecord, PolicyVersion
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.storage.audit.versions import Versions
from complaintctl.storage.case.casebook import POLICY_FILE
from complaintctl.storage.git.commit_stream import Change, StreamedCommit
from complaintctl.storage.policy import policyfile

# Modes of git: https://git-scm.com/docs/git-fast-import#_filemodify
_FILES: Final = frozenset({b"100644", b"100755", b"100664"})


class PastPolicies:
    """Gives the rulebook of each commit: that of the last policy that could be read; `present` if there was none."""

    def __init__(self, versions: Versions, present: Rulebook, present_text: bytes) -> None:
        self._versions = versions
        # The policy of each commit: its blob, or `COMMIT:PATH` for one before the first commit that was read.
        self._commits: dict[str, str | None] = {}
        # The commits that left no policy that can be read; whether they did so themselves, not a parent of theirs.
        self._spoiled: dict[str, bool] = {}
        self._present = present
        # Most policies of the past are the present one.
        self._by_text: dict[bytes, Rulebook | None] = {present_text: present}
        self._by_name: dict[str, Rulebook | None] = {}
        self._earlier: dict[str, Rulebook | None] = {}

    def note(self, commit: StreamedCommit, change: Change | None, *, is_own: bool) -> None:
        """Notes the policy of a commit, which changed it against its first parent, or not (None).

        `is_own`: it changed the policy against each parent.
        """
        before: str | None = None
        if commit.parents:
            parent = commit.parents[0]
            before = self._policy_name(parent)
        if change is None:
            self._commits[commit.hash] = before
        elif change.new is not None and change.mode in _FILES and self._read(change.new) is not None:
            self._commits[commit.hash] = change.new
        else:
            self._commits[commit.hash] = before
            self._spoiled[commit.hash] = is_own

    def _policy_name(self, commit: str) -> str | None:
        return self._commits[commit] if commit in self._commits else self.name_of(commit)

    def name_of(self, commit: str) -> str:
        """Returns the name of the policy of a commit that this run has not read."""
        return f"{commit}:{self._versions.layout.policy_path}"

    def rules(self, commit: str) -> Rulebook:
        """Returns the rulebook of the policy that a commit has."""
        name = self._policy_name(commit)
        if name is None:
            return self._present
        return self._read(name) or self._rules_before(name) or self._present

    def _rules_before(self, name: str) -> Rulebook | None:
        """Returns the rulebook of the last policy that can be read before the one that `COMMIT:PATH` names."""
        if name not in self._earlier:
            commit, _colon, path = name.partition(":")
            found = self._versions.last_readable(
                (commit,), (path,), lambda text: self._parsed(text) is not None
            )
            self._earlier[name] = self._parsed(found[0][1]) if found else None
        return self._earlier[name]

    def versions(
        self, names: Iterable[str], record: Callable[[str], CommitRecord | None], judged: Container[str]
    ) -> list[PolicyVersion]:
        """Returns the versions of the policy that these commits wrote; `record` gives what git knows of one.

        Only those of commits to be `judged` have the policies before them.
        """
        found: list[PolicyVersion] = []
        for name in names:
            rules = self._known_rules(name)
            if rules is None:
                continue
            commit = record(name)
            parents = commit.parents if commit is not None and name in judged else ()
            before = tuple(
                known for parent in parents if (known := self._nearest_rules(parent, record)) is not None
            )
            found.append(PolicyVersion(commit=commit, rules=rules, before=before))
        return found

    def _nearest_rules(self, commit: str, record: Callable[[str], CommitRecord | None]) -> Rulebook | None:
        """Returns the policy of a commit; if it has none that can be read, that of the nearest earlier one."""
        waiting, seen = [commit], {commit}
        for name in waiting:
            if (rules := self._known_rules(name)) is not None:
                return rules
            known = record(name)
            new = [parent for parent in known.parents if parent not in seen] if known is not None else []
            waiting += new
            seen.update(new)
        return None

    def _known_rules(self, commit: str) -> Rulebook | None:
        if commit in self._spoiled:
            return None
        name = self._policy_name(commit)
        return self._read(name) if name is not None else None

    def judge_spoiling(self, record: Callable[[str], CommitRecord | None]) -> Iterator[AuditFinding]:
        """Yields a finding for each commit by somebody who may not change the policy, and who made it unreadable."""
        for name, is_own in self._spoiled.items():
            commit = record(name) if is_own else None
            if commit is not None and self._commits[name] is not None:
                rules = self.rules(name)
                yield from judge_policy_author(rules, PolicyVersion(commit=commit, rules=rules))

    def findings(self) -> Iterator[AuditFinding]:
        """Yields a warning for each policy that cannot be read, so that its events were judged by the one before."""
        for commit in self._spoiled:
            yield AuditFinding(
                key="audit-policy-unreadable", file=POLICY_FILE, line=1, commit=commit, warning=True
            )

    def _read(self, name: str) -> Rulebook | None:
        if name not in self._by_name:
            text = self._versions.text(name)
            self._by_name[name] = self._parsed(text) if text is not None else None
        return self._by_name[name]

    def _parsed(self, text: bytes) -> Rulebook | None:
        if text not in self._by_text:
            file, _problems = policyfile.parse_policy(text, Path(POLICY_FILE))
            self._by_text[text] = build_rulebook(file.policy) if file is not None else None
        return self._by_text[text]
