"""Examines a whole casebook, and carries out what mends it."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.storage.case.casebook import CASE_ID_PATTERN, Casebook
from complaintctl.storage.disk.atomic_write import remove_durably, write_atomically
from complaintctl.storage.git import git, old_versions
from complaintctl.storage.upkeep import git_size, git_state
from complaintctl.storage.upkeep.attachment_files import examine_attachments, examine_names
from complaintctl.storage.upkeep.case_files import examine_cases
from complaintctl.storage.upkeep.examination import Examination
from complaintctl.storage.write.transaction import CasebookChange, Transaction, save_in_transaction


def examine_casebook(
    casebook: Casebook, rules: Rulebook, now: datetime, by: str, author: git.Author, only: str | None
) -> Examination:
    """Returns what is wrong with a casebook, or with `only` one case of it. Nothing is written."""
    examination = Examination(casebook=casebook, rules=rules, now=now, by=by, only=only)
    repository = casebook.repository
    if only is None:
        git_state.examine_pending(examination)
        if repository is not None:
            git_state.examine_git(examination, repository, author)
            git_size.examine_size(examination, repository)
    examine_cases(examination)
    examine_attachments(examination)
    if only is None:
        examine_names(examination, list(_names(casebook)))
        git_state.examine_folders(examination)
    if repository is not None:
        git_state.examine_uncommitted(examination, repository)
    return examination


def _names(casebook: Casebook) -> Iterable[str]:
    """The files of cases, attachments and templates, on disk or in the index."""
    paths = {
        path
        for name in ("cases", "attachments", "templates")
        for path in (casebook.root / name).rglob("*")
        if path.is_file()
    }
    if casebook.repository is not None:
        tracked = old_versions.tracked_files(casebook.repository, casebook.root)
        paths |= {path for path in tracked if path.is_relative_to(casebook.root)}
    return sorted(path.relative_to(casebook.root).as_posix() for path in paths)


def carry_out(transaction: Transaction, examination: Examination, *, commit: bool) -> None:
    """Write all mends of an examination, with one commit; raises Broken if the disk, a hook or git fails."""
    count = sum(ailment.mend is not None for ailment in examination.ailments)
    case_ids = dict.fromkeys(filter(None, map(_case_of, (*examination.files, *examination.removed))))
    files, removed = _split_changes(examination, commit=commit)
    if files or removed:
        change = CasebookChange(
            files=files,
            removed=removed,
            subject=f"doctor: {count} mended",
            case_id=next(iter(case_ids), None),
            others=tuple(case_ids)[1:],
            events=tuple(examination.events),
            actor=examination.by,
            commit=commit,
        )
        save_in_transaction(transaction, change)
    for act in examination.acts:
        act()


def _split_changes(examination: Examination, *, commit: bool) -> tuple[dict[Path, bytes], tuple[Path, ...]]:
    """Returns what a commit has to record; carries out the rest: it makes the disk what the last commit says."""
    repository = examination.casebook.repository
    removed = tuple(sorted(examination.removed - examination.files.keys()))
    if repository is None or not commit:
        return examination.files, removed
    files = old_versions.differing_files(repository, examination.files)
    tracked = set(old_versions.tracked_files(repository, examination.casebook.root))
    for path, content in examination.files.items():
        if path not in files:
            write_atomically(path, content, private=examination.casebook.private)
    for path in removed:
        if path not in tracked:
            remove_durably(path)
    return files, tuple(path for path in removed if path in tracked)


def _case_of(path: Path) -> str | None:
    return next((part for part in (path.stem, path.parent.name) if CASE_ID_PATTERN.fullmatch(part)), None)
