"""The fast reading of a faultless tree: turns its texts into the domain's classes, and explains no fault.

Loading pydantic takes as long as a whole daily command on a small casebook. What these readers refuse, validation.py
judges with pydantic, which explains what is wrong and reads rarer spellings, too. They accept nothing that pydantic
refuses, and give equal values.
"""

import re
import types
import typing
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Final, Literal, TypeVar, Union

from complaintctl.domain.case import fields, one_line
from complaintctl.domain.case.case import Case, Satisfaction
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.worktime.time_range import is_in_range

T = TypeVar("T")
Reader = Callable[[Any], Any]

# The classes whose names and one-line fields refuse line breaks.
ONE_LINE_CLASSES: Final = (Case, Policy)
# Pydantic's words, whatever their capitals.
_TRUTHS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("1", "on", "t", "true", "y", "yes"), True),
    **dict.fromkeys(("0", "off", "f", "false", "n", "no"), False),
}
# As we write times: fast to recognise. `fromisoformat` of every Python version and pydantic read the others below alike.
_WRITTEN_TIME: Final = len("2026-11-21T20:04:30+08:00")
_PLAIN_TIME: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_PLAIN_NUMBER: Final = "[1-9][0-9]{0,8}"
# A history repeats due times and the time of receipt.
_KEPT_TIMES: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """The class whose field is read; `strict` if its file refuses line breaks, `free` if this field may have them."""

    owner: type
    strict: bool
    free: bool


def read_plain_object(owner: type[T], raw: Any) -> T | None:
    """Returns an object of `owner` from a mapping of texts; None if it has an unknown key, a fault or a rare spelling."""
    reader = _class_reader(typing.cast("Any", owner), owner in ONE_LINE_CLASSES)
    value: T | None = _read_or_none(reader, raw)
    return value


def is_plain_field(name: str, value: Any) -> bool:
    """Whether a tree is certainly a value of the field of a case with this dotted name, line breaks allowed."""
    return _read_or_none(_field_reader("x" if name.startswith("x.") else name), value) is not None


def _read_or_none(reader: Reader, raw: Any) -> Any:
    try:
        return reader(raw)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


@cache
def _field_reader(name: str) -> Reader:
    hint: Any = str if name == "x" else _without_none(dict(fields.field_types())[name])
    owner = Satisfaction if name.startswith("satisfaction.") else Case
    return _reader(hint, _Place(owner=owner, strict=False, free=True))


@cache
def _class_reader(owner: Any, strict: bool) -> Reader:
    readers: dict[str, Reader] = {}
    optional: set[str] = set()

    def read(raw: Any) -> Any:
        if type(raw) is not dict:
            raise ValueError
        if not readers:
            # Not earlier, because a class of complaints contains classes of complaints.
            for name, hint in typing.get_type_hints(owner).items():
                place = _Place(owner=owner, strict=strict, free=name in one_line.FREE_TEXTS.get(owner, ()))
                readers[name] = _reader(_without_none(hint), place)
                if _without_none(hint) is not hint:
                    optional.add(name)
        return owner(
            **{
                name: readers[name](value) if value is not None or name not in optional else None
                for name, value in raw.items()
            }
        )

    return read


def _without_none(hint: Any) -> Any:
    """Returns the type without null; the type itself if it has none."""
    parts = typing.get_args(hint)
    if types.NoneType not in parts:
        return hint
    return Union[tuple(part for part in parts if part is not types.NoneType)]  # noqa: UP007 - of a computed tuple


def _reader(hint: Any, place: _Place) -> Reader:
    origin, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if origin in {Union, types.UnionType}:
        return _union_reader(parts, place)
    if origin is tuple:
        return _list_reader(parts[0], place) if parts[-1] is ... else _pair_reader(parts, place)
    if origin in {dict, Mapping}:
        return _mapping_reader(parts[1], place)
    if origin is Literal:
        return {word: word for word in parts}.__getitem__
    if isinstance(hint, type) and is_dataclass(hint):
        return _class_reader(hint, place.strict)
    return _scalar_reader(hint, place)


def _union_reader(branches: Collection[Any], place: _Place) -> Reader:
    """Returns a reader that chooses the branch by the kind of tree: a text, a list or a mapping."""
    readers = {_tree_kind(branch): _reader(branch, place) for branch in branches}
    if len(readers) < len(branches):
        raise ValueError(branches)
    return lambda value: readers[type(value)](value)


def _tree_kind(hint: Any) -> Any:
    origin = typing.get_origin(hint) or hint
    if origin is types.NoneType:
        return types.NoneType
    if origin is tuple:
        return list
    return dict if origin in {dict, Mapping} or is_dataclass(origin) else str


def _list_reader(hint: Any, place: _Place) -> Reader:
    reader = _reader(hint, place)

    def read(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise ValueError
        return tuple(map(reader, value))

    return read


def _pair_reader(hints: Sequence[Any], place: _Place) -> Reader:
    readers = [_reader(hint, place) for hint in hints]

    def read(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise ValueError
        return tuple(reader(part) for reader, part in zip(readers, value, strict=True))

    return read


def _mapping_reader(hint: Any, place: _Place) -> Reader:
    reader = _reader(hint, place)
    # The text of a mapping may be free, its keys are names.
    read_key = _read_line if place.strict else _read_text

    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise ValueError
        return {read_key(key): reader(entry) for key, entry in value.items()}

    return read


def _scalar_reader(hint: Any, place: _Place) -> Reader:
    if hint is str:
        return _read_line if place.strict and not place.free else _read_text
    if hint is int:
        return _read_score if place.owner is Satisfaction else _read_count
    return _SCALAR_READERS[hint]


def _read_line(value: Any) -> str:
    # `isprintable` is the fast answer; a tab is not printable, and no line break is.
    if type(value) is str and (value.isprintable() or not one_line.has_line_break(value)):
        return value
    raise ValueError


def _read_text(value: Any) -> str:
    if type(value) is str:
        return value
    raise ValueError


def _read_anything(value: Any) -> Any:
    return value


def _read_truth(value: Any) -> bool:
    return _TRUTHS[value.lower()]


def _read_count(value: Any) -> int:
    if re.fullmatch(_PLAIN_NUMBER, value):
        return int(value)
    raise ValueError


def _read_score(value: Any) -> int:
    score = _read_count(value)
    if score in fields.SCORE_RANGE:
        return score
    raise ValueError


@lru_cache(maxsize=_KEPT_TIMES)
def _read_time(value: Any) -> datetime:
    time = datetime.fromisoformat(value)
    is_written = len(value) == _WRITTEN_TIME and time.isoformat() == value
    if (is_written or re.fullmatch(_PLAIN_TIME, value)) and is_in_range(time):
        return time
    raise ValueError


def _read_day(value: Any) -> date:
    day = date.fromisoformat(value)
    if day.isoformat() == value and is_in_range(day):
        return day
    raise ValueError


_SCALAR_READERS: Final[Mapping[Any, Reader]] = {
    bool: _read_truth,
    date: _read_day,
    datetime: _read_time,
    Any: _read_anything,
    types.NoneType: _read_anything,
}
