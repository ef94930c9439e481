"""Searches for erased values wherever the casebook may still have them: git, the folder, the journal."""

import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.privacy.personal_values import ErasedValue
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.erasing.needle_search import NeedleSearch
from complaintctl.storage.git import object_search
from complaintctl.storage.git.object_search import FoundObject

# Workbooks and Word documents are archives of this kind; a larger member is not unpacked.
_ARCHIVE_START: Final = b"PK\x03\x04"
_LARGEST_MEMBER: Final = 1 << 26
_PIECE_BYTES: Final = 1 << 24
_OVERLAP_BYTES: Final = 1 << 12


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbeResult:
    """Where erased values were found: objects of git, and files by their path from the casebook's root.

    `objects` and `searched` count what was read. Files of ours in git's folder are named `.git/…`.
    """

    objects: int
    searched: int
    found: tuple[FoundObject, ...]
    files: tuple[str, ...]


def probe_casebook(
    casebook: Casebook, values: Iterable[ErasedValue], files: Collection[bytes]
) -> ProbeResult:
    """Searches all objects of the repository and all files of the casebook for the values and for whole `files`.

    Raises Broken if git fails. Files that cannot be read are counted as found: nobody knows what they hold.
    """
    contains = NeedleSearch(values).weigh
    objects, found = 0, list[FoundObject]()
    if casebook.repository is not None:
        names = object_search.blob_names(casebook.repository, files)
        objects, found = object_search.search_objects(casebook.repository, contains, names)
    searched, places = 0, list[str]()
    for path, name in _files_of(casebook):
        searched += 1
        if _file_contains(path, contains, files):
            places.append(name)
    return ProbeResult(objects=objects, searched=searched, found=tuple(found), files=tuple(sorted(places)))


def _files_of(casebook: Casebook) -> Iterator[tuple[Path, str]]:
    """Yields every file below the casebook except git's own, and the files of ours in git's folder."""
    own = casebook.own_folder
    for path in sorted(casebook.root.rglob("*")):
        inner = path.relative_to(casebook.root)
        if ".git" not in inner.parts and path.is_file() and not path.is_symlink():
            yield path, inner.as_posix()
    if casebook.repository is not None:
        for entry in sorted(own.glob("complaintctl*")):
            files = (
                [entry] if entry.is_file() else sorted(path for path in entry.rglob("*") if path.is_file())
            )
            yield from ((path, f".git/{path.relative_to(own).as_posix()}") for path in files)


def _file_contains(path: Path, contains: Callable[[bytes], int], files: Collection[bytes]) -> bool:
    try:
        if path.stat().st_size in {len(content) for content in files} and path.read_bytes() in files:
            return True
        with path.open("rb") as stream:
            before = stream.read(len(_ARCHIVE_START))
            is_archive = before == _ARCHIVE_START
            while piece := stream.read(_PIECE_BYTES):
                if contains(before + piece):
                    return True
                before = piece[-_OVERLAP_BYTES:]
            if contains(before):
                return True
        return is_archive and _archive_contains(path, contains)
    except OSError:
        return True


def _archive_contains(path: Path, contains: Callable[[bytes], int]) -> bool:
    with suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError), zipfile.ZipFile(path) as archive:
        return any(
            contains(archive.read(member))
            for member in archive.infolist()
            if member.file_size <= _LARGEST_MEMBER
        )
    return False
