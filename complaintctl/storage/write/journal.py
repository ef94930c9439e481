"""The journal of a casebook: what is about to be written, kept until it is committed."""

import json
from pathlib import Path
from typing import Any

from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.write import bulk


def journal_path(casebook: Casebook) -> Path:
    """Where the journal lies."""
    return casebook.own_folder / ("complaintctl.pending" if casebook.repository else ".complaintctl.pending")


def begin_journal(casebook: Casebook, entry: dict[str, Any]) -> None:
    """Say durably what is about to be written; raises Broken where the disk refuses."""
    atomic_write.write_atomically(journal_path(casebook), json.dumps(entry, ensure_ascii=False).encode())


def end_journal(casebook: Casebook) -> None:
    """Everything the journal names is done."""
    atomic_write.remove_durably(journal_path(casebook))


def read_journal(casebook: Casebook) -> dict[str, Any] | None:
    """What was about to be written, or None."""
    try:
        return dict(json.loads(journal_path(casebook).read_bytes()))
    except (FileNotFoundError, ValueError):
        return None


def pending_subject(casebook: Casebook) -> str | None:
    """The subject of a command that was interrupted before its commit, or None."""
    found = read_journal(casebook)
    return str(found["message"]).partition("\n")[0] if found else bulk.pending_bulk_subject(casebook)
