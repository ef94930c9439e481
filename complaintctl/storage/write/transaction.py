"""Recording: one lock, one durable change, one commit; whatever a crash leaves, the next command completes.

A journal in git's folder says what is about to be written before anything is. It is removed after the commit,
so a journal that is still there while the lock is free names exactly what was interrupted.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from complaintctl.errors import Broken, Declined
from complaintctl.storage.case import casebook
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.write import bulk, journal

LOCK_SECONDS: Final = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What a command writes: whole contents of files, files that go, and what its commit says.

    `events` holds what was done and the id of its event, for the commit's trailers, `others` further cases.
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
        """The commit's message with its trailers."""
        trailers = [f"Case: {case_id}" for case_id in (self.case_id, *self.others) if case_id]
        trailers += [f"Event: {did} {event}" for did, event in self.events]
        return "\n".join([self.subject, "", *trailers, f"Actor: {self.actor}"]) + "\n"


@dataclass(slots=True)
class Session:
    """A casebook while we hold its lock; `completed` names what an interrupted command had left to do."""

    book: Casebook
    completed: list[str] = field(default_factory=list)


def lock_path(book: Casebook) -> Path:
    """The lock of a casebook."""
    return book.own_folder / ("complaintctl.lock" if book.repository else ".complaintctl.lock")


@contextmanager
def locked(book: Casebook) -> Iterator[None]:
    """Hold the casebook's lock; raises Broken where another command holds it for half a minute."""
    lock = FileLock(lock_path(book), timeout=LOCK_SECONDS)
    with atomic_write.named_disk_errors(lock_path(book)):
        try:
            lock.acquire()
        except Timeout as error:
            raise Broken("locked", seconds=int(LOCK_SECONDS), path=str(lock_path(book))) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def writing(book: Casebook) -> Iterator[Session]:
    """Hold the casebook's lock, after completing what an interrupted command left.

    Raises Broken where the lock cannot be had, a merge is under way, or the disk refuses. During a merge what was
    interrupted waits: git commits no single file then.
    """
    with locked(book):
        operation = git.unfinished(book.repository) if book.repository else None
        if operation is not None:
            raise Broken("unfinished-operation", operation=operation)
        session = Session(book=book)
        _complete(session)
        yield session


def save(session: Session, change: Change) -> None:
    """Write a change durably and commit it alone; raises Broken where disk, hook or git refuses."""
    book = session.book
    for path in (*change.files, *change.removed):
        casebook.check_inside(book, path)
    entry = {
        "message": change.message,
        "commit": change.commit and book.repository is not None,
        "files": {_name(book, path): _digest(content) for path, content in change.files.items()},
        "new": [_name(book, path) for path in change.files if not path.exists()],
        "removed": [_name(book, path) for path in change.removed],
        "marks": [event for _, event in change.events],
        "together": _together(book, change),
    }
    try:
        journal.begin(book, entry)
        _write(session, change)
        if change.commit and book.repository is not None:
            git.commit(book.repository, (*change.files, *change.removed), change.message)
        journal.end(book)
    except KeyboardInterrupt as error:
        raise Declined("stopped-halfway", subject=change.subject) from error


def _together(book: Casebook, change: Change) -> dict[str, dict[str, str]]:
    """What is needed to write the rest where several files change and the first was written; nothing for one file."""
    old = {path: path.read_bytes() for path in change.files if path.is_file()}
    several = old.items() if len(old) > 1 else ()
    return {
        _name(book, path): {"was": _digest(content), "text": change.files[path].decode()}
        for path, content in several
    }


def _write(session: Session, change: Change) -> None:
    """Write what a change names; where the disk refuses, take back what was already written."""
    try:
        for path, content in change.files.items():
            atomic_write.write(path, content)
        for path in change.removed:
            atomic_write.remove(path)
    except Broken:
        with suppress(Broken):
            _complete(session)
        raise


def _name(book: Casebook, path: Path) -> str:
    return path.relative_to(book.root).as_posix()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _complete(session: Session) -> None:
    """Finish what the journal names: commit it if it was written, else remove what had been begun.

    Raises Broken where it names a file outside the casebook: ours never does.
    """
    _complete_bulk(session)
    book, entry = session.book, journal.entry(session.book)
    if entry is None:
        journal.path_of(book).unlink(missing_ok=True)
        return
    files = {book.root / name: digest for name, digest in entry["files"].items()}
    removed = [book.root / name for name in entry["removed"]]
    if not all(casebook.is_inside(book.root, path) for path in (*files, *removed)):
        raise Broken("journal-foreign", path=str(journal.path_of(book)))
    for path in files:
        atomic_write.temporary(path).unlink(missing_ok=True)
    _write_rest(book, entry)
    if all(_has_landed(path, digest, entry) for path, digest in files.items()):
        for path in removed:
            atomic_write.remove(path)
        if entry["commit"] and book.repository is not None:
            _commit_orphans(book.repository, (*files, *removed), str(entry["message"]), journal.path_of(book))
        session.completed.append(str(entry["message"]).partition("\n")[0])
    else:
        for path, digest in files.items():
            if _name(book, path) in entry["new"] and path.is_file() and _digest(path.read_bytes()) == digest:
                atomic_write.remove(path)
    journal.end(book)


def _write_rest(book: Casebook, entry: Mapping[str, Any]) -> None:
    """Where one of several changed files was written, write the others, but none that was edited by hand since."""
    parts = entry.get("together", {})
    waiting = [name for name in parts if not _has_landed(book.root / name, entry["files"][name], entry)]
    for name in waiting if len(waiting) < len(parts) else ():
        path = book.root / name
        if path.is_file() and _digest(path.read_bytes()) == parts[name]["was"]:
            atomic_write.write(path, parts[name]["text"].encode())


def _complete_bulk(session: Session) -> None:
    """Commit what an interrupted import had written."""
    book = session.book
    if bulk.pending(book) is None:
        return
    if book.repository is not None:
        git.settle(book.repository, bulk.path_of(book))
    session.completed.append(bulk.complete(book))


def _has_landed(path: Path, digest: str, entry: Mapping[str, Any]) -> bool:
    """Whether a file was written: by its content, or, edited by hand since, by the event it carries."""
    if not path.is_file():
        return False
    content = path.read_bytes()
    return _digest(content) == digest or any(mark.encode() in content for mark in entry["marks"])


def _commit_orphans(
    repository: git.Repository, paths: tuple[Path, ...], message: str, journal_file: Path
) -> None:
    git.settle(repository, journal_file)
    if git.changed(repository, paths):
        git.commit(repository, paths, message)
