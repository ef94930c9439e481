"""The file of an index: an SQLite database in git's own folder. Deleting it changes no result, only time."""

import contextlib
import functools
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from complaintctl.storage.case.casebook import Casebook

# Another number for another content of the file.
_VERSION: Final = "1"
_TABLES: Final = """
create table if not exists facts (name text primary key, value text) without rowid;
create table if not exists cases (blob text primary key, size integer, owner text, content blob);
create index if not exists owners on cases (owner);
create table if not exists settled (
    blob text primary key, size integer, owner text, since integer,
    received integer, closed integer, texts blob, texts_sum integer, facts blob, facts_sum integer
);
"""
# What an erased or replaced row held does not stay in the file; readers and the writer do not wait for each other.
_SETTINGS: Final = """
pragma page_size = 16384;
pragma journal_mode = wal;
pragma synchronous = normal;
pragma secure_delete = on;
"""
_SECONDS_TO_WAIT: Final = 1.0
_SUFFIXES: Final = ("", "-wal", "-shm", "-journal")
_PRIVATE: Final = 0o600
# Errors that say nothing against the content of the file.
_HARMLESS: Final = tuple(
    f"SQLITE_{name}"
    for name in ("BUSY", "LOCKED", "READONLY", "CANTOPEN", "FULL", "IOERR", "PERM", "AUTH", "PROTOCOL")
)


class IndexFile:
    """The tables of an index. An error of SQLite ends the use of the file; a damaged or foreign file is removed."""

    def __init__(self, path: Path, program: Callable[[], str]) -> None:
        self._path = path
        self._find_program = functools.cache(program)
        self._file: sqlite3.Connection | None = None
        # After an error the file is left alone.
        self._is_usable = True

    def query(self, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yields the rows of a question; none if there is no file, and no more after an error."""
        self._open()
        if self._file is None:
            return
        try:
            yield from self._file.execute(statement, values)
        except sqlite3.Error as error:
            self._give_up(error)

    def write(self, changes: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> None:
        """Carries out statements, each with many rows of values, all or none; does nothing if another one writes."""
        self._open()
        if self._file is None:
            return
        try:
            with self._file:
                self._file.execute("begin immediate")
                for statement, rows in changes:
                    self._file.executemany(statement, rows)
        except sqlite3.Error as error:
            self._give_up(error)

    def fact(self, name: str) -> str | None:
        """Returns what the file says about its rows, or None."""
        return next(
            (value for (value,) in self.query("select value from facts where name = ?", (name,))), None
        )

    def discard(self) -> None:
        """Removes the file, because its content cannot be trusted, and uses it no more."""
        self.close()
        self._is_usable = False
        remove_file(self._path)

    def close(self) -> None:
        """Closes the file; the next question opens it again."""
        if self._file is not None:
            with contextlib.suppress(sqlite3.Error):
                self._file.close()
        self._file = None

    def _open(self) -> None:
        if self._file is not None or not self._is_usable:
            return
        own = f"{_VERSION} {self._find_program()}"
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
            # SQLite gives its other files the rights of this one.
            os.close(os.open(self._path, os.O_CREAT | os.O_RDONLY, _PRIVATE))
        try:
            self._connect()
            if self._is_of_another(own):
                self.close()
                remove_file(self._path)
                self._connect()
                self._is_usable = not self._is_of_another(own)
        except sqlite3.Error as error:
            self._give_up(error)
        if not self._is_usable:
            self.close()

    def _is_of_another(self, own: str) -> bool:
        """Whether another program made the file; a new file becomes ours."""
        if self._file is None:
            return False
        program = self._file.execute("select value from facts where name = 'program'").fetchone()
        if program is None:
            self._file.execute("insert or ignore into facts values ('program', ?)", (own,))
        return program is not None and program[0] != own

    def _connect(self) -> None:
        self._file = sqlite3.connect(self._path, timeout=_SECONDS_TO_WAIT, isolation_level=None)
        self._file.executescript(_SETTINGS)
        self._file.executescript(_TABLES)

    def _give_up(self, error: sqlite3.Error) -> None:
        if isinstance(error, sqlite3.ProgrammingError):
            # The file was closed while its rows were read.
            return
        # A locked or read-only file is whole, and another process may use it.
        if error.sqlite_errorname.startswith(_HARMLESS):
            self.close()
            self._is_usable = False
        else:
            self.discard()


def index_path(casebook: Casebook) -> Path | None:
    """Returns the file of the index of a casebook; None without a git repository, which then has no index."""
    repository = casebook.repository
    if repository is None:
        return None
    prefix = casebook.root.relative_to(repository.top).as_posix()
    name = hashlib.sha256(prefix.encode(errors="surrogateescape")).hexdigest()[:16]
    return repository.folder / "complaintctl" / f"index-{name}.sqlite"


def remove_index(casebook: Casebook) -> None:
    """Removes the index of a casebook with all that it remembers of any case."""
    path = index_path(casebook)
    if path is not None:
        remove_file(path)


def remove_file(path: Path) -> None:
    """Removes a database and the files beside it, if they can be removed."""
    for suffix in _SUFFIXES:
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
