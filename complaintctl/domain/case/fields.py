"""The fields of a case by their dotted names: types, parsing, reading and replacing values."""

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import cache
from operator import attrgetter
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from complaintctl.domain.case import case as cases
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import LESSON_MARKS, OUTCOMES, LessonMark, Outcome
from complaintctl.domain.worktime.time_range import is_in_range
from complaintctl.domain.zones import resolve_local_time

FieldKind = Literal["text", "whole", "truth", "day", "moment", "outcome", "mark", "texts", "entries", "group"]

# Personal fields: the history names them without their values, so that they can be erased (D-014).
PERSONAL_GROUPS: Final = ("customer.",)
PERSONAL_FIELDS: Final = frozenset({"description", "satisfaction.comment", "problem.who"})

# What stands in a sealed customer block instead of its fields; no fields, so nobody can set or list them.
SEAL_PARTS: Final = frozenset({"customer.sealed", "customer.has", "customer.known_by"})
# The fields by which a sealed customer is recognised: for each of their values the case has a pseudonym.
PSEUDONYM_FIELDS: Final = frozenset({"customer.name", "customer.phone", "customer.email"})

# Fields that affect a deadline or a verdict; `check` reports them if they were edited by hand without an event (D-008).
JUDGED_FIELDS: Final = ("received", "level", "category", "outcome", "crisis", "contact.by", "contact.via")

# Fields that only their own commands may change: identity, status, history and lists with their own events.
GUARDED_FIELDS: Final = frozenset(
    {"id", "status", "source", "history", "promised", "tasks", "links", "attachments"}
)

# Fields that only one command sets, because the time of its event counts (D-043).
COMMAND_FIELDS: Final = frozenset({"crisis"})

# Every case must have these fields; they cannot be cleared.
REQUIRED_FIELDS: Final = frozenset({"title", "received"})

# Lists of entries that events record as a whole.
RECORDED_LISTS: Final = frozenset({"actions", "promised", "plan.measures", "cause.fishbone"})

# The customer's opinion, 1 (bad) to 5 (good); all integer fields of a case have this range.
SCORE_RANGE: Final = range(1, 6)

# Fields whose keys a policy cannot change.
FIXED_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"outcome": OUTCOMES, "lesson_mark": LESSON_MARKS}

# The value of a condition that a field without a value matches.
NOT_YET_KNOWN: Final = ""

# The types that a policy may give to a custom field; it holds them as text, as in the file.
CUSTOM_DATES: Final[Mapping[str, FieldKind]] = {"day": "day", "time": "moment"}

TRUE_WORDS: Final = frozenset({"yes", "true", "on", "1", "是"})
FALSE_WORDS: Final = frozenset({"no", "false", "off", "0", "否"})


class WrongValueError(ValueError):
    """The text is not a valid value of the field."""


class FarTimeError(WrongValueError):
    """The text is a time or day outside the years that we calculate in."""


def python_name(name: str) -> str:
    """Returns the attribute name of a key; appends `_` to Python keywords such as `class`."""
    return f"{name}_" if name in {"class", "from", "raise"} else name


def file_key(attribute_name: str) -> str:
    """Returns the key in the file for an attribute name."""
    return attribute_name.rstrip("_")


@cache
def field_kinds() -> Mapping[str, FieldKind]:
    """Returns the kind of each field of a case by dotted name; `x.…` fields are not included (they are texts)."""
    return types.MappingProxyType({name: _kind(hint) for name, hint in field_types()})


def field_types() -> Iterator[tuple[str, Any]]:
    """Yields the dotted name and the type of every field; a group comes before its fields."""
    for name, hint in typing.get_type_hints(Case).items():
        yield name, hint
        if dataclasses.is_dataclass(group := _without_none(hint)):
            yield from (
                (f"{name}.{file_key(sub)}", inner)
                for sub, inner in typing.get_type_hints(group).items()
                if f"{name}.{sub}" not in SEAL_PARTS
            )


def group_class(name: str) -> type | None:
    """Returns the class of a group of fields such as `customer`, or None if the name is no group."""
    return _group_classes().get(name)


@cache
def _group_classes() -> Mapping[str, type]:
    plain = {name: _without_none(hint) for name, hint in typing.get_type_hints(Case).items()}
    return {
        name: class_
        for name, class_ in plain.items()
        if isinstance(class_, type) and dataclasses.is_dataclass(class_)
    }


def _without_none(hint: Any) -> Any:
    choices = [choice for choice in typing.get_args(hint) if choice is not type(None)]
    is_union = isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union
    return choices[0] if is_union and len(choices) == 1 else hint


def _kind(hint: Any) -> FieldKind:
    plain = _without_none(hint)
    if dataclasses.is_dataclass(plain):
        return "group"
    simple: dict[Any, FieldKind] = {str: "text", int: "whole", bool: "truth", date: "day", datetime: "moment"}
    if plain in simple:
        return simple[plain]
    if plain in (Outcome, LessonMark):
        return "outcome" if plain == Outcome else "mark"
    if typing.get_origin(plain) is Literal:
        return "text"
    return (
        "texts" if typing.get_args(plain)[:1] == (str,) and typing.get_origin(plain) is tuple else "entries"
    )


