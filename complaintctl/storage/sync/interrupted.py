"""What is left of a sync that was killed while it merged: undone or completed, so that nothing is lost.

Before git touches the work tree, a mark in git's folder names the commits; it is removed when git has ended. So a
mark that is still there while the casebook's lock is free names exactly a killed merge. All changes were committed
before it began, so what differs from the last commit was written by git.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from complaintctl.errors import Broken
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git, joining

Recovery = Literal["nothing", "undone", "unfinished-merge"]


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinMark:
    """The last commit before a merge or rebase began, and the commit that it was to join."""

    before: str
    target: str


def join_mark_path(casebook: Casebook) -> Path:
    """The path of the mark."""
    return casebook.own_folder / "complaintctl.sync"


@contextmanager
def mark_join(casebook: Casebook, mark: JoinMark) -> Iterator[None]:
    """Keep the mark while git may be at work in the work tree. If we are stopped (Ctrl-C) it stays, too."""
    path = join_mark_path(casebook)
    atomic_write.write_atomically(path, json.dumps({"before": mark.before, "target": mark.target}).encode())
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException:
        _undo_failed_join(casebook, mark)
        raise
    atomic_write.remove_durably(path)


def _undo_failed_join(casebook: Casebook, mark: JoinMark) -> None:
    """After an error: undo what can be undone without loss, and remove the mark. Conflicts stay for `resolve`."""
    repository = casebook.repository
    if repository is not None and git.unfinished_operation(repository) is None:
        _undo(repository, mark)
    atomic_write.remove_durably(join_mark_path(casebook))


def read_join_mark(casebook: Casebook) -> JoinMark | None:
    """Returns the mark of a killed merge; None if there is none, or if it is damaged."""
    try:
        entry: Any = json.loads(join_mark_path(casebook).read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    before, target = (entry.get("before"), entry.get("target")) if isinstance(entry, dict) else (None, None)
    if not (isinstance(before, str) and isinstance(target, str) and before.isalnum() and target.isalnum()):
        return None
    return JoinMark(before=before, target=target)


def recover_join(casebook: Casebook) -> Recovery:
    """Undo what a killed merge or rebase left half done; the caller holds the casebook's lock.

    A merge that has got as far as its conflicts stays (`unfinished-merge`): it can be resolved and finished. Raises
    Broken if somebody has changed a half-written file since, because that change would be lost.
    """
    path, repository = join_mark_path(casebook), casebook.repository
    mark = read_join_mark(casebook)
    if mark is None or repository is None:
        path.unlink(missing_ok=True)
        return "nothing"
    git.clear_leftover_git(repository, path)
    if joining.merging_commit(repository) == mark.target:
        return "unfinished-merge"
    is_undone = _undo(repository, mark)
    atomic_write.remove_durably(path)
    return "undone" if is_undone else "nothing"


def _is_ours(repository: git.Repository, operation: str | None, mark: JoinMark) -> bool:
    """Whether the repository is as our git left it: nobody has finished it, or begun something else, since."""
    if operation == "rebase":
        return joining.rebased_commit(repository) == mark.before
    is_other = operation not in {None, "merge"} or joining.merging_commit(repository) not in {
        None,
        mark.target,
    }
    return git.head_commit(repository) == mark.before and not is_other


def _undo(repository: git.Repository, mark: JoinMark) -> bool:
    """Put branch, index and files back as they were before; whether there was anything to undo."""
    operation = git.unfinished_operation(repository)
    if not _is_ours(repository, operation, mark):
        return False
    new, foreign = joining.half_written_files(repository, mark.target)
    if foreign:
        files = [path.relative_to(repository.top).as_posix() for path in foreign]
        raise Broken("sync-half-done", files=files, before=mark.before[:10])
    if operation is None and not new and not joining.is_dirty(repository):
        return False
    joining.abort_operation(repository)
    for path in new:
        if not joining.is_tracked(repository, path):
            atomic_write.remove_durably(path)
    return True
