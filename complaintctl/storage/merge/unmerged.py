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
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import Casebook, closed_case_path, open_case_path
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.merge import merging

_BASE, _OURS, _THEIRS = 1, 2, 3
_ID_LINE: Final = re.compile(rb"^[\"']?id[\"']?\s*:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class MergeResolution:
    """A case whose histories are united: where it lies now, its text, and the file that goes, if any."""

    path: Path
    text: bytes
    removed: Path | None


def conflicting_case_files(
    casebook: Casebook, repository: git.Repository, part: str | None
) -> dict[Path, dict[int, str]]:
    """The case files in conflict, with their versions; those whose id contains the part where one is given."""
    found = git.conflict_versions(repository, casebook.root / "cases")
    wanted = (part or "").strip().upper()
    return {path: versions for path, versions in found.items() if wanted in path.stem.upper()}


def merge_resolutions(
    casebook: Casebook, repository: git.Repository, conflicts: Mapping[Path, Mapping[int, str]]
) -> Iterator[MergeResolution]:
    """What each case in conflict becomes. Nothing is written.

    Raises Broken, naming file and line, where anything but histories meets, or one side deleted the case.
    """
    for path, versions in conflicts.items():
        texts = {stage: git.read_object(repository, name) for stage, name in versions.items()}
        names = {stage: _case_id_in(text) or path.stem for stage, text in texts.items()}
        places = (open_case_path(casebook, path.stem), closed_case_path(casebook, path.stem))
        elsewhere = next((place for place in places if place != path), path)
        if set(names.values()) != {path.stem}:
            yield from _separate_cases(casebook, repository, path, texts, names)
        elif _OURS in texts and _THEIRS in texts and path.is_file():
            known = merging.recorded_event_ids(texts.get(_BASE, b""))
            yield MergeResolution(
                path=path, text=_merge_case_text(casebook, path.read_bytes(), known, path), removed=None
            )
        elif _BASE in texts and path.is_file() and elsewhere.is_file():
            versions_of = _Versions(
                base=texts[_BASE], changed=path.read_bytes(), moved=elsewhere.read_bytes()
            )
            yield _merge_moved_case(casebook, repository, path, versions_of)
        else:
            raise Broken("conflict-deleted", file=_relative_name(casebook, path))


def _case_id_in(text: bytes) -> str | None:
    found = _ID_LINE.search(text)
    return found[1].decode(errors="replace") if found else None


def _relative_name(casebook: Casebook, path: Path) -> str:
    return path.relative_to(casebook.root).as_posix()


def _separate_cases(
    casebook: Casebook,
    repository: git.Repository,
    path: Path,
    texts: Mapping[int, bytes],
    names: Mapping[int, str],
) -> Iterator[MergeResolution]:
    """Two cases that git took for one: the new one stays as it is, the change goes to the one it was made to."""
    own = [stage for stage, name in names.items() if stage != _BASE and name == path.stem]
    strange = [stage for stage in names if stage != _BASE and stage not in own]
    other = names.get(_BASE, path.stem)
    moved = [
        place
        for place in (open_case_path(casebook, other), closed_case_path(casebook, other))
        if place.is_file()
    ]
    clear = len(own) == len(strange) == len(moved) == 1 and names[strange[0]] == other != path.stem
    if not clear:
        raise Broken(
            "conflict-mistaken",
            file=_relative_name(casebook, path),
            others=sorted({*names.values()} - {path.stem}),
        )
    yield MergeResolution(path=path, text=texts[own[0]], removed=None)
    versions = _Versions(base=texts[_BASE], changed=texts[strange[0]], moved=moved[0].read_bytes())
    yield _merge_moved_case(casebook, repository, moved[0], versions)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Versions:
    """A case that one side moved and the other changed where it lay."""

    base: bytes
    changed: bytes
    moved: bytes


def _merge_moved_case(
    casebook: Casebook, repository: git.Repository, path: Path, versions: _Versions
) -> MergeResolution:
    """Both changes in one file, which lies where its status says."""
    merged = git.merge_file_versions(repository, versions.base, versions.changed, versions.moved)
    text = _merge_case_text(casebook, merged, merging.recorded_event_ids(versions.base), path)
    loaded, _problems = casefile.parse_case(path, text)
    places = (open_case_path(casebook, path.stem), closed_case_path(casebook, path.stem))
    is_closed = loaded is not None and loaded.case.status == "closed"
    return MergeResolution(path=places[is_closed], text=text, removed=places[not is_closed])


def _merge_case_text(casebook: Casebook, text: bytes, known: frozenset[str], path: Path) -> bytes:
    try:
        return merging.merge_histories(text, known)
    except merging.FieldConflictError as error:
        lines = path.read_bytes().splitlines(keepends=True)
        line = error.line if text == path.read_bytes() else _first_matching_line(error.lines, lines)
        raise Broken("conflict-in-facts", file=_relative_name(casebook, path), line=line) from error


def _first_matching_line(wanted: list[bytes], lines: list[bytes]) -> int:
    return next((lines.index(line) + 1 for line in wanted if line in lines), 1)


def resolution_faults(resolution: MergeResolution) -> list[Problem]:
    """What would be wrong with the file; a file with faults is not written."""
    _loaded, problems = casefile.parse_case(resolution.path, resolution.text)
    return [problem for problem in problems if not problem.warning]


def write_resolution(repository: git.Repository, resolution: MergeResolution) -> None:
    """Write what a case became and tell git; raises Broken where the disk refuses."""
    atomic_write.write_atomically(resolution.path, resolution.text)
    git.mark_path_resolved(repository, resolution.path)
    if resolution.removed is not None and git.is_in_index(repository, resolution.removed):
        atomic_write.remove_durably(resolution.removed)
        git.mark_path_resolved(repository, resolution.removed)
