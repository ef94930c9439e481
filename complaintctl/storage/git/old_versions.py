"""Contents that git has recorded: all versions of the files of a folder, on any branch; and what is not committed."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from complaintctl.storage.disk.object_names import object_name
from complaintctl.storage.git import git, staged
from complaintctl.storage.git.git import Repository

# The oldest git that has all that we ask: `rev-parse --path-format` came with 2.31.
OLDEST_GIT: Final = (2, 31)


@dataclass(frozen=True, kw_only=True, slots=True)
class UncommittedFile:
    """A file that differs from the last commit; `removed`: it is not on disk any more."""

    path: Path
    removed: bool


def recorded_contents(repository: Repository, folder: Path) -> Iterator[bytes]:
    """Yields every content that a commit of any branch recorded for a file of a folder, the latest first."""
    run = git.run_git(
        repository,
        "log",
        "--all",
        "-z",
        "--format=",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "--",
        str(folder),
    )
    hashes: dict[str, None] = {}
    for entry in run.stdout.decode(errors="replace").split("\0"):
        parts = entry.strip().split(" ")
        if entry.strip().startswith(":") and len(parts) > len((":mode", "mode", "old")):
            hashes |= dict.fromkeys(name for name in parts[2:4] if set(name) != {"0"})
    yield from staged.read_objects(repository, list(hashes))


def uncommitted_files(repository: Repository, paths: list[Path]) -> tuple[UncommittedFile, ...]:
    """The files below some paths that differ from the last commit, or are not in it; what git ignores is left out."""
    answer = git.git_output(
        repository,
        *("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--"),
        *map(str, paths),
    )
    entries = [(entry[:2], repository.top / entry[3:]) for entry in answer.split("\0") if entry]
    return tuple(UncommittedFile(path=path, removed=not path.exists()) for _state, path in entries)


def differing_files(repository: Repository, contents: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Returns the files whose contents are not those of the last commit, so that a commit would have them."""
    if not contents or git.head_commit(repository) is None:
        return dict(contents)
    answer = git.git_output(repository, "ls-tree", "-z", "HEAD", "--", *map(str, contents))
    entries = (entry.split("\t", 1) for entry in answer.split("\0") if entry)
    committed = {repository.top / name: details.split()[2] for details, name in entries}
    return {path: data for path, data in contents.items() if not _is_blob(committed.get(path), data)}


def _is_blob(name: str | None, content: bytes) -> bool:
    """Whether a name is that of this content."""
    return name is not None and name == object_name("blob", content, len(name))


def last_commit_time(repository: Repository) -> datetime | None:
    """When the last commit was made, by the clock of who made it."""
    run = git.run_git(repository, "log", "-1", "--format=%cI")
    text = run.stdout.decode().strip()
    return datetime.fromisoformat(text) if text else None


def git_version() -> tuple[int, int] | None:
    """The version of git, or None if there is none or it does not say."""
    program = shutil.which("git")
    if program is None:
        return None
    run = subprocess.run([program, "--version"], capture_output=True, env=git.git_environment(), check=False)
    numbers = run.stdout.decode(errors="replace").split()[2:3]
    parts = numbers[0].split(".") if numbers else []
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and all(map(str.isdecimal, parts[:2])) else None


def tracked_files(repository: Repository, folder: Path) -> list[Path]:
    """The files below a folder that are in the index."""
    answer = git.git_output(repository, "ls-files", "-z", "--", str(folder))
    return [repository.top / name for name in answer.split("\0") if name]


def hooks_folder(repository: Repository) -> Path:
    """The folder in which git looks for hooks."""
    return repository.top / git.git_output(repository, "rev-parse", "--git-path", "hooks").strip()
