"""Changes very many cases with one disk sync and one commit, and completes the change after a crash.

A list in git's folder names each file before it is written. It is removed after the commit, so a list that is
still there while the lock is free names exactly the files of an interrupted change. The old file of a case that
moves is listed, marked, before the new one is written: after a crash the case lies in one folder only.
"""

import errno
import itertools
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from complaintctl.errors import Broken, Declined, Failure, Outcome
from complaintctl.storage.case import sealed_text
from complaintctl.storage.case.casebook import Casebook, check_inside_casebook, is_inside_folder
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git, gitbulk
from complaintctl.storage.write import interrupts
from complaintctl.storage.write.journal_scope import case_of_file

INTERRUPTED_SUFFIX: Final = " (interrupted)"
_TEMPORARY_NAME: Final = ".complaintctl.import.tmp"
# Before the name of a file in the list: it is the old file of the case whose new file the next line names.
_MOVED_MARK: Final = "- "


@dataclass(frozen=True, kw_only=True, slots=True)
class _LastFile:
    """The case that is written at this moment: its number in the change, its file, and where it was before."""

    number: int
    path: Path
    inode: int
    moved: Path | None


@dataclass(slots=True)
class BulkChange:
    """A bulk change in progress. `subject` and `trailers` go into its commit; `handle` is the open list.

    `written` counts its cases so far, without `last` until that is counted. `complete`: nothing is left to do but the commit. `head`: the commit before.
    """

    casebook: Casebook
    subject: str
    trailers: tuple[str, ...]
    commit: bool
    handle: int | None = None
    folders: set[Path] = field(default_factory=set)
    written: int = 0
    last: _LastFile | None = None
    complete: bool = False
    head: str | None = None


def bulk_list_path(casebook: Casebook) -> Path:
    """The path of the list of a bulk change."""
    return casebook.own_folder / ("complaintctl.bulk" if casebook.repository else ".complaintctl.bulk")


def _bulk_temporary_path(casebook: Casebook) -> Path:
    """The temporary file that each case is first written to, on the same disk; its name is not that of a case."""
    return casebook.root / "cases" / _TEMPORARY_NAME


def write_bulk_file(batch: BulkChange, path: Path, content: bytes, old: Path | None = None) -> None:
    """Replace a case file atomically, without a sync of its own; raises Broken if the disk fails.

    `old` is the file of the case so far: if it lies elsewhere, the case moves and keeps the mode of its file. If that
    fails, it stays where it was.
    """
    moved = old if old is not None and old != path else None
    content = sealed_text.seal_case_text(batch.casebook, path, content)
    with atomic_write.convert_disk_errors(path):
        _append_to_list(batch, path, moved)
        temporary = _bulk_temporary_path(batch.casebook)
        temporary.unlink(missing_ok=True)
        handle = atomic_write.open_new_file(temporary, moved or path, private=batch.casebook.private)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            inode = os.fstat(stream.fileno()).st_ino
        batch.last = _LastFile(number=batch.written + 1, path=path, inode=inode, moved=moved)
        temporary.replace(path)
        if moved is not None:
            _remove_old_file(moved, path)
    batch.written = batch.last.number


def _count_last_file(batch: BulkChange) -> None:
    """Counts the last case if Ctrl-C came after its file was replaced and before it was counted."""
    last = batch.last
    if last is None or last.number == batch.written:
        return
    with suppress(OSError):
        if last.path.stat().st_ino == last.inode:
            if last.moved is not None:
                last.moved.unlink(missing_ok=True)
            batch.written = last.number


def _remove_old_file(old: Path, path: Path) -> None:
    try:
        old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


def _append_to_list(batch: BulkChange, path: Path, moved: Path | None) -> None:
    """Name the files before they change; unbuffered, so that the list is complete even if the process is killed."""
    if path.parent not in batch.folders:
        check_inside_casebook(batch.casebook, path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        batch.folders.add(path.parent)
    if batch.handle is None:
        head = {"subject": batch.subject, "trailers": batch.trailers, "commit": batch.commit}
        atomic_write.write_atomically(
            bulk_list_path(batch.casebook), (json.dumps(head, ensure_ascii=False) + "\n").encode()
        )
        batch.handle = os.open(bulk_list_path(batch.casebook), os.O_WRONLY | os.O_APPEND)
    names = [_MOVED_MARK + _relative_name(batch, moved)] if moved is not None else []
    lines = "".join(f"{name}\n" for name in (*names, _relative_name(batch, path))).encode()
    # A full disk may take a part of a line, which `_listed_names` skips.
    if os.write(batch.handle, lines) != len(lines):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(bulk_list_path(batch.casebook)))


def _relative_name(batch: BulkChange, path: Path) -> str:
    return path.relative_to(batch.casebook.root).as_posix()


def finish_bulk_change(batch: BulkChange, subject: str) -> None:
    """Sync everything to disk once and commit it; does nothing if no file was written."""
    if batch.handle is None:
        return
    os.close(batch.handle)
    batch.handle, batch.complete, batch.head = None, True, _head_commit(batch.casebook)
    _complete_commit(batch.casebook, _read_list_head(batch.casebook), subject)


def _head_commit(casebook: Casebook) -> str | None:
    return git.head_commit(casebook.repository) if casebook.repository is not None else None


