"""The only module that asks git: questions as function names, the user's own binary, hooks and identity."""

import os
import subprocess
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken
from complaintctl.storage.git import leftover_git

# Inside a hook git hands down its own repository; ours is the one the casebook lies in.
_IGNORED_VARIABLES: Final = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}
)
# A folder of the casebook that looks like a repository's own would bring hooks and settings with it (git 2.38).
_GIT_SETTINGS: Final = ("-c", "safe.bareRepository=explicit", "-c", "core.quotePath=false")
# State files of operations that a commit of ours would disturb, and the command that ends each.
_OPERATION_FILES: Final = (
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
)
# Locked while a git of ours commits.
_ALIVE_FILE: Final = "complaintctl.git"
# `git merge-file` ends with the number of conflicts; above this it failed.
_MERGE_FILE_FAILED: Final = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class Repository:
    """A git repository: its work tree and its own folder."""

    top: Path
    folder: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """One commit of a case: abbreviated hash, author, ISO time, subject and the event ids it records."""

    hash: str
    author: str
    at: str
    subject: str
    events: tuple[str, ...]


def git_environment() -> dict[str, str]:
    """The user's environment without what a surrounding git set, messages untranslated."""
    kept = {name: value for name, value in os.environ.items() if name not in _IGNORED_VARIABLES}
    return {**kept, "LC_ALL": "C.UTF-8", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}


def _run(
    where: Path, arguments: Iterable[str], given: bytes | None, handles: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(where), *_GIT_SETTINGS, *arguments]
    try:
        return subprocess.run(
            command, input=given, capture_output=True, env=git_environment(), check=False, pass_fds=handles
        )
    except FileNotFoundError as error:
        raise Broken("git-missing") from error


def git_output(repository: Repository, *arguments: str) -> str:
    """What git answers; raises Broken with git's own last line where it fails."""
    run = _run(repository.top, arguments, None)
    if run.returncode != 0:
        raise Broken("git-failed", command=arguments[0], detail=git_error_line(run.stderr))
    return run.stdout.decode(errors="replace")


def git_error_line(said: bytes) -> str:
    """The line of what git said that tells why it failed."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (telling or lines or ["?"])[-1].rstrip(".")


def find_repository(folder: Path) -> Repository | None:
    """The repository a folder lies in, or None outside git (or without git)."""
    try:
        run = _run(folder, ["rev-parse", "--show-toplevel", "--absolute-git-dir"], None)
    except Broken:
        return None
    if run.returncode != 0:
        return None
    top, own = run.stdout.decode().splitlines()[:2]
    return Repository(top=Path(top), folder=Path(own))


def create_repository(folder: Path) -> Repository:
    """Make a folder a repository with the branch `main`."""
    run = _run(folder, ["init", "--quiet", "--initial-branch=main"], None)
    found = find_repository(folder) if run.returncode == 0 else None
    if found is None:
        raise Broken("git-failed", command="init", detail=git_error_line(run.stderr))
    return found


def commit_identity(folder: Path) -> tuple[str, str]:
    """Name and address that git would commit with; raises Broken where it has none."""
    run = _run(folder, ["var", "GIT_COMMITTER_IDENT"], None)
    text = run.stdout.decode(errors="replace")
    name, _, rest = text.rpartition("<")[0].strip(), "", text.rpartition("<")[2]
    address = rest.partition(">")[0]
    if run.returncode != 0 or not address:
        raise Broken("identity-missing")
    return name, address


def set_commit_identity(repository: Repository, name: str, address: str) -> None:
    """Give one repository an identity of its own."""
    git_output(repository, "config", "user.name", name)
    git_output(repository, "config", "user.email", address)


def configured_email(folder: Path) -> str | None:
    """`git config user.email`, or None."""
    try:
        run = _run(folder, ["config", "user.email"], None)
    except Broken:
        return None
    return run.stdout.decode().strip() or None


def unfinished_operation(repository: Repository) -> str | None:
    """The merge, rebase or the like that is under way, or None; a stash or squash leaves conflicts and no name."""
    named = next((name for file, name in _OPERATION_FILES if (repository.folder / file).exists()), None)
    return named or ("merge" if unmerged_files(repository, repository.top) else None)


def unmerged_files(repository: Repository, folder: Path) -> tuple[Path, ...]:
    """The files below a folder that a merge left in conflict."""
    return tuple(conflict_versions(repository, folder))


def conflict_versions(repository: Repository, folder: Path) -> dict[Path, dict[int, str]]:
    """What a merge left in conflict below a folder: each file with its versions.

    1 is the object of the common ancestor, 2 ours, 3 theirs, as far as there is one.
    """
    run = _run(repository.top, ["ls-files", "--unmerged", "-z", "--", str(folder)], None)
    found: dict[Path, dict[int, str]] = {}
    for entry in run.stdout.decode(errors="replace").split("\0"):
        if entry:
            words, _, name = entry.partition("\t")
            _mode, content, stage = words.split()
            found.setdefault(repository.top / name, {})[int(stage)] = content
    return found


def read_object(repository: Repository, name: str) -> bytes:
    """The bytes of an object of the repository."""
    run = _run(repository.top, ["cat-file", "blob", name], None)
    if run.returncode != 0:
        raise Broken("git-failed", command="cat-file", detail=git_error_line(run.stderr))
    return run.stdout


def has_revision(repository: Repository, name: str) -> bool:
    """Whether git knows a commit by that name: a branch, a tag, `HEAD~3`."""
    words = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    return _run(repository.top, words, None).returncode == 0


def read_file_at_revision(repository: Repository, revision: str, name: str) -> bytes | None:
    """The bytes of a file, named from the top of the repository, at a known revision; None where it was not there."""
    run = _run(repository.top, ["cat-file", "blob", f"{revision}:{name}"], None)
    return run.stdout if run.returncode == 0 else None


def branches_and_tags(folder: Path) -> tuple[str, ...]:
    """The branches and tags of the repository that a folder lies in; none outside git."""
    words = ["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"]
    return tuple(_run(folder, words, None).stdout.decode(errors="replace").splitlines())


def merge_file_versions(repository: Repository, base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """Two versions of a file merged as git does it, with conflict markers where they meet."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for file, text in zip(files, (ours, base, theirs), strict=True):
            file.write_bytes(text)
        run = _run(repository.top, ["merge-file", "-p", *map(str, files)], None)
    if run.returncode >= _MERGE_FILE_FAILED:
        raise Broken("git-failed", command="merge-file", detail=git_error_line(run.stderr))
    return run.stdout


