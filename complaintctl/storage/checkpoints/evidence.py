"""Collects what an evidence pack of a case contains from the casebook and its git history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.audit.checkpoints import canonical_history, checkpoint
from complaintctl.domain.case.case import Attachment, Case
from complaintctl.domain.policy.policy import Policy
from complaintctl.errors import Broken
from complaintctl.storage.case.casebook import (
    Casebook,
    attachment_path,
    closed_case_path,
    open_case_path,
)
from complaintctl.storage.checkpoints import ssh_signature
from complaintctl.storage.checkpoints.checkpoint_files import StoredCheckpoint
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.git import case_bundle, git
from complaintctl.storage.git.case_bundle import CaseCommit
from complaintctl.storage.git.git import Repository

_ERASING: Final = "erase"
_MAX_ATTACHMENT_BYTES: Final = 1 << 30


def read_page_template(name: str, lang: str) -> str:
    """Returns the text of a shipped page of the pack, such as `README`, in a language."""
    return (SHIPPED_FOLDER / "pack" / f"{name}.{lang}.md").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedCommits:
    """The commits of a case, the oldest first, and the bundle of them."""

    commits: tuple[CaseCommit, ...]
    bundle: bytes

    def files(self) -> dict[str, bytes]:
        """Returns the files of the pack about the commits."""
        return {
            "case.bundle": self.bundle,
            "commits.txt": _lines(commit.hash for commit in self.commits),
            "shallow": _lines(case_bundle.cut_off_commits(self.commits)),
        }


def _lines(words: Iterable[str]) -> bytes:
    return "".join(f"{word}\n" for word in words).encode()


def case_paths(casebook: Casebook, case_id: str) -> list[Path]:
    """Returns every path that holds something of a case: its file, open and closed, and its attachments."""
    attached = casebook.root / "attachments" / case_id
    return [open_case_path(casebook, case_id), closed_case_path(casebook, case_id), attached]


def collect_commits(
    casebook: Casebook, repository: Repository, head: str, case: Case, *, with_contents: bool
) -> RecordedCommits:
    """Returns the commits of a case up to `head`; without contents, only the hashes of its files are in the bundle.

    What was erased from the case is still in the commits before the erasing: of those only hashes are in the bundle.
    """
    paths = case_paths(casebook, case.id)
    commits = case_bundle.list_case_commits(repository, head, paths)
    policy = [casebook.policy_path]
    files, trees = ([*paths, *policy], []) if with_contents else (policy, paths)
    hidden = {commit.hash for commit in _before_erasing(commits, case)}
    bundle = case_bundle.make_case_bundle(repository, commits, files, trees, hidden)
    return RecordedCommits(commits=tuple(commits), bundle=bundle)


def _before_erasing(commits: Sequence[CaseCommit], case: Case) -> Sequence[CaseCommit]:
    """Returns the commits before the last one that records an erasing; all if none of them says so."""
    erasings = {event.id for event in case.history if event.did == _ERASING}
    if not erasings:
        return ()
    places = [place for place, commit in enumerate(commits) if erasings.intersection(commit.events)]
    return commits[: places[-1]] if places else commits


def uncommitted_files(casebook: Casebook, repository: Repository, case_id: str) -> tuple[str, ...]:
    """Returns the files of a case that differ from the last commit."""
    there = [
        path for path in case_paths(casebook, case_id) if path.exists() or git.is_in_index(repository, path)
    ]
    return git.changed_paths(repository, there) if there else ()


def read_attachments(
    casebook: Casebook, case: Case
) -> tuple[dict[str, bytes], list[Attachment], list[Attachment]]:
    """Returns the attachments of a case by name, those that are missing, and those with another hash than recorded."""
    found, missing, other = dict[str, bytes](), list[Attachment](), list[Attachment]()
    for entry in case.attachments:
        path = attachment_path(casebook, case.id, entry.file)
        if not path.exists():
            missing.append(entry)
            continue
        data, problems = untrusted_file.read_untrusted_file(path, _MAX_ATTACHMENT_BYTES, may_be_link=False)
        if data is None:
            raise Broken("attachment-unreadable", path=str(path), detail=problems[0].key)
        found[entry.file] = data
        if checkpoint.file_digest(data) != entry.sha256:
            other.append(entry)
    return found, missing, other


def checkpoint_part(stored: StoredCheckpoint, case: Case, policy: Policy) -> dict[str, bytes]:
    """Returns the files about a checkpoint that lists the case; empty if it does not, or lists another history."""
    index = next((at for at, leaf in enumerate(stored.leaves) if leaf.case_id == case.id), None)
    if index is None:
        return {}
    leaf = stored.leaves[index]
    known = {event.id: event for event in reversed(case.history)}
    text = canonical_history.canonical_history(
        case, [known[event] for event in leaf.events if event in known]
    )
    if checkpoint.file_digest(text.encode("utf-8", "surrogatepass")) != leaf.digest:
        return {}
    proof = checkpoint.inclusion_proof(stored.leaves, index)
    return {
        stored.note_path.name: stored.note,
        **stored.signatures,
        "allowed_signers": _allowed_signers(policy),
        "leaf.txt": f"{leaf.line}\n".encode(),
        "proof.txt": _lines(f"{side} {sibling.hex()}" for side, sibling in proof),
        "history.jsonl": text.encode("utf-8", "surrogatepass"),
    }


def _allowed_signers(policy: Policy) -> bytes:
    return _lines(
        f'{name} namespaces="{ssh_signature.NAMESPACE}" {key}'
        for name, person in policy.people.items()
        for key in (person.signing_keys if person else ())
    )


def checksum_file(files: dict[str, bytes]) -> bytes:
    """Returns SHA256SUMS for the files of a pack by name."""
    return _lines(f"{checkpoint.file_digest(content)}  {name}" for name, content in sorted(files.items()))


def sorted_names(names: Sequence[Attachment]) -> list[str]:
    """Returns the names of attachments for a message."""
    return sorted(entry.file for entry in names)
