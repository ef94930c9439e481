"""What a merge left of cases: which files it is about, and what they become when it is resolved.

git pairs files by their likeness, we know them by their ids. A case that one side closed and changed a lot, while
the other noted something, is for git a deletion against a change; and where a new case resembles one that went,
git takes the one for the other.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken
from complaintctl.storage.case import casebook, casefile
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.merge import merging

_BASE, _OURS, _THEIRS = 1, 2, 3
_ID_LINE: Final = re.compile(rb"^[\"']?id[\"']?\s*:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """A case whose histories are united: where it lies now, its text, and the file that goes, if any."""

    path: Path
    text: bytes
    removed: Path | None


def files(book: Casebook, repository: git.Repository, part: str | None) -> dict[Path, dict[int, str]]:
    """The case files in conflict, with their versions; those whose id contains the part where one is given."""
    found = git.stages(repository, book.root / "cases")
    wanted = (part or "").strip().upper()
    return {path: versions for path, versions in found.items() if wanted in path.stem.upper()}


def resolutions(
    book: Casebook, repository: git.Repository, conflicts: Mapping[Path, Mapping[int, str]]
) -> Iterator[Resolution]:
    """What each case in conflict becomes. Nothing is written.

    Raises Broken, naming file and line, where anything but histories meets, or one side deleted the case.
    """
    for path, versions in conflicts.items():
        texts = {stage: git.content(repository, name) for stage, name in versions.items()}
        names = {stage: _id(text) or path.stem for stage, text in texts.items()}
        places = (casebook.open_path(book, path.stem), casebook.closed_path(book, path.stem))
        elsewhere = next((place for place in places if place != path), path)
        if set(names.values()) != {path.stem}:
            yield from _parted(book, repository, path, texts, names)
        elif _OURS in texts and _THEIRS in texts and path.is_file():
            known = merging.ids(texts.get(_BASE, b""))
            yield Resolution(path=path, text=_united(book, path.read_bytes(), known, path), removed=None)
        elif _BASE in texts and path.is_file() and elsewhere.is_file():
            versions_of = _Versions(
                base=texts[_BASE], changed=path.read_bytes(), moved=elsewhere.read_bytes()
            )
            yield _moved(book, repository, path, versions_of)
        else:
            raise Broken("conflict-deleted", file=_name(book, path))


def _id(text: bytes) -> str | None:
    found = _ID_LINE.search(text)
    return found[1].decode(errors="replace") if found else None


def _name(book: Casebook, path: Path) -> str:
    return path.relative_to(book.root).as_posix()


def _parted(
    book: Casebook,
    repository: git.Repository,
    path: Path,
    texts: Mapping[int, bytes],
    names: Mapping[int, str],
) -> Iterator[Resolution]:
    """Two cases that git took for one: the new one stays as it is, the change goes to the one it was made to."""
    own = [stage for stage, name in names.items() if stage != _BASE and name == path.stem]
    strange = [stage for stage in names if stage != _BASE and stage not in own]
    other = names.get(_BASE, path.stem)
    moved = [
        place
        for place in (casebook.open_path(book, other), casebook.closed_path(book, other))
        if place.is_file()
    ]
    clear = len(own) == len(strange) == len(moved) == 1 and names[strange[0]] == other != path.stem
    if not clear:
        raise Broken(
            "conflict-mistaken", file=_name(book, path), others=sorted({*names.values()} - {path.stem})
        )
    yield Resolution(path=path, text=texts[own[0]], removed=None)
    versions = _Versions(base=texts[_BASE], changed=texts[strange[0]], moved=moved[0].read_bytes())
    yield _moved(book, repository, moved[0], versions)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Versions:
    """A case that one side moved and the other changed where it lay."""

    base: bytes
    changed: bytes
    moved: bytes


def _moved(book: Casebook, repository: git.Repository, path: Path, versions: _Versions) -> Resolution:
    """Both changes in one file, which lies where its status says."""
    merged = git.merged(repository, versions.base, versions.changed, versions.moved)
    text = _united(book, merged, merging.ids(versions.base), path)
    loaded, _problems = casefile.judged(path, text)
    places = (casebook.open_path(book, path.stem), casebook.closed_path(book, path.stem))
    is_closed = loaded is not None and loaded.case.status == "closed"
    return Resolution(path=places[is_closed], text=text, removed=places[not is_closed])


def _united(book: Casebook, text: bytes, known: frozenset[str], path: Path) -> bytes:
    try:
        return merging.united(text, known)
    except merging.FactConflictError as error:
        lines = path.read_bytes().splitlines(keepends=True)
        line = error.line if text == path.read_bytes() else _line_of(error.lines, lines)
        raise Broken("conflict-in-facts", file=_name(book, path), line=line) from error


def _line_of(wanted: list[bytes], lines: list[bytes]) -> int:
    return next((lines.index(line) + 1 for line in wanted if line in lines), 1)


def faults(resolution: Resolution) -> list[Problem]:
    """What would be wrong with the file; a file with faults is not written."""
    _loaded, problems = casefile.judged(resolution.path, resolution.text)
    return [problem for problem in problems if not problem.warning]


def write(repository: git.Repository, resolution: Resolution) -> None:
    """Write what a case became and tell git; raises Broken where the disk refuses."""
    atomic_write.write(resolution.path, resolution.text)
    git.resolve_path(repository, resolution.path)
    if resolution.removed is not None and git.knows(repository, resolution.removed):
        atomic_write.remove(resolution.removed)
        git.resolve_path(repository, resolution.removed)
