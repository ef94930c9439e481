"""Reading a file that a stranger may have made: a plain file of modest size, no link, no device, no pipe."""

import os
import stat
from pathlib import Path
from typing import Final

from complaintctl.domain.problems import Problem

# Some five thousand events; what is larger would take minutes to judge.
MAX_YAML_BYTES: Final = 1 << 21
# A pipe is not waited for. Windows has neither of the two, but reads text unless told otherwise.
_OPEN_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


def read_untrusted_file(path: Path, most: int, *, may_be_link: bool) -> tuple[bytes | None, list[Problem]]:
    """The bytes of a file, or None with what is wrong with it."""
    try:
        handle = os.open(path, _OPEN_FLAGS if may_be_link else _OPEN_FLAGS | _NO_LINK)
    except OSError as error:
        if path.is_symlink() and not may_be_link:
            return None, [Problem(key="not-a-file", file=str(path))]
        return None, [Problem(key="unreadable", values={"detail": error.strerror or ""}, file=str(path))]
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            return None, [Problem(key="not-a-file", file=str(path))]
        if found.st_size > most:
            return None, [Problem(key="file-too-large", values={"most": most >> 10}, file=str(path))]
        return os.read(handle, most), []
    finally:
        os.close(handle)
