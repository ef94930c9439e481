"""Edits the text of a case file in place: comments, order, quotes and unknown keys stay as they are."""

import dataclasses
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    PlainScalarString,
)

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.errors import Broken
from complaintctl.storage.case.new_text import (
    FIELD_LAYOUT,
    case_yaml,
    event_entries,
    with_closed_customer,
)
from complaintctl.storage.yaml import original_spacing, yamltext
from complaintctl.storage.yaml.quoting import fits_literal_block, is_plain_scalar

NO_WRAP_WIDTH: Final = 2**31
# Explicitly plain: ruamel gives a bare str the quotes of the value that it replaces.
_EMPTY: Final = PlainScalarString("")


class LostContentError(RuntimeError):
    """The edited text would lose content of the file (a bug of ours), so nothing is written."""


class _TextResolver(VersionedResolver):
    """Resolves every scalar to a string, so that it is written back as it was typed."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is ScalarNode:
            return self.DEFAULT_SCALAR_TAG
        return super().resolve(kind, value, implicit)


def _make_yaml(dash_column: int) -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _TextResolver
    yaml.preserve_quotes = True
    yaml.width = NO_WRAP_WIDTH
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.indent(mapping=2, sequence=dash_column + 2, offset=dash_column)
    return yaml


def rewrite_case_text(
    content: bytes, before: Case, after: Case, changes: Mapping[str, Any], events: Iterable[Event]
) -> bytes:
    """Returns the changed file: written anew if it is byte for byte what `case_yaml` writes (fast), else edited.

    Raises Broken with line and column of YAML that can be read but cannot be written back.
    """
    # D-003: there are no hand edits to keep.
    if case_yaml(before).encode() == content:
        return case_yaml(after).encode()
    return edit_case_text(content, _with_whole_customer(before, after, changes), events)


def _with_whole_customer(before: Case, after: Case, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the changes with the customer as a whole, if the customer is sealed in the file or will be."""
    seals = [case.customer.sealed if case.customer else None for case in (before, after)]
    if seals == [None, None] or not any(name.partition(".")[0] == "customer" for name in changes):
        return changes
    others = {name: value for name, value in changes.items() if name.partition(".")[0] != "customer"}
    return {**others, "customer": with_closed_customer(after).customer}


def edit_case_text(before: bytes, changes: Mapping[str, Any], events: Iterable[Event]) -> bytes:
    """Returns the file with the dotted fields in `changes` set (None empties a field) and `events` appended.

    Raises Broken with line and column of YAML that we can read but ruamel cannot, such as a tab after a colon.
    """
    appended = tuple(events)
    if not changes and not appended:
        return before
    plain = original_spacing.normalize_for_ruamel(before)
    prepared = _add_empty_fields(plain, changes)
    yaml = _make_yaml(_dash_column(prepared))
    try:
        document = yaml.load(prepared)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = {"line": mark.line + 1, "column": mark.column + 1}
        raise Broken("unwritable", **position, detail=error.problem or "") from error
    untouched = _dump_document(yaml, document)
    for name, value in changes.items():
        _set_field(document, name, value)
    _append_events(document, appended)
    changed = _dump_document(yaml, document)
    if untouched != prepared:
        changed = original_spacing.restore_spacing(prepared, untouched, changed)
    if plain != before:
        changed = original_spacing.restore_line_endings(before, plain, changed)
    _check_nothing_lost(before, changed, {name.partition(".")[0] for name in changes})
    return changed


def _append_events(document: CommentedMap, events: tuple[Event, ...]) -> None:
    if events and not (isinstance(document.get("history"), CommentedSeq) and document["history"]):
        document["history"] = CommentedSeq()
    for event in events:
        document["history"].append(_make_node(event, in_flow=True))


def _check_nothing_lost(before: bytes, after: bytes, changed: set[str]) -> None:
    """Raise LostContentError unless all other fields and the old events are unchanged (D-002)."""
    old, new = (yamltext.parse_yaml(text, with_places=False) for text in (before, after))
    history = old.root.get("history") or []
    same = all(
        new.root.get(key) == value for key, value in old.root.items() if key not in changed | {"history"}
    )
    if new.flaws or not same or (new.root.get("history") or [])[: len(history)] != history:
        raise LostContentError


def _dash_column(text: bytes) -> int:
    """The column of the dashes in the history; 2, as we write it, if there are none."""
    position = yamltext.parse_yaml(text, with_places=True).places.get(("history", 0))
    dash = text.splitlines()[position[0] - 1].find(b"-") if position else -1
    return dash if dash >= 0 else 2


def _dump_document(yaml: YAML, document: Any) -> bytes:
    buffer = io.BytesIO()
    yaml.dump(document, buffer)
    return buffer.getvalue()


def _add_empty_fields(before: bytes, changes: Mapping[str, Any]) -> bytes:
    """Adds a line `name:` for each field that the file lacks, where FIELD_LAYOUT puts it."""
    for name in dict.fromkeys(name.partition(".")[0] for name in changes):
        places = yamltext.parse_yaml(before, with_places=True).key_places
        lines_of = {str(path[0]): line for path, (line, _) in places.items() if len(path) == 1}
        if name not in lines_of:
            before = _insert_field_line(before, name, lines_of)
    return before


