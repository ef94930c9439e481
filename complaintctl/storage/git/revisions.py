"""What git knows of revisions: which commit, which branch, what it lists, whether the clone has all of it."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.storage.git import git
from complaintctl.storage.git.commit_stream import read_as_recorded
from complaintctl.storage.git.git import Repository

# The hash, and what git names no field of: the hashes of the parents.
_LAYOUT: Final = (
    "%x00%h%x1f%p%x1f%an%x1f%aI%x1f%ct%x1f%s%x1f%(trailers:key=Event,valueonly,separator=%x1e)%x1f"
)
_FIELD_COUNT: Final = _LAYOUT.count("%x1f") + 1
# gitformat-commit-graph(5): the number of chunks follows in the header; the chunk BDAT are the changed paths.
_GRAPH_HEAD: Final = struct.Struct(">4sBBBB")
_CHUNK: Final = struct.Struct(">4sQ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """One commit of a case: abbreviated hash, author, ISO time, subject and the event ids it records."""

    hash: str
    author: str
    at: str
    subject: str
    events: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Touching:
    """A commit that touched a path, and when it was made, in seconds of Unix time."""

    commit: Commit
    seconds: int


def commit_history(repository: Repository, paths: Sequence[Path]) -> tuple[Commit, ...]:
    """The commits that touched the paths, oldest first; of merges, those with a file that no side has like that.

    Git looks into its commit-graph only for one path at a time (git 2.39), so it is asked for each where there is one.
    """
    groups = [[path] for path in paths] if has_changed_paths(repository) else [paths]
    found: list[_Touching] = []
    for group in groups:
        found = _merge_in_order(found, _touching_commits(repository, group))
    return tuple(entry.commit for entry in found)


def _touching_commits(repository: Repository, paths: Sequence[Path]) -> list[_Touching]:
    """The commits that touched any of these paths, oldest first."""
    # With `log.follow` in somebody's settings, git would follow a single path through its renames.
    options = ("--no-follow", "--reverse", "--full-history", "-c", "--name-only", f"--format={_LAYOUT}")
    answer = git.run_git(repository, "log", *options, "--", *map(str, paths)).stdout.decode(errors="replace")
    found = []
    for entry in answer.split("\0"):
        parts = entry.split("\x1f")
        if len(parts) != _FIELD_COUNT:
            continue
        name, parents, author, at, seconds, subject, events, files = parts
        if " " in parents and not files.strip():
            continue
        ids = tuple(text.split()[-1] for text in events.split("\x1e") if text.strip())
        commit = Commit(hash=name, author=author, at=at, subject=subject, events=ids)
        found.append(_Touching(commit=commit, seconds=int(seconds)))
    return found


def _merge_in_order(first: list[_Touching], second: list[_Touching]) -> list[_Touching]:
    """Both lists as one, by time and each commit once; what is in order in one of them stays in that order."""
    if not first:
        return second
    merged: list[_Touching] = []
    rest = {entry.commit.hash for entry in second}
    place = 0
    for entry in first:
        shared = entry.commit.hash in rest
        while place < len(second) and (shared or second[place].seconds < entry.seconds):
            following = second[place]
            if following.commit.hash == entry.commit.hash:
                break
            merged.append(following)
            place += 1
        place += shared
        merged.append(entry)
    return [*merged, *second[place:]]


def has_changed_paths(repository: Repository) -> bool:
    """Whether git has a commit-graph that says which paths a commit changed."""
    folder = git.common_folder(repository) / "objects" / "info"
    graph = folder / "commit-graph"
    try:
        if not graph.exists():
            chain = (folder / "commit-graphs" / "commit-graph-chain").read_text(encoding="ascii").split()
            graph = folder / "commit-graphs" / f"graph-{chain[0]}.graph"
        with graph.open("rb") as file:
            count = _GRAPH_HEAD.unpack(file.read(_GRAPH_HEAD.size))[3]
            return b"BDAT" in (name for name, _at in _CHUNK.iter_unpack(file.read(_CHUNK.size * count)))
    except (OSError, ValueError, IndexError, struct.error):
        return False


def commit_hash(repository: Repository, name: str) -> str | None:
    """The full hash of the commit that a name means; None if it means none."""
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return read_as_recorded(repository, arguments).strip() or None


def current_branch(repository: Repository) -> str | None:
    """The full name of the branch that is checked out; None if HEAD is a commit itself."""
    return read_as_recorded(repository, ("symbolic-ref", "--quiet", "HEAD")).strip() or None


def is_ancestor(repository: Repository, earlier: str, later: str) -> bool:
    """Whether a commit, by its full hash, is another one or comes before it."""
    return read_as_recorded(repository, ("merge-base", earlier, later)).strip() == earlier


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
    return frozenset(_read(_common_folder(repository) / "shallow").split())


def _common_folder(repository: Repository) -> Path:
    """The folder that all work trees of a repository share: https://git-scm.com/docs/gitrepository-layout."""
    return repository.folder / _read(repository.folder / "commondir").strip()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return ""


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
