"""Examines what git says of a casebook: locks, settings, identity, clock, and what is not committed."""

import os
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from complaintctl.domain.deadlines.history import CLOCK_SKEW
from complaintctl.errors import Broken
from complaintctl.storage.case.casebook import CASE_ID_PATTERN
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import driver_settings, git, old_versions
from complaintctl.storage.git.git import Repository
from complaintctl.storage.upkeep.examination import Examination
from complaintctl.storage.write import journal, settling

# Where the system does not tell which processes run, a lock of this age is one that nobody holds.
_OLD_LOCK: Final = timedelta(minutes=10)
_HOOKS: Final = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "pre-push", "post-merge")
# Files of the tool itself beside git's.
_OURS: Final = ("complaintctl", "next-index-")
_FOLDERS: Final = ("cases", "attachments", "templates", "notified")
# What .gitattributes must say of a file: the attribute, its value, and the line that says it.
_ATTRIBUTES: Final = (
    ("cases/open/C.yaml", "eol", "lf", "*.yaml text eol=lf"),
    ("duties.yaml", "merge", "union", "duties.yaml merge=union"),
    ("notified/2026.jsonl", "merge", "union", "notified/*.jsonl merge=union"),
    ("attachments/C/photo.jpg", "text", "unset", "attachments/** binary"),
)


def examine_git(examination: Examination, repository: Repository, author: git.Author) -> None:
    """Examine the repository around the casebook."""
    version = old_versions.git_version()
    if version is not None and version < old_versions.OLDEST_GIT:
        examination.find("doctor-git-old", None, version=".".join(map(str, version)))
    _examine_locks(examination, repository)
    operation = git.unfinished_operation(repository)
    if operation is not None:
        examination.find("doctor-operation", None, operation=operation)
    if git.is_shallow(repository):
        examination.find("doctor-shallow", None)
    committed = old_versions.last_commit_time(repository)
    if committed is not None and committed > examination.now + CLOCK_SKEW:
        examination.find("doctor-clock", None, time=committed, now=examination.now)
    _examine_attributes(examination, repository)
    _examine_hooks(examination, repository)
    if examination.rules.policy.git.commit == "on":
        try:
            git.check_identity(author)
        except Broken:
            examination.find("doctor-identity", None)


def examine_pending(examination: Examination) -> None:
    """Name a command that was interrupted; the next one that writes settles it."""
    casebook = examination.casebook
    subject = journal.pending_subject(casebook)
    if subject is not None:
        mend = "mend-pending" if settling.will_pending_complete(casebook) else "mend-pending-drop"
        examination.find("doctor-pending", None, mend=mend, subject=subject)


def _examine_locks(examination: Examination, repository: Repository) -> None:
    common = Path(
        git.git_output(repository, "rev-parse", "--path-format=absolute", "--git-common-dir").strip()
    )
    locks = {
        *repository.folder.glob("*.lock"),
        *common.glob("*.lock"),
        *(common / "refs").rglob("*.lock"),
        *(common / "objects").glob("*.lock"),
    }
    for lock in sorted(locks):
        if lock.name.startswith(_OURS) or _is_held(lock, repository, examination.now):
            continue
        examination.find("doctor-lock", lock, mend="mend-lock")
        examination.locks.append(partial(_remove_lock, lock))


def _remove_lock(lock: Path) -> None:
    with atomic_write.convert_disk_errors(lock):
        lock.unlink(missing_ok=True)


def _is_held(lock: Path, repository: Repository, now: datetime) -> bool:
    """Whether a git may still hold a lock: one runs in the repository, or nobody can tell and the lock is young."""
    if sys.platform == "linux" and Path("/proc/self").exists():
        return any(
            _runs_in(process, repository) for process in Path("/proc").iterdir() if process.name.isdecimal()
        )
    try:
        changed = datetime.fromtimestamp(lock.stat().st_mtime, now.tzinfo)
    except OSError:
        return True
    return now - changed < _OLD_LOCK


def _runs_in(process: Path, repository: Repository) -> bool:
    try:
        if not (process / "comm").read_text(encoding="utf-8").startswith("git"):
            return False
        folder = (process / "cwd").readlink()
    except (OSError, ValueError):
        return False
    return folder.is_relative_to(repository.top) or folder.is_relative_to(repository.folder)


