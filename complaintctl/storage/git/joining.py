"""Joins another commit to the current branch, by a merge or a rebase; undoes what a killed one left half done.

git's own detection of renames is off: it goes by similarity, and may take a new case for one that was closed. We
know a case by its id (storage/merge/unmerged.py).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken
from complaintctl.storage.git import git
from complaintctl.storage.git.driver_settings import MARK_ONLY_SETTING
from complaintctl.storage.git.git import Repository

_SETTINGS: Final = (
    ("-c", "merge.renames=false"),
    ("-c", "merge.directoryRenames=false"),
    ("-c", "merge.conflictStyle=merge"),
    ("-c", "merge.autoStash=false"),
    ("-c", "rebase.autoStash=false"),
    ("-c", "rerere.enabled=false"),
    ("-c", MARK_ONLY_SETTING),
)
# `-c` options of git.
JOIN_SETTINGS: Final = tuple(word for pair in _SETTINGS for word in pair)


def merge_commit(repository: Repository, commit: str, message: str) -> None:
    """Merge a commit, or only move the branch forward if that is enough. Conflicts are left in index and files.

    Raises Broken with git's message if git fails otherwise, for example because of a hook or an untracked file.
    """
    _join(
        repository, "merge", "--quiet", "--no-edit", "--ff", "--no-squash", "--commit", "-m", message, commit
    )


def rebase_onto(repository: Repository, commit: str) -> None:
    """Record the own commits anew on top of a commit. Stops at a conflict, which is left in index and files.

    Raises Broken with git's message if git fails otherwise.
    """
    _join(repository, "rebase", "--quiet", "--no-autosquash", "--no-rebase-merges", commit)


def _join(repository: Repository, *arguments: str) -> None:
    run = git.run_git(repository, *JOIN_SETTINGS, *arguments, writes=True)
    if run.returncode == 0 or git.unmerged_files(repository, repository.top):
        return
    detail = git.git_error_line(run.stderr or run.stdout)
    if run.stderr and b"would be overwritten" in run.stderr:
        detail = " ".join(run.stderr.decode(errors="replace").split())
    raise Broken("git-failed", command=arguments[0], detail=detail)


def has_merge_commits(repository: Repository, upstream: str, own: str) -> bool:
    """Whether there is a merge among the own commits that `upstream` does not have."""
    return bool(
        git.git_output(repository, "rev-list", "--merges", "--max-count=1", f"{upstream}..{own}").strip()
    )


def abort_operation(repository: Repository) -> None:
    """Give up the merge or rebase in progress: index, files and branch are as before it.

    Raises Broken with git's message if git fails.
    """
    operation = git.unfinished_operation(repository)
    if operation == "rebase":
        git.git_output(repository, "rebase", "--abort")
    else:
        git.git_output(repository, "reset", "--quiet", "--hard")


def merging_commit(repository: Repository) -> str | None:
    """The commit that a merge in progress brings in, or None."""
    return _state_file(repository, "MERGE_HEAD")


def rebased_commit(repository: Repository) -> str | None:
    """The last commit of the branch before the rebase in progress, or None."""
    return _state_file(repository, "rebase-merge/orig-head")


def _state_file(repository: Repository, name: str) -> str | None:
    try:
        return Path(repository.folder, name).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def half_written_files(repository: Repository, target: str) -> tuple[list[Path], list[Path]]:
    """What a killed git left in the work tree: new files of `target` to remove, and files with words of somebody else.

    A changed file whose content git has anyway, and an empty one, is what git itself was writing.
    """
    answer = git.git_output(
        repository, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames"
    )
    entries = [(entry[:2], repository.top / entry[3:]) for entry in answer.split("\0") if entry]
    there = [(state, path) for state, path in entries if path.is_file() and not path.is_symlink()]
    hashes = _hash_files(repository, [path for _state, path in there])
    known = _known_objects(repository, hashes)
    new: list[Path] = []
    foreign: list[Path] = []
    for (state, path), name in zip(there, hashes, strict=True):
        if state == "??":
            wanted = f"{target}:{path.relative_to(repository.top).as_posix()}"
            run = git.run_git(repository, "rev-parse", "--verify", "--quiet", wanted)
            if run.stdout.decode().strip() and (name in known or not path.stat().st_size):
                new.append(path)
        elif name not in known and path.stat().st_size:
            foreign.append(path)
    return new, foreign


def _hash_files(repository: Repository, paths: list[Path]) -> list[str]:
    given = "".join(f"{path.relative_to(repository.top).as_posix()}\n" for path in paths).encode()
    run = git.run_git(repository, "hash-object", "--stdin-paths", given=given) if paths else None
    return run.stdout.decode().split() if run else []


def _known_objects(repository: Repository, names: Iterable[str]) -> set[str]:
    given = "".join(f"{name}\n" for name in names).encode()
    run = git.run_git(repository, "cat-file", "--batch-check", given=given)
    return {line.split()[0] for line in run.stdout.decode().splitlines() if not line.endswith("missing")}


def is_dirty(repository: Repository) -> bool:
    """Whether a file in git differs from the last commit, in the index or the work tree."""
    return git.run_git(repository, "diff-index", "--quiet", "HEAD").returncode != 0


def is_tracked(repository: Repository, path: Path) -> bool:
    """Whether the last commit has a file of this path."""
    name = path.relative_to(repository.top).as_posix()
    return git.run_git(repository, "cat-file", "-e", f"HEAD:{name}").returncode == 0