def clear_leftover_git(repository: Repository, journal_file: Path) -> None:
    """Wait for a git of ours that outlived its killed parent, and take away the locks of a dead one."""
    answer = _run(repository.top, ["rev-parse", "--path-format=absolute", "--git-common-dir"], None)
    common = Path(answer.stdout.decode().strip() or repository.folder)

    def locks() -> list[Path]:
        found = {
            *repository.folder.glob("*.lock"),
            *common.glob("*.lock"),
            *(common / "refs").rglob("*.lock"),
            # That of git's own housekeeping, which a commit may start: left behind, it would never run again.
            *(common / "objects").glob("*.lock"),
        }
        # The index that git prepares for a commit of single files has a name of its own and hinders nobody, but
        # without it a git that still lives would commit an empty tree.
        return [lock for lock in found if not lock.name.startswith(("complaintctl", "next-index-"))]

    leftover_git.wait_and_remove_locks(repository.folder / _ALIVE_FILE, locks, journal_file)


def changed_paths(repository: Repository, paths: Iterable[Path]) -> tuple[str, ...]:
    """Which of the paths differ from the last commit, in index or work tree, or are not in it."""
    answer = git_output(
        repository, "status", "--porcelain", "-z", "--untracked-files=all", "--", *map(str, paths)
    )
    return tuple(entry[3:] for entry in answer.split("\0") if entry)


def commit_paths(repository: Repository, paths: Collection[Path], message: str) -> None:
    """Commit these paths alone, whatever else is staged; paths that git never saw and are gone are left out.

    Raises Broken with git's own words where a hook, the identity or the disk refuses.
    """
    seen = [path for path in paths if path.exists() or is_in_index(repository, path)]
    # A file whose removal is staged is no longer in the index, where `git add` looks, but still to be committed.
    gone = [path for path in paths if path not in seen and _is_committed(repository, path)]
    names = [str(path) for path in (*seen, *gone)]
    words = ["commit", "--quiet", "--only", "--file=-", "--", *names]
    with leftover_git.hold_alive_lock(repository.folder / _ALIVE_FILE) as handles:
        git_output(repository, "add", "--all", "--force", "--", *map(str, seen))
        run = _run(repository.top, words, message.encode(), handles)
    if run.returncode != 0:
        raise Broken("commit-failed", detail=git_error_line(run.stderr or run.stdout))


def _is_committed(repository: Repository, path: Path) -> bool:
    name = path.relative_to(repository.top).as_posix()
    return bool(_run(repository.top, ["ls-tree", "-z", "HEAD", "--", name], None).stdout)


def is_in_index(repository: Repository, path: Path) -> bool:
    """Whether the index holds the file, merged or not."""
    return bool(git_output(repository, "ls-files", "-z", "--", str(path)))


def mark_path_resolved(repository: Repository, path: Path) -> None:
    """Tell git that a conflict is resolved, by the file as it lies there or by its absence."""
    git_output(repository, "add", "--all", "--", str(path))


def commit_history(repository: Repository, paths: Iterable[Path]) -> tuple[Commit, ...]:
    """The commits that touched the paths, oldest first."""
    layout = "%h%x1f%an%x1f%aI%x1f%s%x1f%(trailers:key=Event,valueonly,separator=%x1e)%x00"
    run = _run(repository.top, ["log", "--reverse", f"--format={layout}", "--", *map(str, paths)], None)
    found = []
    for entry in run.stdout.decode(errors="replace").split("\0"):
        parts = entry.strip("\n").split("\x1f")
        if len(parts) == len(("hash", "author", "at", "subject", "events")):
            events = tuple(text.split()[-1] for text in parts[4].split("\x1e") if text.strip())
            found.append(Commit(hash=parts[0], author=parts[1], at=parts[2], subject=parts[3], events=events))
    return tuple(found)


def is_shallow(repository: Repository) -> bool:
    """Whether the clone holds only a part of the history."""
    return (repository.folder / "shallow").exists()
