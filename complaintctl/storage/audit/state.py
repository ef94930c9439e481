"""Remembers what was verified, in git's own folder, so that the next run reads only new commits.

It is a cache: whoever can write there can change it. A signed checkpoint is a proof.
"""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

_TABLES: Final = """
create table if not exists facts (name text primary key, value text) without rowid;
create table if not exists events (event text, owner text, hash text, primary key (event, owner)) without rowid;
create table if not exists sources (system text, id text, owner text, primary key (system, id, owner)) without rowid;
"""
# Another number for another content of the file.
_VERSION: Final = "4"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """The last commit that was verified, what had been counted up to it, and what was found.

    `structure` are the findings about what commits did, of which `lost` and `gone` know what would mend them; `judged`
    are those about commits and events, which nothing undoes, `present` those about the files of the last commit.
    `policies` are the commits that changed the policy; `twins` those that recorded a further event of one id.
    """

    last: str
    commits: int
    cases: int
    events: int
    structure: list[dict[str, Any]]
    judged: list[dict[str, Any]]
    present: list[dict[str, Any]]
    lost: list[list[Any]]
    gone: dict[str, list[Any]]
    twins: list[list[Any]]
    policies: list[str]


class VerifiedState:
    """The state of a casebook and a branch. Use as a context manager; a file that is no such state is empty."""

    def __init__(self, git_folder: Path, prefix: str, branch: str, program: str) -> None:
        name = hashlib.sha256(f"{prefix}\0{branch}".encode()).hexdigest()[:16]
        self._path = git_folder / "complaintctl" / f"verified-{name}.sqlite"
        self._program = f"{_VERSION} {program}"
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        """Opens the file, if there is one that this program has written."""
        if self._path.is_file():
            self._open()
            if self._file is not None and self._fact("program") != self._program:
                self._close()
        return self

    def __exit__(self, *_error: object) -> None:
        """Closes the file."""
        self._close()

    def _open(self) -> None:
        try:
            self._file = sqlite3.connect(self._path)
            self._file.executescript(_TABLES)
        except sqlite3.Error:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def read(self) -> Verified | None:
        """Returns what was verified; None if nothing was."""
        text = self._fact("verified")
        return Verified(**json.loads(text)) if text else None

    def known_events(self, event: str) -> Iterator[tuple[str, str]]:
        """Yields the cases that have an event of this id, each with the commit that recorded it."""
        if self._file is not None:
            yield from self._file.execute("select owner, hash from events where event = ?", (event,))

    def events_of(self, commits: Iterable[str]) -> list[tuple[str, str, str]]:
        """Returns case, event and commit of all events that these commits recorded."""
        wanted = frozenset(commits)
        rows = self._file.execute("select owner, event, hash from events") if self._file else ()
        return [(owner, event, commit) for owner, event, commit in rows if commit in wanted]

    def cases_of(self, system: str, name: str) -> list[str]:
        """Returns the cases that come from a record of another system."""
        query = "select owner from sources where system = ? and id = ?"
        return [owner for (owner,) in self._file.execute(query, (system, name))] if self._file else []

    def _fact(self, name: str) -> str | None:
        if self._file is None:
            return None
        with contextlib.suppress(sqlite3.Error):
            row = self._file.execute("select value from facts where name = ?", (name,)).fetchone()
            return str(row[0]) if row else None
        return None

    def write(
        self,
        verified: Verified,
        events: Iterable[tuple[str, str, str]],
        judged: Iterable[str],
        sources: Iterable[tuple[str, str, str]],
        *,
        anew: bool,
    ) -> int:
        """Adds events (id, case, commit) and the sources of the `judged` cases, or replaces all; returns how many events there are then.

        Writes nothing if the folder cannot be written.
        """
        count = 0
        with contextlib.suppress(sqlite3.Error, OSError):
            if anew:
                self._close()
                self._path.unlink(missing_ok=True)
            if self._file is None:
                self._path.parent.mkdir(exist_ok=True)
                self._open()
            if self._file is not None:
                with self._file:
                    count = self._write(self._file, verified, events, judged, sources)
        return count

    def _write(
        self,
        file: sqlite3.Connection,
        verified: Verified,
        events: Iterable[tuple[str, str, str]],
        judged: Iterable[str],
        sources: Iterable[tuple[str, str, str]],
    ) -> int:
        file.executemany("insert or ignore into events values (?, ?, ?)", events)
        old = {owner for (owner,) in file.execute("select owner from sources")}
        gone = [(owner,) for owner in old.intersection(judged)]
        file.executemany("delete from sources where owner = ?", gone)
        file.executemany("insert or ignore into sources values (?, ?, ?)", sources)
        count = int(file.execute("select count(*) from events").fetchone()[0])
        entries = {name: getattr(verified, name) for name in Verified.__slots__} | {"events": count}
        facts = {"program": self._program, "verified": json.dumps(entries, ensure_ascii=False)}
        file.executemany("insert or replace into facts values (?, ?)", facts.items())
        return count
