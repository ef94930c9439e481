"""Reads the commits of a repository as one stream: parents before children, with what each changed against each parent."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import IO, Final, NamedTuple

from complaintctl.errors import Broken
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository

# What a user's settings, replaced objects or grafts would show differently than it is recorded.
_AS_RECORDED: Final = (
    "-c",
    "log.showSignature=false",
    "-c",
    "log.mailmap=false",
    "-c",
    "core.commitGraph=true",
)
_LOG: Final = (
    "log",
    "--topo-order",
    "--reverse",
    "--root",
    "-m",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--no-notes",
    "--no-decorate",
    "--no-color",
    "--no-ext-diff",
    "--ignore-submodules=none",
    "--format=raw",
)
_CHUNK_BYTES: Final = 1 << 20
# The end of a token: the beginning of a change, whose path is the next token. Lines of a message are indented.
_CHANGE: Final = re.compile(rb"(?:\A|\n):(\d{6}) (\d{6}) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([A-Z])\Z")
_PERSON: Final = re.compile(rb"^(author|committer) (.*?<[^>\n]*> -?\d+ [+-]\d{4})$", re.MULTILINE)
_PERSON_PARTS: Final = re.compile(rb"^(.*?) ?<([^>\n]*)> (-?\d+) ([+-]\d{4})$")
_TRAILER: Final = re.compile(r"^(Event|Actor): (.*)$", re.MULTILINE)


class Change(NamedTuple):
    """A changed file: its path from the top, its blob before and after (None: no such file), and its mode after."""

    path: str
    old: str | None
    new: str | None
    mode: bytes


@dataclass(frozen=True, kw_only=True)
class StreamedCommit:
    """A commit, its raw text as git stores it (the message indented), and what it changed against each parent.

    A commit without parents has one entry in `changes`: everything.
    """

    hash: str
    parents: tuple[str, ...]
    raw: bytes
    changes: tuple[tuple[Change, ...], ...]

    @property
    def message(self) -> str:
        """The message."""
        _head, _, text = self.raw.partition(b"\n\n")
        return text.decode(errors="replace").removeprefix("    ").replace("\n    ", "\n").strip("\n")

    @property
    def people(self) -> Mapping[str, tuple[str, str, datetime]]:
        """Name, address and time of the author and of the committer."""
        head = self.raw.partition(b"\n\n")[0]
        return {match[1].decode(): _read_person(match[2]) for match in _PERSON.finditer(head)}


def subject_of(message: str) -> str:
    """Returns the first paragraph of a message, as one line."""
    return " ".join(message.partition("\n\n")[0].split("\n"))


def trailers_of(message: str) -> tuple[tuple[str, str], ...]:
    """Returns the `Event:` and `Actor:` trailers of a message: those lines of the last paragraph."""
    return tuple((key, value.strip()) for key, value in _TRAILER.findall(message.rpartition("\n\n")[2]))


def commit_from_object(name: str, content: bytes) -> StreamedCommit:
    """Returns a commit from the content of its object, without its changes."""
    head, _, message = content.partition(b"\n\n")
    raw = head + b"\n\n" + b"\n".join(b"    " + line for line in message.split(b"\n"))
    return StreamedCommit(hash=name, parents=_parents(raw), raw=raw, changes=())


@lru_cache(maxsize=64)
def _read_person(line: bytes) -> tuple[str, str, datetime]:
    """Cached, because most commits have one person and moment twice."""
    ((name, address, seconds, zone),) = _PERSON_PARTS.findall(line)
    return _read_name(name), _read_name(address), _moment(int(seconds), zone.decode())


@lru_cache(maxsize=512)
def _read_name(name: bytes) -> str:
    return name.decode(errors="replace")


@lru_cache(maxsize=64)
def _zone(text: str) -> timezone:
    """Raises ValueError for an offset of a day or more."""
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return timezone(-offset if text[0] == "-" else offset)


def _moment(seconds: int, zone: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, _zone(zone))
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def stream_commits(
    repository: Repository, folder: Path, revisions: tuple[str, ...]
) -> Iterator[StreamedCommit]:
    """Yields the commits that git lists for `revisions`, parents first; `folder` limits the changed files.

    Merges are compared with each parent. Replaced objects and grafts do not count. Raises Broken if git fails.
    """
    names = () if folder == repository.top else ("--full-history", "--sparse", "--", str(folder))
    arguments = (*_LOG, *revisions, *names)
    process = start_reading(repository, arguments, subprocess.DEVNULL)
    with process:
        if process.stdout is None or process.stderr is None:
            return
        try:
            yield from _join_parents(_parse_entries(_tokens(process.stdout)))
        except BaseException:
            process.kill()
            raise
        errors = process.stderr.read()
    if process.returncode != 0:
        raise Broken("git-failed", command="log", detail=git.git_error_line(errors))


def read_as_recorded(repository: Repository, arguments: tuple[str, ...]) -> str:
    """Returns git's output, made from the objects as they were recorded; empty if git fails."""
    process = start_reading(repository, arguments, subprocess.DEVNULL)
    output, _errors = process.communicate()
    return output.decode(errors="surrogateescape") if process.returncode == 0 else ""