@contextmanager
def settle_bulk_failure(batch: BulkChange, stopped: str = "stopped-halfway") -> Iterator[None]:
    """Commit what was written if the body fails; raises the failure with what is true of the change now.

    After Ctrl-C (raises Declined with the key `stopped`) the commit is left to the next writing command.
    """
    try:
        with atomic_write.convert_disk_errors(batch.casebook.root):
            yield
    except Failure as failure:
        failure.outcome = _settle_bulk_change(batch, commit=True)
        raise
    except KeyboardInterrupt as interruption:
        interrupts.stop_listening()
        declined = Declined(stopped, subject=batch.subject)
        declined.outcome = _settle_bulk_change(batch, commit=False)
        raise declined from interruption
    except BaseException:
        _settle_bulk_change(batch, commit=True)
        raise


def _settle_bulk_change(batch: BulkChange, *, commit: bool) -> Outcome:
    with suppress(OSError):
        _bulk_temporary_path(batch.casebook).unlink(missing_ok=True)
    _count_last_file(batch)
    wanted = batch.commit and batch.casebook.repository is not None
    if batch.complete:
        committed = not bulk_list_path(batch.casebook).exists() or batch.head != _head_commit(batch.casebook)
        if wanted and not committed:
            return Outcome("bulk-uncommitted", count=batch.written)
        return Outcome("change-committed" if wanted else "change-written")
    if not batch.written:
        _drop_unused_list(batch)
        return Outcome("change-nowhere")
    if commit or not wanted:
        with suppress(Broken, OSError):
            finish_bulk_change(batch, f"{batch.subject}{INTERRUPTED_SUFFIX}")
            return Outcome("bulk-part-committed" if wanted else "bulk-part-written", count=batch.written)
    return Outcome("bulk-part-uncommitted" if wanted else "bulk-part-written", count=batch.written)


def _drop_unused_list(batch: BulkChange) -> None:
    """Remove the list of a change that wrote no case."""
    if batch.handle is not None:
        os.close(batch.handle)
        batch.handle = None
        with suppress(Broken):
            drop_bulk_list(batch.casebook)


def pending_bulk_subject(casebook: Casebook) -> str | None:
    """The subject of a bulk change that was interrupted before its commit, or None."""
    return str(_read_list_head(casebook)["subject"]) if bulk_list_path(casebook).exists() else None


def complete_bulk_change(casebook: Casebook) -> str:
    """Commit the files that an interrupted bulk change wrote, and return the subject; the rest is not written."""
    _bulk_temporary_path(casebook).unlink(missing_ok=True)
    _remove_old_files(casebook)
    head = _read_list_head(casebook)
    subject = f"{head['subject']}{INTERRUPTED_SUFFIX}"
    _complete_commit(casebook, head, subject)
    return subject


def drop_bulk_list(casebook: Casebook) -> None:
    """Remove the list: nothing is left to do for us."""
    atomic_write.remove_durably(bulk_list_path(casebook))


def _remove_old_files(casebook: Casebook) -> None:
    """Remove the old file of every case whose new file was written before the interruption."""
    with bulk_list_path(casebook).open("rb") as lines:
        names = [line.decode(errors="replace").rstrip("\n") for line in lines if line.endswith(b"\n")]
    for name, following in itertools.pairwise(names):
        old = name.removeprefix(_MOVED_MARK)
        moved = old != name and case_of_file(old) is not None and case_of_file(old) == case_of_file(following)
        if moved and old != following and (casebook.root / following).is_file():
            check_inside_casebook(casebook, casebook.root / old)
            atomic_write.remove_durably(casebook.root / old)


def _complete_commit(casebook: Casebook, head: dict[str, Any], subject: str) -> None:
    _sync_disk()
    if head["commit"] and casebook.repository is not None:
        message = "\n".join([subject, "", *head["trailers"]]) + "\n"
        repository = casebook.repository
        gitbulk.commit_many_files(repository, lambda: _listed_names(casebook, repository), message)
    drop_bulk_list(casebook)


def _sync_disk() -> None:
    """Sync the whole disk once: many times faster than a sync per file and folder, and just as durable (D-057).

    Windows has no `os.sync`; there only git's own sync of the commit applies.
    """
    if hasattr(os, "sync"):
        os.sync()


def _read_list_head(casebook: Casebook) -> dict[str, Any]:
    """The subject, trailers and `commit` of the list; a list truncated by a power failure is to be committed."""
    try:
        with bulk_list_path(casebook).open("rb") as lines:
            head = json.loads(next(lines))
    except (OSError, StopIteration, ValueError, RecursionError):
        head = None
    return head if _is_list_head(head) else {"subject": "import", "trailers": [], "commit": True}


def _is_list_head(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("subject"), str)
        and isinstance(value.get("commit"), bool)
        and isinstance(value.get("trailers"), list)
        and all(isinstance(trailer, str) for trailer in value["trailers"])
    )


def _is_own_file(casebook: Casebook, path: Path) -> bool:
    """Whether a path is in the casebook and no link: what a link points to must not get into git."""
    return not path.is_symlink() and is_inside_folder(casebook.root, path)


def _listed_names(casebook: Casebook, repository: git.Repository) -> Iterator[str]:
    """Yields the listed files, relative to the top of the work tree; skips a line truncated by a power failure."""
    prefix = casebook.root.relative_to(repository.top).as_posix()
    with bulk_list_path(casebook).open("rb") as lines:
        next(lines, None)
        for line in lines:
            name = line.decode(errors="replace").rstrip("\n").removeprefix(_MOVED_MARK)
            if line.endswith(b"\n") and case_of_file(name) and _is_own_file(casebook, casebook.root / name):
                yield name if prefix == "." else f"{prefix}/{name}"