def is_field(name: str) -> bool:
    """Whether a case can have a field with that dotted name."""
    return name in field_kinds() or (name.startswith("x.") and len(name) > len("x."))


@cache
def is_recordable(name: str) -> bool:
    """Whether an event can record an old and a new value of the field."""
    kind = field_kinds().get(name, "text" if is_field(name) else "group")
    return name in RECORDED_LISTS or (kind not in {"entries", "group"} and name != "id")


def is_personal(name: str) -> bool:
    """Whether the history names the field without its value."""
    return name in PERSONAL_FIELDS or name.startswith(PERSONAL_GROUPS)


def has_recorded_value(name: str) -> bool:
    """Whether the history keeps the values of the field as texts: a single value that is not personal."""
    return (
        is_field(name)
        and not is_personal(name)
        and field_kinds().get(name) not in {"group", "entries", "texts"}
    )


def value_at(case: Case, name: str) -> Any:
    """Returns the value of a dotted field; None if it is absent or unknown."""
    first, _, rest = name.partition(".")
    if first == "x":
        return case.x.get(rest) if rest else (case.x or None)
    value = getattr(case, first, None)
    if rest:
        return getattr(value, python_name(rest), None)
    return None if value == () else value


def is_sealed(case: Case, name: str) -> bool:
    """Whether a field has a value that cannot be read, because the customer of the case is sealed and not opened."""
    customer = case.customer
    if customer is None or not customer.is_closed:
        return False
    group, _, part = name.partition(".")
    return group == "customer" and (not part or part in customer.has)


def has_value(value: Any) -> bool:
    """Whether a value is not empty; a group is not empty if any of its fields is not."""
    if value is None or isinstance(value, str | tuple | dict):
        return bool(value)
    return (
        any(has_value(getattr(value, name)) for name in names)
        if (names := part_names(value.__class__))
        else True
    )


@cache
def part_names(owner: type) -> tuple[str, ...]:
    """Returns the names of the attributes of a dataclass; nothing for another class."""
    return tuple(entry.name for entry in dataclasses.fields(owner)) if dataclasses.is_dataclass(owner) else ()


def value_text(value: Any) -> str | None:
    """Returns a value as text, as in the file; None for None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def plain_value(value: Any) -> Any:
    """Converts a value to texts, lists and maps, as the history records it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return [plain_value(entry) for entry in value]
    if names := part_names(value.__class__):
        pairs = ((name, plain_value(getattr(value, name))) for name in names)
        return {file_key(name): inner for name, inner in pairs if inner not in (None, [])}
    return value_text(value)


def field_matches(case: Case, name: str, choice: str) -> bool:
    """Whether a field has the value of a condition. A class matches its subclasses; without a crisis, `no` matches."""
    value = value_at(case, name)
    if field_kinds().get(name) == "truth" and (value is not None or name in COMMAND_FIELDS):
        return choice.strip().lower() in (TRUE_WORDS if value else FALSE_WORDS)
    text = value_text(value) or NOT_YET_KNOWN
    return text == choice or (name == "category" and text.startswith(f"{choice}/"))


def text_at(case: Case, name: str) -> str | None:
    """Returns the value of a dotted field as text, as in the file."""
    return value_text(value_at(case, name))


def moment_at(case: Case, name: str, zone: ZoneInfo) -> datetime | None:
    """Returns a date field as a moment, a day as its start in the zone; None if the field is not a date."""
    value = _date_at(case, name)
    if isinstance(value, datetime):
        return value
    return resolve_local_time(zone, datetime.combine(value, time())) if isinstance(value, date) else None


def is_day_at(case: Case, name: str) -> bool:
    """Whether the field holds a day without a time."""
    value = _date_at(case, name)
    return isinstance(value, date) and not isinstance(value, datetime)


def _date_at(case: Case, name: str) -> Any:
    value = value_at(case, name)
    if not (isinstance(value, str) and name.startswith("x.")):
        return value
    return next((parsed for kind in CUSTOM_DATES.values() if (parsed := custom_date(kind, value))), None)


def custom_date(kind: FieldKind, text: str) -> date | datetime | None:
    """Returns the day or the moment in a custom field; None if the text is not one."""
    try:
        return _parse_date(kind, text)
    except ValueError:
        return None


def date_text(kind: FieldKind, text: str) -> str | None:
    """Returns a day or a moment as a custom field holds it; raises WrongValueError or another ValueError if it is neither."""
    return value_text(_parse_date(kind, text.strip()))


def _parse_date(kind: FieldKind, text: str) -> date | datetime:
    parsed: date | datetime = _READERS[kind](text)
    return parsed


def parse_value(name: str, text: str | None) -> Any:
    """Converts a text to the type of a field; returns None for None.

    Raises WrongValueError if the text is not a valid value. Moments must have a UTC offset.
    """
    if text is None:
        return None
    kind = field_kinds().get(name, "text")
    try:
        return _READERS[kind](text)
    except FarTimeError:
        raise
    except (ValueError, KeyError) as error:
        raise WrongValueError(kind) from error


