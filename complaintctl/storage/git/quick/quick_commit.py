"""Commits single files: the short way if `git commit` would do nothing else, else by `git commit`.

Git itself updates the index and the branch, which are what others may change at the same time; the trees and the commit
are written here. `git commit --only` reads and writes the index four times and looks at every file: 0.6 s of a
processor at 100,000 files, where this takes a tenth.
"""

import os
import re
import sys
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final

from complaintctl.storage.git import git, gitbulk
from complaintctl.storage.git.git import Repository
from complaintctl.storage.git.quick import changed_tree, index_copy
from complaintctl.storage.git.quick.changed_tree import Entry
from complaintctl.storage.git.quick.index_copy import IndexCopy
from complaintctl.storage.git.quick.loose_objects import LooseObjects

# Each file is looked for in the whole index.
_MOST_FILES: Final = 20
# Settings with which `git commit` does more, or writes files otherwise.
_TRUE_OBSTACLES: Final = ("commit.gpgsign", "core.fsyncobjectfiles")
_OTHER_OBSTACLES: Final = ("commit.cleanup", "i18n.commitencoding", "core.sharedrepository")
# Files in git's folder with which a commit is more than one of ours: it removes the first two, and leaves a part of the
# work tree alone or reads other commits than those named with the others.
_FILE_OBSTACLES: Final = ("MERGE_MSG", "SQUASH_MSG", "info/sparse-checkout")
_COMMON_OBSTACLES: Final = ("refs/replace", "info/grafts")
# `git commit` would tidy such a message up.
_UNTIDY: Final = re.compile(r"\A\n|[ \t\r\f\v]$|\n\n\n|\0|\n\n\Z|[^\n]\Z", re.MULTILINE)
_HASH: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DATE: Final = re.compile(r"\d+ [+-]\d{4}\Z")
# Git counts the files of this folder of objects to guess how many there are (gc.auto in git-config(1)), so only a new
# file there can make it tidy up.
_COUNTED: Final = "17"


def commit_paths(repository: Repository, paths: Collection[Path], message: str) -> None:
    """Commit only these paths, as `git.commit_paths` does; raises as it does."""
    try:
        is_committed = _commit_quickly(repository, paths, message)
    except (OSError, ValueError):
        # `git commit` will give the reason.
        is_committed = False
    if not is_committed:
        git.commit_paths(repository, paths, message)


def _commit_quickly(repository: Repository, paths: Collection[Path], message: str) -> bool:
    common = git.common_folder(repository)
    if not _is_plain(repository, common, paths, message):
        return False
    head = _read_head(repository, common)
    if head is None:
        return False
    objects = LooseObjects(folder=common / "objects", length=len(head))
    with index_copy.hold_index(repository) as index:
        if index is None:
            return False
        blobs = {_name(repository, path): _blob(objects, path) for path in paths}
        entries = index.update(blobs)
        if entries is None:
            return False
        commit = _write_commit(index, objects, head, entries, message)
        if commit is None:
            return False
        # Before the branch: who is killed here has staged a change, which the next command commits.
        index.install()
        reason = f"commit: {message.partition(chr(10))[0]}"
        moved = git.run_git(repository, "update-ref", "-m", reason, "HEAD", commit, head, writes=True)
    if moved.returncode == 0 and any(name.startswith(_COUNTED) for name in objects.written):
        git.run_git(repository, "maintenance", "run", "--auto", "--quiet", writes=True)
    return moved.returncode == 0


def _is_plain(repository: Repository, common: Path, paths: Collection[Path], message: str) -> bool:
    """Whether `git commit` would run no hook, sign nothing, and write this message as it is."""
    settings = repository.settings()
    fsync = settings.last_value("core.fsync")
    return not (
        sys.platform == "win32"
        or settings.author is None
        or settings.committer is None
        or len(paths) > _MOST_FILES
        or _UNTIDY.search(message)
        or any(path.is_symlink() or "\n" in str(path) for path in paths)
        or any(map(settings.is_true, _TRUE_OBSTACLES))
        or any(name in settings.values for name in _OTHER_OBSTACLES)
        or any(name.startswith("hook.") for name in settings.values)
        or fsync not in {None, "none"}
        or "GIT_REFLOG_ACTION" in os.environ
        or any((repository.folder / name).exists() for name in _FILE_OBSTACLES)
        or any((common / name).exists() for name in _COMMON_OBSTACLES)
        or gitbulk.has_hooks(_hooks_folder(repository, common))
    )


def _hooks_folder(repository: Repository, common: Path) -> Path:
    configured = repository.settings().last_value("core.hookspath")
    return repository.top / Path(configured).expanduser() if configured else common / "hooks"


def _read_head(repository: Repository, common: Path) -> str | None:
    """The last commit, or None. What is read wrongly does no harm, as the branch is moved only from this commit."""
    name = (repository.folder / "HEAD").read_text(encoding="utf-8").strip()
    try:
        if name.startswith("ref: "):
            name = (common / name.removeprefix("ref: ")).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        # Packed, or there is no commit yet.
        name = git.head_commit(repository) or ""
    return name if _HASH.fullmatch(name) else None


def _name(repository: Repository, path: Path) -> str:
    return path.relative_to(repository.top).as_posix()


def _blob(objects: LooseObjects, path: Path) -> str | None:
    try:
        return objects.name_object("blob", path.read_bytes())
    except FileNotFoundError:
        return None


def _write_commit(
    index: IndexCopy, objects: LooseObjects, head: str, entries: dict[str, Entry | None], message: str
) -> str | None:
    """Writes the commit and its trees, and returns its name; None if nothing changed or the trees are of another shape."""
    settings = index.repository.settings()
    tree = changed_tree.write_changed_tree(index.repository, objects, head, entries)
    if tree is None or settings.author is None or settings.committer is None:
        return None
    author = _dated(settings.author, "GIT_AUTHOR_DATE", index.locked_at)
    committer = _dated(settings.committer, "GIT_COMMITTER_DATE", index.locked_at)
    lines = (f"tree {tree}", f"parent {head}", f"author {author}", f"committer {committer}", "", message)
    return objects.write_object("commit", "\n".join(lines).encode())


def _dated(identity: str, variable: str, moment: datetime) -> str:
    """An identity with the moment in place of the time when git was asked, unless the user has set that time."""
    if os.environ.get(variable):
        return identity
    return _DATE.sub(f"{int(moment.timestamp())} {moment:%z}", identity)
