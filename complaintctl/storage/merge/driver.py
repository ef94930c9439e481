"""Merges one case file for git, as its merge driver (gitattributes(5), "Defining a custom merge driver").

A driver knows three files and a path, no casebook: git may call it in a bare repository, or within a rebase. It
writes nothing but the file with our side, and unless it is sure, that file has both sides with conflict markers.
"""

from dataclasses import dataclass
from pathlib import Path

from complaintctl.domain.problems import Problem, bug_place
from complaintctl.storage.case.casebook import CASE_ID_PATTERN
from complaintctl.storage.git import git
from complaintctl.storage.merge.merged_case import (
    CaseConflictError,
    mark_whole_files,
    merge_case_file,
    sound_marks,
)
from complaintctl.storage.yaml.yamltext import CONFLICT_MARKER


@dataclass(frozen=True, kw_only=True, slots=True)
class DriverFiles:
    """What git gives a driver: the files with the common ancestor (empty if there is none) and both sides.

    `folder` is where git runs it; the names of the three files are relative to it. `path` is the path of the case in
    the result, `marker_size` the length of conflict markers.
    """

    folder: Path
    base: str
    ours: str
    theirs: str
    path: str
    marker_size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DriverResult:
    """The merged text, whether it is settled, and what a person must decide."""

    text: bytes
    settled: bool
    problems: tuple[Problem, ...] = ()


def merge_for_git(files: DriverFiles) -> DriverResult:
    """Merge both sides by the rules of `resolve` and write the result to the file with our side.

    Raises OSError if one of the files cannot be read or written.
    """
    base, ours, theirs = (
        Path(files.folder, name).read_bytes() for name in (files.base, files.ours, files.theirs)
    )
    result = _merge_texts(files, base, ours, theirs)
    if result.text != ours:
        Path(files.folder, files.ours).write_bytes(result.text)
    return result


def _merge_texts(files: DriverFiles, base: bytes, ours: bytes, theirs: bytes) -> DriverResult:
    path = Path(files.path)
    if theirs in (ours, base):
        return DriverResult(text=ours, settled=True)
    if ours == base:
        return DriverResult(text=theirs, settled=True)
    plain = git.merge_file(files.folder, files.base, files.ours, files.theirs, files.marker_size)
    whole = mark_whole_files(ours, theirs, files.marker_size)
    marked, conflicts = plain or (whole, True)
    if not CASE_ID_PATTERN.fullmatch(path.stem):
        return DriverResult(text=marked, settled=not conflicts)
    # Both sides have the case, but git found no common version, for example because both closed it and changed a lot
    # of it. `resolve` looks for it in the history.
    if not base:
        return DriverResult(text=marked if conflicts else whole, settled=False)
    try:
        marked = sound_marks(path, marked, ours, theirs, files.marker_size)
        merged = merge_case_file(path, marked, base)
    except CaseConflictError as error:
        problems = error.problems
    except Exception as error:  # noqa: BLE001 - whatever fails, both sides must be in the file
        problems = [Problem(key="case-unforeseen", values=bug_place(error), file=files.path)]
    else:
        # A driver cannot move a file; `resolve` can.
        is_in_place = ("closed" in path.parts) == (merged.case.status == "closed")
        return DriverResult(text=merged.text, settled=is_in_place)
    text = marked if CONFLICT_MARKER.search(marked) else whole
    return DriverResult(text=text, settled=False, problems=tuple(problems))
