"""Examines attachments: those that a case names and that are missing, and files that no case names."""

import os
from collections import defaultdict
from pathlib import Path

from complaintctl.domain.case.case import Case
from complaintctl.storage.case.casebook import CASE_ID_PATTERN
from complaintctl.storage.disk.content_digest import content_digest
from complaintctl.storage.git import old_versions
from complaintctl.storage.upkeep.case_files import folded_name
from complaintctl.storage.upkeep.examination import Examination


def examine_attachments(examination: Examination) -> None:
    """Compare the attachments that the cases name with the files; a sparse checkout may lack them on purpose."""
    repository = examination.casebook.repository
    if repository is not None and (repository.folder / "info" / "sparse-checkout").exists():
        return
    folder = examination.casebook.root / "attachments"
    named: dict[str, set[str]] = defaultdict(set)
    for path, case in list(examination.cases.items()):
        if path not in examination.removed:
            named[case.id] |= {entry.file for entry in case.attachments}
            _examine_named(examination, folder, case)
    known = {path.stem for path in examination.cases} | {
        path.stem for path in (examination.casebook.root / "cases").rglob("C-*.yaml")
    }
    for place, folders, names in os.walk(folder):
        folders.sort()
        case_id = Path(place).relative_to(folder).parts[:1]
        for name in sorted(names):
            path = Path(place, name)
            owner = case_id[0] if case_id else ""
            if path in examination.removed or name == ".gitkeep":
                continue
            if not CASE_ID_PATTERN.fullmatch(owner) or owner not in known:
                examination.find("doctor-attachment-of-nobody", path, case_id=owner or None)
            elif owner in named and path.relative_to(folder / owner).as_posix() not in named[owner]:
                examination.find("doctor-attachment-unnamed", path, case_id=owner, case=owner)


def _examine_named(examination: Examination, folder: Path, case: Case) -> None:
    for entry in case.attachments:
        path = folder / case.id / entry.file
        if path in examination.files:
            continue
        if entry.erased:
            if path.is_file():
                examination.find("doctor-attachment-erased", path, case_id=case.id, case=case.id)
            continue
        if path.is_file():
            if content_digest(path.read_bytes()) != entry.sha256:
                examination.find("doctor-attachment-changed", path, case_id=case.id, case=case.id)
            continue
        content = _recorded_content(examination, folder / case.id, entry.sha256)
        if content is None:
            examination.find("doctor-attachment-gone", path, case_id=case.id, case=case.id)
        else:
            examination.find(
                "doctor-attachment-missing", path, mend="mend-attachment", case_id=case.id, case=case.id
            )
            examination.files[path] = content


def _recorded_content(examination: Examination, folder: Path, digest: str) -> bytes | None:
    """Returns the content with this SHA-256 that git has recorded anywhere in the folder of the case, or None."""
    repository = examination.casebook.repository
    if repository is None:
        return None
    versions = old_versions.recorded_contents(repository, folder)
    return next((content for content in versions if content_digest(content) == digest), None)


def examine_names(examination: Examination, names: list[str]) -> None:
    """Name files that macOS and Windows cannot keep apart."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_name[folded_name(name)].append(name)
    for alike in by_name.values():
        if len(alike) > 1:
            path = examination.casebook.root / alike[1]
            examination.find("doctor-names-alike", path, other=alike[0])
