"""Merges two histories, as text, by time of recording."""

import dataclasses
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from complaintctl.storage.yaml import yamltext

_TOP_KEY: Final = re.compile(rb"^[^\s#\-][^:]*:")
_HISTORY: Final = re.compile(rb"^[\"']?history[\"']?\s*:\s*(#.*)?$")
_ENTRY_START: Final = re.compile(rb"^(\s*)- ")
_COMMENT_OR_BLANK: Final = re.compile(rb"^\s*(#.*)?$")
_EVENT_REFERENCE: Final = re.compile(rb"(\bevent:\s*[\"']?)([0-9A-Z]{8})\b")
# Time, person and activity of an event that an import read: what identifies it in its source.
_SourceKey = tuple[str, str, str]


class HistoryConflictError(ValueError):
    """A history cannot be split into events, or both sides changed one event differently."""


@dataclass(frozen=True, order=True, slots=True)
class _Entry:
    """The text of one event with the comments above it; ordered by time of recording, then by its own time.

    Two notes by one person in the same second in two clones have the same id, because ids ignore the text.
    """

    recorded: str
    at: str
    id: str
    text: bytes
    # None unless an import read the event in its source.
    source_key: _SourceKey | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class _SplitFile:
    """A case file: what comes before the first event, the events, and what follows the last one."""

    before: bytes
    entries: list[_Entry]
    after: bytes


def merge_histories(ours: bytes, theirs: bytes, base: bytes, system: str | None = None) -> bytes:
    """Returns the file `ours` with the events of both sides; `base` is the common ancestor.

    `system` is the system that an imported case comes from: of an event that both sides imported there is one.

    An event on both sides appears once, as the side that changed its text has it. Each side keeps its order, and
    otherwise the event recorded first comes first, so that both clones get the same history. Raises
    HistoryConflictError if a side has no list of events, or if both changed the same one.
    """
    one, two, old = (_split_file(text, system) for text in (ours, theirs, base))
    first, second = _take_one_import(one.entries, two.entries, old.entries)
    first, second = _take_changed_texts(first, second, old.entries)
    entries = b"".join(entry.text for entry in _interleave_entries(first, second))
    return one.before + entries + one.after


def _take_one_import(
    ours: list[_Entry], theirs: list[_Entry], base: list[_Entry]
) -> tuple[list[_Entry], list[_Entry]]:
    """Returns both sides with each event of the source as one of them has it.

    An import with earlier events writes the events after them anew, with other ids. The side that did so has them
    as they follow from each other. Two equal rows of the source are two events.
    """
    is_theirs = _renewal_rank(theirs, base) > _renewal_rank(ours, base)
    kept, other = (theirs, ours) if is_theirs else (ours, theirs)
    own, alike = _own_source_events(kept, other), _own_source_events(other, kept)
    pairs = [pair for key in alike for pair in zip(alike[key], own[key], strict=False)]
    replaced = dict(pairs)
    renamed = {old.id: new.id for old, new in pairs}
    other = [replaced.get(entry) or _refer_to_renamed(entry, renamed) for entry in other]
    return (other, kept) if is_theirs else (kept, other)


def _renewal_rank(side: list[_Entry], base: list[_Entry]) -> tuple[bool, int]:
    """Returns whether a side lacks imported events of the ancestor, and how many it has itself."""
    ids = {entry.id for entry in side}
    is_renewed = any(entry.source_key and entry.id not in ids for entry in base)
    return is_renewed, sum(entry.source_key is not None for entry in side)


def _own_source_events(side: list[_Entry], other: list[_Entry]) -> dict[_SourceKey, list[_Entry]]:
    """Returns the imported events whose ids the other side does not have, by what identifies them in the source."""
    ids = {entry.id for entry in other}
    own: dict[_SourceKey, list[_Entry]] = defaultdict(list)
    for entry in side:
        if entry.source_key and entry.id not in ids:
            own[entry.source_key].append(entry)
    return own


