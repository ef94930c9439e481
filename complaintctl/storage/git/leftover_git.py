"""Waits for a git process that outlived its killed parent, and removes the lock files of a dead one."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

# How long we wait for a running git of ours, for example in a slow hook. After that, another process must have
# inherited the locked file.
HOOK_SECONDS: Final = 30.0
# How long we wait for lock files, which may belong to another process, to disappear.
LOCK_GRACE_SECONDS: Final = 1.0
# A lock file made within this time after our journal counts as our own git's. Git locks the index at once, but
# HEAD and branches only after its hooks.
OWN_LOCK_SECONDS: Final = 60.0
OWN_INDEX_SECONDS: Final = 10.0
_INDEX_LOCK: Final = "index.lock"
# A link in place of our file would make us create another one.
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def hold_alive_lock(mark: Path) -> Iterator[tuple[int, ...]]:
    """Yields the handle of a locked file that git inherits: it stays locked while that git runs, even without us."""
    if sys.platform == "win32":
        yield ()
        return
    handle = os.open(mark, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
    try:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield (handle,)
    finally:
        os.close(handle)


def _is_git_alive(mark: Path) -> bool:
    if sys.platform == "win32" or not mark.exists():
        return False
    handle = os.open(mark, os.O_RDWR | _NO_LINK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _wait_while(lasts: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while lasts() and time.monotonic() < deadline:
        time.sleep(0.02)


def wait_and_remove_locks(mark: Path, locks: Callable[[], list[Path]], journal_file: Path) -> None:
    """Wait for a git that is still running; then remove its lock files on index, HEAD, branches and objects.

    Removes only lock files made soon after the journal: others belong to another process, and git reports them.
    """
    _wait_while(lambda: _is_git_alive(mark), HOOK_SECONDS)
    _wait_while(lambda: bool(locks()), LOCK_GRACE_SECONDS)
    started = journal_file.stat().st_mtime
    for lock in locks():
        with suppress(FileNotFoundError):
            limit = OWN_INDEX_SECONDS if lock.name == _INDEX_LOCK else OWN_LOCK_SECONDS
            if -1 <= lock.stat().st_mtime - started <= limit:
                lock.unlink()
