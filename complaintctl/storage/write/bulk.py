"""A change of very many cases: a list of what was written, one sync, one commit, and its completion after a crash.

The list in git's folder is begun before the first file and names each file before it is written. It is removed
after the commit, so a list that is still there while the lock is free names exactly what was interrupted.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from complaintctl.storage.case import casebook
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git, gitbulk

INTERRUPTED: Final = " (interrupted)"
_NEIGHBOUR: Final = ".complaintctl.import.tmp"


@dataclass(slots=True)
class Batch:
    """A bulk change under way; `subject` and `trailers` are for its commit."""

    book: Casebook
    subject: str
    trailers: tuple[str, ...]
    commit: bool
    handle: int | None = None
    folders: set[Path] = field(default_factory=set)


def path_of(book: Casebook) -> Path:
    """Where the list of a bulk change lies."""
    return book.own_folder / ("complaintctl.bulk" if book.repository else ".complaintctl.bulk")


def _neighbour(book: Casebook) -> Path:
    """The file that each case is first written to, on the same disk; no reader takes it for a case."""
    return book.root / "cases" / _NEIGHBOUR


def write(batch: Batch, path: Path, content: bytes) -> None:
    """Write a case whole, without a sync of its own; raises Broken where the disk refuses."""
    with atomic_write.named_disk_errors(path):
        _list(batch, path)
        neighbour = _neighbour(batch.book)
        with neighbour.open("xb") as stream:
            stream.write(content)
        neighbour.replace(path)


def remove(batch: Batch, path: Path) -> None:
    """Remove the file that a case has moved away from; raises Broken where the disk refuses."""
    with atomic_write.named_disk_errors(path):
        _list(batch, path)
        path.unlink(missing_ok=True)


def _list(batch: Batch, path: Path) -> None:
    """Name a file before it is touched: unbuffered, so that a killed process has said it."""
    if path.parent not in batch.folders:
        casebook.check_inside(batch.book, path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        batch.folders.add(path.parent)
    if batch.handle is None:
        head = {"subject": batch.subject, "trailers": batch.trailers, "commit": batch.commit}
        atomic_write.write(path_of(batch.book), (json.dumps(head, ensure_ascii=False) + "\n").encode())
        batch.handle = os.open(path_of(batch.book), os.O_WRONLY | os.O_APPEND)
        _neighbour(batch.book).unlink(missing_ok=True)
    os.write(batch.handle, path.relative_to(batch.book.root).as_posix().encode() + b"\n")


def finish(batch: Batch, subject: str) -> None:
    """Make all that was written durable with one sync, and commit it; nothing was written, nothing happens."""
    if batch.handle is None:
        return
    os.close(batch.handle)
    batch.handle = None
    _settle(batch.book, _head(batch.book), subject)


def pending(book: Casebook) -> str | None:
    """The subject of a bulk change that was interrupted before its commit, or None."""
    return str(_head(book)["subject"]) if path_of(book).exists() else None


def complete(book: Casebook) -> str:
    """Commit what an interrupted bulk change had written; gives its subject. What it had not is not done."""
    _neighbour(book).unlink(missing_ok=True)
    head = _head(book)
    subject = f"{head['subject']}{INTERRUPTED}"
    _settle(book, head, subject)
    return subject


def _settle(book: Casebook, head: dict[str, Any], subject: str) -> None:
    _sync()
    if head["commit"] and book.repository is not None:
        message = "\n".join([subject, "", *head["trailers"]]) + "\n"
        repository = book.repository
        gitbulk.commit(repository, lambda: _names(book, repository), message)
    atomic_write.remove(path_of(book))


def _sync() -> None:
    """One sync of everything instead of one for each file and folder: many times faster, and just as durable.

    Where the system has none (Windows), git's own sync of the commit is what holds.
    """
    if hasattr(os, "sync"):
        os.sync()


def _head(book: Casebook) -> dict[str, Any]:
    """What the list says of its commit; a list cut by a power failure is taken for one to be committed."""
    try:
        with path_of(book).open("rb") as lines:
            return dict(json.loads(next(lines)))
    except (OSError, StopIteration, ValueError):
        return {"subject": "import", "trailers": [], "commit": True}


def _names(book: Casebook, repository: git.Repository) -> Iterator[str]:
    """The files of the list from the top of the work tree; a line that a power failure cut is no file's name."""
    prefix = book.root.relative_to(repository.top).as_posix()
    with path_of(book).open("rb") as lines:
        next(lines, None)
        for line in lines:
            name = line.decode(errors="replace").rstrip("\n")
            if line.endswith(b"\n") and name.startswith("cases/") and name.endswith(".yaml"):
                yield name if prefix == "." else f"{prefix}/{name}"
