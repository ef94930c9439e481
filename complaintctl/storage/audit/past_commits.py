"""The commits that events name, those of this run and earlier ones, and who signed them."""

from collections.abc import Iterable
from dataclasses import replace

from complaintctl.domain.audit.records import CommitRecord
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.storage.audit.policies import PastPolicies
from complaintctl.storage.audit.versions import Versions
from complaintctl.storage.git.commit_stream import StreamedCommit, commit_from_object, subject_of, trailers_of
from complaintctl.storage.git.git import Repository
from complaintctl.storage.git.signatures import find_signers


class PastCommits:
    """Gives what git recorded of a commit; reads commits of earlier runs when they are asked for."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        # Those of this run, without a signer.
        self._read: dict[str, CommitRecord] = {}
        self._records: dict[str, CommitRecord] = {}

    def __len__(self) -> int:
        """The number of commits that this run has read."""
        return len(self._read)

    def note(self, commit: StreamedCommit) -> None:
        """Keeps what git recorded of a commit."""
        self._read[commit.hash] = self._records[commit.hash] = _commit_record(commit)

    def find_signers(
        self,
        repository: Repository,
        policies: PastPolicies,
        commits: Iterable[str],
        policy_commits: Iterable[str],
    ) -> None:
        """Finds out who signed the commits whose policy demands signatures.

        Of a commit that changes the policy, the policy before it says whose keys count.
        """
        by_policy: dict[int, tuple[Rulebook, list[str]]] = {}
        changing = frozenset(policy_commits)
        for name in dict.fromkeys((*commits, *changing)):
            commit = self._read.get(name) if name in changing else None
            before = [policies.rules(parent) for parent in commit.parents] if commit is not None else []
            # A merge may unite a policy that demands signatures with one that does not.
            demanding = [rules for rules in before if rules.policy.trust.signed]
            rules = (*demanding, *before, policies.rules(name))[0]
            if rules.policy.trust.signed:
                by_policy.setdefault(id(rules), (rules, []))[1].append(name)
        for rules, names in by_policy.values():
            people = rules.policy.people
            keys = {person: own.signing_keys for person, own in people.items() if own is not None}
            for name, signer in find_signers(repository, names, keys).items():
                if (known := self.record(name)) is not None:
                    self._records[name] = replace(known, signer=signer)

    def prefetch(self, names: Iterable[str], policies: PastPolicies) -> None:
        """Reads commits of earlier runs with their policies, all in one go."""
        unknown = [name for name in dict.fromkeys(names) if name not in self._records]
        self._versions.prefetch([*unknown, *map(policies.name_of, unknown)])

    def record(self, name: str) -> CommitRecord | None:
        """Returns what git recorded of a commit; None if it is not in the repository."""
        known = self._records.get(name)
        if known is not None:
            return known
        content = self._versions.text(name)
        if content is None:
            return None
        self._records[name] = _commit_record(commit_from_object(name, content))
        return self._records[name]


def _commit_record(commit: StreamedCommit) -> CommitRecord:
    people, message = commit.people, commit.message
    trailers = trailers_of(message)
    author, committer = people["author"], people["committer"]
    events = [value.partition(" ") for name, value in trailers if name == "Event"]
    return CommitRecord(
        hash=commit.hash,
        parents=commit.parents,
        author_name=author[0],
        author_email=author[1],
        committer_email=committer[1],
        authored=author[2],
        committed=committer[2],
        subject=subject_of(message),
        events=tuple((did, event) for did, _blank, event in events),
        actor=next((value for name, value in trailers if name == "Actor"), None),
    )
