"""Crash-safe writes: write a temporary file, fsync it, rename it, fsync the folder."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken

_PRIVATE_MODE: Final = 0o600
# O_BINARY is for Windows.
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


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


def open_new_file(path: Path, mode_of: Path, *, private: bool) -> int:
    """Create a file and return its handle: with the mode of `mode_of` if that exists, else by umask or 0600.

    The content is never readable for more people than in the end. Raises FileExistsError.
    """
    mode = file_mode(mode_of)
    handle = os.open(path, _NEW_FILE, 0o666 if mode is None and not private else _PRIVATE_MODE)
    if mode is not None and hasattr(os, "fchmod"):
        os.fchmod(handle, mode)
    return handle


def file_mode(path: Path) -> int | None:
    """The permissions of a file, or None if there is no such file."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def write_atomically(
    path: Path, content: bytes, *, private: bool = False, mode_of: Path | None = None
) -> None:
    """Replace a file atomically: readers see the old content or the new, never a part.

    A file that is there keeps its mode; a new one has that of `mode_of`, else by umask, or 0600 if `private`.
    Raises Broken if the disk fails.
    """
    with convert_disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_path(path)
        try:
            # A leftover of a crash, or a link that somebody planted there (D-059).
            temporary.unlink(missing_ok=True)
            source = path if mode_of is None or path.exists() else mode_of
            with os.fdopen(open_new_file(temporary, source, private=private), "wb") as stream:
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
