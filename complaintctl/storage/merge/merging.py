"""Merges two histories in conflict by time of recording, and two lists of tasks."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from complaintctl.storage.merge import merging_tasks
from complaintctl.storage.yaml import yamltext

_TOP_KEY: Final = re.compile(rb"^[^\s#\-][^:]*:")
_HISTORY: Final = re.compile(rb"^[\"']?history[\"']?\s*:\s*(#.*)?$")
_TASKS: Final = re.compile(rb"^[\"']?tasks[\"']?\s*:\s*(#.*)?$")
_ENTRY_START: Final = re.compile(rb"^\s*- ")
_COMMENT_OR_BLANK: Final = re.compile(rb"^\s*(#.*)?$")


class FieldConflictError(ValueError):
    """A conflict outside history and tasks. `line` (from 1) is where it begins, `lines` are the lines of both sides."""

    def __init__(self, line: int, lines: list[bytes]) -> None:
        super().__init__(line)
        self.line = line
        self.lines = lines


@dataclass(slots=True)
class _Conflict:
    """One conflict: the line where it begins, and the lines of both sides."""

    line: int
    ours: list[bytes]
    theirs: list[bytes]

    @property
    def error(self) -> FieldConflictError:
        return FieldConflictError(self.line, [*self.ours, *self.theirs])


@dataclass(frozen=True, order=True, slots=True)
class _Entry:
    """The text of one event with the comments above it; ordered by time of recording.

    Two notes by one person in the same second in two clones have the same id, because ids ignore the text.
    """

    recorded: str
    id: str
    text: bytes


def merge_histories(text: bytes, known: Collection[str]) -> bytes:
    """Returns the file with each conflict in history or tasks replaced by the entries of both sides.

    An event on both sides appears once. Each side keeps its order, and otherwise the event recorded first comes
    first, so that both clones get the same file. Raises FieldConflictError if a conflict touches other fields, or
    changes an event of the common ancestor (the ids in `known`).
    """
    lines: list[bytes] = []
    in_history = in_tasks = False
    for part in _split_conflicts(text.splitlines(keepends=True)):
        if isinstance(part, bytes):
            if _TOP_KEY.match(part):
                in_history = _HISTORY.match(part) is not None
                in_tasks = _TASKS.match(part) is not None
            lines.append(part)
            continue
        if in_tasks and (tasks := merging_tasks.merge_task_lines(part.ours, part.theirs)):
            lines += tasks
            continue
        if not in_history:
            raise part.error
        ours, theirs = _side_entries(part, part.ours), _side_entries(part, part.theirs)
        old = {entry for entry in (*ours, *theirs) if entry.id in known}
        if len(old) > len({entry.id for entry in old}):
            raise part.error
        lines += [entry.text for entry in _interleave_entries(ours, theirs)]
    return b"".join(lines)


def recorded_event_ids(text: bytes) -> frozenset[str]:
    """The ids of the events in a file; skips what cannot be read."""
    root = yamltext.parse_yaml(text, with_places=False).root
    events = root.get("history") if isinstance(root, dict) else None
    ids = [event.get("id") for event in events or () if isinstance(event, dict)]
    return frozenset(name for name in ids if isinstance(name, str))


def _split_conflicts(lines: list[bytes]) -> Iterator[bytes | _Conflict]:
    """Yields each line outside conflicts, and each conflict as one object."""
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
        raise conflict.error


def _interleave_entries(ours: list[_Entry], theirs: list[_Entry]) -> list[_Entry]:
    """Merges the events of both sides; each side keeps its order, an event on both sides appears once."""
    merged: list[_Entry] = []
    while ours and theirs:
        if ours[0] in theirs[1:] and theirs[0] not in ours:
            first = theirs[0]
        elif theirs[0] in ours[1:] and ours[0] not in theirs:
            first = ours[0]
        else:
            first = min(ours[0], theirs[0])
        merged.append(first)
        ours, theirs = ([entry for entry in side if entry != first] for side in (ours, theirs))
    return list(dict.fromkeys([*merged, *ours, *theirs]))


def _side_entries(conflict: _Conflict, side: list[bytes]) -> list[_Entry]:
    """Splits one side into events; an event may have several lines, and comments above."""
    texts: list[bytes] = []
    above = b""
    for line in side:
        if _ENTRY_START.match(line):
            texts.append(above + line)
            above = b""
        elif _COMMENT_OR_BLANK.match(line):
            above += line
        elif texts:
            texts[-1] += above + line
            above = b""
        else:
            raise conflict.error
    if above and texts:
        texts[-1] += above
    return [_parse_entry(conflict, text if text.endswith(b"\n") else text + b"\n") for text in texts]


def _parse_entry(conflict: _Conflict, text: bytes) -> _Entry:
    """Parses one event; raises FieldConflictError if it is not an event, or if another top-level key follows."""
    reading = yamltext.parse_yaml(b"history:\n" + text, with_places=False)
    events: Any = reading.root.get("history") if isinstance(reading.root, dict) else None
    whole = not reading.flaws and isinstance(events, list) and isinstance(events[0], dict)
    if not whole or len(reading.root) > 1 or not isinstance(events[0].get("id"), str):
        raise conflict.error
    moment = events[0].get("recorded") or events[0].get("at") or ""
    return _Entry(text=text, recorded=_utc_text(str(moment)), id=events[0]["id"])


def _utc_text(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return moment
