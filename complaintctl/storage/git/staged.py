"""What git would commit, and what it has been told so far: staged files, commit messages, names of branches."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository

# A command of git such as `commit --only` runs the hooks with an index of its own, which is the one to look at.
_INDEX: Final = "GIT_INDEX_FILE"
# Added, copied, modified, type changed: what a commit would bring in.
_BROUGHT_IN: Final = "--diff-filter=ACMT"


@dataclass(frozen=True, kw_only=True, slots=True)
class CommitMessage:
    """The message of a commit."""

    hash: str
    text: str


def _run(repository: Repository, arguments: Sequence[str], given: bytes = b"") -> bytes:
    environment = git.git_environment()
    if index := os.environ.get(_INDEX):
        environment[_INDEX] = str(Path.cwd() / index)
    command = ["git", "-C", str(repository.top), "-c", "core.quotePath=false", *arguments]
    run = subprocess.run(command, input=given, capture_output=True, env=environment, check=False)
    if run.returncode != 0:
        raise Broken("git-failed", command=arguments[0], detail=git.git_error_line(run.stderr))
    return run.stdout


def staged_files(repository: Repository, folder: Path) -> dict[str, bytes]:
    """The files below a folder that the next commit brings in: their paths from the top, and their staged content."""
    answer = _run(
        repository,
        ["diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", _BROUGHT_IN, "--", str(folder)],
    )
    parts = answer.decode(errors="replace").split("\0")
    names = {
        name: details.split()[3] for details, name in zip(parts[::2], parts[1::2], strict=False) if details
    }
    return dict(zip(names, read_objects(repository, list(names.values())), strict=True))


def read_objects(repository: Repository, hashes: Sequence[str]) -> Iterator[bytes]:
    """Yields the content of objects in order, from one git; empty for one that is missing, or no blob (a submodule)."""
    if not hashes:
        return
    answer = _run(repository, ["cat-file", "--batch"], "".join(f"{name}\n" for name in hashes).encode())
    offset = 0
    for _name in hashes:
        end = answer.index(b"\n", offset)
        head = answer[offset:end].split()
        if head[-1] == b"missing":
            yield b""
            offset = end + 1
            continue
        size = int(head[-1])
        yield answer[end + 1 : end + 1 + size] if head[1] == b"blob" else b""
        offset = end + 1 + size + 1


def commit_messages(repository: Repository, folder: Path, since: str | None) -> Iterator[CommitMessage]:
    """Yields the messages of the commits that touch a folder, the latest first; only those after `since`."""
    if git.head_commit(repository) is None:
        return
    span = [f"{since}..HEAD"] if since else ["HEAD"]
    below = ["--", str(folder)] if folder != repository.top else ["--"]
    answer = _run(repository, ["log", "-z", "--format=%H%n%B", "--end-of-options", *span, *below])
    for entry in answer.decode(errors="replace").split("\0"):
        name, _newline, text = entry.partition("\n")
        if name:
            yield CommitMessage(hash=name, text=text)


def branch_names(repository: Repository) -> tuple[str, ...]:
    """The names of the local branches and of the tags."""
    answer = _run(repository, ["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags"])
    return tuple(answer.decode(errors="replace").splitlines())
