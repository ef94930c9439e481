"""The history of a case as the bytes of its file. It stands last, so that what is appended follows what was there."""

import codecs
import re
from dataclasses import dataclass
from typing import Any, Final

from complaintctl.storage.yaml import yamltext

_HISTORY: Final = b"\nhistory:"
# An event as it is written: one line, its id last. Whatever looks otherwise is read as YAML.
_EVENT_LINE: Final = re.compile(
    rb"  - \{at: [^\n]*, did: ([a-z0-9-]+)[,}][^\n]*, id: \x22?([0-9A-HJKMNP-TV-Z]{8})\x22?\}\n"
)

# Keys and texts of an event, as its file has them.
RawEvent = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event in a file: its id, its activity, its line (1: the first), and all of it as texts."""

    id: str
    did: str
    line: int
    raw: RawEvent


@dataclass(frozen=True, slots=True)
class CaseTexts:
    """A case file read as YAML: the values of its keys as texts, and its events."""

    root: dict[str, Any]
    events: tuple[FoundEvent, ...]


def appended_history(old: bytes, new: bytes) -> bytes | None:
    """Returns what was appended to the history of a file; None if the bytes alone do not prove that nothing else changed."""
    start, place = old.find(_HISTORY), new.find(_HISTORY)
    if start < 0 or place < 0 or not old.endswith(b"\n"):
        return None
    section = old[start:]
    if not new.startswith(section, place) or new.find(_HISTORY, place + 1) >= 0:
        return None
    return new[place + len(section) :]


def whole_history(text: bytes) -> bytes | None:
    """Returns the events of a file as bytes; None if the bytes alone do not show where they are."""
    start = text.find(_HISTORY)
    if start < 0 or text.find(_HISTORY, start + 1) >= 0:
        return None
    _key, _line_break, events = text[start + 1 :].partition(b"\n")
    return events if _key == b"history:" else None


def fields_section(text: bytes) -> bytes:
    """Returns everything before the first line that begins a history."""
    return text.partition(_HISTORY)[0]


def without_form(text: bytes) -> bytes:
    """Returns a text without a byte order mark and without line ends of Windows, which change no value."""
    return text.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")


def history_section(text: bytes) -> bytes:
    """Returns everything after the first line that begins a history; nothing if there is none."""
    return text.partition(_HISTORY)[2]


def event_ids(lines: bytes) -> list[str] | None:
    """Returns the ids of the events in lines as they are written; None if a line looks otherwise."""
    ids, place = [], 0
    while place < len(lines):
        match = _EVENT_LINE.match(lines, place)
        if match is None:
            return None
        ids.append(match[2].decode())
        place = match.end()
    return ids


def all_event_ids(text: bytes) -> list[str]:
    """Returns the ids of the events in a file; nothing if it is not the file of a case."""
    ids = event_ids(whole_history(text) or b"-")
    if ids is not None:
        return ids
    read = read_texts(text)
    return [event.id for event in read.events] if read is not None else []


def salvaged_events(text: bytes) -> tuple[FoundEvent, ...]:
    """Returns the events in a file; of one that cannot be read, those whose lines are written as we write them."""
    read = read_texts(text)
    if read is None:
        lines = b"".join(match[0] for match in _EVENT_LINE.finditer(text))
        read = read_texts(b"history:\n" + lines) if lines else None
    return read.events if read is not None else ()


def event_activities(lines: bytes) -> list[str]:
    """Returns the activities of the events in such lines."""
    return [match[1].decode() for match in _EVENT_LINE.finditer(lines)]


def is_readable(text: bytes) -> bool:
    """Whether a file can be read as the file of a case."""
    return _read_root(text) is not None


def read_events(text: bytes) -> list[RawEvent]:
    """Returns the events of a file as YAML; nothing if it is not the file of a case."""
    root = _read_root(text) or {}
    return [event for event in root.get("history") or () if isinstance(event, dict)]


def _read_root(text: bytes) -> dict[str, Any] | None:
    """Returns a file read as YAML; None if it is not the file of a case."""
    reading = yamltext.parse_yaml(text, with_places=False)
    if not isinstance(reading.root, dict) or reading.flaws:
        return None
    return reading.root if isinstance(reading.root.get("history") or [], list) else None


def read_texts(text: bytes) -> CaseTexts | None:
    """Returns a file read as YAML; None if it is not the file of a case."""
    reading = yamltext.parse_yaml(text, with_places=True)
    if not isinstance(reading.root, dict) or reading.flaws:
        return None
    history = reading.root.get("history") or []
    if not isinstance(history, list):
        return None
    events = []
    for index, raw in enumerate(history):
        if isinstance(raw, dict):
            line = reading.places.get(("history", index), (0, 0))[0]
            name, did = str(raw.get("id") or ""), str(raw.get("did") or "")
            events.append(FoundEvent(name, did, line, raw))
    return CaseTexts(reading.root, tuple(events))
