"""The rejects file of an import: each record that was not taken, with its line and the reason."""

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports.csvrows import REJECT_COLUMNS, UNREADABLE_CHARACTER
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write


def choose_rejects_path(casebook: Casebook, source: Path, asked: Path | None) -> Path:
    """Where the rejects go: where it was asked, else beside the source, else into the current folder.

    They hold what customers said, as the source does, so they belong beside it and not into a casebook's git.
    Raises InvalidInput for a place among the cases, or for the source itself.
    """
    name = f"{source.stem}.rejects.csv"
    beside = source.parent if os.access(source.parent, os.W_OK) else Path.cwd()
    path = asked or beside / name
    if (casebook.root / "cases") in path.resolve().parents or path.resolve() == source.resolve():
        raise InvalidInput("rejects-place", path=str(path))
    return path


class RejectsFile:
    """A rejects file, made with the first record; it can be corrected and imported again."""

    def __init__(self, path: Path, header: tuple[str, ...], say: Callable[[RejectedRecord], str]) -> None:
        self.path = path
        self.header = header
        self.say = say
        self.stream: IO[str] | None = None

    def add(self, rejected: RejectedRecord) -> None:
        """Write one record; raises Broken where the disk refuses."""
        with atomic_write.convert_disk_errors(self.path):
            if self.stream is None:
                # The mark tells spreadsheets that it is UTF-8; importing the file again reads it as well.
                self.stream = self.path.open("w", encoding="utf-8-sig", errors="replace", newline="")
                own = [name for name in self.header if name not in REJECT_COLUMNS]
                self._write([*REJECT_COLUMNS, *own])
            self._write([str(rejected.line), self.say(rejected), *self._own_cells(rejected)])

    def _own_cells(self, rejected: RejectedRecord) -> list[str]:
        """The cells without what an earlier rejects file had put before them."""
        skipped = {place for place, name in enumerate(self.header) if name in REJECT_COLUMNS}
        cells = [cell for place, cell in enumerate(rejected.cells) if place not in skipped]
        return [cell.replace(UNREADABLE_CHARACTER, "\ufffd") for cell in cells]

    def _write(self, cells: list[str]) -> None:
        if self.stream is not None:
            csv.writer(self.stream).writerow(cells)

    def close(self) -> None:
        """End the file; raises Broken where the disk refuses."""
        if self.stream is not None:
            with atomic_write.convert_disk_errors(self.path):
                self.stream.close()
