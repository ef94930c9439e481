"""Finds the files of erased attachments that are there again: by a merge, a backup or by hand."""

from collections.abc import Iterator
from pathlib import Path

from complaintctl.domain.case.case import Case
from complaintctl.domain.problems import Fault


def erased_file_faults(root: Path, case: Case) -> Iterator[Fault]:
    """Yields a fault for each attachment that the case marks as erased and whose file is in the casebook at `root`."""
    for index, entry in enumerate(case.attachments):
        if entry.erased and (root / "attachments" / case.id / entry.file).is_file():
            values = {"file": f"attachments/{case.id}/{entry.file}"}
            yield Fault(key="erased-attachment-back", path=("attachments", index), values=values)
