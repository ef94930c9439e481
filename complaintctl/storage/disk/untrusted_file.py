"""Reads files that may come from strangers: only regular files of limited size, no links, devices or pipes."""

import os
import stat
from pathlib import Path
from typing import Final

from complaintctl.domain.problems import Problem

# About five thousand events; a larger file would take minutes to check (D-058).
MAX_YAML_BYTES: Final = 1 << 21
# O_NONBLOCK: do not wait for a pipe. Windows has no O_NONBLOCK, but needs O_BINARY against its text mode.
_OPEN_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


def read_untrusted_file(path: Path, most: int, *, may_be_link: bool) -> tuple[bytes | None, list[Problem]]:
    """The bytes of a file of at most `most` bytes, or None with the problem."""
    try:
        handle = os.open(path, _OPEN_FLAGS if may_be_link else _OPEN_FLAGS | _NO_LINK)
    except OSError as error:
        if path.is_symlink() and not may_be_link:
            return None, [Problem(key="not-a-file", file=str(path))]
        return None, [Problem(key="unreadable", values={"detail": error.strerror or ""}, file=str(path))]
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None, [Problem(key="not-a-file", file=str(path))]
        if status.st_size > most:
            return None, [Problem(key="file-too-large", values={"most": most >> 10}, file=str(path))]
        # Room for what is there and not for `most`, which the system would have to provide for each file.
        return os.read(handle, min(status.st_size + 1, most)), []
    finally:
        os.close(handle)
