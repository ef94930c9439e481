"""Writes a file that is longer than memory: beside its place, and moved there once it is complete."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from complaintctl.storage.disk import atomic_write


@contextmanager
def open_streamed_file(path: Path, *, private: bool) -> Iterator[IO[bytes]]:
    """Gives a stream whose content replaces the file at the end; after a failure the file is as it was.

    `private`: a new file is for the eyes of its owner only. Raises Broken if the disk fails.
    """
    if path.exists() and not path.is_file():
        # A pipe or a device.
        with atomic_write.convert_disk_errors(path), path.open("wb") as stream:
            yield stream
        return
    place = path.resolve()
    temporary = atomic_write.temporary_path(place)
    with atomic_write.convert_disk_errors(path):
        # A leftover of a crash, or a link that somebody planted there (D-059).
        temporary.unlink(missing_ok=True)
        try:
            with os.fdopen(atomic_write.open_new_file(temporary, place, private=private), "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(place)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
