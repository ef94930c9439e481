"""The fields of a case by their dotted names: reading, typing and replacing one of them."""

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from complaintctl.domain.case import case as cases
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import LESSON_MARKS, OUTCOMES, LessonMark, Outcome
from complaintctl.domain.zones import resolve_local_time

FieldKind = Literal["text", "whole", "truth", "day", "moment", "outcome", "mark", "texts", "entries", "group"]

# Named in the history without their values: what an erasure must be able to remove.
PERSONAL_GROUPS: Final = ("customer.",)
PERSONAL_FIELDS: Final = frozenset({"description", "satisfaction.comment", "problem.who"})

# Facts that move a deadline or a verdict; changed by hand without an event, they are named by `check`.
JUDGED_FIELDS: Final = ("received", "level", "category", "outcome", "crisis")

# What only a command of its own may change: identity, state, and what carries its own proof.
GUARDED_FIELDS: Final = frozenset(
    {"id", "status", "source", "history", "promised", "tasks", "links", "attachments"}
)

# Facts that an event of one command sets, so that the moment of it is known.
COMMAND_FIELDS: Final = frozenset({"crisis"})

# Without these a file is no case.
REQUIRED_FIELDS: Final = frozenset({"title", "received"})

# A customer's opinion, 1 (bad) to 5 (good): the whole numbers of a case.
SCORE_RANGE: Final = range(1, 6)

# The fields whose words no policy can change.
FIXED_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"outcome": OUTCOMES, "lesson_mark": LESSON_MARKS}

TRUE_WORDS: Final = frozenset({"yes", "true", "on", "1", "是"})
FALSE_WORDS: Final = frozenset({"no", "false", "off", "0", "否"})


class WrongValueError(ValueError):
    """A text that is no value of the field."""


def python_name(name: str) -> str:
    """The Python name of a key: `class` and `from` are words of the language."""
    return f"{name}_" if name in {"class", "from", "raise"} else name


def file_key(attribute_name: str) -> str:
    """The key in the file for a Python name."""
    return attribute_name.rstrip("_")


@cache
def field_kinds() -> Mapping[str, FieldKind]:
    """Every field a case may have, dotted, with the kind of its value; `x.…` fields are free texts."""
    return types.MappingProxyType({name: _kind(hint) for name, hint in field_types()})


def field_types() -> Iterator[tuple[str, Any]]:
    """Every field, dotted, with its type; a group comes before its fields."""
    for name, hint in typing.get_type_hints(Case).items():
        yield name, hint
        if dataclasses.is_dataclass(group := _without_none(hint)):
            yield from (
                (f"{name}.{file_key(sub)}", inner) for sub, inner in typing.get_type_hints(group).items()
            )


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
    """Whether a case can have a field of that dotted name."""
    return name in field_kinds() or (name.startswith("x.") and len(name) > len("x."))


def is_personal(name: str) -> bool:
    """Whether the history names the field without its value."""
    return name in PERSONAL_FIELDS or name.startswith(PERSONAL_GROUPS)


def value_at(case: Case, name: str) -> Any:
    """The value of a dotted field; None where it is absent. An unknown field is absent."""
    first, _, rest = name.partition(".")
    if first == "x":
        return case.x.get(rest) if rest else (case.x or None)
    found = getattr(case, python_name(first), None)
    if rest:
        return getattr(found, python_name(rest), None)
    return None if found == () else found


def has_value(value: Any) -> bool:
    """Whether there is anything in a value; a group has one where any of its fields has."""
    if dataclasses.is_dataclass(value):
        return any(has_value(getattr(value, entry.name)) for entry in dataclasses.fields(value))
    return bool(value) if isinstance(value, str | tuple | dict) else value is not None


