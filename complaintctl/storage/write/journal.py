"""The journal of a casebook: names what is about to be written, and stays until that is committed."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.write import bulk


def journal_path(casebook: Casebook) -> Path:
    """The path of the journal."""
    return casebook.own_folder / ("complaintctl.pending" if casebook.repository else ".complaintctl.pending")


def begin_journal(casebook: Casebook, entry: dict[str, Any]) -> None:
    """Record durably what is about to be written; raises Broken if the disk fails."""
    content = json.dumps(entry, ensure_ascii=False).encode()
    atomic_write.write_atomically(journal_path(casebook), content, private=casebook.private)


def end_journal(casebook: Casebook) -> None:
    """Remove the journal, once everything it names is done."""
    atomic_write.remove_durably(journal_path(casebook))


def read_journal(casebook: Casebook) -> dict[str, Any] | None:
    """The content of the journal, or None if it is missing or damaged."""
    try:
        entry = json.loads(journal_path(casebook).read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return entry if _is_entry(entry) else None


def written_at(casebook: Casebook) -> datetime:
    """Returns when the journal was written; raises OSError if it is missing."""
    return datetime.fromtimestamp(journal_path(casebook).stat().st_mtime).astimezone()


def _is_entry(value: Any) -> bool:
    """Whether a JSON value has the shape of a journal; someone or a failing disk may have changed it."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("message"), str)
        and isinstance(value.get("commit"), bool)
        and _is_map_of_texts(value.get("files"))
        and all(_is_list_of_texts(value.get(name)) for name in ("new", "removed", "marks"))
        and _is_recovery(value.get("together", {}), value["files"])
    )


def _is_recovery(value: Any, files: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= files.keys()
        and all(
            _is_map_of_texts(recovery) and recovery.keys() == {"was", "text"} for recovery in value.values()
        )
    )


def _is_map_of_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def pending_subject(casebook: Casebook) -> str | None:
    """The subject of a command that was interrupted before its commit, or None."""
    entry = read_journal(casebook)
    return str(entry["message"]).partition("\n")[0] if entry else bulk.pending_bulk_subject(casebook)
