"""The folder of a static site: only our own pages are written, replaced and removed there."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from complaintctl.errors import InvalidInput
from complaintctl.storage.disk.atomic_write import convert_disk_errors, temporary_path

# Says that the folder is ours; Pages services do not publish files whose names begin with a dot.
MARKER: Final = ".complaintctl-site"
# GitHub Pages would read the pages as templates without it.
_NO_JEKYLL: Final = ".nojekyll"
# What may stand in a folder that counts as empty: a worktree of git has its link there.
_GIT: Final = ".git"
_OWN_PAGE: Final = re.compile(r"(index|dashboard|lessons|policy)\.html|cases/[A-Za-z0-9-]+\.html")


def check_site_folder(folder: Path) -> None:
    """Raise InvalidInput if the folder is not one of ours and not empty, or leads elsewhere by a link; OSError if it cannot be read."""
    if folder.exists() and not folder.is_dir():
        raise InvalidInput("site-folder-taken", folder=str(folder))
    if not folder.exists() or (folder / MARKER).is_file():
        if (folder / "cases").is_symlink():
            raise InvalidInput("site-folder-taken", folder=str(folder / "cases"))
        return
    if any(entry.name != _GIT for entry in folder.iterdir()):
        raise InvalidInput("site-folder-taken", folder=str(folder))


def write_site(folder: Path, pages: Iterable[tuple[str, str]]) -> int:
    """Write the pages (address and HTML) into the folder and remove pages of an earlier site; returns their number.

    Each page is replaced as a whole, so that readers see the old one or the new one; unchanged ones are left alone.
    Raises InvalidInput as `check_site_folder`, Broken if the disk fails.
    """
    check_site_folder(folder)
    with convert_disk_errors(folder):
        (folder / "cases").mkdir(parents=True, exist_ok=True)
        _replace(folder / MARKER, "1\n")
        _replace(folder / _NO_JEKYLL, "")
        written = set()
        for address, text in pages:
            if not _OWN_PAGE.fullmatch(address):
                raise ValueError(address)
            _replace(folder / address, text)
            written.add(address)
        for address in _own_pages(folder) - written:
            (folder / address).unlink()
    return len(written)


def _own_pages(folder: Path) -> set[str]:
    names = {entry.name for entry in os.scandir(folder)}
    names |= {f"cases/{entry.name}" for entry in os.scandir(folder / "cases")}
    return {name for name in names if _OWN_PAGE.fullmatch(name)}


def _replace(path: Path, text: str) -> None:
    content = text.encode()
    if not path.is_symlink() and path.is_file() and path.read_bytes() == content:
        return
    temporary = temporary_path(path)
    # A leftover of a crash, or a link that somebody planted there (D-059).
    temporary.unlink(missing_ok=True)
    with temporary.open("xb") as stream:
        stream.write(content)
    temporary.replace(path)