def value_text(value: Any) -> str | None:
    """How a value stands in the file; None where there is none."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def plain_value(value: Any) -> Any:
    """A value as texts, lists and maps, as the history records it."""
    if isinstance(value, tuple):
        return [plain_value(entry) for entry in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((entry.name, plain_value(getattr(value, entry.name))) for entry in dataclasses.fields(value))
        return {file_key(name): inner for name, inner in pairs if inner not in (None, [])}
    return value_text(value)


def field_matches(case: Case, name: str, choice: str) -> bool:
    """Whether a field has the value of a condition; a class includes those below it, no crisis is `no`."""
    value = value_at(case, name)
    if field_kinds().get(name) == "truth" and (value is not None or name in COMMAND_FIELDS):
        return choice.strip().lower() in (TRUE_WORDS if value else FALSE_WORDS)
    text = value_text(value) or ""
    return text == choice or (name == "category" and text.startswith(f"{choice}/"))


def text_at(case: Case, name: str) -> str | None:
    """The text of a dotted field as it stands in the file."""
    return value_text(value_at(case, name))


def moment_at(case: Case, name: str, zone: ZoneInfo) -> datetime | None:
    """A date field as a moment; a day counts from its first minute in the zone."""
    value = value_at(case, name)
    if isinstance(value, datetime):
        return value
    return resolve_local_time(zone, datetime.combine(value, time())) if isinstance(value, date) else None


def parse_value(name: str, text: str | None) -> Any:
    """The value of a field that a text states, None for none.

    Raises WrongValueError where the text is no such value. Moments must carry their offset.
    """
    if text is None:
        return None
    kind = field_kinds().get(name, "text")
    try:
        return _READERS[kind](text)
    except (ValueError, KeyError) as error:
        raise WrongValueError(kind) from error


def _truth(text: str) -> bool:
    lower = text.strip().lower()
    if lower not in TRUE_WORDS | FALSE_WORDS:
        raise WrongValueError(text)
    return lower in TRUE_WORDS


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise WrongValueError(text)
    return moment


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
    "day": date.fromisoformat,
    "moment": _moment,
    "outcome": _outcome,
    "mark": _mark,
    "texts": _refuse,
    "entries": _refuse,
    "group": _refuse,
}


def parse_entries(name: str, recorded: list[dict[str, Any]]) -> tuple[Any, ...]:
    """A list of entries as recorded in the history: a plan's measures, bones, actions, or promises that an import changed."""
    if name == "actions":
        return tuple(map(_action, recorded))
    if name == "promised":
        return tuple(
            cases.Promise(by=_moment(entry["by"]), what=entry["what"], made=_moment(entry["made"]))
            for entry in recorded
        )
    makers: dict[str, Any] = {"plan.measures": cases.Measure, "cause.fishbone": cases.Bone}
    if name not in makers:
        raise WrongValueError(name)
    return tuple(makers[name](**entry) for entry in recorded)


def _action(recorded: dict[str, Any]) -> cases.Action:
    readers: dict[str, Any] = {
        **dict.fromkeys(("due", "check"), date.fromisoformat),
        **dict.fromkeys(("given", "done", "verified"), _moment),
        **dict.fromkeys(("required", "effective"), _truth),
        "recurred": tuple,
    }
    return cases.Action(**{part: readers.get(part, str)(text) for part, text in recorded.items()})


def with_value(case: Case, name: str, value: Any) -> Case:
    """The case with one dotted field replaced; groups come and go with their fields."""
    first, _, rest = name.partition(".")
    if first == "x":
        left = {entry: text for entry, text in case.x.items() if entry != rest}
        return dataclasses.replace(case, x=left if value is None else {**left, rest: value})
    if not rest:
        return dataclasses.replace(
            case, **{python_name(first): value if value is not None else _empty_value(first)}
        )
    group = getattr(case, first)
    if group is None:
        group = _without_none(typing.get_type_hints(Case)[first])()
    empty = () if field_kinds()[name] in {"texts", "entries"} else None
    changed = dataclasses.replace(group, **{python_name(rest): value if value is not None else empty})
    part: dict[str, Any] = {first: changed if has_value(changed) else None}
    return dataclasses.replace(case, **part)


def with_values(case: Case, facts: Mapping[str, Any]) -> Case:
    """The case with several dotted fields replaced."""
    for name, value in facts.items():
        case = with_value(case, name, value)
    return case


def _empty_value(name: str) -> Any:
    return () if field_kinds()[name] in {"texts", "entries"} else None
