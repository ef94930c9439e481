"""Git's index: a changed copy that takes its place while we hold its lock, and what is known of it without reading it.

Of an index of a hundred thousand files, one process of git that reads and writes it is what a commit costs. The
question whether anything in it is unmerged would cost nearly as much again, so the answer is kept with the index's
checksum in `complaintctl.merged` in git's folder.
"""

import mmap
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository
from complaintctl.storage.git.quick.changed_tree import Entry

_LONGEST_CHECKSUM: Final = 32
_MERGED_FILE: Final = "complaintctl.merged"
_COPY: Final = "complaintctl.index"
# gitformat-index(5): between the mode of an entry and its object name are user, group and size, 4 bytes each.
_MODE_BEFORE_NAME: Final = 16
# Since version 4 a path is not written in full.
_LAST_FULL_VERSION: Final = 3
_NEW_LOCK: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexCopy:
    """A copy of the index whose lock we hold; `locked_at` is when we got it."""

    repository: Repository
    path: Path
    locked_at: datetime

    def update(self, names: Mapping[str, str | None]) -> dict[str, Entry | None] | None:
        """Records files as they are on disk, each with the blob of its bytes (None: it is missing).

        Returns the entries for a tree. Returns None if git stores other bytes than the file has, or none at all.
        """
        listing = "".join(f"{name}\0" for name in names).encode()
        options = ("update-index", "-z", "--add", "--remove", "--stdin")
        run = git.run_git(self.repository, *options, given=listing, writes=True, index=self.path)
        if run.returncode != 0:
            return None
        entries = {name: self._find_entry(name, blob) if blob else None for name, blob in names.items()}
        is_whole = all(entries[name] is not None for name, blob in names.items() if blob)
        return entries if is_whole else None

    def _find_entry(self, name: str, blob: str) -> Entry | None:
        """The entry of a file with this blob, not unmerged and without flags such as skip-worktree; None if there is none."""
        path = name.encode()
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as index:
            written = path if int.from_bytes(index[4:8]) <= _LAST_FULL_VERSION else b""
            length = min(len(path), 0xFFF).to_bytes(2)
            place = index.find(bytes.fromhex(blob) + length + written)
            mode = int.from_bytes(index[place - _MODE_BEFORE_NAME : place - _MODE_BEFORE_NAME + 4])
        return (f"{mode:o}".encode(), bytes.fromhex(blob)) if place > 0 else None

    def install(self) -> None:
        """Makes the copy git's index. Raises OSError."""
        self.path.replace(self.repository.folder / "index")
        _remember_merged(self.repository, _index_stamp(self.repository))


@contextmanager
def hold_index(repository: Repository) -> Iterator[IndexCopy | None]:
    """Holds git's lock of the index; yields None if another process has it, or may have left something unmerged in it.

    Raises OSError.
    """
    lock = repository.folder / "index.lock"
    try:
        handle = os.open(lock, _NEW_LOCK, 0o600)
    except FileExistsError:
        yield None
        return
    copy = repository.folder / _COPY
    try:
        locked_at = datetime.fromtimestamp(os.fstat(handle).st_mtime).astimezone()
        if not _is_known_merged(repository):
            yield None
            return
        _remove_copy(copy)
        copy.hardlink_to(repository.folder / "index")
        yield IndexCopy(repository=repository, path=copy, locked_at=locked_at)
    finally:
        os.close(handle)
        with suppress(OSError):
            _remove_copy(copy)
        lock.unlink(missing_ok=True)


def _remove_copy(copy: Path) -> None:
    """Remove the copy, and the lock file of a git that was killed while it changed it."""
    for path in (copy, copy.with_name(f"{copy.name}.lock")):
        path.unlink(missing_ok=True)


def unfinished_operation(repository: Repository) -> str | None:
    """As `git.unfinished_operation`, without asking git again about an index that is known to have nothing unmerged.

    The caller holds the casebook's lock.
    """
    named = git.operation_in_progress(repository)
    if named is not None or _is_known_merged(repository):
        return named
    before = _index_stamp(repository)
    if git.unmerged_files(repository, repository.top):
        return "merge"
    if before == _index_stamp(repository):
        with suppress(OSError):
            _remember_merged(repository, before)
    return None


def _is_known_merged(repository: Repository) -> bool:
    stamp = _index_stamp(repository)
    try:
        return stamp != "" and (repository.folder / _MERGED_FILE).read_text(encoding="utf-8") == stamp
    except (OSError, ValueError):
        return False


def _remember_merged(repository: Repository, stamp: str) -> None:
    (repository.folder / _MERGED_FILE).write_text(stamp, encoding="utf-8")


def _index_stamp(repository: Repository) -> str:
    """What tells one index from another: its checksum, and size, time and number of the file, where git writes none.

    "" if there is no index.
    """
    try:
        with (repository.folder / "index").open("rb") as file:
            state = os.fstat(file.fileno())
            file.seek(-min(_LONGEST_CHECKSUM, state.st_size), os.SEEK_END)
            return f"{file.read().hex()} {state.st_size} {state.st_mtime_ns} {state.st_ino}"
    except OSError:
        return ""
