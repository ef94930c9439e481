"""Searches every object of a repository, reachable or not, and tells which commits hold what was found."""

import subprocess
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

from complaintctl.errors import Broken
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository

# A larger object is searched in pieces of this size, which overlap.
_PIECE_BYTES: Final = 1 << 24
_OVERLAP_BYTES: Final = 1 << 12


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundObject:
    """An object of git: its name, its kind (`blob`, `commit`, `tree`, `tag`), and the commits and paths that hold it.

    `weight` is what the search said of its content. Without commits nothing reachable holds it: the next `git gc` may remove it.
    """

    name: str
    kind: str
    weight: int
    commits: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


def search_objects(
    repository: Repository, weigh: Callable[[bytes], int], wanted: Collection[str]
) -> tuple[int, list[FoundObject]]:
    """Returns how many objects there are, and those whose content `weigh` does not give 0 or whose names are wanted.

    Reads every object once, in one stream; raises Broken if git fails.
    """
    count, found = 0, dict[str, tuple[str, int]]()
    for name, kind, pieces in _read_objects(repository):
        count += 1
        weight = max(map(weigh, pieces), default=0)
        if weight or name in wanted:
            found[name] = (kind, weight)
    return count, _with_commits(repository, found)


def _read_objects(repository: Repository) -> Iterator[tuple[str, str, Iterator[bytes]]]:
    """Yields name, kind and content of every object; the content must be read before the next object."""
    arguments = ("cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer")
    with _stream_of(repository, *arguments) as stream:
        while header := stream.readline():
            name, kind, size = header.decode().split()
            yield name, kind, _pieces(stream, int(size))
            stream.read(1)


def _pieces(stream: IO[bytes], size: int) -> Iterator[bytes]:
    before = b""
    while size:
        piece = stream.read(min(size, _PIECE_BYTES))
        if not piece:
            raise Broken("git-failed", command="cat-file", detail="?")
        size -= len(piece)
        yield before + piece
        before = piece[-_OVERLAP_BYTES:]


@contextmanager
def _stream_of(repository: Repository, *arguments: str) -> Iterator[IO[bytes]]:
    """Gives the output of git while it runs; raises Broken if it ends with an error."""
    command = ["git", "-C", str(repository.top), *git.GIT_SETTINGS, *arguments]
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=git.git_environment()
        )
    except (FileNotFoundError, PermissionError) as error:
        raise Broken("git-missing") from error
    with process:
        if process.stdout is None or process.stderr is None:
            raise Broken("git-missing")
        yield process.stdout
        process.stdout.close()
        message = process.stderr.read()
    if process.returncode != 0:
        raise Broken("git-failed", command=arguments[0], detail=git.git_error_line(message))


def _with_commits(repository: Repository, found: dict[str, tuple[str, int]]) -> list[FoundObject]:
    """Returns the objects with the commits, on any branch or tag, that brought them, and the paths they had there."""
    blobs = {name for name, (kind, _weight) in found.items() if kind == "blob"}
    places: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for commit, name, path in file_changes(repository) if blobs else ():
        if name in blobs:
            commits, paths = places.setdefault(name, ({}, {}))
            commits[commit] = paths[path] = None
    kinds = {kind for kind, _weight in found.values()}
    reachable = _reachable_commits(repository) if "commit" in kinds else frozenset[str]()
    return [
        FoundObject(
            name=name,
            kind=kind,
            weight=weight,
            commits=(name,) if name in reachable else tuple(places.get(name, ({}, {}))[0]),
            paths=tuple(places.get(name, ({}, {}))[1]),
        )
        for name, (kind, weight) in found.items()
    ]


def _reachable_commits(repository: Repository) -> frozenset[str]:
    return frozenset(git.git_output(repository, "rev-list", "--all").split())


def file_changes(repository: Repository) -> Iterator[tuple[str, str, str]]:
    """Yields commit, blob and path of every file that a commit of any branch or tag added or changed, newest first."""
    arguments = (
        "log",
        "--all",
        "--raw",
        "-m",
        "--root",
        "--no-abbrev",
        "--no-renames",
        "-z",
        "--format=%x01%H",
    )
    commit = ""
    with _stream_of(repository, *arguments) as stream:
        entry = ""
        for part in _parts(stream):
            text = part.decode(errors="surrogateescape").lstrip("\n")
            if text.startswith("\x01"):
                # With -z the first entry of a commit follows its header after a line end.
                header, _, text = text[1:].partition("\n")
                commit = header.strip()
                text = text.lstrip("\n")
            if text.startswith(":"):
                entry = text.split()[3]
            elif text and entry:
                if entry.strip("0"):
                    yield commit, entry, text
                entry = ""


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    """Yields the parts of a stream between NUL bytes."""
    rest = b""
    while block := stream.read(1 << 16):
        *whole, rest = (rest + block).split(b"\0")
        yield from whole
    if rest:
        yield rest


def missing_objects(repository: Repository, names: Collection[str]) -> frozenset[str]:
    """Returns those of the objects that the repository does not have."""
    answer = git.git_output_of(
        repository, "".join(f"{name}\n" for name in names).encode(), "cat-file", "--batch-check"
    )
    return frozenset(line.split()[0] for line in answer.splitlines() if line.endswith(" missing"))


def blob_names(repository: Repository, contents: Collection[bytes]) -> frozenset[str]:
    """Returns the names that git gives to these contents."""
    return frozenset(
        git.git_output_of(repository, content, "hash-object", "--no-filters", "--stdin").strip()
        for content in contents
    )
