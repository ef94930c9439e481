"""YAML as texts: a strict, fast reading that resolves nothing but null and knows where everything stands.

Built on the events of libyaml's parser: one pass, no recursion, no aliases to expand. The schema gives the
types (storage/case/schema.py), so `NO`, `1:30` and `+8613800138000` stay what was typed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml import events

from complaintctl.domain.problems import Fault

NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
MAX_DEPTH: Final = 32
# libyaml 0.2.6 and newer look ahead and give up at 1,000 open brackets, before our own limit is reached.
_TOO_DEEP_FOR_LIBYAML: Final = "exceeded maximum nesting depth"
BYTE_ORDER_MARK: Final = "\ufeff".encode()
CONFLICT_MARKER: Final = re.compile(rb"^(<<<<<<< |=======\r?$|>>>>>>> |\|\|\|\|\|\|\| )", re.MULTILINE)

Path = tuple[str | int, ...]
Place = tuple[int, int]


def dotted(path: Path) -> str:
    """A path as a person would say it: `history[2].at`."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


@dataclass(slots=True)
class Reading:
    """What a file says: `root` of texts, None, dicts and lists; `flaws` of its syntax; where things stand.

    `places` (values) and `key_places` map a path to line and column, counted from 1; filled only where asked.
    """

    root: Any = None
    flaws: list[tuple[Fault, Place]] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)
    key_places: dict[Path, Place] = field(default_factory=dict)

    def flaw(self, key: str, place: Place, **facts: object) -> None:
        """Note a fault of the syntax at its place."""
        self.flaws.append((Fault(key=key, path=(), facts=facts), place))


_NO_KEY: Final = object()
# Ends the name that keeps a value whose key is at fault; no key of a file can hold it.
STAND_IN: Final = "\0"


def read(data: bytes, *, with_places: bool) -> Reading:
    """Read one document. Never raises: what cannot be read becomes a flaw, what could be stays in `root`."""
    reading = Reading()
    if _unreadable(data, reading):
        return reading
    try:
        _walk(data, reading, with_places=with_places)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if error.problem == _TOO_DEEP_FOR_LIBYAML:
            reading.flaw("too-deep", place, depth=MAX_DEPTH)
        else:
            reading.flaw("yaml-syntax", place, detail=error.problem or error.context or "")
    except yaml.reader.ReaderError as error:
        line = data[: error.position].count(b"\n") + 1
        reading.flaw("yaml-character", (line, 1), detail=error.reason)
    if reading.root is None and not reading.flaws:
        reading.flaw("file-empty", (1, 1))
    elif not isinstance(reading.root, dict) and not reading.flaws:
        reading.flaw("not-a-mapping", (1, 1))
    return reading


def _unreadable(data: bytes, reading: Reading) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        reading.flaw("not-utf-8", _place_at(data, error.start))
        return True
    # At the start it says UTF-8; further on it is invisible, and readers take it for nothing or for a letter.
    if (hidden := data.find(BYTE_ORDER_MARK, 1)) > 0:
        reading.flaw("yaml-character", _place_at(data, hidden), detail="U+FEFF")
        return True
    marker = CONFLICT_MARKER.search(data)
    if marker is not None:
        reading.flaw("conflict-marker", (data[: marker.start()].count(b"\n") + 1, 1))
    return marker is not None


def _place_at(data: bytes, offset: int) -> Place:
    """Line and column of a byte, the column in characters as an editor counts it."""
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[start:offset].decode(errors="replace")) + 1


class _Builder:
    """The containers being filled: a stack instead of recursion, so no depth of nesting can crash it.

    A container is put into its parent when it begins, so what stood before a syntax error is kept.
    """

    def __init__(self, reading: Reading, *, with_places: bool) -> None:
        self.reading = reading
        self.with_places = with_places
        self.stack: list[tuple[Any, Path]] = []
        self.here: Any = None
        self.key: Any = _NO_KEY
        self.way: Path = ()

    def put(self, value: Any, event: Any) -> None:
        here = self.here
        if type(here) is dict:
            if self.key is _NO_KEY:
                self.name(value, event)
                return
            if self.with_places:
                self.reading.places[(*self.way, self.key)] = place_of(event)
            here[self.key] = value
            self.key = _NO_KEY
        elif type(here) is list:
            if self.with_places:
                self.reading.places[(*self.way, len(here))] = place_of(event)
            here.append(value)
        else:
            self.reading.root = value
            self.reading.places[()] = (1, 1)

    def name(self, value: Any, event: Any) -> None:
        """Take the next key of a mapping; one that cannot be a key is kept under a name of its own."""
        if type(value) is not str:
            self.reading.flaw("key-not-text", place_of(event))
            value = f"(line {place_of(event)[0]}){STAND_IN}"
        if value in self.here:
            self.reading.flaw("duplicate-key", place_of(event), name=value)
            value = f"{value} (again, line {place_of(event)[0]}){STAND_IN}"
        if self.with_places:
            self.reading.key_places[(*self.way, value)] = place_of(event)
        self.key = value

    def enter(self, container: Any, event: Any) -> None:
        if type(self.here) is dict and self.key is _NO_KEY:
            self.name(None, event)
        way = self.way
        if self.here is not None:
            way = (*way, len(self.here) if type(self.here) is list else self.key)
        self.put(container, event)
        self.stack.append((self.here, self.way))
        self.here, self.key, self.way = container, _NO_KEY, way

    def leave(self) -> None:
        self.here, self.way = self.stack.pop()
        self.key = _NO_KEY


def place_of(event: Any) -> Place:
    """Line and column of a parser event, counted from 1."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def _walk(data: bytes, reading: Reading, *, with_places: bool) -> None:
    get: Callable[[], Any] = yaml.CBaseLoader(data).get_event
    build = _Builder(reading, with_places=with_places)
    put = build.put
    while (event := get()) is not None:
        kind = type(event)
        if kind is events.ScalarEvent:
            value = event.value
            put(None if value in NULLS and not event.style else value, event)
            if event.tag or event.anchor:
                _refuse_tag(reading, event)
        elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
            build.leave()
        elif not _begin(build, kind, event):
            return


def _begin(build: _Builder, kind: type, event: Any) -> bool:
    """Take an event that begins something; False where reading on makes no sense."""
    if kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
        build.enter({} if kind is events.MappingStartEvent else [], event)
        if event.tag or event.anchor:
            _refuse_tag(build.reading, event)
        if len(build.stack) > MAX_DEPTH:
            build.reading.flaw("too-deep", place_of(event), depth=MAX_DEPTH)
            return False
    elif kind is events.AliasEvent:
        build.reading.flaw("alias", place_of(event), name=f"*{event.anchor}")
        build.put("", event)
    elif kind is events.DocumentStartEvent and build.reading.root is not None:
        build.reading.flaw("second-document", place_of(event))
        return False
    return True


def _refuse_tag(reading: Reading, event: Any) -> None:
    reading.flaw("tag-or-anchor", place_of(event), name=event.tag or f"&{event.anchor}")
