"""Reads files as a commit has them: names and contents of many files with two calls of git."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from complaintctl.errors import Broken
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository

_REGULAR_FILES: Final = frozenset({"100644", "100755"})


def run_git(repository: Repository, arguments: Sequence[str], given: bytes = b"") -> bytes:
    """Returns git's output as bytes; raises Broken with git's error message if git fails."""
    command = ["git", "-C", str(repository.top), "-c", "core.quotePath=false", *arguments]
    try:
        run = subprocess.run(
            command, input=given, capture_output=True, env=git.git_environment(), check=False
        )
    except (FileNotFoundError, PermissionError) as error:
        raise Broken("git-missing") from error
    if run.returncode != 0:
        raise Broken("git-failed", command=arguments[0], detail=git.git_error_line(run.stderr))
    return run.stdout


def list_tree(repository: Repository, commit: str, folder: Path) -> dict[str, str]:
    """Returns the blobs of the regular files below a folder by path from that folder; links are left out."""
    prefix = folder.relative_to(repository.top).as_posix()
    where = [] if prefix == "." else [f"{prefix}/"]
    found: dict[str, str] = {}
    for entry in run_git(repository, ["ls-tree", "-r", "-z", "--full-tree", commit, "--", *where]).split(
        b"\0"
    ):
        details, _tab, name = entry.decode(errors="surrogateescape").partition("\t")
        if details and details.split()[0] in _REGULAR_FILES:
            found[name.removeprefix("".join(where))] = details.split()[2]
    return found


def read_objects(repository: Repository, names: Iterable[str]) -> Iterator[bytes]:
    """Yields the contents of objects in their order, one at a time; raises Broken if one is missing."""
    with TemporaryFile() as wanted, TemporaryFile() as errors:
        wanted.write("".join(f"{name}\n" for name in names).encode())
        wanted.seek(0)
        command = ["git", "-C", str(repository.top), "cat-file", "--batch"]
        with subprocess.Popen(
            command, stdin=wanted, stdout=subprocess.PIPE, stderr=errors, env=git.git_environment()
        ) as run:
            stream = run.stdout
            while stream is not None and (head := stream.readline().split()):
                if len(head) != len(("name", "kind", "size")):
                    raise Broken("git-failed", command="cat-file", detail=b" ".join(head).decode())
                content = stream.read(int(head[2]))
                stream.read(1)
                yield content


def changed_names(repository: Repository, old: str, new: str, folder: Path) -> frozenset[str]:
    """Returns the files below a folder, by path from that folder, that differ between two commits."""
    prefix = folder.relative_to(repository.top).as_posix()
    where = "" if prefix == "." else f"{prefix}/"
    arguments = [
        "diff-tree",
        "-r",
        "-z",
        "--no-renames",
        "--name-only",
        old,
        new,
        "--",
        *([where] if where else []),
    ]
    names = run_git(repository, arguments).decode(errors="surrogateescape").split("\0")
    return frozenset(name.removeprefix(where) for name in names if name)


def is_ancestor(repository: Repository, commit: str, descendant: str) -> bool:
    """Whether a commit is in the history of another one; False if the repository does not have it."""
    try:
        run_git(repository, ["merge-base", "--is-ancestor", commit, descendant])
    except Broken:
        return False
    return True


def full_hash(repository: Repository, commit: str) -> str:
    """Returns the full hash of a commit; raises Broken if there is none."""
    arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}"]
    return run_git(repository, arguments).decode().strip()


def case_files(tree: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Returns path and blob of the case files of a tree by case id; a copy of a case in a second folder is a second entry."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, blob in tree.items():
        path = Path(name)
        if path.suffix == ".yaml" and not path.name.startswith("."):
            found.setdefault(path.stem, []).append((name, blob))
    return found
