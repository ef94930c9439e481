"""The fast reading of a faultless file: texts, lists and mappings only, without places. Every other file is refused.

Nearly all files are like this, and a daily command reads all open cases. yamltext.py reads the rest with care.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

# D-001: nothing else is resolved.
NULL_WORDS: Final = frozenset({"", "~", "null", "Null", "NULL"})
MAX_YAML_DEPTH: Final = 32


class NotPlainError(ValueError):
    """The file has a tag, an anchor, an alias, a second document, a faulty key, or is nested too deep."""


def read_plain_yaml(data: bytes) -> Any:  # noqa: C901 - each call less is felt: every scalar passes here
    """Returns the root of the only document, None for an empty one.

    Raises NotPlainError, or yaml.YAMLError if the parser does not understand the file.
    """
    get: Callable[[], Any] = yaml.CBaseLoader(data).get_event
    root: Any = None
    holder: Any = None
    key: str | None = None
    holders: list[Any] = []
    while (event := get()) is not None:
        kind = type(event)
        if kind is ScalarEvent:
            value = None if event.value in NULL_WORDS and not event.style else event.value
        elif kind in _ENDS:
            holder = holders.pop()
            continue
        elif kind in _CONTAINERS:
            value = _CONTAINERS[kind]()
        else:
            _check_document_event(kind, root)
            continue
        if event.tag or event.anchor:
            raise NotPlainError
        if key is not None:
            holder[key] = value
            key = None
        elif type(holder) is list:
            holder.append(value)
        elif holder is None:
            root = value
        elif type(value) is str and value not in holder:
            key = value
            continue
        else:
            raise NotPlainError
        if kind is not ScalarEvent:
            _check_depth(holders)
            holders.append(holder)
            holder = value
    return root


_CONTAINERS: Final[Mapping[type, type]] = {MappingStartEvent: dict, SequenceStartEvent: list}
_ENDS: Final = frozenset({MappingEndEvent, SequenceEndEvent})


def _check_document_event(kind: type, root: Any) -> None:
    if kind is AliasEvent or (kind is DocumentStartEvent and root is not None):
        raise NotPlainError


def _check_depth(holders: list[Any]) -> None:
    if len(holders) == MAX_YAML_DEPTH:
        raise NotPlainError
