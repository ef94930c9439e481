"""Asks git which files of a folder are as its index says, so that their contents are known without reading them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from complaintctl.storage.git.git import Repository
from complaintctl.storage.git.recorded_tree import run_git

# The strict settings: a file is compared by all that the disk says of it, and nobody else is asked for changes.
_STRICT: Final = (
    "-c",
    "core.checkStat=default",
    "-c",
    "core.trustctime=true",
    "-c",
    "core.fsmonitor=false",
)
_REGULAR: Final = ("H 100644 ", "H 100755 ")
_NAME_START: Final = len("H 100644 ")
_MERGED: Final = " 0"


def list_clean_files(repository: Repository, root: Path, folder: str) -> dict[str, str]:
    """Returns the blob (in hexadecimal) of every regular file in a folder below `root` that is as git's index says.

    Its key is the path from `root`. A file whose time does not prove that it is unchanged (it was written in the second of the
    index) is compared by git itself. Left out: changed, conflicting and untracked files, links, and files that git was
    told not to look at (`assume-unchanged`, `skip-worktree`). Raises Broken if git fails.
    """
    prefix = root.relative_to(repository.top).as_posix()
    start = 0 if prefix == "." else len(f"{prefix}/")
    where = f":(literal){folder}" if prefix == "." else f":(literal){prefix}/{folder}"
    output = run_git(repository, (*_STRICT, "ls-files", "-z", "-s", "-v", "-c", "-m", "--", where))
    clean: dict[str, str] = {}
    changed: list[str] = []
    for entry in _entries(os.fsdecode(output)):
        details, _tab, path = entry.partition("\t")
        if details.startswith(_REGULAR) and details.endswith(_MERGED):
            clean[path[start:]] = details[_NAME_START : -len(_MERGED)]
        else:
            changed.append(path[start:])
    for path in changed:
        clean.pop(path, None)
    return clean


def _entries(output: str) -> Iterator[str]:
    """Yields what git separates by zeros, one after the other: there may be a hundred thousand."""
    start = 0
    while (end := output.find("\0", start)) >= 0:
        yield output[start:end]
        start = end + 1
