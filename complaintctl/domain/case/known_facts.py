"""What is known of a case: a field, one of several, or a part of every entry of a list."""

import dataclasses
import typing
from functools import cache

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case


@cache
def entry_parts() -> frozenset[str]:
    """What an entry of a list of facts may say, dotted: `plan.measures.who`."""
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
    """Whether a field has a value; `a|b` where either has; a group where any of its fields has.

    A part of a list is known where the list has entries and each has it.
    """
    return any(_is_single_field_known(case, one.strip()) for one in name.split("|"))


def _is_single_field_known(case: Case, name: str) -> bool:
    if name not in entry_parts():
        return fields.has_value(fields.value_at(case, name))
    holder, _, part = name.rpartition(".")
    entries = fields.value_at(case, holder) or ()
    return bool(entries) and all(fields.has_value(getattr(one, fields.python_name(part))) for one in entries)
