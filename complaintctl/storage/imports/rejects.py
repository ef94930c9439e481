"""Writes the rejects file of an import: each rejected row with its line and the reason."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports.formats.csvrows import REJECT_COLUMNS, UNREADABLE_CHARACTER, CsvStyle
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write

_REPLACED_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


def choose_rejects_path(casebook: Casebook, source: Path, asked: Path | None) -> Path:
    """Returns the path of the rejects file: `asked`, else beside the source, else in the current folder.

    Rejects contain customer data like the source, so they belong beside it and not in the git of a casebook.
    Raises InvalidInput for a path inside `cases/`, or for the source itself.
    """
    name = f"{source.stem}.rejects.csv"
    beside = source.parent if os.access(source.parent, os.W_OK) else Path.cwd()
    path = asked or beside / name
    if (casebook.root / "cases") in path.resolve().parents or path.resolve() == source.resolve():
        raise InvalidInput("rejects-place", path=str(path))
    return path


class RejectsFile:
    """A rejects file, created with the first rejected row. Users correct it and import it again.

    `style` is that of the source, so that the same mapping reads both.
    """

    def __init__(
        self,
        path: Path,
        header: tuple[str, ...],
        say: Callable[[RejectedRecord], str],
        *,
        style: CsvStyle,
        private: bool,
    ) -> None:
        self.path = path
        self.style = style
        self.private = private
        self.header = header
        self.say = say
        self.stream: IO[str] | None = None

    def add(self, rejected: RejectedRecord) -> None:
        """Write one rejected row; raises Broken if the disk fails."""
        with atomic_write.convert_disk_errors(self.path):
            if self.stream is None:
                # Spreadsheets need the byte order mark to recognise UTF-8; an import accepts it.
                handle = os.open(self.path, _REPLACED_FILE, 0o600 if self.private else 0o666)
                self.stream = os.fdopen(handle, "w", encoding="utf-8-sig", errors="replace", newline="")
                own = [name for name in self.header if name not in REJECT_COLUMNS]
                self._write([*REJECT_COLUMNS, *own])
            self._write([str(rejected.line), self.say(rejected), *self._own_cells(rejected)])

    def _own_cells(self, rejected: RejectedRecord) -> list[str]:
        """The cells without the columns that an earlier rejects file added."""
        skipped = {index for index, name in enumerate(self.header) if name in REJECT_COLUMNS}
        cells = [cell for index, cell in enumerate(rejected.cells) if index not in skipped]
        return [cell.replace(UNREADABLE_CHARACTER, "\ufffd") for cell in cells]

    def _write(self, cells: list[str]) -> None:
        if self.stream is not None:
            self.stream.write(self.style.format_record(cells))

    def close(self) -> None:
        """Close the file; raises Broken if the disk fails."""
        if self.stream is not None:
            with atomic_write.convert_disk_errors(self.path):
                self.stream.close()
