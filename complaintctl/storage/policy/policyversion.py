"""Reads a policy by file name or git revision, to compare two versions."""

from pathlib import Path

from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.git import git
from complaintctl.storage.policy import policyfile
from complaintctl.storage.policy.policyfile import PolicyFile


def read_policy_version(casebook: Casebook, name: str) -> tuple[PolicyFile | None, list[Problem]]:
    """Returns the policy that `name` means, or None, with its faults.

    `name` is a file, else a revision (the casebook's policy at that revision), else `REV:PATH` (a file at that
    revision, path from the top of the repository). Raises InvalidInput if it is none of these.
    """
    if Path(name).is_file():
        return policyfile.read_policy(Path(name))
    revision, file = _split_revision(casebook, name)
    repository = casebook.repository
    content = git.read_file_at_revision(repository, revision, file) if repository else None
    if content is None:
        raise InvalidInput("no-policy-then", revision=revision, file=file)
    return policyfile.parse_policy(content, Path(f"{revision}:{file}"))


def _split_revision(casebook: Casebook, name: str) -> tuple[str, str]:
    """Revision and file of `REV` or `REV:PATH`."""
    repository = casebook.repository
    if casebook.git_refusal is not None:
        raise casebook.git_refusal
    if repository is None:
        raise InvalidInput("revision-outside-git", name=name, folder=str(casebook.root))
    if git.has_revision(repository, name):
        return name, casebook.policy_path.relative_to(repository.top).as_posix()
    revision, colon, file = name.partition(":")
    if colon and file and git.has_revision(repository, revision):
        return revision, file
    raise InvalidInput(
        "unknown-revision-here" if git.is_shallow(repository) else "unknown-revision", name=name
    )