def _refer_to_renamed(entry: _Entry, renamed: Mapping[str, str]) -> _Entry:
    """Returns a retraction with the new id of the event that it takes back; any other event as it is."""

    def rename(found: re.Match[bytes]) -> bytes:
        return found[1] + renamed.get(found[2].decode(), found[2].decode()).encode()

    text = _EVENT_REFERENCE.sub(rename, entry.text) if renamed and entry.source_key is None else entry.text
    return dataclasses.replace(entry, text=text)


def _take_changed_texts(
    ours: list[_Entry], theirs: list[_Entry], base: list[_Entry]
) -> tuple[list[_Entry], list[_Entry]]:
    """Returns both sides with each event of the common ancestor as the side has it that changed its text."""
    for name in {entry.id for entry in base}:
        one, two, old = ([entry for entry in side if entry.id == name] for side in (ours, theirs, base))
        if one == two or not one or not two:
            continue
        if old not in (one, two):
            # Two new events may have the id of an old one; then the old ones are still there.
            if not set(old) <= {*one, *two}:
                raise HistoryConflictError(name)
            continue
        changed, kept = (two, one) if old == one else (one, two)
        if len(changed) == len(kept):
            replaced = dict(zip(kept, changed, strict=True))
            ours, theirs = ([replaced.get(entry, entry) for entry in side] for side in (ours, theirs))
    return ours, theirs


def _interleave_entries(ours: list[_Entry], theirs: list[_Entry]) -> list[_Entry]:
    """Merges the events of both sides; each side keeps its order, an event on both sides appears once."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    shared = next((place for place, (one, two) in pairs if one != two), min(len(ours), len(theirs)))
    merged, ours, theirs = ours[:shared], ours[shared:], theirs[shared:]
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


def _split_file(text: bytes, system: str | None) -> _SplitFile:
    """Splits a file at its history; an event may have several lines, and comments above."""
    lines = text.splitlines(keepends=True)
    start = next((index + 1 for index, line in enumerate(lines) if _HISTORY.match(line)), len(lines))
    tops = (index for index in range(start, len(lines)) if _TOP_KEY.match(lines[index]))
    end = next(tops, len(lines))
    while end > start and _COMMENT_OR_BLANK.match(lines[end - 1]):
        end -= 1
    return _SplitFile(
        before=b"".join(lines[:start]),
        entries=[_parse_entry(entry, system) for entry in _split_entries(lines[start:end])],
        after=b"".join(lines[end:]),
    )


def _split_entries(lines: list[bytes]) -> list[bytes]:
    texts: list[bytes] = []
    above, indent = b"", None
    for line in lines:
        dash = _ENTRY_START.match(line)
        indent = dash[1] if dash and indent is None else indent
        if dash and dash[1] == indent:
            texts.append(above + line)
            above = b""
        elif _COMMENT_OR_BLANK.match(line):
            above += line
        elif texts:
            texts[-1] += above + line
            above = b""
        else:
            raise HistoryConflictError(line)
    return texts


def _parse_entry(text: bytes, system: str | None) -> _Entry:
    """Parses one event; raises HistoryConflictError if it is not an event."""
    text = text if text.endswith(b"\n") else text + b"\n"
    reading = yamltext.parse_yaml(b"history:\n" + text, with_places=False)
    events: Any = reading.root.get("history") if isinstance(reading.root, dict) else None
    is_one = not reading.flaws and isinstance(events, list) and len(events) == 1
    if not is_one or not isinstance(events[0], dict) or not isinstance(events[0].get("id"), str):
        raise HistoryConflictError(text)
    event = events[0]
    at = str(event.get("at") or "")
    recorded = str(event.get("recorded") or at)
    return _Entry(
        recorded=_utc_text(recorded),
        at=_utc_text(at),
        id=event["id"],
        text=text,
        source_key=_source_key(event, system),
    )


def _source_key(event: dict[str, Any], system: str | None) -> _SourceKey | None:
    """Returns what identifies an event in its source; None if somebody here recorded it, or an import itself."""
    if (
        system is None
        or event.get("did") == "import"
        or system not in {event.get("by"), event.get("recorded_by")}
    ):
        return None
    # The text is the word of the source where that is not the activity, which may differ with the events before it.
    return (
        _utc_text(str(event.get("at") or "")),
        str(event.get("by")),
        str(event.get("text") or event.get("did")),
    )


def _utc_text(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return moment
