"""Uniting two histories that a merge left in conflict: both appended runs, in order of recording, nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from complaintctl.storage import yamltext

_HISTORY: Final = re.compile(rb"^history:\s*(#.*)?$")
_ENTRY: Final = re.compile(rb"^\s*- ")


class FactConflictError(ValueError):
    """The conflict is not only in the history; `line` (from 1) is where it begins."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(slots=True)
class _Conflict:
    """Lines of one conflict: where it begins and both sides."""

    line: int
    ours: list[bytes]
    theirs: list[bytes]


def united(text: bytes) -> bytes:
    """The file with every conflict of its history replaced by the events of both sides.

    An event that both sides hold stands once; the others follow by the time they were recorded, then by id, so
    that both clones come to the same file. Raises FactConflictError where a conflict touches anything else.
    """
    lines: list[bytes] = []
    in_history = False
    for part in _parts(text.splitlines(keepends=True)):
        if isinstance(part, bytes):
            in_history = in_history or _HISTORY.match(part) is not None
            lines.append(part)
            continue
        if not in_history or not all(_is_run(side) for side in (part.ours, part.theirs)):
            raise FactConflictError(part.line)
        entries = {*_entries(part.ours), *_entries(part.theirs)}
        lines.extend(sorted(entries, key=_recorded))
    return b"".join(lines)


def _parts(lines: list[bytes]) -> Iterator[bytes | _Conflict]:
    """The lines outside conflicts one by one, and each conflict as a whole."""
    conflict: _Conflict | None = None
    side: list[bytes] | None = None
    for number, line in enumerate(lines, 1):
        if line.startswith(b"<<<<<<< "):
            conflict = _Conflict(line=number, ours=[], theirs=[])
            side = conflict.ours
        elif conflict is None:
            yield line
        elif line.startswith(b"||||||| "):
            side = None
        elif line.rstrip(b"\r\n") == b"=======":
            side = conflict.theirs
        elif line.startswith(b">>>>>>> "):
            yield conflict
            conflict = None
        elif side is not None:
            side.append(line)
    if conflict is not None:
        raise FactConflictError(conflict.line)


def _is_run(side: list[bytes]) -> bool:
    """Whether a side holds whole events only."""
    if not side:
        return True
    read = yamltext.read(b"history:\n" + b"".join(side), with_places=False)
    events = read.root.get("history") if isinstance(read.root, dict) else None
    known = isinstance(events, list) and all(isinstance(event, dict) and "id" in event for event in events)
    return _ENTRY.match(side[0]) is not None and not read.flaws and known


def _entries(side: list[bytes]) -> list[bytes]:
    """A side as one text per event; an event may run over several lines."""
    entries: list[bytes] = []
    for line in side:
        if _ENTRY.match(line) or not entries:
            entries.append(line)
        else:
            entries[-1] += line
    if entries and not entries[-1].endswith(b"\n"):
        entries[-1] += b"\n"
    return entries


def _recorded(entry: bytes) -> tuple[str, str]:
    event = yamltext.read(b"history:\n" + entry, with_places=False).root["history"][0]
    moment = event.get("recorded") or event.get("at") or ""
    return _in_utc(moment), str(event["id"])


def _in_utc(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).isoformat()
    except ValueError:
        return moment
