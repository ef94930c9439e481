"""Example cases for testing templates: one with a value in every field, one with only the required fields."""

import dataclasses
import typing
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import Case, Event, Promise
from complaintctl.domain.policy.policy import Policy

EXAMPLE_ID: Final = "C-20260302-EXMPL"
# Example values of fields without keys in the policy; the other ones contain their own name.
_TEXTS: Final = {
    "customer.name": "王芳 Wang Fang",
    "customer.phone": "+86 138 0013 8000",
    "customer.email": "wang.fang@example.com",
    "product.model": "X100",
    "product.serial": "SN-4411",
    "description": "The battery swells.\n电池鼓包了。",
    "remedy.cost": "299.00 CNY",
    "due": "2026-04-10",
}
# Fields that `minimal_example` or `full_example` set explicitly, or that stay empty (`source`).
_GIVEN: Final = frozenset({"id", "title", "received", "status", "source", "history", "x"})


def minimal_example(received: datetime) -> Case:
    """Returns a case with only the required fields."""
    opened = Event(at=received, by="example", did="open")
    return Case(id=EXAMPLE_ID, title="An example", received=received, status="open", history=(opened,))


def full_example(policy: Policy, received: datetime, as_of: datetime) -> Case:
    """Returns a case with a value in every field, and promises due before and after `as_of`."""
    case = minimal_example(received)
    values = {name: _value(policy, name, hint, received) for name, hint in _simple()}
    filled = fields.with_values(case, values)
    soon, late = as_of + timedelta(days=2), received + timedelta(days=1)
    promises = tuple(Promise(by=by, what="respond", made=received) for by in (late, soon))
    note = dataclasses.replace(
        case.history[0],
        at=received + timedelta(hours=1),
        did="note",
        to="example",
        text="text",
        reason="reason",
        via=next(iter(policy.channels), "email"),
    )
    custom: dict[str, str | None] = {name: _custom_value(policy, name, received) for name in policy.fields}
    return dataclasses.replace(filled, promised=promises, x=custom, history=(*case.history, note))


def _custom_value(policy: Policy, name: str, at: datetime) -> str:
    kind = vocabulary.custom_kind(policy, f"x.{name}")
    if kind is not None:
        return at.date().isoformat() if kind == "day" else at.isoformat()
    return next(iter(vocabulary.field_choices(policy, f"x.{name}")), name)


def copy_needed_fields(case: Case, needs: Iterable[str], source: Case) -> Case:
    """Returns `case` with the needed fields copied from `source`."""
    names = {name.strip() for need in needs for name in need.split("|")}
    values = {name: fields.value_at(source, name) for name in names if name != "x" and fields.is_field(name)}
    groups = {name: value for name, value in values.items() if fields.field_kinds().get(name) == "group"}
    filled = fields.with_values(case, {name: value for name, value in values.items() if name not in groups})
    return dataclasses.replace(filled, **{fields.python_name(name): value for name, value in groups.items()})


def _simple() -> Iterable[tuple[str, Any]]:
    return (
        (name, hint)
        for name, hint in fields.field_types()
        if name.partition(".")[0] not in _GIVEN and fields.field_kinds()[name] != "group"
    )


def _value(policy: Policy, name: str, hint: Any, at: datetime) -> Any:
    """Returns a valid value of a field: the first key of the policy, the moment `at`, a list with one entry."""
    parts = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        return (_entry(policy, parts[0], at),)
    plain = next((part for part in parts if part is not type(None)), hint)
    by_type: dict[Any, Any] = {bool: True, int: max(fields.SCORE_RANGE), date: at.date(), datetime: at}
    choices = typing.get_args(plain) or tuple(vocabulary.field_choices(policy, name))
    if plain in by_type:
        return by_type[plain]
    return next(iter(choices), _TEXTS.get(name, name.replace("_", " ")))


def _entry(policy: Policy, hint: Any, at: datetime) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        parts = typing.get_type_hints(hint).items()
        return hint(**{part: _value(policy, fields.file_key(part), inner, at) for part, inner in parts})
    return {"duplicate_of": EXAMPLE_ID} if typing.get_origin(hint) is dict else "example"
