"""Renames a level, class or person in the text of the policy; comments and layout stay."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from complaintctl.storage.yaml.quoting import scalar_text

RENAMED_SECTIONS: Final[Mapping[str, str]] = {"level": "levels", "category": "categories", "person": "people"}
# Places that refer to a name, as regular expressions of dotted paths; `*` is the index of a list.
_LIMIT_KEYS: Final = (
    r"calendar",
    r"steps\.\*\.(within|every|again|extend|calendar|needs|approve)",
    r"steps\.\*\.promise\.[^.]+",
    r"tasks\.\*\.within",
)
_KEYED_MAPS: Final[Mapping[str, re.Pattern[str]]] = {
    "level": re.compile("|".join(_LIMIT_KEYS)),
    "category": re.compile("|".join((*_LIMIT_KEYS, "playbooks"))),
    "person": re.compile(r"notify\.to"),
}
_VALUES: Final[Mapping[str, re.Pattern[str]]] = {
    "level": re.compile(r".*\.when\.level(\.\*)?|grading\.\*\.level"),
    "category": re.compile(r".*\.when\.category(\.\*)?"),
    "person": re.compile(
        r".*\.when\.owner(\.\*)?|(escalation|repetition|tasks)\.\*\.to|steps\.\*\.on\.watchers\.\*|duties\.[^.]+\.who"
    ),
}

_Edit = tuple[int, int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scalar:
    """A scalar of the file: the dotted path of its map (if it is a key) or of itself."""

    path: str
    node: Any
    is_key: bool


def rename_in_policy(text: str, kind: str, old: str, new: str) -> str:
    """Returns the policy with the new name wherever the old one is used; the entry keeps the old one under `also:`.

    `old` and `new` of a category are full paths with the same parent. Raises LookupError if the entry is not found.
    """
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    section = RENAMED_SECTIONS[kind]
    edits: list[_Edit] = []
    for scalar in _scalars(root, ""):
        pattern = (_KEYED_MAPS if scalar.is_key else _VALUES)[kind]
        name = scalar.node.value
        if pattern.fullmatch(scalar.path) and (name == old or name.startswith(f"{old}/")):
            edits.append(_replacement(scalar.node, new + name.removeprefix(old)))
    holder, key, value = _find_entry(root, section, old.split("/"))
    edits.append(_replacement(key, new.rpartition("/")[2]))
    edits += _old_name_edits(text, holder, key, value, (old, new))
    for start, end, put in sorted(edits, reverse=True):
        text = text[:start] + put + text[end:]
    return text


def _replacement(node: Any, name: str) -> _Edit:
    return node.start_mark.index, node.end_mark.index, scalar_text(name, in_flow=True)


def _scalars(node: Any, path: str) -> Iterator[_Scalar]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield _Scalar(path=path, node=key, is_key=True)
            yield from _scalars(value, f"{path}.{key.value}" if path else str(key.value))
    elif isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _scalars(entry, f"{path}.*")
    else:
        yield _Scalar(path=path, node=node, is_key=False)


def _find_entry(root: Any, section: str, names: list[str]) -> tuple[Any, Any, Any]:
    """Returns the map or list that holds the entry, its key and its value (None in a list of bare keys)."""
    holder = _value(root, section)
    for name in names[:-1]:
        holder = _value(_value(holder, name), "sub")
    if isinstance(holder, yaml.SequenceNode):
        key = next((entry for entry in holder.value if entry.value == names[-1]), None)
        if key is None:
            raise LookupError(names)
        return holder, key, None
    for key, value in holder.value:
        if key.value == names[-1]:
            return holder, key, value
    raise LookupError(names)


def _value(node: Any, name: str) -> Any:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value == name:
            return value
    raise LookupError(name)


def _old_name_edits(
    text: str, holder: Any, key: Any, value: Any, renamed: tuple[str, str]
) -> Iterator[_Edit]:
    """Yields the edits that add the old name to `also:` of the entry, and turn a list of bare keys into a map."""
    also = _also_text(value, *renamed)
    end = key.end_mark.index
    if value is None:
        yield end, end, f": {{{also}}}"
        yield from _list_to_map_edits(text, holder, key)
    elif not isinstance(value, yaml.MappingNode):
        # `urgent:` or `urgent: ~`
        yield text.index(":", end), max(text.index(":", end) + 1, value.end_mark.index), f": {{{also}}}"
    elif (old_also := next((pair for pair in value.value if pair[0].value == "also"), None)) is not None:
        yield from _list_edits(text, old_also[1], also)
    elif value.flow_style:
        if value.value:
            last = value.value[-1][1].end_mark.index
            yield last, last, f", {also}"
        else:
            yield value.start_mark.index, value.end_mark.index, f"{{{also}}}"
    else:
        first = value.value[0][0].start_mark
        yield first.index, first.index, f"{also}\n{' ' * first.column}"


def _also_text(value: Any, old: str, new: str) -> str:
    """Returns `also: […]` with the old name; the new name is no old one any more."""
    pairs = value.value if isinstance(value, yaml.MappingNode) else ()
    known = [entry.value for key, names in pairs if key.value == "also" for entry in names.value]
    names = [*(name for name in known if name not in {old, new}), old]
    return f"also: [{', '.join(scalar_text(name, in_flow=True) for name in names)}]"


def _list_edits(text: str, node: Any, also: str) -> Iterator[_Edit]:
    """Yields the edit that replaces the value of `also:`."""
    end = node.end_mark.index
    if not node.flow_style and node.value:
        end = node.value[-1].end_mark.index
    start = text.rindex(":", 0, node.start_mark.index) + 1
    yield start, end, also.removeprefix("also:")


def _list_to_map_edits(text: str, holder: Any, renamed: Any) -> Iterator[_Edit]:
    if holder.flow_style:
        yield holder.start_mark.index, holder.start_mark.index + 1, "{"
        yield holder.end_mark.index - 1, holder.end_mark.index, "}"
        return
    for entry in holder.value:
        dash = text.rindex("-", 0, entry.start_mark.index)
        yield dash, dash + 1, " "
        if entry is not renamed:
            yield entry.end_mark.index, entry.end_mark.index, ":"