def _truth(text: str) -> bool:
    lower = text.strip().lower()
    if lower not in TRUE_WORDS | FALSE_WORDS:
        raise WrongValueError(text)
    return lower in TRUE_WORDS


def parse_answer(text: str) -> bool | None:
    """Returns whether a typed answer is yes or no, in either language; None if it is neither."""
    word = text.strip().lower()
    return True if word in TRUE_WORDS | {"y"} else False if word in FALSE_WORDS | {"n"} else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise WrongValueError(text)
    if not is_in_range(moment):
        raise FarTimeError(text)
    return moment


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not is_in_range(day):
        raise FarTimeError(text)
    return day


def _outcome(text: str) -> str:
    if text not in OUTCOMES:
        raise WrongValueError(text)
    return text


def _mark(text: str) -> str:
    if text not in LESSON_MARKS:
        raise WrongValueError(text)
    return text


def _score(text: str) -> int:
    score = int(text)
    if score not in SCORE_RANGE:
        raise WrongValueError(text)
    return score


def _refuse(text: str) -> None:
    raise WrongValueError(text)


_READERS: Final[Mapping[FieldKind, Any]] = {
    "text": str,
    "whole": _score,
    "truth": _truth,
    "day": _day,
    "moment": _moment,
    "outcome": _outcome,
    "mark": _mark,
    "texts": _refuse,
    "entries": _refuse,
    "group": _refuse,
}


def parse_entries(name: str, recorded: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Converts a list recorded in the history to entries: measures, causes of a fishbone, actions, or promises.

    Promises are recorded if an import changed them. Raises WrongValueError for another field.
    """
    if name not in RECORDED_LISTS:
        raise WrongValueError(name)
    return tuple(_entry(ENTRY_CLASSES[name], entry) for entry in recorded)


ENTRY_CLASSES: Final[Mapping[str, Any]] = {
    "actions": cases.Action,
    "promised": cases.Promise,
    "plan.measures": cases.Measure,
    "cause.fishbone": cases.Bone,
}


def _entry(owner: Any, recorded: dict[str, Any]) -> Any:
    """Returns an entry without its unknown and empty parts."""
    known = {entry.name for entry in dataclasses.fields(owner)}
    readers = _ENTRY_READERS.get(owner, {})
    return owner(
        **{
            part: readers.get(part, str)(value)
            for part, value in recorded.items()
            if part in known and value is not None
        }
    )


_ENTRY_READERS: Final[Mapping[type, Mapping[str, Any]]] = {
    cases.Promise: dict.fromkeys(("by", "made"), _moment),
    cases.Action: {
        **dict.fromkeys(("due", "check"), _day),
        **dict.fromkeys(("given", "done", "verified"), _moment),
        **dict.fromkeys(("required", "effective"), _truth),
        "recurred": tuple,
    },
}


def with_value(case: Case, name: str, value: Any) -> Case:
    """Returns the case with one dotted field replaced; a group exists only while one of its fields has a value.

    A customer who was opened and changes is not sealed any more: writing seals them anew. One who was not opened
    cannot change, so the case stays as it is; `guards.check_customer_opened` refuses such a request.
    """
    return with_values(case, {name: value})


def with_values(case: Case, values: Mapping[str, Any]) -> Case:
    """Returns the case with several dotted fields replaced."""
    changes: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        first, _, rest = name.partition(".")
        if first == "x":
            now = changes.get("x", case.x)
            others = {key: text for key, text in now.items() if key != rest}
            changes["x"] = others if value is None else {**others, rest: value}
        elif rest:
            parts.setdefault(first, {})[python_name(rest)] = (
                value if value is not None else _empty_value(name)
            )
        else:
            changes[python_name(first)] = value if value is not None else _empty_value(first)
    for first, own in parts.items():
        changes[first] = _with_parts(first, changes.get(first, getattr(case, first)), own)
    return replaced(case, changes) if changes else case


def replaced(case: Case, changes: Mapping[str, Any]) -> Case:
    """Returns the case with some attributes replaced, as `dataclasses.replace` does, in half the time."""
    values = dict(zip(_ATTRIBUTES, _attributes(case), strict=True))
    values.update(changes)
    return Case(**values)


_ATTRIBUTES: Final = tuple(entry.name for entry in dataclasses.fields(Case))
_attributes: Final = attrgetter(*_ATTRIBUTES)


def _with_parts(name: str, group: Any, parts: Mapping[str, Any]) -> Any:
    """Returns a group with some of its fields replaced, or None if no field of it has a value then."""
    if group is None:
        group = _group_classes()[name]()
    if isinstance(group, cases.Customer) and group.sealed is not None:
        if group.is_closed:
            return group
        group = dataclasses.replace(group, sealed=None, has=(), known_by=())
    owner = group.__class__
    changed = owner(**{**{part: getattr(group, part) for part in part_names(owner)}, **parts})
    return changed if has_value(changed) else None


def _empty_value(name: str) -> Any:
    return () if field_kinds()[name] in {"texts", "entries"} else None
