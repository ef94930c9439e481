"""What git knows of revisions: which commit, which branch, what it lists, whether the clone has all of it."""

from collections.abc import Iterable
from pathlib import Path

from complaintctl.storage.git import git
from complaintctl.storage.git.commit_stream import read_as_recorded
from complaintctl.storage.git.git import Repository


def commit_hash(repository: Repository, name: str) -> str | None:
    """The full hash of the commit that a name means; None if it means none."""
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return read_as_recorded(repository, arguments).strip() or None


def current_branch(repository: Repository) -> str | None:
    """The full name of the branch that is checked out; None if HEAD is a commit itself."""
    return read_as_recorded(repository, ("symbolic-ref", "--quiet", "HEAD")).strip() or None


def is_ancestor(repository: Repository, earlier: str, later: str) -> bool:
    """Whether a commit is another one or comes before it."""
    base = read_as_recorded(repository, ("merge-base", earlier, later)).strip()
    return bool(base) and base == commit_hash(repository, earlier)


def list_commits(repository: Repository, *revisions: str) -> list[str]:
    """The hashes of the commits that git lists, the latest first; empty if a revision is unknown."""
    return read_as_recorded(repository, ("rev-list", *revisions)).split()


def list_files(repository: Repository, commit: str, folder: Path) -> Iterable[tuple[str, str, str]]:
    """Yields mode, blob and path from the top of each file below a folder, as a commit has it."""
    relative = folder.relative_to(repository.top).as_posix()
    names = () if relative == "." else ("--", f"{relative}/")
    output = read_as_recorded(repository, ("ls-tree", "-r", "-z", "--full-tree", commit, *names))
    for entry in output.split("\0"):
        details, tab, path = entry.partition("\t")
        if tab:
            mode, _kind, blob = details.split()
            yield mode, blob, path


def shallow_commits(repository: Repository) -> frozenset[str]:
    """The commits whose parents a shallow clone does not have."""
    common = read_as_recorded(repository, ("rev-parse", "--path-format=absolute", "--git-common-dir")).strip()
    try:
        return frozenset(Path(common or repository.folder, "shallow").read_text(encoding="ascii").split())
    except FileNotFoundError:
        return frozenset()


def is_partial_clone(repository: Repository) -> bool:
    """Whether the clone fetches objects only when they are needed."""
    found = read_as_recorded(
        repository, ("config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$")
    )
    return bool(found.strip())


def missing_objects(repository: Repository) -> frozenset[str]:
    """The objects of the history that a partial clone does not have; empty for any other clone.

    Git would fetch each of them when it is asked for it.
    """
    if not is_partial_clone(repository):
        return frozenset()
    arguments = ("rev-list", "--objects", "--no-object-names", "--missing=print", "HEAD")
    lines = read_as_recorded(repository, arguments).splitlines()
    return frozenset(line[1:] for line in lines if line.startswith("?"))


def changed_files(repository: Repository, folders: Iterable[Path]) -> tuple[tuple[str, str], ...]:
    """The state (two letters of `git status`) and path of each file that differs from the last commit."""
    answer = git.git_output(
        repository,
        "status",
        "--porcelain",
        "-z",
        "--no-renames",
        "--untracked-files=all",
        "--",
        *map(str, folders),
    )
    return tuple((entry[:2], entry[3:]) for entry in answer.split("\0") if entry)
