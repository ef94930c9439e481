"""A git bundle with the commits of one case, which proves their contents without the contents of other cases.

Each commit comes with its trees on the way to the files of the case, and with these files. The hash of a commit covers
its trees, the hash of a tree covers the names and hashes in it: so a file of the case is proved by the hash of its
commit alone. What other cases contain is not in the bundle, only the names and hashes of their files.
"""

import subprocess
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from complaintctl.errors import Broken
from complaintctl.storage.disk.object_names import SHA1_LENGTH
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository
from complaintctl.storage.git.recorded_tree import run_git

_LAYOUT: Final = (
    "%H%x1f%P%x1f%an%x1f%ae%x1f%aI%x1f%cI%x1f%s%x1f%(trailers:key=Event,valueonly,separator=%x1e)%x00"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseCommit:
    """A commit that changed files of a case; times are texts in ISO 8601, `events` the ids in its trailers."""

    hash: str
    parents: tuple[str, ...]
    author: str
    email: str
    authored: str
    committed: str
    subject: str
    events: tuple[str, ...]


def list_case_commits(repository: Repository, commit: str, paths: Sequence[Path]) -> list[CaseCommit]:
    """Returns the commits in the history of `commit` that changed one of the paths, the oldest first."""
    names = [path.relative_to(repository.top).as_posix() for path in paths]
    arguments = [
        "log",
        "--full-history",
        "--topo-order",
        "--reverse",
        f"--format={_LAYOUT}",
        commit,
        "--",
        *names,
    ]
    found = []
    for entry in run_git(repository, arguments).decode(errors="replace").split("\0"):
        parts = entry.strip("\n").split("\x1f")
        if len(parts) == _LAYOUT.count("%x1f") + 1:
            events = tuple(text.split()[-1] for text in parts[7].split("\x1e") if text.strip())
            found.append(
                CaseCommit(
                    hash=parts[0],
                    parents=tuple(parts[1].split()),
                    author=parts[2],
                    email=parts[3],
                    authored=parts[4],
                    committed=parts[5],
                    subject=parts[6],
                    events=events,
                )
            )
    return found


def cut_off_commits(commits: Sequence[CaseCommit]) -> list[str]:
    """Returns the commits whose parents are not all among these: the content of git's file `shallow`."""
    known = {commit.hash for commit in commits}
    return [commit.hash for commit in commits if not known.issuperset(commit.parents)]


def make_case_bundle(
    repository: Repository,
    commits: Sequence[CaseCommit],
    files: Sequence[Path],
    trees: Sequence[Path],
    hidden: Collection[str],
) -> bytes:
    """Returns a bundle with these commits, one ref for each, and of each its `files` and the trees towards all paths.

    Of `trees` only the folders on the way are in it, not what they contain; of the commits in `hidden` this is true of
    `files`, too. Equal objects give equal bytes.
    """
    wanted = dict.fromkeys(commit.hash for commit in commits)
    names = [path.relative_to(repository.top).as_posix() for path in (*files, *trees)]
    with_content = tuple(path.relative_to(repository.top).as_posix() for path in files)
    without = frozenset(path.relative_to(repository.top).as_posix() for path in trees)
    for commit in commits:
        is_hidden = commit.hash in hidden
        wanted[_root_tree(repository, commit.hash)] = None
        arguments = ["ls-tree", "-r", "-t", "-z", "--full-tree", commit.hash, "--", *names]
        for entry in run_git(repository, arguments).split(b"\0"):
            details, _tab, name = entry.decode(errors="surrogateescape").partition("\t")
            kind, blob = details.split()[1:] if details else ("", "")
            is_part = any(name == one or name.startswith(f"{one}/") for one in with_content)
            left_out = name in without or (is_part and is_hidden)
            if (kind == "tree" and not left_out) or (kind == "blob" and is_part and not left_out):
                wanted[blob] = None
    return _bundle_head(commits) + _pack_objects(repository, wanted)


def _root_tree(repository: Repository, commit: str) -> str:
    return run_git(repository, ["rev-parse", "--verify", f"{commit}^{{tree}}"]).decode().strip()


def _bundle_head(commits: Sequence[CaseCommit]) -> bytes:
    """The head of https://git-scm.com/docs/gitformat-bundle: version 2, or 3 where hashes are SHA-256."""
    is_sha1 = all(len(commit.hash) == SHA1_LENGTH for commit in commits)
    lines = ["# v2 git bundle"] if is_sha1 else ["# v3 git bundle", "@object-format=sha256"]
    width = len(str(len(commits)))
    lines += [f"{commit.hash} refs/case/{number:0{width}}" for number, commit in enumerate(commits, 1)]
    return "".join(f"{line}\n" for line in (*lines, "")).encode()


def _pack_objects(repository: Repository, names: Iterable[str]) -> bytes:
    # Without deltas and without what git packed before, so that the bytes depend on the objects alone.
    options = ["--stdout", "--quiet", "--threads=1", "--window=0", "--no-reuse-delta", "--no-reuse-object"]
    command = ["git", "-C", str(repository.top), "-c", "pack.compression=9", "pack-objects", *options]
    with TemporaryFile() as wanted:
        wanted.write("".join(f"{name}\n" for name in names).encode())
        wanted.seek(0)
        run = subprocess.run(
            command, stdin=wanted, capture_output=True, env=git.git_environment(), check=False
        )
    if run.returncode != 0:
        raise Broken("git-failed", command="pack-objects", detail=git.git_error_line(run.stderr))
    return run.stdout
