"""Crash-safe writes: write a temporary file, fsync it, rename it, fsync the folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from complaintctl.errors import Broken


@contextmanager
def convert_disk_errors(path: Path) -> Iterator[None]:
    """Turn an OSError of the disk (read-only, full, no permission) into Broken."""
    try:
        yield
    except OSError as error:
        raise Broken("disk", path=str(error.filename or path), detail=error.strerror or str(error)) from error


def temporary_path(path: Path) -> Path:
    """The temporary file beside a file that is being written; its name is not that of a case."""
    return path.with_name(f".{path.name}.tmp")


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file atomically: readers see the old content or the new, never a part.

    Raises Broken if the disk fails.
    """
    with convert_disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_path(path)
        try:
            # A leftover of a crash, or a link that somebody planted there (D-059).
            temporary.unlink(missing_ok=True)
            with temporary.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Remove a file, if it exists, durably; raises Broken if the disk fails."""
    with convert_disk_errors(path):
        path.unlink(missing_ok=True)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable; Windows cannot sync folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
