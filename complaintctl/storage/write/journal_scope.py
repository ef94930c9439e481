"""Which files a journal may name: those that commands write. Whoever edited a journal must not make us write others."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from complaintctl.errors import Failure
from complaintctl.storage.case.casebook import (
    POLICY_FILE,
    Casebook,
    attachment_path,
    closed_case_path,
    is_inside_folder,
    open_case_path,
)
from complaintctl.storage.disk.content_digest import content_digest
from complaintctl.storage.git import git

_CASE_FILE: Final = re.compile(r"cases/(?:open|closed)/(?:[^./][^/]*/)*(C-\d{8}-[0-9A-Z]{5})\.ya?ml")
_ATTACHMENT: Final = re.compile(r"attachments/(C-\d{8}-[0-9A-Z]{5})/([^/]+)")
# Other files of commands: the policy, the duties, what `init` writes, templates, reminders that were sent, checkpoints.
_OTHER_FILE: Final = re.compile(
    rf"{re.escape(POLICY_FILE)}|duties\.yaml|\.gitattributes|cases/(?:open|closed)/\.gitkeep"
    r"|(?:templates|notified|checkpoints|history-rewrites)/(?:[^./][^/]*/)*[^./][^/]*"
)
_CASE_TRAILER: Final = re.compile(r"^Case: (C-\d{8}-[0-9A-Z]{5})$", re.MULTILINE)
_EVENT_TRAILER: Final = re.compile(r"^Event: \S+ (\S+)$", re.MULTILINE)
_ERASE_TRAILER: Final = re.compile(r"^Event: erase ([0-9A-Z]{8})$", re.MULTILINE)
# `doctor` mends what else no command does: files of cases with odd names, attachments of a case that gets another id.
_MENDING: Final = re.compile(r"doctor: \d+ mended\n")
_CASE_FOLDERS: Final = ("cases/", "attachments/")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\\]")


def case_of_file(name: str) -> str | None:
    """Returns the id of the case whose file has this name (path from the casebook's root), or None."""
    found = _CASE_FILE.fullmatch(name) if is_plain_name(name) else None
    return found[1] if found else None


def is_file_of_cases(name: str) -> bool:
    """Whether a name is that of the file of a case or of an attachment."""
    return is_plain_name(name) and bool(_CASE_FILE.fullmatch(name) or _ATTACHMENT.fullmatch(name))


def is_plain_name(name: str) -> bool:
    """Whether a name is a path below the casebook without `..`, control characters or backslashes."""
    parts = PurePosixPath(name).parts
    return bool(parts) and "/".join(parts) == name and ".." not in parts and not _UNSAFE.search(name)


def is_own_journal(casebook: Casebook, entry: Mapping[str, Any]) -> bool:
    """Whether a command of ours can have written this journal.

    Every name is that of a file that commands write, inside the casebook even through links. Case files and attachments
    belong to the cases in the trailers of the commit message. Removed are only case files of cases that have another
    one, and attachments of a case that records an erasing; `doctor` may remove what git can give back. Only files of `cases/` have a text to write; the policy is
    not changed together with the event of a single case.
    """
    files, removed, texts = entry["files"], entry["removed"], entry.get("together", {})
    cases = set(_CASE_TRAILER.findall(entry["message"]))
    events = set(_EVENT_TRAILER.findall(entry["message"]))
    names = [*files, *removed]
    return (
        all(
            _is_written_by_commands(casebook, name, cases) or _is_mended_file(name, entry["message"])
            for name in names
        )
        and all(_is_removable(casebook, name, entry) for name in removed)
        and all(name.startswith("cases/") for name in texts)
        and set(entry["new"]) <= set(files)
        and set(entry["marks"]) <= events
        and _is_inside(casebook, names)
        and not (POLICY_FILE in files and re.match(r"C-\d{8}-", entry["message"]))
    )


def _is_removable(casebook: Casebook, name: str, entry: Mapping[str, Any]) -> bool:
    if _MENDING.match(entry["message"]):
        path, repository = casebook.root / name, casebook.repository
        is_kept = repository is not None and (not path.exists() or git.is_in_index(repository, path))
        return is_kept and name.startswith(_CASE_FOLDERS)
    case_id = case_of_file(name)
    if case_id is not None:
        kept = (open_case_path(casebook, case_id), closed_case_path(casebook, case_id))
        names = {
            *entry["files"],
            *(path.relative_to(casebook.root).as_posix() for path in kept if path.is_file()),
        }
        return any(case_of_file(other) == case_id for other in names - {*entry["removed"]})
    attachment = _ATTACHMENT.fullmatch(name)
    erasings = _ERASE_TRAILER.findall(entry["message"])
    files = [other for other in entry["files"] if attachment and case_of_file(other) == attachment[1]]
    return bool(erasings and files) and all(
        _may_record(casebook.root / other, entry["files"][other], erasings) for other in files
    )


def _may_record(path: Path, digest: str, events: Iterable[str]) -> bool:
    """Whether a file is not written yet, or contains one of these events."""
    content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    is_written = content_digest(content) == digest
    return not is_written or any(event.encode() in content for event in events)


def _is_written_by_commands(casebook: Casebook, name: str, cases: set[str]) -> bool:
    if not is_plain_name(name):
        return False
    if case_id := case_of_file(name):
        return case_id in cases
    if attachment := _ATTACHMENT.fullmatch(name):
        return attachment[1] in cases and _is_attachment_name(casebook, *attachment.groups())
    return bool(_OTHER_FILE.fullmatch(name))


def _is_mended_file(name: str, message: str) -> bool:
    is_safe = is_plain_name(name) and not any(part.lower().startswith(".git") for part in name.split("/"))
    return is_safe and name.startswith(_CASE_FOLDERS) and bool(_MENDING.match(message))


def _is_attachment_name(casebook: Casebook, case_id: str, name: str) -> bool:
    try:
        attachment_path(casebook, case_id, name)
    except Failure:
        return False
    return True


def _is_inside(casebook: Casebook, names: Iterable[str]) -> bool:
    return all(is_inside_folder(casebook.root, Path(casebook.root, name)) for name in names)
