"""Invented cases of a policy, to try templates on: one of which everything is known, one with only what it must have."""

import dataclasses
import typing
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import Case, Event, Promise
from complaintctl.domain.policy.policy import Policy

EXAMPLE_ID: Final = "C-20260302-EXMPL"
# What stands in the fields that are no words of the policy; the others say their own name.
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
_GIVEN: Final = frozenset({"id", "title", "received", "status", "source", "history", "x"})


def minimal_example(received: datetime) -> Case:
    """A case of which only is known what makes it one."""
    opened = Event(at=received, by="example", did="open")
    return Case(id=EXAMPLE_ID, title="An example", received=received, status="open", history=(opened,))


def full_example(policy: Policy, received: datetime, as_of: datetime) -> Case:
    """A case with something in every field, and promises past and to come at `as_of`."""
    case = minimal_example(received)
    given = {name: _value(policy, name, hint, received) for name, hint in _simple()}
    known = fields.with_values(case, given)
    soon, late = as_of + timedelta(days=2), received + timedelta(days=1)
    told = tuple(Promise(by=by, what="respond", made=received) for by in (late, soon))
    words = dataclasses.replace(
        case.history[0],
        at=received + timedelta(hours=1),
        did="note",
        to="example",
        text="text",
        reason="reason",
        via=next(iter(policy.channels), "email"),
    )
    own: dict[str, str | None] = {
        name: next(iter(vocabulary.field_choices(policy, f"x.{name}")), name) for name in policy.fields
    }
    return dataclasses.replace(known, promised=told, x=own, history=(*case.history, words))


def copy_needed_fields(case: Case, needs: Iterable[str], source: Case) -> Case:
    """The case with the fields that are needed, as another one has them."""
    names = {name.strip() for need in needs for name in need.split("|")}
    known = {name: fields.value_at(source, name) for name in names if name != "x" and fields.is_field(name)}
    groups = {name: value for name, value in known.items() if fields.field_kinds().get(name) == "group"}
    held = fields.with_values(case, {name: value for name, value in known.items() if name not in groups})
    return dataclasses.replace(held, **{fields.python_name(name): value for name, value in groups.items()})


def _simple() -> Iterable[tuple[str, Any]]:
    return (
        (name, hint)
        for name, hint in fields.field_types()
        if name.partition(".")[0] not in _GIVEN and fields.field_kinds()[name] != "group"
    )


def _value(policy: Policy, name: str, hint: Any, at: datetime) -> Any:
    """Something that fits a field: the first word of the policy, a moment, one entry of a list."""
    parts = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        return (_entry(policy, parts[0], at),)
    plain = next((part for part in parts if part is not type(None)), hint)
    made: dict[Any, Any] = {bool: True, int: max(fields.SCORE_RANGE), date: at.date(), datetime: at}
    choices = typing.get_args(plain) or tuple(vocabulary.field_choices(policy, name))
    return made[plain] if plain in made else next(iter(choices), _TEXTS.get(name, name.replace("_", " ")))


def _entry(policy: Policy, hint: Any, at: datetime) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        parts = typing.get_type_hints(hint).items()
        return hint(**{part: _value(policy, fields.file_key(part), inner, at) for part, inner in parts})
    return {"duplicate_of": EXAMPLE_ID} if typing.get_origin(hint) is dict else "example"
