"""Joins what was fetched to the own branch: by git, then by the rules of `resolve` for what both sides changed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.git import git, joining, remotes
from complaintctl.storage.git.git import Repository
from complaintctl.storage.git.remotes import Upstream
from complaintctl.storage.merge.finishing import resolve_conflicts
from complaintctl.storage.sync import interrupted
from complaintctl.storage.sync.interrupted import JoinMark

# How the commits of both sides came together. `forward`: there were none of our own.
Way = Literal["none", "forward", "merge", "rebase"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """How both sides came together, the files that were united, and what people must decide or resolve themselves."""

    way: Way
    united: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: tuple[Path, ...] = ()


def join_incoming(
    casebook: Casebook, repository: Repository, upstream: Upstream, incoming: str, *, rebase: bool
) -> Joined:
    """Join a fetched commit to the current branch; the caller holds the casebook's lock and saw a clean work tree.

    Raises Broken if git fails (a hook, the disk); the branch is then as before, or a merge is left to be finished.
    """
    own = git.head_commit(repository)
    if own is None:
        raise Broken("git-failed", command="merge", detail=f"{upstream.branch} has no commit")
    if remotes.is_ancestor(repository, incoming, own):
        return Joined(way="none")
    forward = remotes.is_ancestor(repository, own, incoming)
    if rebase and not forward and joining.has_merge_commits(repository, incoming, own):
        raise Broken("rebase-over-merges")
    with interrupted.mark_join(casebook, JoinMark(before=own, target=incoming)):
        if rebase and not forward:
            joining.rebase_onto(repository, incoming)
        else:
            joining.merge_commit(repository, incoming, f"Merge {upstream.name}")
        way: Way = "forward" if forward else "rebase" if rebase else "merge"
        return _resolve_rest(casebook, repository, way)


def finish_interrupted_merge(casebook: Casebook, repository: Repository) -> Joined:
    """Resolve and finish the merge that a killed sync left; the caller holds the casebook's lock."""
    joined = _resolve_rest(casebook, repository, "merge")
    interrupted.join_mark_path(casebook).unlink(missing_ok=True)
    return joined


def _resolve_rest(casebook: Casebook, repository: Repository, way: Way) -> Joined:
    """Resolve what git left in conflict, and finish the merge or rebase unless a person must decide."""
    if git.unfinished_operation(repository) is None:
        return Joined(way=way)
    outcome = resolve_conflicts(casebook, repository, None, commit=True, settings=joining.JOIN_SETTINGS)
    return Joined(
        way=way,
        united=list(dict.fromkeys(outcome.written)),
        problems=outcome.problems,
        left=outcome.left,
    )