def start_reading(repository: Repository, arguments: tuple[str, ...], stdin: int) -> subprocess.Popen[bytes]:
    """Starts a git process that reads the objects as they were recorded."""
    ours = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": "/dev/null", "GIT_NO_LAZY_FETCH": "1"}
    command = ["git", "-C", str(repository.top), *_AS_RECORDED, *arguments]
    try:
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**git.git_environment(), **ours},
        )
    except (FileNotFoundError, PermissionError) as error:
        raise Broken("git-missing") from error


def _tokens(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
    if rest:
        yield rest


@dataclass(slots=True)
class _Entry:
    """A commit against one parent (None: it has one, or none, or no difference at all)."""

    hash: str
    against: str | None
    raw: bytes
    changes: list[Change]


def _parse_entries(tokens: Iterator[bytes]) -> Iterator[_Entry]:
    entry: _Entry | None = None
    for token in tokens:
        change = _CHANGE.search(token)
        if token.startswith(b"commit "):
            if entry is not None:
                yield entry
            entry = _new_entry(token[: change.start()] if change else token)
        if change is not None and entry is not None:
            path = next(tokens, b"").decode(errors="surrogateescape")
            entry.changes.append(Change(path, _blob(change[3]), _blob(change[4]), change[2]))
    if entry is not None:
        yield entry


def _blob(name: bytes) -> str | None:
    return name.decode() if name.strip(b"0") else None


def _new_entry(head: bytes) -> _Entry:
    first, _, raw = head.partition(b"\n")
    words = first.decode().replace("(from ", "").replace(")", "").split()
    return _Entry(hash=words[1], against=words[2] if len(words) > 2 else None, raw=raw, changes=[])  # noqa: PLR2004 - `commit HASH (from HASH)`


def _join_parents(entries: Iterator[_Entry]) -> Iterator[StreamedCommit]:
    """Joins the entries of each merge; git lists no entry for a parent without a difference."""
    waiting: list[_Entry] = []
    for entry in entries:
        if waiting and waiting[0].hash != entry.hash:
            yield _joined(waiting)
            waiting = []
        waiting.append(entry)
    if waiting:
        yield _joined(waiting)


def _joined(entries: list[_Entry]) -> StreamedCommit:
    first = entries[0]
    parents = _parents(first.raw)
    if len(parents) <= 1:
        changes: tuple[tuple[Change, ...], ...] = (tuple(first.changes),)
    else:
        by_parent = {entry.against: tuple(entry.changes) for entry in entries}
        changes = tuple(by_parent.get(parent, ()) for parent in parents)
    return StreamedCommit(hash=first.hash, parents=parents, raw=first.raw, changes=changes)


def _parents(raw: bytes) -> tuple[str, ...]:
    """The parents in the head of a commit: the lines after `tree`."""
    parents = []
    for line in raw.partition(b"\n\n")[0].split(b"\n")[1:]:
        if not line.startswith(b"parent "):
            break
        parents.append(line[7:].decode())
    return tuple(parents)
