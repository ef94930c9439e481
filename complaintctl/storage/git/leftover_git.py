"""A git that outlives its killed parent: it is waited for, and the locks of a dead one are taken away."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

# How long a living git of ours, in a slow hook maybe, is waited for; then something else inherited its mark.
HOOK_SECONDS: Final = 30.0
# How long a lock that may be somebody else's is given to go by itself.
LOCK_GRACE_SECONDS: Final = 1.0
# How long after our journal a lock may have been made and still be our own git's. It takes the one on the index
# at once, those on HEAD and branches after its hooks.
OWN_LOCK_SECONDS: Final = 60.0
OWN_INDEX_SECONDS: Final = 10.0
_INDEX_LOCK: Final = "index.lock"


@contextmanager
def hold_alive_lock(mark: Path) -> Iterator[tuple[int, ...]]:
    """A locked file for git to inherit: it stays locked as long as that git lives, whatever becomes of us."""
    if sys.platform == "win32":
        yield ()
        return
    handle = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield (handle,)
    finally:
        os.close(handle)


def _is_git_alive(mark: Path) -> bool:
    if sys.platform == "win32" or not mark.exists():
        return False
    handle = os.open(mark, os.O_RDWR)
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
    """Wait for a git that still lives; then take away its locks on index, HEAD, branches and objects.

    Only a lock made soon after the journal is taken away: any other belongs to somebody else, and git names it.
    """
    _wait_while(lambda: _is_git_alive(mark), HOOK_SECONDS)
    _wait_while(lambda: bool(locks()), LOCK_GRACE_SECONDS)
    started = journal_file.stat().st_mtime
    for lock in locks():
        with suppress(FileNotFoundError):
            limit = OWN_INDEX_SECONDS if lock.name == _INDEX_LOCK else OWN_LOCK_SECONDS
            if -1 <= lock.stat().st_mtime - started <= limit:
                lock.unlink()
