"""What commands with `--no-commit` left in the files, so that the next command commits it on its own first.

`verify` takes events of several commands in one commit for a squash. The list is in git's folder.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from complaintctl.errors import Refused
from complaintctl.storage.case.casebook import Casebook, closed_case_path, open_case_path
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository
from complaintctl.storage.write import journal_scope, settling

_LIST: Final = "complaintctl.uncommitted"
_KEYS: Final = {"message": str, "author": str, "written": str, "files": list, "events": list}


def note_uncommitted(
    casebook: Casebook, message: str, paths: Iterable[Path], events: Iterable[str], author: str
) -> None:
    """Note a change of cases that is written and left to the user; `author` is the address that git would record."""
    names = [path.relative_to(casebook.root).as_posix() for path in paths]
    written = max((path.stat().st_mtime for path in paths if path.is_file()), default=None)
    if written is None or not any(map(journal_scope.case_of_file, names)) or casebook.repository is None:
        return
    moment = datetime.fromtimestamp(written).astimezone().isoformat()
    entry = {"message": message, "author": author, "written": moment, "files": names, "events": [*events]}
    earlier = [one for one in _read(casebook) if _is_waiting(casebook, casebook.repository, one)]
    _write(casebook, [*earlier, entry])


def commit_earlier(casebook: Casebook, paths: Iterable[Path], author: str) -> list[str]:
    """Commit what an earlier command left of the cases whose files are to be written; returns the subjects.

    Raises Refused if several commands left it, or one of another author: then nobody can commit each on its own.
    Raises Broken if git fails.
    """
    entries, repository = _read(casebook), casebook.repository
    if not entries or repository is None:
        return []
    cases = _cases(path.relative_to(casebook.root).as_posix() for path in paths)
    own = [entry for entry in entries if cases & _cases(entry["files"])]
    waiting = [entry for entry in own if _is_waiting(casebook, repository, entry)]
    for case_id in sorted(cases):
        left = [entry for entry in waiting if case_id in _cases(entry["files"])]
        if len(left) > 1 or any(entry["author"] != author for entry in left):
            raise Refused("events-uncommitted", case=case_id, events=_events(left))
    for entry in waiting:
        files = [casebook.root / name for name in entry["files"]]
        written, subject = datetime.fromisoformat(entry["written"]), _subject(entry)
        with settling.explain_refusal("change-behind", subject=subject):
            git.commit_paths(repository, files, entry["message"], written)
    if own:
        _write(casebook, [entry for entry in entries if entry not in own])
    return list(map(_subject, waiting))


def _subject(entry: Mapping[str, Any]) -> str:
    return str(entry["message"]).partition("\n")[0]


def _events(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    return [event for entry in entries for event in entry["events"]]


def _cases(names: Iterable[str]) -> set[str]:
    return {case_id for name in names if (case_id := journal_scope.case_of_file(name))}


def _is_waiting(casebook: Casebook, repository: Repository, entry: Mapping[str, Any]) -> bool:
    """Whether the events are in the files, and in no commit yet: the user may have committed or discarded them."""
    prefix = casebook.root.relative_to(repository.top)
    paths = [
        path(casebook, case) for case in _cases(entry["files"]) for path in (open_case_path, closed_case_path)
    ]
    text = b"".join(path.read_bytes() for path in paths if path.is_file())
    names = [(prefix / path.relative_to(casebook.root)).as_posix() for path in paths]
    committed = b"".join(git.run_git(repository, "cat-file", "blob", f"HEAD:{name}").stdout for name in names)
    marks = [event.encode() for event in entry["events"]]
    return any(mark in text and mark not in committed for mark in marks)


def _list_path(casebook: Casebook) -> Path:
    return casebook.own_folder / _LIST


def _read(casebook: Casebook) -> list[dict[str, Any]]:
    """Returns the entries of the list; nothing of a list that somebody damaged or made name other files."""
    try:
        entries = json.loads(_list_path(casebook).read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    return [entry for entry in entries if _is_entry(entry)] if isinstance(entries, list) else []


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or any(
        not isinstance(entry.get(key), kind) for key, kind in _KEYS.items()
    ):
        return False
    texts = (*entry["files"], *entry["events"])
    return all(isinstance(text, str) for text in texts) and all(
        journal_scope.is_file_of_cases(name) for name in entry["files"]
    )


def _write(casebook: Casebook, entries: list[dict[str, Any]]) -> None:
    if entries:
        content = json.dumps(entries, ensure_ascii=False).encode()
        atomic_write.write_atomically(_list_path(casebook), content, private=casebook.private)
    else:
        atomic_write.remove_durably(_list_path(casebook))