def _examine_attributes(examination: Examination, repository: Repository) -> None:
    root = examination.casebook.root
    missing = []
    for sample, attribute, value, line in _ATTRIBUTES:
        run = git.run_git(repository, "check-attr", "-z", attribute, "--", str(root / sample))
        if run.stdout.decode(errors="replace").split("\0")[2:3] != [value]:
            missing.append(line)
    path = root / driver_settings.ATTRIBUTES_FILE
    if missing:
        before = path.read_bytes() if path.is_file() else b""
        ending = b"" if not before or before.endswith(b"\n") else b"\n"
        examination.find("doctor-attributes", path, mend="mend-attributes", lines=missing)
        examination.files[path] = before + ending + "".join(f"{line}\n" for line in missing).encode()
    wants_driver = path.is_file() and driver_settings.DRIVER_ATTRIBUTE.encode() in path.read_bytes()
    if wants_driver and not driver_settings.has_driver(repository, root):
        examination.find("doctor-driver", None, mend="mend-driver")
        examination.acts.append(partial(_install_driver, repository))


def _install_driver(repository: Repository) -> None:
    driver_settings.install_driver(repository)


def _examine_hooks(examination: Examination, repository: Repository) -> None:
    folder = old_versions.hooks_folder(repository)
    if os.name == "posix":
        for name in _HOOKS:
            hook = folder / name
            if hook.is_file() and not os.access(hook, os.X_OK):
                examination.find("doctor-hook", hook, name=name)
    config = repository.top / ".pre-commit-config.yaml"
    if config.is_file() and b"complaintctl" in config.read_bytes() and not (folder / "pre-commit").exists():
        examination.find("doctor-hook-missing", config)


def examine_uncommitted(examination: Examination, repository: Repository) -> None:
    """Find what is not committed; a case that is gone from the disk comes back, what cannot be read is left."""
    casebook = examination.casebook
    if examination.rules.policy.git.commit != "on" or journal.pending_subject(casebook) is not None:
        return
    beside = [path for path in casebook.root.glob("*.yaml") if not path.name.startswith(".")]
    beside.append(casebook.root / driver_settings.ATTRIBUTES_FILE)
    places = [*(casebook.root / name for name in _FOLDERS), *beside]
    unreadable = {ailment.file for ailment in examination.ailments if ailment.unreadable}
    present = {path.stem for path in examination.cases}
    for file in old_versions.uncommitted_files(
        repository, [place for place in places if _may_be_there(place)]
    ):
        path = file.path
        case_id = next(
            (part for part in (path.stem, path.parent.name) if CASE_ID_PATTERN.fullmatch(part)), None
        )
        if path in examination.removed or path in examination.files or _is_temporary(path):
            continue
        if (examination.only is not None and case_id != examination.only) or examination.name(
            path
        ) in unreadable:
            continue
        is_case = path.is_relative_to(casebook.root / "cases") and CASE_ID_PATTERN.fullmatch(path.stem)
        if file.removed and is_case and path.stem not in present:
            _restore(examination, repository, path)
            continue
        examination.find("doctor-uncommitted", path, mend="mend-commit", case_id=case_id)
        if file.removed:
            examination.removed.add(path)
        else:
            examination.files[path] = path.read_bytes()


def _may_be_there(place: Path) -> bool:
    """A folder that is gone may have had files; git needs no path to be on disk."""
    return place.suffix != ".yaml" or place.is_file()


def _restore(examination: Examination, repository: Repository, path: Path) -> None:
    name = path.relative_to(repository.top).as_posix()
    content = git.read_file_at_revision(repository, "HEAD", name)
    if content is None:
        return
    examination.find("doctor-case-deleted", path, mend="mend-restore", case_id=path.stem)
    examination.files[path] = content


def _is_temporary(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(".tmp")


def examine_folders(examination: Examination) -> None:
    """Find folders that git does not keep while they are empty, and files that an interrupted write left."""
    casebook = examination.casebook
    for folder in (casebook.open_folder, casebook.closed_folder):
        if not folder.is_dir():
            examination.find("doctor-folder-missing", folder, mend="mend-folder")
            examination.files[folder / ".gitkeep"] = b""
    if journal.pending_subject(casebook) is not None:
        return
    for name in ("cases", "attachments"):
        for path in sorted((casebook.root / name).rglob(".*.tmp")):
            examination.find("doctor-leftover", path, mend="mend-leftover")
            examination.acts.append(partial(_remove_lock, path))
