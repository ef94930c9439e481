"""Changing a case file gently: comments, order, quotes and unknown keys stay; only what changed changes."""

import dataclasses
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from complaintctl.domain import fields
from complaintctl.domain.case import Event
from complaintctl.storage import yamltext
from complaintctl.storage.emitter import LAYOUT, event_pairs
from complaintctl.storage.scalars import is_literal, is_plain

NO_WRAPPING: Final = 2**31


class LostError(RuntimeError):
    """The changed text would not hold what the file held: our bug, so nothing is written."""


class _TextResolver(VersionedResolver):
    """Sees a text in every scalar, so that what was typed is written back as it was typed."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is ScalarNode:
            return self.DEFAULT_SCALAR_TAG
        return super().resolve(kind, value, implicit)


def _yaml(dash_column: int) -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _TextResolver
    yaml.preserve_quotes = True
    yaml.width = NO_WRAPPING
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.indent(mapping=2, sequence=dash_column + 2, offset=dash_column)
    return yaml


def changed_text(before: bytes, facts: Mapping[str, Any], events: Iterable[Event]) -> bytes:
    """The file with the dotted `facts` set (None empties one) and `events` appended to its history."""
    windows = 0 < before.count(b"\n") == before.count(b"\r\n")
    if windows:
        return changed_text(before.replace(b"\r\n", b"\n"), facts, events).replace(b"\n", b"\r\n")
    prepared = _with_places_for(before, facts)
    yaml = _yaml(_dash_column(prepared))
    document = yaml.load(prepared)
    untouched = _dumped(yaml, document)
    for name, value in facts.items():
        _set(document, name, value)
    if not document.get("history"):
        document["history"] = CommentedSeq()
    for event in events:
        document["history"].append(_node(event, in_flow=True))
    changed = _dumped(yaml, document)
    if untouched != prepared:
        changed = _grafted(prepared, untouched, changed)
    _check_nothing_lost(before, changed, {name.partition(".")[0] for name in facts})
    return changed


def _check_nothing_lost(before: bytes, after: bytes, changed: set[str]) -> None:
    """Raise LostError unless everything that was not to change is still there: never write a guess."""
    old, new = (yamltext.read(text, with_places=False) for text in (before, after))
    history = old.root.get("history") or []
    same = all(
        new.root.get(key) == value for key, value in old.root.items() if key not in changed | {"history"}
    )
    if new.flaws or not same or (new.root.get("history") or [])[: len(history)] != history:
        raise LostError


def _dash_column(text: bytes) -> int:
    """How far the file indents the dashes of its history; two columns are our own way."""
    place = yamltext.read(text, with_places=True).places.get(("history", 0))
    dash = text.splitlines()[place[0] - 1].find(b"-") if place else -1
    return dash if dash >= 0 else 2


def _dumped(yaml: YAML, document: Any) -> bytes:
    buffer = io.BytesIO()
    yaml.dump(document, buffer)
    return buffer.getvalue()


def _grafted(original: bytes, untouched: bytes, changed: bytes) -> bytes:
    """The change laid onto a file whose own spacing the round trip would not keep.

    Lines that the change (untouched to changed) leaves alone are written as they stood in the original.
    """
    own = _original_lines(original.splitlines(keepends=True), untouched.splitlines(keepends=True))
    before, after = untouched.splitlines(keepends=True), changed.splitlines(keepends=True)
    lines: list[bytes] = []
    for kind, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        kept = [own.get(place) for place in range(start, end)]
        whole = kind == "equal" and None not in kept
        lines.extend(line for line in kept if line is not None) if whole else lines.extend(after[first:last])
    return b"".join(lines)


def _original_lines(original: list[bytes], untouched: list[bytes]) -> dict[int, bytes]:
    """For each line of the round trip the line of the file that it came from, where there is just one."""
    own: dict[int, bytes] = {}
    for _, start, end, first, last in SequenceMatcher(
        None, original, untouched, autojunk=False
    ).get_opcodes():
        if end - start == last - first:
            own |= dict(zip(range(first, last), original[start:end], strict=True))
    return own


def _with_places_for(before: bytes, facts: Mapping[str, Any]) -> bytes:
    """The file with an empty line of its own for each fact it does not have yet, where our layout puts it."""
    for name in dict.fromkeys(name.partition(".")[0] for name in facts):
        places = yamltext.read(before, with_places=True).key_places
        lines_of = {str(path[0]): line for path, (line, _) in places.items() if len(path) == 1}
        if name not in lines_of:
            before = _inserted(before, name, lines_of)
    return before


def _inserted(before: bytes, name: str, lines_of: Mapping[str, int]) -> bytes:
    group = next((group for group in LAYOUT if name in group), ())
    lines = before.splitlines(keepends=True)
    mates = [lines_of[entry] for entry in group if entry in lines_of]
    if mates:
        later = [line for line in lines_of.values() if line > max(mates)]
    else:
        order = [entry for names in LAYOUT for entry in names]
        place = order.index(name) if name in order else len(order)
        later = [lines_of[entry] for entry in order[place + 1 :] if entry in lines_of]
    at = min(later, default=len(lines) + 1) - 1
    while at > 0 and (not lines[at - 1].strip() or lines[at - 1].startswith(b"#")):
        at -= 1
    ending = b"\r\n" if b"\r\n" in before else b"\n"
    return b"".join([*lines[:at], b"" if mates else ending, name.encode() + b":" + ending, *lines[at:]])


def _set(document: CommentedMap, name: str, value: Any) -> None:
    first, _, rest = name.partition(".")
    if not rest:
        _replace(document, first, value)
        return
    group = document.get(first)
    if not isinstance(group, CommentedMap):
        group = CommentedMap()
        if first != "x":
            group.fa.set_flow_style()
        document[first] = group
    if value is None:
        group.pop(rest, None)
    else:
        group[rest] = _node(value, in_flow=first != "x")
    if not group:
        document[first] = ""


def _replace(document: CommentedMap, name: str, value: Any) -> None:
    """Set a fact as a whole; a list is refilled in place, so that the comments after it stay."""
    node = "" if value is None else _node(value, in_flow=False)
    if isinstance(node, CommentedSeq) and isinstance(document.get(name), CommentedSeq):
        document[name][:] = list(node)
    else:
        document[name] = node


def _node(value: Any, *, in_flow: bool) -> Any:
    """A value as ruamel writes it in our style."""
    if isinstance(value, Event):
        return _map(event_pairs(value))
    if dataclasses.is_dataclass(value):
        pairs = ((fields.key(entry.name), getattr(value, entry.name)) for entry in dataclasses.fields(value))
        return _map((name, inner) for name, inner in pairs if inner is not None and inner != ())
    if isinstance(value, dict):
        return _map(value.items())
    if isinstance(value, tuple | list):
        return _sequence(value, in_flow=in_flow)
    return _scalar(value, in_flow=in_flow)


def _sequence(values: Iterable[Any], *, in_flow: bool) -> CommentedSeq:
    nodes = CommentedSeq([_node(entry, in_flow=True) for entry in values])
    if in_flow:
        nodes.fa.set_flow_style()
    return nodes


def _scalar(value: Any, *, in_flow: bool) -> Any:
    if value is None or isinstance(value, bool | int | datetime | date):
        return fields.as_text(value) or "null"
    text = str(value)
    if not in_flow and is_literal(text):
        return LiteralScalarString(text)
    return text if is_plain(text, in_flow=in_flow) else DoubleQuotedScalarString(text)


def _map(pairs: Iterable[tuple[str, Any]]) -> CommentedMap:
    made = CommentedMap((name, _node(value, in_flow=True)) for name, value in pairs)
    made.fa.set_flow_style()
    return made
