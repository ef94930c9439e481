"""A strict, fast YAML parser: every scalar but null stays a string, and every value has its line and column.

It reads the events of libyaml's parser: one pass, no recursion, no aliases. The types come later, from the schema
(storage/case/schema.py), so `NO`, `1:30` and `+8613800138000` stay as typed.
"""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml import events

from complaintctl.domain.problems import Fault
from complaintctl.storage.yaml.plain_yaml import MAX_YAML_DEPTH, NULL_WORDS, NotPlainError, read_plain_yaml
from complaintctl.storage.yaml.written_yaml import NotWrittenError, read_written_yaml

# libyaml 0.2.6 and newer look ahead and fail at 1,000 open brackets, before our own limit is reached.
_TOO_DEEP_FOR_LIBYAML: Final = "exceeded maximum nesting depth"
BYTE_ORDER_MARK: Final = "\ufeff".encode()
_MARKER_STARTS: Final = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")
CONFLICT_MARKER: Final = re.compile(rb"^(<<<<<<< |=======\r?$|>>>>>>> |\|\|\|\|\|\|\| )", re.MULTILINE)

YamlPath = tuple[str | int, ...]
YamlPosition = tuple[int, int]


def dotted_path(path: YamlPath) -> str:
    """A path for people, with list entries counted from 1: `history[2].at`."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


@dataclass(slots=True)
class ParsedYaml:
    """A parsed file: `root` consists of str, None, dict and list; `flaws` are syntax faults with positions.

    `places` (of values) and `key_places` map a path to line and column, from 1; empty if nobody asked for them and the
    file is faultless.
    """

    root: Any = None
    flaws: list[tuple[Fault, YamlPosition]] = field(default_factory=list)
    places: dict[YamlPath, YamlPosition] = field(default_factory=dict)
    key_places: dict[YamlPath, YamlPosition] = field(default_factory=dict)

    def flaw(self, key: str, place: YamlPosition, **values: object) -> None:
        """Add a syntax fault at a position."""
        self.flaws.append((Fault(key=key, path=(), values=values), place))


_NO_KEY: Final = object()
# Marks the replacement name of a faulty key; no key in a file can contain this character.
FAULTY_KEY_MARK: Final = "\0"


def parse_yaml(data: bytes, *, with_places: bool, null_words: frozenset[str] = NULL_WORDS) -> ParsedYaml:
    """Parse one document. Never raises: errors become flaws, and `root` keeps what was read before them (D-001).

    `null_words` are the words without quotes that mean null; others than the usual ones need `with_places`.
    """
    reading = ParsedYaml()
    if _find_unreadable_bytes(data, reading):
        return reading
    if not with_places and (root := _plain_root(data)):
        return ParsedYaml(root=root)
    try:
        _build_tree(data, reading, null_words)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if error.problem == _TOO_DEEP_FOR_LIBYAML:
            reading.flaw("too-deep", position, depth=MAX_YAML_DEPTH)
        else:
            reading.flaw("yaml-syntax", position, detail=error.problem or error.context or "")
    except yaml.reader.ReaderError as error:
        line = data[: error.position].count(b"\n") + 1
        reading.flaw("yaml-character", (line, 1), detail=error.reason)
    if reading.root is None and not reading.flaws:
        reading.flaw("file-empty", (1, 1))
    elif not isinstance(reading.root, dict) and not reading.flaws:
        reading.flaw("not-a-mapping", (1, 1))
    return reading


def _plain_root(data: bytes) -> dict[str, Any] | None:
    """The root of a faultless file, or None if it must be read with care."""
    with contextlib.suppress(NotWrittenError):
        return read_written_yaml(data)
    try:
        root = read_plain_yaml(data)
    except (NotPlainError, yaml.YAMLError):
        return None
    return root if isinstance(root, dict) else None


def _find_unreadable_bytes(data: bytes, reading: ParsedYaml) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        reading.flaw("not-utf-8", _byte_position(data, error.start))
        return True
    # A byte order mark is allowed at the start only; elsewhere it is invisible, and parsers disagree about it.
    if (hidden := data.find(BYTE_ORDER_MARK, 1)) > 0:
        reading.flaw("yaml-character", _byte_position(data, hidden), detail="U+FEFF")
        return True
    marker = CONFLICT_MARKER.search(data) if any(map(data.__contains__, _MARKER_STARTS)) else None
    if marker is not None:
        reading.flaw("conflict-marker", (data[: marker.start()].count(b"\n") + 1, 1))
    return marker is not None


def _byte_position(data: bytes, offset: int) -> YamlPosition:
    """Line and column of a byte, from 1; the column counts characters, like an editor."""
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[start:offset].decode(errors="replace")) + 1


class _Builder:
    """Builds the tree from events, with a stack instead of recursion, so that deep nesting cannot crash it.

    A container is added to its parent when it begins, so everything before a syntax error is kept.
    """

    def __init__(self, reading: ParsedYaml) -> None:
        self.reading = reading
        self.stack: list[tuple[Any, YamlPath]] = []
        self.here: Any = None
        self.key: Any = _NO_KEY
        self.way: YamlPath = ()

    def put(self, value: Any, event: Any) -> None:
        here = self.here
        if type(here) is dict:
            if self.key is _NO_KEY:
                self.name(value, event)
                return
            self.reading.places[(*self.way, self.key)] = parser_position(event)
            here[self.key] = value
            self.key = _NO_KEY
        elif type(here) is list:
            self.reading.places[(*self.way, len(here))] = parser_position(event)
            here.append(value)
        else:
            self.reading.root = value
            self.reading.places[()] = (1, 1)

    def name(self, value: Any, event: Any) -> None:
        """Set the next key of a mapping; a faulty or duplicate key is replaced by a unique name."""
        if type(value) is not str:
            self.reading.flaw("key-not-text", parser_position(event))
            value = f"(line {parser_position(event)[0]}){FAULTY_KEY_MARK}"
        if value in self.here:
            self.reading.flaw("duplicate-key", parser_position(event), name=value)
            value = f"{value} (again, line {parser_position(event)[0]}){FAULTY_KEY_MARK}"
        self.reading.key_places[(*self.way, value)] = parser_position(event)
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


def parser_position(event: Any) -> YamlPosition:
    """Line and column of a parser event, counted from 1."""
    return event.start_mark.line + 1, event.start_mark.column + 1


def _build_tree(data: bytes, reading: ParsedYaml, null_words: frozenset[str]) -> None:
    get: Callable[[], Any] = yaml.CBaseLoader(data).get_event
    build = _Builder(reading)
    put = build.put
    while (event := get()) is not None:
        event_type = type(event)
        if event_type is events.ScalarEvent:
            value = event.value
            put(None if value in null_words and not event.style else value, event)
            if event.tag or event.anchor:
                _report_tag_or_anchor(reading, event)
        elif event_type is events.MappingEndEvent or event_type is events.SequenceEndEvent:
            build.leave()
        elif not _handle_start_event(build, event_type, event):
            return


def _handle_start_event(build: _Builder, event_type: type, event: Any) -> bool:
    """Handle an event that begins something; returns False if parsing must stop."""
    if event_type is events.MappingStartEvent or event_type is events.SequenceStartEvent:
        build.enter({} if event_type is events.MappingStartEvent else [], event)
        if event.tag or event.anchor:
            _report_tag_or_anchor(build.reading, event)
        if len(build.stack) > MAX_YAML_DEPTH:
            build.reading.flaw("too-deep", parser_position(event), depth=MAX_YAML_DEPTH)
            return False
    elif event_type is events.AliasEvent:
        build.reading.flaw("alias", parser_position(event), name=f"*{event.anchor}")
        build.put("", event)
    elif event_type is events.DocumentStartEvent and build.reading.root is not None:
        build.reading.flaw("second-document", parser_position(event))
        return False
    return True


def _report_tag_or_anchor(reading: ParsedYaml, event: Any) -> None:
    reading.flaw("tag-or-anchor", parser_position(event), name=event.tag or f"&{event.anchor}")
