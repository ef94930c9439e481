"""Resolves all conflicts of a merge, and finishes it; a rebase is resolved at each of its stops."""

from dataclasses import dataclass, field
from pathlib import Path

from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.git import git
from complaintctl.storage.merge import unmerged


@dataclass(slots=True)
class ResolveOutcome:
    """What was done: the files written, what people must decide, the files still in conflict, whether it is finished."""

    written: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: tuple[Path, ...] = ()
    finished: bool = False


def resolve_conflicts(
    casebook: Casebook,
    repository: git.Repository,
    case: str | None,
    *,
    commit: bool,
    settings: tuple[str, ...] = (),
) -> ResolveOutcome:
    """Resolve what is in conflict; with `commit` finish, and resolve what a rebase stops at next.

    `settings` are `-c` options of git for a rebase that goes on. Raises InvalidInput if nothing is in conflict, Broken if the disk or git fails.
    """
    outcome = ResolveOutcome()
    while True:
        conflicts = unmerged.conflicting_case_files(casebook, repository, case)
        has_work = conflicts or (commit and git.unfinished_operation(repository))
        if not has_work and not outcome.finished:
            raise InvalidInput("nothing-to-resolve")
        resolutions, outcome.problems = unmerged.merge_conflicts(casebook, repository, conflicts)
        for resolution in resolutions:
            unmerged.write_resolution(repository, resolution)
        outcome.written += [resolution.path for resolution in resolutions]
        outcome.left = git.unmerged_files(repository, repository.top)
        if outcome.left or not commit:
            return outcome
        git.finish_operation(repository, settings)
        outcome.finished = git.unfinished_operation(repository) is None
        if outcome.finished:
            return outcome
