"""Cases as they were read once, by the content of their files: a file with the same content need not be parsed again.

A file that git knows to be unchanged is not even opened. Nothing depends on the times of files, so an index is valid in
another clone, too. Only cases without any fault are kept; those with one are read each time, because they are to be
reported with their places.
"""

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from complaintctl.domain.case.case import Case
from complaintctl.domain.case.old_names import OldNamesByField
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.case.casefile import LoadedCase
from complaintctl.storage.case.index.index_file import IndexFile, index_path
from complaintctl.storage.case.index.program import program_digest
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.disk.object_names import SHA1_LENGTH, object_name
from complaintctl.storage.git.clean_files import list_clean_files

# New rows are written at a time, so that memory does not grow with the archive.
_ROWS_AT_ONCE: Final = 1000

Found = tuple[LoadedCase | None, list[Problem]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """The content of a case file: the name that git gives to it, and its size in bytes."""

    path: Path
    blob: str
    size: int


class CaseIndex:
    """The index of a casebook. It asks git about the files when it is first needed, and once.

    `last` is the content of the file that the index read last, if it is known.
    """

    def __init__(self, casebook: Casebook, file: IndexFile) -> None:
        self.casebook = casebook
        self.file = file
        self.last: Content | None = None
        self._root = f"{casebook.root}{os.sep}"
        self._clean: dict[str, str] | None = None
        self._index_second: int | None = None
        self._decoder = msgspec.json.Decoder(Case)
        self._encoder = msgspec.json.Encoder()
        self._new: list[tuple[str, int, str, bytes]] = []

    def read_cases(self, paths: Iterable[Path], names: OldNamesByField) -> Iterator[Found]:
        """Reads case files like `casefile.read_cases`, and remembers those that were parsed."""
        try:
            yield from casefile.read_cases(paths, names, self._read_case)
        finally:
            self._save()
            self.file.close()

    def clean_files(self) -> dict[str, str]:
        """Returns the blobs of the case files that are as git's index says, by path from the casebook's root."""
        if self._clean is None:
            self._clean = {}
            repository = self.casebook.repository
            if repository is not None:
                try:
                    self._clean = list_clean_files(repository, self.casebook.root, "cases")
                except Broken:
                    # Then every file is read.
                    self._clean = {}
        return self._clean

    def is_vouched(self, path: str, blob: str) -> bool:
        """Whether a file that git calls unchanged is so: one that changed in the second of git's index is compared.

        Git compares whole seconds, and looks only at the time of writing, which can be set back (Racy Git).
        """
        if self._index_second is None:
            repository = self.casebook.repository
            name = repository.folder / "index" if repository is not None else Path()
            self._index_second = int(name.stat().st_mtime) if name.is_file() else 0
        if int(os.lstat(path).st_ctime) < self._index_second:
            return True
        return object_name("blob", Path(path).read_bytes(), len(blob)) == blob

    def path_in_casebook(self, path: Path) -> str:
        """Returns a path as git names it, from the casebook's root."""
        return str(path)[len(self._root) :].replace(os.sep, "/")

    def _read_case(self, path: Path) -> Found:
        blob = self.clean_files().get(self.path_in_casebook(path))
        if blob is not None and self.is_vouched(str(path), blob):
            self.last = Content(path=path, blob=blob, size=path.lstat().st_size)
            if (case := self._known_case(path)) is not None:
                return LoadedCase(case=case, path=path, whole=True), []
        self.last = None
        data, _problems = untrusted_file.read_untrusted_file(
            path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
        )
        if data is None:
            return casefile.read_case(path)
        name = object_name("blob", data, len(blob) if blob is not None else SHA1_LENGTH)
        self.last = Content(path=path, blob=name, size=len(data))
        if name != blob and (case := self._known_case(path)) is not None:
            return LoadedCase(case=case, path=path, whole=True), []
        loaded, problems = casefile.parse_case(path, data)
        if loaded is not None and loaded.whole and not problems:
            self._remember(self.last, loaded.case)
        return loaded, problems

    def _known_case(self, path: Path) -> Case | None:
        """Returns the case of the last content, if it is known and belongs in a file of this name."""
        if self.last is None:
            return None
        wanted = (self.last.blob, self.last.size)
        rows = self.file.query("select content from cases where blob = ? and size = ?", wanted)
        content = next((content for (content,) in rows), None)
        if content is None:
            return None
        try:
            case = self._decoder.decode(zlib.decompress(content))
        except (zlib.error, msgspec.DecodeError, TypeError):
            self.file.discard()
            return None
        return case if case.id == path.stem else None

    def _remember(self, content: Content, case: Case) -> None:
        if not self.may_keep(case):
            return
        try:
            text = self._encoder.encode(case)
        except UnicodeEncodeError:
            # A lone surrogate, which JSON cannot hold.
            return
        self._new.append((content.blob, content.size, case.id, zlib.compress(text, 1)))
        if len(self._new) >= _ROWS_AT_ONCE:
            self._save()

    def may_keep(self, case: Case) -> bool:
        """Whether the case may be kept: of a sealed casebook never a customer in clear text."""
        return self.casebook.keyring is None or case.customer is None or case.customer.sealed is not None

    def _save(self) -> None:
        if self._new:
            # What an earlier version of the case said goes.
            owners = [(owner,) for _blob, _size, owner, _content in self._new]
            self.file.write(
                [
                    ("delete from cases where owner = ?", owners),
                    ("insert or replace into cases values (?, ?, ?, ?)", self._new),
                ]
            )
            self._new = []


def open_index(casebook: Casebook, version: str) -> CaseIndex | None:
    """Returns the index of a casebook for this version of the program; None without a git repository.

    Nothing is read yet.
    """
    path = index_path(casebook)
    return None if path is None else CaseIndex(casebook, IndexFile(path, partial(program_digest, version)))
