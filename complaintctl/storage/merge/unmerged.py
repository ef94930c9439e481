"""Resolves the conflicts that a merge left in case files.

git detects renames by similarity, we know cases by their ids. If one side closed (moved) a case and changed a lot of
it, and the other side changed it too, git reports a deletion against a change. If a new case is similar to a moved
one, git takes the new file for the moved case.
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
    """A case with merged histories: its path, its text, and the file to remove, if any."""

    path: Path
    text: bytes
    removed: Path | None


def conflicting_case_files(
    casebook: Casebook, repository: git.Repository, part: str | None
) -> dict[Path, dict[int, str]]:
    """The case files in conflict, with their versions; if `part` is given, only those whose id contains it."""
    conflicts = git.conflict_versions(repository, casebook.root / "cases")
    wanted = (part or "").strip().upper()
    return {path: versions for path, versions in conflicts.items() if wanted in path.stem.upper()}


def merge_resolutions(
    casebook: Casebook, repository: git.Repository, conflicts: Mapping[Path, Mapping[int, str]]
) -> Iterator[MergeResolution]:
    """Yields the resolution of each case in conflict; writes nothing.

    Raises Broken with file and line if anything but histories and tasks conflicts, or with the file if one side
    deleted the case or git confused two cases.
    """
    for path, versions in conflicts.items():
        texts = {stage: git.read_object(repository, name) for stage, name in versions.items()}
        names = {stage: _case_id_in(text) or path.stem for stage, text in texts.items()}
        paths = (open_case_path(casebook, path.stem), closed_case_path(casebook, path.stem))
        elsewhere = next((candidate for candidate in paths if candidate != path), path)
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
    match = _ID_LINE.search(text)
    return match[1].decode(errors="replace") if match else None


def _relative_name(casebook: Casebook, path: Path) -> str:
    return path.relative_to(casebook.root).as_posix()


def _separate_cases(
    casebook: Casebook,
    repository: git.Repository,
    path: Path,
    texts: Mapping[int, bytes],
    names: Mapping[int, str],
) -> Iterator[MergeResolution]:
    """Separates two cases that git confused: the new one stays as it is, the change is merged into the other one."""
    own = [stage for stage, name in names.items() if stage != _BASE and name == path.stem]
    foreign = [stage for stage in names if stage != _BASE and stage not in own]
    other = names.get(_BASE, path.stem)
    moved = [
        candidate
        for candidate in (open_case_path(casebook, other), closed_case_path(casebook, other))
        if candidate.is_file()
    ]
    is_clear = len(own) == len(foreign) == len(moved) == 1 and names[foreign[0]] == other != path.stem
    if not is_clear:
        raise Broken(
            "conflict-mistaken",
            file=_relative_name(casebook, path),
            others=sorted({*names.values()} - {path.stem}),
        )
    yield MergeResolution(path=path, text=texts[own[0]], removed=None)
    versions = _Versions(base=texts[_BASE], changed=texts[foreign[0]], moved=moved[0].read_bytes())
    yield _merge_moved_case(casebook, repository, moved[0], versions)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Versions:
    """The versions of a case that one side moved and the other side changed in its old place."""

    base: bytes
    changed: bytes
    moved: bytes


def _merge_moved_case(
    casebook: Casebook, repository: git.Repository, path: Path, versions: _Versions
) -> MergeResolution:
    """Merges both changes into one file, whose path depends on the status."""
    merged = git.merge_file_versions(repository, versions.base, versions.changed, versions.moved)
    text = _merge_case_text(casebook, merged, merging.recorded_event_ids(versions.base), path)
    loaded, _problems = casefile.parse_case(path, text)
    paths = (open_case_path(casebook, path.stem), closed_case_path(casebook, path.stem))
    is_closed = loaded is not None and loaded.case.status == "closed"
    return MergeResolution(path=paths[is_closed], text=text, removed=paths[not is_closed])


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
    """The faults of the merged file, without warnings; a file with faults must not be written."""
    _loaded, problems = casefile.parse_case(resolution.path, resolution.text)
    return [problem for problem in problems if not problem.warning]


def write_resolution(repository: git.Repository, resolution: MergeResolution) -> None:
    """Write a resolution and mark it as resolved in git; raises Broken if the disk or git fails."""
    atomic_write.write_atomically(resolution.path, resolution.text, mode_of=resolution.removed)
    git.mark_path_resolved(repository, resolution.path)
    if resolution.removed is not None and git.is_in_index(repository, resolution.removed):
        atomic_write.remove_durably(resolution.removed)
        git.mark_path_resolved(repository, resolution.removed)
