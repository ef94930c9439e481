"""Changes very many cases with one disk sync and one commit, and completes the change after a crash.

A list in git's folder names each file before it is written. It is removed after the commit, so a list that is
still there while the lock is free names exactly the files of an interrupted change.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from complaintctl.storage.case.casebook import Casebook, check_inside_casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git, gitbulk

INTERRUPTED_SUFFIX: Final = " (interrupted)"
_TEMPORARY_NAME: Final = ".complaintctl.import.tmp"


@dataclass(slots=True)
class BulkChange:
    """A bulk change in progress. `subject` and `trailers` go into its commit; `handle` is the open list."""

    casebook: Casebook
    subject: str
    trailers: tuple[str, ...]
    commit: bool
    handle: int | None = None
    folders: set[Path] = field(default_factory=set)


def bulk_list_path(casebook: Casebook) -> Path:
    """The path of the list of a bulk change."""
    return casebook.own_folder / ("complaintctl.bulk" if casebook.repository else ".complaintctl.bulk")


def _bulk_temporary_path(casebook: Casebook) -> Path:
    """The temporary file that each case is first written to, on the same disk; its name is not that of a case."""
    return casebook.root / "cases" / _TEMPORARY_NAME


def write_bulk_file(batch: BulkChange, path: Path, content: bytes, *, mode_of: Path | None = None) -> None:
    """Replace a case file atomically, without a sync of its own; raises Broken if the disk fails.

    A file that is there keeps its mode; a new one has that of `mode_of`, the place where the case lay before.
    """
    with atomic_write.convert_disk_errors(path):
        _append_to_list(batch, path)
        temporary = _bulk_temporary_path(batch.casebook)
        handle = atomic_write.open_new_file(temporary, mode_of or path, private=batch.casebook.private)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.replace(path)


def remove_bulk_file(batch: BulkChange, path: Path) -> None:
    """Remove the old file of a case that has moved; raises Broken if the disk fails."""
    with atomic_write.convert_disk_errors(path):
        _append_to_list(batch, path)
        path.unlink(missing_ok=True)


def _append_to_list(batch: BulkChange, path: Path) -> None:
    """Name a file before it is changed; unbuffered, so that the list is complete even if the process is killed."""
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
        _bulk_temporary_path(batch.casebook).unlink(missing_ok=True)
    os.write(batch.handle, path.relative_to(batch.casebook.root).as_posix().encode() + b"\n")


def finish_bulk_change(batch: BulkChange, subject: str) -> None:
    """Sync everything to disk once and commit it; does nothing if no file was written."""
    if batch.handle is None:
        return
    os.close(batch.handle)
    batch.handle = None
    _complete_commit(batch.casebook, _read_list_head(batch.casebook), subject)


def pending_bulk_subject(casebook: Casebook) -> str | None:
    """The subject of a bulk change that was interrupted before its commit, or None."""
    return str(_read_list_head(casebook)["subject"]) if bulk_list_path(casebook).exists() else None


def complete_bulk_change(casebook: Casebook) -> str:
    """Commit the files that an interrupted bulk change wrote, and return the subject; the rest is not written."""
    _bulk_temporary_path(casebook).unlink(missing_ok=True)
    head = _read_list_head(casebook)
    subject = f"{head['subject']}{INTERRUPTED_SUFFIX}"
    _complete_commit(casebook, head, subject)
    return subject


def _complete_commit(casebook: Casebook, head: dict[str, Any], subject: str) -> None:
    _sync_disk()
    if head["commit"] and casebook.repository is not None:
        message = "\n".join([subject, "", *head["trailers"]]) + "\n"
        repository = casebook.repository
        gitbulk.commit_many_files(repository, lambda: _listed_names(casebook, repository), message)
    atomic_write.remove_durably(bulk_list_path(casebook))


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


def _listed_names(casebook: Casebook, repository: git.Repository) -> Iterator[str]:
    """Yields the listed files, relative to the top of the work tree; skips a line truncated by a power failure."""
    prefix = casebook.root.relative_to(repository.top).as_posix()
    with bulk_list_path(casebook).open("rb") as lines:
        next(lines, None)
        for line in lines:
            name = line.decode(errors="replace").rstrip("\n")
            if line.endswith(b"\n") and name.startswith("cases/") and name.endswith(".yaml"):
                yield name if prefix == "." else f"{prefix}/{name}"
