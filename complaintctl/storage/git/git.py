"""Runs the user's git, with the user's hooks and identity. Only this module and `gitbulk` run git."""

import functools
import os
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from complaintctl.errors import Broken
from complaintctl.storage.git import git_settings, leftover_git
from complaintctl.storage.git.git_settings import GitSettings

# Git sets these inside a hook; they would override the repository of the casebook.
_IGNORED_VARIABLES: Final = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}
)
# Without safe.bareRepository (git 2.38), a folder that looks like a bare repository could bring its own hooks (D-059).
GIT_SETTINGS: Final = ("-c", "safe.bareRepository=explicit", "-c", "core.quotePath=false")
# State files of operations that a commit of ours would disturb, and the name of each operation.
_OPERATION_FILES: Final = (
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
)
# Locked while a git process of ours commits.
_ALIVE_FILE: Final = "complaintctl.git"
# `git merge-file` exits with the number of conflicts, at most 127; a higher code is an error.
_MERGE_FILE_FAILED: Final = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class Repository:
    """A git repository: the top of its work tree, and its git folder. `settings` asks git once for its settings."""

    top: Path
    folder: Path
    settings: Callable[[], GitSettings] = field(compare=False, repr=False)


def git_environment() -> dict[str, str]:
    """The user's environment without the variables of an outer git; messages in English, no editor."""
    kept = {name: value for name, value in os.environ.items() if name not in _IGNORED_VARIABLES}
    ours = {"LC_ALL": "C.UTF-8", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true"}
    return {**kept, **ours}


def _run(
    where: Path,
    arguments: Iterable[str],
    given: bytes | None,
    handles: tuple[int, ...] = (),
    extra: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(where), *GIT_SETTINGS, *arguments]
    environment = {**git_environment(), **extra}
    try:
        return subprocess.run(
            command, input=given, capture_output=True, env=environment, check=False, pass_fds=handles
        )
    except (FileNotFoundError, PermissionError) as error:
        raise Broken("git-missing") from error


def run_git(
    repository: Repository,
    *arguments: str,
    given: bytes | None = None,
    writes: bool = False,
    index: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Runs git in the repository and returns what came of it, whatever the exit code.

    With `writes`, the next command waits for this git if it outlives us. `index`: the file that git takes as its index.
    Raises Broken if git is not installed.
    """
    extra = {"GIT_INDEX_FILE": str(index)} if index is not None else {}
    if not writes:
        return _run(repository.top, arguments, given, (), extra)
    with leftover_git.hold_alive_lock(repository.folder / _ALIVE_FILE) as handles:
        return _run(repository.top, arguments, given, handles, extra)


def git_output(repository: Repository, *arguments: str) -> str:
    """Returns git's output; raises Broken with git's error message if git fails."""
    run = _run(repository.top, arguments, None)
    if run.returncode != 0:
        raise Broken("git-failed", command=arguments[0], detail=git_error_line(run.stderr))
    return run.stdout.decode(errors="replace")


def git_output_of(repository: Repository, given: bytes, *arguments: str) -> str:
    """Returns git's output for what it reads on standard input; raises Broken with git's error message if git fails."""
    run = _run(repository.top, arguments, given)
    if run.returncode != 0:
        raise Broken("git-failed", command=arguments[0], detail=git_error_line(run.stderr))
    return run.stdout.decode(errors="replace")


def git_error_line(output: bytes) -> str:
    """The line of git's error output that gives the reason."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (reasons or lines or ["?"])[-1].rstrip(".")


def find_repository(folder: Path) -> Repository | None:
    """The repository around a folder; None if neither the folder nor one above it has a `.git`.

    Raises Broken if there is a `.git` but git is not installed, or refuses it (for example because of its owner).
    """
    try:
        run = _run(folder, ["rev-parse", "--show-toplevel", "--absolute-git-dir"], None)
    except Broken:
        if _has_git_folder(folder):
            raise
        return None
    if run.returncode == 0:
        top, own = run.stdout.decode().splitlines()[:2]
        settings = functools.cache(functools.partial(read_settings, folder))
        return Repository(top=Path(top), folder=Path(own), settings=settings)
    if _has_git_folder(folder):
        raise Broken("git-refused", detail=" ".join(run.stderr.decode(errors="replace").split()))
    return None


def _has_git_folder(folder: Path) -> bool:
    """Whether a folder or one above it has a `.git`: a folder, a file (a work tree) or a link."""
    return any(os.path.lexists(place / ".git") for place in (folder, *folder.parents))


def create_repository(folder: Path) -> Repository:
    """Create a repository with the branch `main` in a folder."""
    run = _run(folder, ["init", "--quiet", "--initial-branch=main"], None)
    repository = find_repository(folder) if run.returncode == 0 else None
    if repository is None:
        raise Broken("git-failed", command="init", detail=git_error_line(run.stderr))
    return repository


def read_settings(folder: Path) -> GitSettings:
    """Asks git once for its settings and for whom it would record; empty if git is missing or cannot say."""
    try:
        run = _run(folder, ["var", "-l"], None)
    except Broken:
        return git_settings.NO_SETTINGS
    if run.returncode != 0:
        return git_settings.NO_SETTINGS
    return git_settings.parse_settings(run.stdout.decode(errors="replace"), git_environment())


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """The author that git would record: the address, None if unknown, and whether git would commit with it."""

    address: str | None
    complete: bool


def find_author(folder: Path, settings: GitSettings) -> Author:
    """Asks git for the author: GIT_AUTHOR_EMAIL counts, then git's settings."""
    try:
        author = _split_identity(settings.author) or _identity(folder, "AUTHOR")
        is_complete = author is not None and bool(settings.committer or _identity(folder, "COMMITTER"))
    except Broken:
        return Author(address=None, complete=False)
    return Author(address=author[1] if author else configured_email(folder), complete=is_complete)


def check_identity(author: Author) -> None:
    """Raises Broken if git would not commit, since it does not know the author or the committer."""
    if not author.complete:
        raise Broken("identity-missing")


def _identity(folder: Path, role: str) -> tuple[str, str] | None:
    run = _run(folder, ["var", f"GIT_{role}_IDENT"], None)
    return _split_identity(run.stdout.decode(errors="replace")) if run.returncode == 0 else None


def _split_identity(line: str | None) -> tuple[str, str] | None:
    name, _, rest = (line or "").rpartition("<")
    address = rest.partition(">")[0]
    return (name.strip(), address) if address else None


def set_commit_identity(repository: Repository, name: str, address: str) -> None:
    """Set name and e-mail address for one repository."""
    git_output(repository, "config", "user.name", name)
    git_output(repository, "config", "user.email", address)


def configured_email(folder: Path) -> str | None:
    """`git config user.email`, or None."""
    return configured_value(folder, "user.email")


def configured_value(folder: Path, name: str) -> str | None:
    """The value of a git setting, or None."""
    try:
        run = _run(folder, ["config", name], None)
    except Broken:
        return None
    return run.stdout.decode(errors="replace").strip() or None


def unfinished_operation(repository: Repository) -> str | None:
    """The operation in progress (`merge`, `rebase`, …), or None.

    Conflicts without a state file (`stash pop`, `merge --squash`) count as `merge`.
    """
    named = operation_in_progress(repository)
    return named or ("merge" if unmerged_files(repository, repository.top) else None)


def operation_in_progress(repository: Repository) -> str | None:
    """The operation (`merge`, `rebase`, …) that git has a state file of, or None."""
    return next((name for file, name in _OPERATION_FILES if (repository.folder / file).exists()), None)


def unmerged_files(repository: Repository, folder: Path) -> tuple[Path, ...]:
    """The files below a folder that have unresolved conflicts."""
    return tuple(conflict_versions(repository, folder))


def conflict_versions(repository: Repository, folder: Path) -> dict[Path, dict[int, str]]:
    """The files below a folder that have unresolved conflicts, each with its object names by stage.

    Stage 1 is the common ancestor, 2 ours, 3 theirs; a stage may be missing.
    """
    run = _run(repository.top, ["ls-files", "--unmerged", "-z", "--", str(folder)], None)
    conflicts: dict[Path, dict[int, str]] = {}
    for entry in run.stdout.decode(errors="replace").split("\0"):
        if entry:
            details, _, name = entry.partition("\t")
            _mode, content, stage = details.split()
            conflicts.setdefault(repository.top / name, {})[int(stage)] = content
    return conflicts


def read_object(repository: Repository, name: str) -> bytes:
    """The bytes of a blob; raises Broken if git cannot read it."""
    run = _run(repository.top, ["cat-file", "blob", name], None)
    if run.returncode != 0:
        raise Broken("git-failed", command="cat-file", detail=git_error_line(run.stderr))
    return run.stdout


def commit_message(repository: Repository, name: str) -> bytes:
    """The message of a commit, as it is stored; raises Broken if git cannot read it."""
    run = _run(repository.top, ["cat-file", "commit", name], None)
    if run.returncode != 0:
        raise Broken("git-failed", command="cat-file", detail=git_error_line(run.stderr))
    return run.stdout.partition(b"\n\n")[2]


def common_folder(repository: Repository) -> Path:
    """The git folder that all work trees share: the file `commondir` of a linked one names it (gitrepository-layout(5))."""
    try:
        shared = (repository.folder / "commondir").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return repository.folder
    return (repository.folder / shared).resolve()


def has_revision(repository: Repository, name: str) -> bool:
    """Whether a name (a branch, a tag, `HEAD~3`) means a commit."""
    arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    return _run(repository.top, arguments, None).returncode == 0


def read_file_at_revision(repository: Repository, revision: str, name: str) -> bytes | None:
    """The bytes of a file (path from the top of the repository) at a known revision; None if it did not exist."""
    run = _run(repository.top, ["cat-file", "blob", f"{revision}:{name}"], None)
    return run.stdout if run.returncode == 0 else None


def branches_and_tags(folder: Path) -> tuple[str, ...]:
    """Branches and tags of the repository around a folder; empty outside git."""
    arguments = ["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"]
    return tuple(_run(folder, arguments, None).stdout.decode(errors="replace").splitlines())


def merge_file_versions(repository: Repository, base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """Merges two versions of a file with `git merge-file`; conflicts get markers. Raises Broken if git fails."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for file, text in zip(files, (ours, base, theirs), strict=True):
            file.write_bytes(text)
        run = _run(repository.top, ["merge-file", "-p", *map(str, files)], None)
    if run.returncode >= _MERGE_FILE_FAILED:
        raise Broken("git-failed", command="merge-file", detail=git_error_line(run.stderr))
    return run.stdout


def merge_file(
    folder: Path, base: str, ours: str, theirs: str, marker_size: int
) -> tuple[bytes, bool] | None:
    """Returns the merge of three files by `git merge-file`, and whether it has conflicts; None if git cannot merge them."""
    labels = ("-L", "ours", "-L", "base", "-L", "theirs")
    arguments = ("merge-file", "-p", f"--marker-size={marker_size}", *labels, ours, base, theirs)
    run = _run(folder, arguments, None)
    return (run.stdout, run.returncode > 0) if run.returncode < _MERGE_FILE_FAILED else None


def clear_leftover_git(repository: Repository, journal_file: Path) -> None:
    """Wait for a git process of ours that outlived its killed parent, and remove the lock files of a dead one."""
    common = common_folder(repository)

    def locks() -> list[Path]:
        lock_files = {
            *repository.folder.glob("*.lock"),
            *common.glob("*.lock"),
            *(common / "refs").rglob("*.lock"),
            # maintenance.lock: a commit may start `git maintenance`, which never runs again while it is there.
            *(common / "objects").glob("*.lock"),
        }
        # next-index-PID.lock is git's temporary index for a commit of single files. It blocks nobody, but if it
        # were removed, a git that is still running would commit an empty tree.
        return [lock for lock in lock_files if not lock.name.startswith(("complaintctl", "next-index-"))]

    leftover_git.wait_and_remove_locks(repository.folder / _ALIVE_FILE, locks, journal_file)


def changed_paths(repository: Repository, paths: Iterable[Path]) -> tuple[str, ...]:
    """The paths that differ from the last commit, in the index or the work tree, or are not in it."""
    answer = git_output(
        repository, "status", "--porcelain", "-z", "--untracked-files=all", "--", *map(str, paths)
    )
    return tuple(entry[3:] for entry in answer.split("\0") if entry)


def commit_paths(
    repository: Repository, paths: Collection[Path], message: str, written: datetime | None = None
) -> None:
    """Commit only these paths, whatever else is staged; skips missing files that git does not know.

    `written` is when the change was written, if that was not just now: it becomes the date of the author. Raises Broken with git's message if a hook, the identity or the disk makes git fail.
    """
    seen = [path for path in paths if path.exists() or is_in_index(repository, path)]
    # A file whose removal is staged is not in the index, so `git add` would fail, but it must be committed.
    gone = [path for path in paths if path not in seen and _is_committed(repository, path)]
    names = [str(path) for path in (*seen, *gone)]
    dated = [f"--date={written.isoformat(timespec='seconds')}"] if written else []
    arguments = ["commit", "--quiet", "--only", *dated, "--file=-", "--", *names]
    with leftover_git.hold_alive_lock(repository.folder / _ALIVE_FILE) as handles:
        _stage_paths(repository, seen)
        run = _run(repository.top, arguments, message.encode(), handles)
    if run.returncode != 0:
        raise Broken("commit-failed", detail=git_error_line(run.stderr or run.stdout))


def _stage_paths(repository: Repository, paths: Collection[Path]) -> None:
    """Stage files and removals, also outside a sparse checkout, where `git add` stages no removal."""
    sparse = _sparse_option(repository)
    gone = [path for path in paths if sparse and not path.exists()]
    if gone:
        git_output(repository, "rm", "--cached", "--quiet", *sparse, "--", *map(str, gone))
    if there := [path for path in paths if path not in gone]:
        git_output(repository, "add", "--all", "--force", *sparse, "--", *map(str, there))


def _sparse_option(repository: Repository) -> tuple[str, ...]:
    """The option (git 2.34) without which `git add` refuses files outside a sparse checkout."""
    return ("--sparse",) if (repository.folder / "info" / "sparse-checkout").exists() else ()


def head_commit(repository: Repository) -> str | None:
    """The hash of the last commit, or None if there is none."""
    run = _run(repository.top, ["rev-parse", "--verify", "--quiet", "HEAD"], None)
    return run.stdout.decode().strip() or None


def is_committed(repository: Repository, paths: Collection[Path]) -> bool:
    """Whether the last commit has these files as they are on disk, and none that is missing there.

    False if git cannot tell.
    """
    there = [path for path in paths if path.is_file()]
    tree = _run(repository.top, ["ls-tree", "-z", "HEAD", "--", *map(str, paths)], None)
    hashed = _run(repository.top, ["hash-object", "--", *map(str, there)], None) if there else None
    if tree.returncode != 0 or (hashed is not None and hashed.returncode != 0):
        return False
    entries = (entry.split("\t", 1) for entry in tree.stdout.decode(errors="replace").split("\0") if entry)
    committed = {repository.top / name: details.split()[-1] for details, name in entries}
    hashes = hashed.stdout.decode().split() if hashed is not None else []
    return committed == dict(zip(there, hashes, strict=True))


def _is_committed(repository: Repository, path: Path) -> bool:
    name = path.relative_to(repository.top).as_posix()
    return bool(_run(repository.top, ["ls-tree", "-z", "HEAD", "--", name], None).stdout)


def is_in_index(repository: Repository, path: Path) -> bool:
    """Whether the index holds the file, merged or not."""
    return bool(git_output(repository, "ls-files", "-z", "--", str(path)))


def mark_path_resolved(repository: Repository, path: Path) -> None:
    """Mark a conflict as resolved with the present file, or with its removal if it is missing."""
    git_output(repository, "add", "--all", *_sparse_option(repository), "--", str(path))


def recorded_versions(repository: Repository, path: Path) -> tuple[datetime, ...]:
    """When each version of a file was committed, the latest first. The number of them never falls as history grows."""
    run = _run(repository.top, ["log", "--full-history", "--format=%cI", "--", str(path)], None)
    return tuple(map(datetime.fromisoformat, run.stdout.decode(errors="replace").split()))


def is_shallow(repository: Repository) -> bool:
    """Whether the clone holds only a part of the history."""
    return (repository.folder / "shallow").exists()


# What a merge, cherry-pick, revert or rebase has stopped at, and how the version before its change is found.
_ANCESTORS: Final = (
    ("MERGE_HEAD", ("merge-base", "HEAD", "MERGE_HEAD")),
    ("REBASE_HEAD", ("rev-parse", "REBASE_HEAD^")),
    ("CHERRY_PICK_HEAD", ("rev-parse", "CHERRY_PICK_HEAD^")),
    ("REVERT_HEAD", ("rev-parse", "REVERT_HEAD")),
)


def merge_base_revision(repository: Repository) -> str | None:
    """The commit that both sides of the operation in progress come from; None if unknown."""
    arguments = next((rest for name, rest in _ANCESTORS if (repository.folder / name).exists()), None)
    if arguments is None:
        return None
    run = _run(repository.top, arguments, None)
    return run.stdout.decode().split()[0] if run.returncode == 0 and run.stdout.strip() else None


def merge_bases(repository: Repository, parents: Iterable[str]) -> tuple[str, ...]:
    """The commits that all these commits come from, the nearest ones; empty if there are none."""
    run = _run(repository.top, ["merge-base", "--all", *parents], None)
    return tuple(run.stdout.decode().split()) if run.returncode == 0 else ()


def continue_command(repository: Repository) -> tuple[str, ...]:
    """The arguments of git that finish the operation in progress once nothing conflicts."""
    is_rebase = any((repository.folder / name).exists() for name in ("rebase-merge", "rebase-apply"))
    operation = "rebase" if is_rebase else unfinished_operation(repository)
    return ("commit",) if operation in {"merge", None} else (operation, "--continue")


def finish_operation(repository: Repository, settings: tuple[str, ...] = ()) -> None:
    """Finish the operation in progress; a rebase may stop at its next conflict. `settings` are `-c` options of git.

    Raises Broken with git's message if a hook, the identity or the disk makes git fail.
    """
    command = arguments = continue_command(repository)
    if arguments == ("commit",):
        has_message = any((repository.folder / name).exists() for name in ("MERGE_MSG", "SQUASH_MSG"))
        arguments = ("commit", "--quiet", "--no-edit" if has_message else "--message=resolve a conflict")
    with leftover_git.hold_alive_lock(repository.folder / _ALIVE_FILE) as handles:
        run = _run(repository.top, (*settings, *arguments), None, handles)
    if run.returncode != 0 and not unmerged_files(repository, repository.top):
        detail = git_error_line(run.stderr or run.stdout)
        raise Broken("merge-not-committed", command=" ".join(("git", *command)), detail=detail)
