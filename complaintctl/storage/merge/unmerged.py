"""Resolves the conflicts that a merge left in case files.

git detects renames by similarity, we know cases by their ids. If one side closed (moved) a case and changed a lot of
it, and the other side changed it too, git reports a deletion against a change. If a new case is similar to a moved
one, git takes the new file for the moved case. If a folder has become empty, git puts new cases where the others went.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken
from complaintctl.storage.case import sealed_text
from complaintctl.storage.case.casebook import Casebook, closed_case_path, open_case_path
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.merge.merged_case import (
    CaseConflictError,
    MergedCase,
    is_sound_case,
    mark_whole_files,
    merge_case_file,
    sound_marks,
)

_BASE, _OURS, _THEIRS = 1, 2, 3
_ID_LINE: Final = re.compile(rb"^[\"']?id[\"']?\s*:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)

Versions = Mapping[int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class MergeResolution:
    """A merged case: its path, its text, and the places where it does not belong any more."""

    path: Path
    text: bytes
    removed: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Conflict:
    """A conflict of git: the path, its versions by stage, and the id in each."""

    path: Path
    texts: Mapping[int, bytes]
    ids: Mapping[int, str]


def conflicting_case_files(
    casebook: Casebook, repository: git.Repository, part: str | None
) -> dict[Path, dict[int, str]]:
    """The case files in conflict, with their versions; if `part` is given, only those whose id contains it."""
    conflicts = git.conflict_versions(repository, casebook.root / "cases")
    wanted = (part or "").strip().upper()
    return {path: versions for path, versions in conflicts.items() if wanted in path.stem.upper()}


def merge_conflicts(
    casebook: Casebook, repository: git.Repository, conflicts: Mapping[Path, Versions]
) -> tuple[list[MergeResolution], list[Problem]]:
    """Returns the resolution of each case in conflict, and what people must decide; writes nothing."""
    resolutions: list[MergeResolution] = []
    problems: list[Problem] = []
    for conflict in _one_for_each_case(_read_conflict(repository, *entry) for entry in conflicts.items()):
        try:
            resolutions += _resolve(casebook, repository, conflict)
        except CaseConflictError as error:
            problems += error.problems
    return resolutions, problems


def _read_conflict(repository: git.Repository, path: Path, versions: Versions) -> _Conflict:
    texts = {stage: git.read_object(repository, name) for stage, name in versions.items()}
    ids = {stage: _case_id_in(text) or path.stem for stage, text in texts.items()}
    return _Conflict(path=path, texts=texts, ids=ids)


def _one_for_each_case(conflicts: Iterable[_Conflict]) -> Iterable[_Conflict]:
    """Of a case that conflicts in its open and in its closed place, the conflict with the sound ancestor."""
    chosen: dict[str, _Conflict] = {}
    for conflict in conflicts:
        name = conflict.path.stem
        if name not in chosen or not is_sound_case(chosen[name].path, chosen[name].texts.get(_BASE, b"")):
            chosen[name] = conflict
    return chosen.values()


def _resolve(
    casebook: Casebook, repository: git.Repository, conflict: _Conflict
) -> Iterator[MergeResolution]:
    path, texts = conflict.path, conflict.texts
    elsewhere = [other for other in _case_paths(casebook, path.stem) if other != path and other.is_file()]
    if set(conflict.ids.values()) != {path.stem}:
        yield from _separate_cases(casebook, repository, conflict)
    elif not path.is_file():
        raise CaseConflictError(Problem(key="conflict-deleted", file=str(path)))
    elif _OURS in texts and _THEIRS in texts:
        base = texts.get(_BASE) or _common_ancestor(casebook, repository, path.stem)
        versions = _Versions(base=base, ours=texts[_OURS], theirs=texts[_THEIRS])
        yield _merge_versions(casebook, path, _marked_text(repository, path, versions), versions)
    elif _BASE in texts and elsewhere:
        changed, moved = path.read_bytes(), elsewhere[0].read_bytes()
        versions = _Versions(base=texts[_BASE], ours=changed, theirs=moved)
        yield _merge_moved_case(casebook, repository, path, versions)
    elif _BASE not in texts:
        yield _resolution(casebook, path, merge_case_file(path, path.read_bytes(), b""))
    else:
        raise CaseConflictError(Problem(key="conflict-deleted", file=str(path)))


def _case_paths(casebook: Casebook, case_id: str) -> tuple[Path, Path]:
    return open_case_path(casebook, case_id), closed_case_path(casebook, case_id)


def _case_id_in(text: bytes) -> str | None:
    match = _ID_LINE.search(text)
    return match[1].decode(errors="replace") if match else None


def _common_ancestor(casebook: Casebook, repository: git.Repository, case_id: str) -> bytes:
    """The case in the commit that both sides come from, wherever it was; empty if unknown.

    If both sides moved a case and changed a lot of it, git sees two new files and names no common ancestor.
    """
    revision = git.merge_base_revision(repository)
    for path in _case_paths(casebook, case_id) if revision else ():
        name = path.relative_to(repository.top).as_posix()
        if text := git.read_file_at_revision(repository, str(revision), name):
            return text
    return b""


def _separate_cases(
    casebook: Casebook, repository: git.Repository, conflict: _Conflict
) -> Iterator[MergeResolution]:
    """Separates two cases that git confused: the new one stays as it is, the change is merged into the other one."""
    path, ids = conflict.path, conflict.ids
    own = [stage for stage, name in ids.items() if stage != _BASE and name == path.stem]
    foreign = [stage for stage in ids if stage != _BASE and stage not in own]
    other = ids.get(_BASE, path.stem)
    moved = [candidate for candidate in _case_paths(casebook, other) if candidate.is_file()]
    is_clear = len(own) == len(foreign) == len(moved) == 1 and ids[foreign[0]] == other != path.stem
    if not is_clear:
        others = sorted({*ids.values()} - {path.stem})
        raise CaseConflictError(Problem(key="conflict-mistaken", values={"others": others}, file=str(path)))
    yield MergeResolution(path=path, text=conflict.texts[own[0]], removed=())
    changed = conflict.texts[foreign[0]]
    versions = _Versions(base=conflict.texts[_BASE], ours=changed, theirs=moved[0].read_bytes())
    yield _merge_moved_case(casebook, repository, moved[0], versions)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Versions:
    """The common ancestor of a case, empty if unknown, and the whole file of each side."""

    base: bytes
    ours: bytes
    theirs: bytes


def _marked_text(repository: git.Repository, path: Path, versions: _Versions) -> bytes:
    """Returns the file as it is, or both sides with markers if it is one of them, so that the other is not lost.

    git leaves our side in the file if a merge driver fails.
    """
    text = path.read_bytes()
    if text not in (versions.ours, versions.theirs):
        return text
    return _mark_versions(repository, versions)


def _mark_versions(repository: git.Repository, versions: _Versions) -> bytes:
    try:
        return git.merge_file_versions(repository, versions.base, versions.ours, versions.theirs)
    except Broken:
        # git merges no file with a zero byte.
        return mark_whole_files(versions.ours, versions.theirs)


def _merge_moved_case(
    casebook: Casebook, repository: git.Repository, path: Path, versions: _Versions
) -> MergeResolution:
    """Merges a case that one side moved and the other changed in its old place."""
    marked = _mark_versions(repository, versions)
    return _merge_versions(casebook, path, marked, versions)


def _merge_versions(casebook: Casebook, path: Path, marked: bytes, versions: _Versions) -> MergeResolution:
    """Merges the sides of a text with conflict markers, or the whole files if git has mixed up their lines."""
    marked = sound_marks(path, marked, versions.ours, versions.theirs)
    try:
        return _resolution(casebook, path, merge_case_file(path, marked, versions.base))
    except CaseConflictError as error:
        shown, lines = path.read_bytes(), marked.splitlines(keepends=True)
        if shown == marked:
            raise
        raise CaseConflictError(*(_shown_in(shown, problem, lines) for problem in error.problems)) from error


def _shown_in(text: bytes, problem: Problem, marked: list[bytes]) -> Problem:
    """The problem with the line number that a line of the marked text has in the file, which has no markers."""
    wanted = marked[problem.line - 1] if 0 < problem.line <= len(marked) else b""
    lines = text.splitlines(keepends=True)
    line = lines.index(wanted) + 1 if wanted in lines else 1
    return Problem(
        key=problem.key, values=problem.values, file=problem.file, line=line, column=problem.column
    )


def _resolution(casebook: Casebook, path: Path, merged: MergedCase) -> MergeResolution:
    """The merged case where its status puts it."""
    paths = _case_paths(casebook, merged.case.id)
    target = paths[merged.case.status == "closed"]
    return MergeResolution(
        path=target,
        text=sealed_text.seal_case_text(casebook, target, merged.text),
        removed=tuple(other for other in {path, *paths} if other != target),
    )


def write_resolution(repository: git.Repository, resolution: MergeResolution) -> None:
    """Write a resolution and mark it as resolved in git; raises Broken if the disk or git fails."""
    before = next((path for path in resolution.removed if path.exists()), None)
    atomic_write.write_atomically(resolution.path, resolution.text, mode_of=before)
    git.mark_path_resolved(repository, resolution.path)
    for path in resolution.removed:
        if path.exists():
            atomic_write.remove_durably(path)
        if git.is_in_index(repository, path):
            git.mark_path_resolved(repository, path)
