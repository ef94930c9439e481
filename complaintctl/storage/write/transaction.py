"""Writes changes under a lock: durably, with one commit each. After a crash the next command completes the change.

Before any file is written, a journal in git's folder names all of them. It is removed after the commit, so a
journal that is still there while the lock is free names exactly the interrupted change.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from filelock import BaseFileLock, FileLock, Timeout

from complaintctl.errors import Broken
from complaintctl.storage.case import sealed_text
from complaintctl.storage.case.casebook import Casebook, check_inside_casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.disk.content_digest import content_digest
from complaintctl.storage.git import git
from complaintctl.storage.git.quick import index_copy, quick_commit
from complaintctl.storage.sync import interrupted
from complaintctl.storage.write import bulk, journal, journal_scope, settling, uncommitted

LOCK_TIMEOUT_SECONDS: Final = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CasebookChange:
    """What a command writes: new contents of files, files to remove, and the parts of the commit message.

    `events` are pairs of activity and event id for the `Event:` trailers, `others` further cases for `Case:`. `author`
    is the address that git would record, where each command is to have a commit of its own; else None.
    """

    files: Mapping[Path, bytes]
    removed: tuple[Path, ...] = ()
    subject: str
    case_id: str | None = None
    others: tuple[str, ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    actor: str
    commit: bool
    author: str | None = None

    @property
    def message(self) -> str:
        """The commit message with its trailers."""
        trailers = [f"Case: {case_id}" for case_id in (self.case_id, *self.others) if case_id]
        trailers += [f"Event: {did} {event}" for did, event in self.events]
        return "\n".join([self.subject, "", *trailers, f"Actor: {self.actor}"]) + "\n"


@dataclass(slots=True)
class Transaction:
    """A casebook whose lock we hold, and the subjects of interrupted changes that were settled first.

    `completed` are in their files and, unless the user commits himself, in git. `dropped` had not been written.
    `left` are in their files, not in git: the user edited them since, or has taken over committing. `separate` are
    changes of commands with `--no-commit` that were committed before a change of the same case.
    """

    casebook: Casebook
    completed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    separate: list[str] = field(default_factory=list)


def casebook_lock_path(casebook: Casebook) -> Path:
    """The path of the lock file."""
    return casebook.own_folder / ("complaintctl.lock" if casebook.repository else ".complaintctl.lock")


@contextmanager
def hold_lock(casebook: Casebook) -> Iterator[None]:
    """Hold the casebook's lock; raises Broken if another command holds it for more than 30 seconds.

    Raises Broken too if git refuses the repository, because its lock would not be found there.
    """
    with _hold(casebook, casebook_lock_path(casebook)):
        yield


@contextmanager
def hold_sync_lock(casebook: Casebook) -> Iterator[None]:
    """Hold the lock that keeps two syncs of one clone apart, also while they wait for the network; raises like `hold_lock`."""
    with _hold(casebook, casebook.own_folder / "complaintctl.sync.lock"):
        yield


@contextmanager
def _hold(casebook: Casebook, path: Path) -> Iterator[None]:
    with settling.explain_refusal("change-nowhere"):
        lock = _acquire_lock(casebook, path)
    try:
        yield
    finally:
        lock.release()


def _acquire_lock(casebook: Casebook, path: Path) -> BaseFileLock:
    if casebook.git_refusal is not None:
        raise casebook.git_refusal
    lock = FileLock(path, timeout=LOCK_TIMEOUT_SECONDS)
    with atomic_write.convert_disk_errors(path):
        try:
            lock.acquire()
        except Timeout as error:
            raise Broken("locked", seconds=int(LOCK_TIMEOUT_SECONDS), path=str(path)) from error
    return lock


@contextmanager
def open_transaction(casebook: Casebook, *, commit: bool = True) -> Iterator[Transaction]:
    """Hold the casebook's lock; first completes the change of an interrupted command, and undoes a killed sync.

    `commit`: whether the command wants a commit. If not, an earlier change that git does not commit is left to
    the user as well; else it is an obstacle. Raises Broken, saying that nothing was recorded, if the lock is taken,
    a merge is in progress, or the earlier change cannot be completed. During a merge an interrupted change stays
    incomplete, because git refuses to commit single files then.
    """
    with hold_lock(casebook):
        with settling.explain_refusal("change-nowhere"):
            interrupted.recover_join(casebook)
        operation = index_copy.unfinished_operation(casebook.repository) if casebook.repository else None
        if operation is not None:
            raise Broken("unfinished-operation", operation=operation)
        session = Transaction(casebook=casebook)
        for earlier in (_complete_interrupted_bulk, _complete_interrupted):
            with settling.explain_refusal("change-behind", subject=journal.pending_subject(casebook) or ""):
                earlier(session, commit=commit)
        yield session


def save_in_transaction(transaction: Transaction, change: CasebookChange) -> None:
    """Write a change durably and commit only its files; raises Broken if the disk, a hook or git fails.

    Raises Declined if interrupted (Ctrl-C). Both say what became of the change.
    """
    casebook = transaction.casebook
    paths = (*change.files, *change.removed)
    with settling.explain_refusal("change-nowhere"):
        change = replace(change, files=sealed_text.seal_files(casebook, change.files))
        for path in paths:
            check_inside_casebook(casebook, path)
        if change.commit and change.author is not None:
            transaction.separate += uncommitted.commit_earlier(casebook, paths, change.author)
        before = {path: path.read_bytes() for path in paths if path.is_file()}
        entry = _journal_entry(casebook, change, before)
    with settling.settle_failure(casebook, entry, before, change.subject):
        journal.begin_journal(casebook, entry)
        for path, content in change.files.items():
            moved_from = next((old for old in change.removed if old.name == path.name), None)
            private = transaction.casebook.private and change.case_id is not None
            atomic_write.write_atomically(path, content, private=private, mode_of=moved_from)
        for path in change.removed:
            atomic_write.remove_durably(path)
        if entry["commit"] and casebook.repository is not None:
            quick_commit.commit_paths(casebook.repository, paths, change.message)
        elif change.author is not None:
            marks = [event for _did, event in change.events]
            uncommitted.note_uncommitted(casebook, change.message, paths, marks, change.author)
        journal.end_journal(casebook)


def _journal_entry(
    casebook: Casebook, change: CasebookChange, before: Mapping[Path, bytes]
) -> dict[str, Any]:
    """What the journal says of a change, so that the next command can complete it after a crash."""
    return {
        "message": change.message,
        "commit": change.commit and casebook.repository is not None,
        "files": {
            _relative_name(casebook, path): content_digest(content) for path, content in change.files.items()
        },
        "new": [_relative_name(casebook, path) for path in change.files if path not in before],
        "removed": [_relative_name(casebook, path) for path in change.removed],
        "marks": [event for _, event in change.events],
        "together": _recovery_texts(casebook, change, before),
    }


def _recovery_texts(
    casebook: Casebook, change: CasebookChange, before: Mapping[Path, bytes]
) -> dict[str, dict[str, str]]:
    """Old digest ("" for a new file) and new text of each case file, to write the rest after a crash.

    Empty for a single case file.
    """
    changed = {path: content for path, content in change.files.items() if _is_case_file(casebook, path)}
    several = changed.items() if len(changed) > 1 else ()
    return {
        _relative_name(casebook, path): {
            "was": content_digest(before[path]) if path in before else "",
            "text": content.decode(),
        }
        for path, content in several
    }


def _is_case_file(casebook: Casebook, path: Path) -> bool:
    return path.is_relative_to(casebook.root / "cases")


def _relative_name(casebook: Casebook, path: Path) -> str:
    return path.relative_to(casebook.root).as_posix()


def _complete_interrupted(transaction: Transaction, *, commit: bool) -> None:
    """Complete the change in the journal: commit it if all files were written, else remove its new files.

    Raises Broken if the journal names files that no command writes like that, so it is not one of ours.
    """
    casebook, entry = transaction.casebook, journal.read_journal(transaction.casebook)
    if entry is None:
        journal.journal_path(casebook).unlink(missing_ok=True)
        return
    if not journal_scope.is_own_journal(casebook, entry):
        raise Broken("journal-foreign", path=str(journal.journal_path(casebook)))
    files = {casebook.root / name: digest for name, digest in entry["files"].items()}
    removed = [casebook.root / name for name in entry["removed"]]
    for path in files:
        atomic_write.temporary_path(path).unlink(missing_ok=True)
    _write_remaining_files(casebook, entry)
    if all(settling.was_written(path, digest, entry) for path, digest in files.items()):
        for path in removed:
            atomic_write.remove_durably(path)
        _commit_interrupted(transaction, (*files, *removed), entry, commit=commit)
    else:
        for path, digest in files.items():
            if _is_new(casebook, path, entry) and content_digest(path.read_bytes()) == digest:
                atomic_write.remove_durably(path)
        begun = any(settling.was_written(path, digest, entry) for path, digest in files.items())
        (transaction.left if begun else transaction.dropped).append(_entry_subject(entry))
    journal.end_journal(casebook)


def _is_new(casebook: Casebook, path: Path, entry: Mapping[str, Any]) -> bool:
    """Whether a change made this file; git knows better than a journal that somebody may have edited."""
    is_named = (
        path.is_file() and path != casebook.policy_path and _relative_name(casebook, path) in entry["new"]
    )
    return is_named and not (casebook.repository and git.is_in_index(casebook.repository, path))


def _entry_subject(entry: Mapping[str, Any]) -> str:
    return str(entry["message"]).partition("\n")[0]


def _write_remaining_files(casebook: Casebook, entry: Mapping[str, Any]) -> None:
    """If some of several case files were written, write the others, except those edited by hand since."""
    parts = entry.get("together", {})
    waiting = [
        name for name in parts if not settling.was_written(casebook.root / name, entry["files"][name], entry)
    ]
    for name in waiting if len(waiting) < len(parts) else ():
        path, was = casebook.root / name, parts[name]["was"]
        if (content_digest(path.read_bytes()) if path.is_file() else "") == was:
            moved_from = next(
                (casebook.root / old for old in entry["removed"] if Path(old).name == path.name), None
            )
            content = parts[name]["text"].encode()
            atomic_write.write_atomically(path, content, private=casebook.private, mode_of=moved_from)


def _complete_interrupted_bulk(transaction: Transaction, *, commit: bool) -> None:
    """Commit the files that an interrupted bulk change wrote."""
    casebook = transaction.casebook
    subject = bulk.pending_bulk_subject(casebook)
    if subject is None:
        return
    try:
        if casebook.repository is not None:
            git.clear_leftover_git(casebook.repository, bulk.bulk_list_path(casebook))
        transaction.completed.append(bulk.complete_bulk_change(casebook))
    except Broken:
        if commit:
            raise
        bulk.drop_bulk_list(casebook)
        transaction.left.append(subject)


def _commit_interrupted(
    transaction: Transaction, paths: tuple[Path, ...], entry: Mapping[str, Any], *, commit: bool
) -> None:
    """Commit an interrupted change, if it was to be committed and the user has not done so himself."""
    subject, repository = _entry_subject(entry), transaction.casebook.repository
    try:
        if entry["commit"] and repository is not None:
            git.clear_leftover_git(repository, journal.journal_path(transaction.casebook))
            if git.changed_paths(repository, paths):
                # `verify` compares the times of the events with the time when they were written.
                written = journal.written_at(transaction.casebook)
                git.commit_paths(repository, paths, str(entry["message"]), written)
    except Broken:
        if commit:
            raise
        transaction.left.append(subject)
    else:
        transaction.completed.append(subject)
