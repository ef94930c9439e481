"""The journal of a casebook: what is about to be written, kept until it is committed."""

import json
from pathlib import Path
from typing import Any

from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.write import bulk


def path_of(book: Casebook) -> Path:
    """Where the journal lies."""
    return book.own_folder / ("complaintctl.pending" if book.repository else ".complaintctl.pending")


def begin(book: Casebook, entry: dict[str, Any]) -> None:
    """Say durably what is about to be written; raises Broken where the disk refuses."""
    atomic_write.write(path_of(book), json.dumps(entry, ensure_ascii=False).encode())


def end(book: Casebook) -> None:
    """Everything the journal names is done."""
    atomic_write.remove(path_of(book))


def entry(book: Casebook) -> dict[str, Any] | None:
    """What was about to be written, or None."""
    try:
        return dict(json.loads(path_of(book).read_bytes()))
    except (FileNotFoundError, ValueError):
        return None


def pending(book: Casebook) -> str | None:
    """The subject of a command that was interrupted before its commit, or None."""
    found = entry(book)
    return str(found["message"]).partition("\n")[0] if found else bulk.pending(book)