def _insert_field_line(before: bytes, name: str, lines_of: Mapping[str, int]) -> bytes:
    group = next((group for group in FIELD_LAYOUT if name in group), ())
    lines = before.splitlines(keepends=True)
    mates = [lines_of[entry] for entry in group if entry in lines_of]
    if mates:
        later = [line for line in lines_of.values() if line > max(mates)]
    else:
        order = [entry for names in FIELD_LAYOUT for entry in names]
        index = order.index(name) if name in order else len(order)
        later = [lines_of[entry] for entry in order[index + 1 :] if entry in lines_of]
    at = min(later, default=len(lines) + 1) - 1
    while at > 0 and (not lines[at - 1].strip() or lines[at - 1].startswith(b"#")):
        at -= 1
    return b"".join([*lines[:at], b"" if mates else b"\n", name.encode() + b":\n", *lines[at:]])


def _set_field(document: CommentedMap, name: str, value: Any) -> None:
    first, _, rest = name.partition(".")
    if not rest:
        _replace_field(document, first, value)
        return
    group = document.get(first)
    if not isinstance(group, CommentedMap):
        group = CommentedMap()
        if first != "x":
            group.fa.set_flow_style()
        document[first] = group
    if value is None:
        _remove_entry(document, group, first, rest)
    else:
        _put_entry(group, rest, _make_node(value, in_flow=first != "x"))
    if not group:
        document[first] = _EMPTY


def _replace_field(document: CommentedMap, name: str, value: Any) -> None:
    """Set a whole field; a list is refilled in place, so that the comments after it stay."""
    node, old = _make_node(value, in_flow=False), document.get(name)
    if isinstance(node, CommentedSeq) and isinstance(old, CommentedSeq):
        old[:] = list(node)
        return
    _put_entry(document, name, node)


def _put_entry(owner: CommentedMap, name: str, node: Any) -> None:
    """Set one entry; the blank lines and comments after it stay, also if it is new at the end of a group."""
    last = next(reversed(owner), None)
    before = name if name in owner else last
    follows = owner.ca.items.get(before)
    if follows and follows[2] and (before == name or not owner.fa.flow_style()):
        follows[2].value = _comment_after(follows[2].value, owner.get(before), node)
        if before != name:
            owner.ca.items[name] = [None, None, follows[2], None]
            follows[2] = None
    owner[name] = node


def _comment_after(comment: str, old: Any, new: Any) -> str:
    """Adjusts the comment after a value: ruamel counts the line end to a block scalar, but to the comment otherwise."""
    was, becomes = (isinstance(value, LiteralScalarString | FoldedScalarString) for value in (old, new))
    if was and not becomes:
        return f"\n{comment}"
    return comment.removeprefix("\n") if becomes and not was else comment


def _remove_entry(document: CommentedMap, group: CommentedMap, first: str, name: str) -> None:
    """Remove an entry from a group; the comments after it move to the entry before, or to the group's key."""
    names = list(group)
    after = (group.ca.items.pop(name, None) or [None] * 4)[2]
    before = names[: names.index(name)] if name in names else []
    group.pop(name, None)
    if after is not None and not group.fa.flow_style():
        comments = group.ca.items if before else document.ca.items
        comments.setdefault(before[-1] if before else first, [None] * 4)[2] = after


def _make_node(value: Any, *, in_flow: bool) -> Any:
    """Converts a value to the ruamel node that prints in our style."""
    if isinstance(value, Event):
        return _make_map(event_entries(value))
    if dataclasses.is_dataclass(value):
        pairs = (
            (fields.file_key(entry.name), getattr(value, entry.name)) for entry in dataclasses.fields(value)
        )
        return _make_map((name, inner) for name, inner in pairs if inner is not None and inner != ())
    if isinstance(value, dict):
        return _make_map(value.items())
    if isinstance(value, tuple | list):
        return _make_sequence(value, in_flow=in_flow)
    return _make_scalar(value, in_flow=in_flow)


def _make_sequence(values: Iterable[Any], *, in_flow: bool) -> CommentedSeq:
    nodes = CommentedSeq([_make_node(entry, in_flow=True) for entry in values])
    if in_flow:
        nodes.fa.set_flow_style()
    return nodes


def _make_scalar(value: Any, *, in_flow: bool) -> Any:
    if value is None:
        return PlainScalarString("null") if in_flow else _EMPTY
    if isinstance(value, bool | int | datetime | date):
        return PlainScalarString(fields.value_text(value) or "")
    text = str(value)
    if not in_flow and fits_literal_block(text):
        return LiteralScalarString(text)
    plain = is_plain_scalar(text, in_flow=in_flow)
    return PlainScalarString(text) if plain else DoubleQuotedScalarString(text)


def _make_map(pairs: Iterable[tuple[str, Any]]) -> CommentedMap:
    mapping = CommentedMap(
        (_make_scalar(name, in_flow=True), _make_node(value, in_flow=True)) for name, value in pairs
    )
    mapping.fa.set_flow_style()
    return mapping
