"""Writes changes under a lock: durably, with one commit each. After a crash the next command completes the change.

Before any file is written, a journal in git's folder names all of them. It is removed after the commit, so a
journal that is still there while the lock is free names exactly the interrupted change.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from complaintctl.errors import Broken, Declined
from complaintctl.storage.case.casebook import Casebook, check_inside_casebook, is_inside_folder
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.write import bulk, journal

LOCK_TIMEOUT_SECONDS: Final = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CasebookChange:
    """What a command writes: new contents of files, files to remove, and the parts of the commit message.

    `events` are pairs of activity and event id for the `Event:` trailers, `others` further cases for `Case:`.
    """

    files: Mapping[Path, bytes]
    removed: tuple[Path, ...] = ()
    subject: str
    case_id: str | None = None
    others: tuple[str, ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    actor: str
    commit: bool

    @property
    def message(self) -> str:
        """The commit message with its trailers."""
        trailers = [f"Case: {case_id}" for case_id in (self.case_id, *self.others) if case_id]
        trailers += [f"Event: {did} {event}" for did, event in self.events]
        return "\n".join([self.subject, "", *trailers, f"Actor: {self.actor}"]) + "\n"


@dataclass(slots=True)
class Transaction:
    """A casebook whose lock we hold. `completed`: subjects of interrupted changes that were completed first."""

    casebook: Casebook
    completed: list[str] = field(default_factory=list)


def casebook_lock_path(casebook: Casebook) -> Path:
    """The path of the lock file."""
    return casebook.own_folder / ("complaintctl.lock" if casebook.repository else ".complaintctl.lock")


@contextmanager
def hold_lock(casebook: Casebook) -> Iterator[None]:
    """Hold the casebook's lock; raises Broken if another command holds it for more than 30 seconds."""
    lock = FileLock(casebook_lock_path(casebook), timeout=LOCK_TIMEOUT_SECONDS)
    with atomic_write.convert_disk_errors(casebook_lock_path(casebook)):
        try:
            lock.acquire()
        except Timeout as error:
            raise Broken(
                "locked", seconds=int(LOCK_TIMEOUT_SECONDS), path=str(casebook_lock_path(casebook))
            ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def open_transaction(casebook: Casebook) -> Iterator[Transaction]:
    """Hold the casebook's lock; first completes the change of an interrupted command.

    Raises Broken if the lock is taken, a merge is in progress, or the disk fails. During a merge an interrupted
    change stays incomplete, because git refuses to commit single files then.
    """
    with hold_lock(casebook):
        operation = git.unfinished_operation(casebook.repository) if casebook.repository else None
        if operation is not None:
            raise Broken("unfinished-operation", operation=operation)
        session = Transaction(casebook=casebook)
        _complete_interrupted(session)
        yield session


def save_in_transaction(transaction: Transaction, change: CasebookChange) -> None:
    """Write a change durably and commit only its files; raises Broken if the disk, a hook or git fails.

    Raises Declined if interrupted (Ctrl-C); the next command completes the change.
    """
    casebook = transaction.casebook
    for path in (*change.files, *change.removed):
        check_inside_casebook(casebook, path)
    entry = {
        "message": change.message,
        "commit": change.commit and casebook.repository is not None,
        "files": {
            _relative_name(casebook, path): _content_digest(content) for path, content in change.files.items()
        },
        "new": [_relative_name(casebook, path) for path in change.files if not path.exists()],
        "removed": [_relative_name(casebook, path) for path in change.removed],
        "marks": [event for _, event in change.events],
        "together": _recovery_texts(casebook, change),
    }
    try:
        journal.begin_journal(casebook, entry)
        _write_files(transaction, change)
        if change.commit and casebook.repository is not None:
            git.commit_paths(casebook.repository, (*change.files, *change.removed), change.message)
        journal.end_journal(casebook)
    except KeyboardInterrupt as error:
        raise Declined("stopped-halfway", subject=change.subject) from error


def _recovery_texts(casebook: Casebook, change: CasebookChange) -> dict[str, dict[str, str]]:
    """Old digest and new text of each changed file, to write the rest after a crash; empty for a single file."""
    old = {path: path.read_bytes() for path in change.files if path.is_file()}
    several = old.items() if len(old) > 1 else ()
    return {
        _relative_name(casebook, path): {"was": _content_digest(content), "text": change.files[path].decode()}
        for path, content in several
    }


def _write_files(transaction: Transaction, change: CasebookChange) -> None:
    """Write and remove the files of a change; if the disk fails, undo or complete what was already written."""
    try:
        for path, content in change.files.items():
            moved_from = next((old for old in change.removed if old.name == path.name), None)
            private = transaction.casebook.private and change.case_id is not None
            atomic_write.write_atomically(path, content, private=private, mode_of=moved_from)
        for path in change.removed:
            atomic_write.remove_durably(path)
    except Broken:
        with suppress(Broken):
            _complete_interrupted(transaction)
        raise


def _relative_name(casebook: Casebook, path: Path) -> str:
    return path.relative_to(casebook.root).as_posix()


def _content_digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _complete_interrupted(transaction: Transaction) -> None:
    """Complete the change in the journal: commit it if all files were written, else remove its new files.

    Raises Broken if the journal names a file outside the casebook, so it is not one of ours.
    """
    _complete_interrupted_bulk(transaction)
    casebook, entry = transaction.casebook, journal.read_journal(transaction.casebook)
    if entry is None:
        journal.journal_path(casebook).unlink(missing_ok=True)
        return
    files = {casebook.root / name: digest for name, digest in entry["files"].items()}
    removed = [casebook.root / name for name in entry["removed"]]
    if not all(is_inside_folder(casebook.root, path) for path in (*files, *removed)):
        raise Broken("journal-foreign", path=str(journal.journal_path(casebook)))
    for path in files:
        atomic_write.temporary_path(path).unlink(missing_ok=True)
    _write_remaining_files(casebook, entry)
    if all(_was_written(path, digest, entry) for path, digest in files.items()):
        for path in removed:
            atomic_write.remove_durably(path)
        if entry["commit"] and casebook.repository is not None:
            _commit_interrupted(
                casebook.repository, (*files, *removed), str(entry["message"]), journal.journal_path(casebook)
            )
        transaction.completed.append(str(entry["message"]).partition("\n")[0])
    else:
        for path, digest in files.items():
            if (
                _relative_name(casebook, path) in entry["new"]
                and path.is_file()
                and _content_digest(path.read_bytes()) == digest
            ):
                atomic_write.remove_durably(path)
    journal.end_journal(casebook)


def _write_remaining_files(casebook: Casebook, entry: Mapping[str, Any]) -> None:
    """If some of several changed files were written, write the others, except those edited by hand since."""
    parts = entry.get("together", {})
    waiting = [name for name in parts if not _was_written(casebook.root / name, entry["files"][name], entry)]
    for name in waiting if len(waiting) < len(parts) else ():
        path = casebook.root / name
        if path.is_file() and _content_digest(path.read_bytes()) == parts[name]["was"]:
            atomic_write.write_atomically(path, parts[name]["text"].encode())


def _complete_interrupted_bulk(transaction: Transaction) -> None:
    """Commit the files that an interrupted bulk change wrote."""
    casebook = transaction.casebook
    if bulk.pending_bulk_subject(casebook) is None:
        return
    if casebook.repository is not None:
        git.clear_leftover_git(casebook.repository, bulk.bulk_list_path(casebook))
    transaction.completed.append(bulk.complete_bulk_change(casebook))


def _was_written(path: Path, digest: str, entry: Mapping[str, Any]) -> bool:
    """Whether a file was written: it has the content, or (edited by hand since) contains one of the event ids."""
    if not path.is_file():
        return False
    content = path.read_bytes()
    return _content_digest(content) == digest or any(mark.encode() in content for mark in entry["marks"])


def _commit_interrupted(
    repository: git.Repository, paths: tuple[Path, ...], message: str, journal_file: Path
) -> None:
    git.clear_leftover_git(repository, journal_file)
    if git.changed_paths(repository, paths):
        git.commit_paths(repository, paths, message)
