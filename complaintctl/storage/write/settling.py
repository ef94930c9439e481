"""Settles a change that failed: undoes it unless all of it is written, and says what is true of it now."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from complaintctl.errors import Broken, Declined, Failure, Outcome
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.disk.content_digest import content_digest
from complaintctl.storage.git import git
from complaintctl.storage.write import interrupts, journal, journal_scope


def was_written(path: Path, digest: str, entry: Mapping[str, Any]) -> bool:
    """Whether a file was written: it has the content, or (edited by hand since) contains one of the event ids."""
    if not path.is_file():
        return False
    content = path.read_bytes()
    return content_digest(content) == digest or any(mark.encode() in content for mark in entry["marks"])


@contextmanager
def explain_refusal(key: str, **values: object) -> Iterator[None]:
    """Add an outcome to a failure that has none yet; an error of the disk and Ctrl-C become such failures."""
    try:
        with atomic_write.convert_disk_errors(Path()):
            yield
    except Failure as failure:
        failure.outcome = failure.outcome or Outcome(key, **values)
        raise
    except KeyboardInterrupt as interruption:
        interrupts.stop_listening()
        raise _stopped(Outcome("change-nowhere")) from interruption


@contextmanager
def explain_stop(*, committed: bool) -> Iterator[None]:
    """Raise Declined with the outcome if the user stops us (Ctrl-C) after a change was recorded."""
    try:
        yield
    except KeyboardInterrupt as interruption:
        interrupts.stop_listening()
        raise _stopped(Outcome("change-committed" if committed else "change-written")) from interruption


def _stopped(outcome: Outcome) -> Declined:
    stopped = Declined("stopped")
    stopped.outcome = outcome
    return stopped


@contextmanager
def settle_failure(
    casebook: Casebook, entry: Mapping[str, Any], before: Mapping[Path, bytes], subject: str
) -> Iterator[None]:
    """Settle the change if the body fails. Raises Broken or Declined (Ctrl-C) with the outcome.

    `entry` is what the journal says of the change, `before` the earlier contents of its files.
    """
    try:
        with atomic_write.convert_disk_errors(casebook.root):
            yield
    except Broken as failure:
        failure.outcome = settle_change(casebook, entry, before)
        raise
    except KeyboardInterrupt as interruption:
        interrupts.stop_listening()
        stopped = Declined("stopped-halfway", subject=subject)
        stopped.outcome = settle_change(casebook, entry, before)
        raise stopped from interruption
    except BaseException:
        settle_change(casebook, entry, before)
        raise


def settle_change(casebook: Casebook, entry: Mapping[str, Any], before: Mapping[Path, bytes]) -> Outcome:
    """Undo a change unless all of it is written; returns what is true of it now."""
    if _is_whole(casebook, entry):
        return _settle_whole_change(casebook, entry)
    _undo_change(casebook, entry, before)
    left = list(_changed_names(casebook, entry, before))
    if not left:
        with suppress(Broken):
            journal.end_journal(casebook)
        return Outcome("change-nowhere")
    return Outcome("change-half" if _will_complete(casebook, entry) else "change-left-over", files=left)


def _settle_whole_change(casebook: Casebook, entry: Mapping[str, Any]) -> Outcome:
    """The outcome of a change whose files are all written. The journal stays until it is committed."""
    paths = [casebook.root / name for name in (*entry["files"], *entry["removed"])]
    wanted = entry["commit"] and casebook.repository is not None
    if wanted and casebook.repository and not git.is_committed(casebook.repository, paths):
        return Outcome("change-uncommitted")
    with suppress(Broken):
        journal.end_journal(casebook)
    return Outcome("change-committed" if wanted else "change-written")


def _is_whole(casebook: Casebook, entry: Mapping[str, Any]) -> bool:
    root = casebook.root
    written = all(_has_content(root / name, digest) for name, digest in entry["files"].items())
    return written and not any((root / name).exists() for name in entry["removed"])


def _has_content(path: Path, digest: str) -> bool:
    try:
        return path.is_file() and content_digest(path.read_bytes()) == digest
    except OSError:
        return False


def _undo_change(casebook: Casebook, entry: Mapping[str, Any], before: Mapping[Path, bytes]) -> None:
    """Put the earlier contents back and remove new files, as far as the disk allows."""
    for name in (*entry["removed"], *entry["files"]):
        path, old = casebook.root / name, before.get(casebook.root / name)
        with suppress(OSError):
            atomic_write.temporary_path(path).unlink(missing_ok=True)
        with suppress(Broken):
            if old is not None and not _has_content(path, content_digest(old)):
                atomic_write.write_atomically(path, old)
            elif old is None and _has_content(path, entry["files"].get(name, "")):
                atomic_write.remove_durably(path)


def _changed_names(
    casebook: Casebook, entry: Mapping[str, Any], before: Mapping[Path, bytes]
) -> Iterator[str]:
    """The files of a change that do not have their earlier content."""
    for name in (*entry["removed"], *entry["files"]):
        old = before.get(casebook.root / name)
        same = _has_content(casebook.root / name, content_digest(old)) if old is not None else False
        if not same and (old is not None or _has_content(casebook.root / name, entry["files"].get(name, ""))):
            yield name


def will_pending_complete(casebook: Casebook) -> bool:
    """Whether the next writing command completes the change that is pending, because some of it was written."""
    entry = journal.read_journal(casebook)
    return (
        entry is None or not journal_scope.is_own_journal(casebook, entry) or _will_complete(casebook, entry)
    )


def _will_complete(casebook: Casebook, entry: Mapping[str, Any]) -> bool:
    """Whether the next writing command completes what is left of a change, rather than removing it."""
    done = {name: was_written(casebook.root / name, entry["files"][name], entry) for name in entry["files"]}
    return all(done.values()) or any(done[name] for name in entry["together"])
