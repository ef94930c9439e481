"""Writing that survives a crash: a neighbour, fsync, rename, fsync of the folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from complaintctl.errors import Broken


@contextmanager
def convert_disk_errors(path: Path) -> Iterator[None]:
    """Turn what the disk refuses (read-only, full, no permission) into a named failure."""
    try:
        yield
    except OSError as error:
        raise Broken("disk", path=str(error.filename or path), detail=error.strerror or str(error)) from error


def temporary_path(path: Path) -> Path:
    """The neighbour that a file is first written to; no reader takes it for a case."""
    return path.with_name(f".{path.name}.tmp")


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file as a whole: readers see the old content or the new, never a part.

    Raises Broken where the disk refuses.
    """
    with convert_disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        neighbour = temporary_path(path)
        try:
            # Left behind by a crash, or a link that somebody put there.
            neighbour.unlink(missing_ok=True)
            with neighbour.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            neighbour.replace(path)
        except OSError:
            with suppress(OSError):
                neighbour.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Remove a file, if it is there, durably."""
    with convert_disk_errors(path):
        path.unlink(missing_ok=True)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system lets folders be synced."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
