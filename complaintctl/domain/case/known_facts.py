"""Checks whether fields have a value: a single field, one of several, or a part of every entry of a list."""

import dataclasses
import typing
from functools import cache, partial

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case


@cache
def entry_parts() -> frozenset[str]:
    """Returns the dotted names of the parts of list entries, such as `plan.measures.who`; without the history."""
    lists = (
        (name, typing.get_args(hint)[0])
        for name, hint in fields.field_types()
        if fields.field_kinds()[name] == "entries" and name != "history"
    )
    return frozenset(
        f"{name}.{fields.file_key(part)}"
        for name, owner in lists
        if dataclasses.is_dataclass(owner)
        for part in typing.get_type_hints(owner)
    )


def is_field_known(case: Case, name: str) -> bool:
    """Whether a field has a value; for `a|b`, whether either has; for a group, whether any of its fields has.

    A part of a list (`plan.measures.who`) is known if the list has entries and every entry has that part (D-025).
    After the customer's data were erased nobody can ask for them: they count as known.
    """
    return any(map(partial(_is_single_field_known, case), _choices(name)))


@cache
def _choices(name: str) -> tuple[str, ...]:
    return tuple(choice.strip() for choice in name.split("|"))


def _is_single_field_known(case: Case, name: str) -> bool:
    if name not in entry_parts():
        is_personal = name == "customer" or fields.is_personal(name)
        value = fields.value_at(case, name)
        return fields.has_value(value) or fields.is_sealed(case, name) or (is_personal and case.is_erased)
    holder, _, part = name.rpartition(".")
    entries = fields.value_at(case, holder) or ()
    return bool(entries) and all(
        fields.has_value(getattr(entry, fields.python_name(part))) for entry in entries
    )
