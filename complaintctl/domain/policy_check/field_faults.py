"""Faults of fields in a policy: custom fields, and the fields that conditions and needs refer to."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from complaintctl.domain.case import fields, known_facts, vocabulary
from complaintctl.domain.policy.policy import CustomField, LabelledEntry, Policy
from complaintctl.domain.problems import Fault

FaultPath = tuple[str | int, ...]
Conditions = Mapping[str, str | tuple[str, ...]]

# A name without characters that are special in a shell, in `needs` (`a|b`) or in dotted field names.
_PLAIN_NAME: Final = re.compile(r"[\w-]+")
_COUNTRY_CODE: Final = re.compile(r"(\+|00)?[1-9]\d{0,2}", re.ASCII)


def country_code_faults(policy: Policy) -> Iterator[Fault]:
    """Yields a country code of telephone numbers that no country has."""
    if policy.country_code is not None and not _COUNTRY_CODE.fullmatch(policy.country_code):
        yield Fault(key="policy-country-code", path=("country_code",), values={"value": policy.country_code})


def find_field_faults(policy: Policy) -> Iterator[Fault]:
    """Yields custom fields and choices with invalid names, and words that mean two fields or two choices."""
    yield from _same_words(policy.fields, ("fields",))
    for name, custom in policy.fields.items():
        yield from _plain_name(name, ("fields", name))
        choices = custom.choices if custom else {}
        if custom and custom.type and choices:
            yield Fault(
                key="policy-type-and-choices", path=("fields", name, "choices"), values={"value": name}
            )
        yield from _same_words(choices, ("fields", name, "choices"))
        for choice in choices:
            yield from _plain_name(choice, ("fields", name, "choices", choice))


def _plain_name(name: str, path: FaultPath) -> Iterator[Fault]:
    if not _PLAIN_NAME.fullmatch(name):
        yield Fault(key="policy-plain-name", path=path, values={"value": name})


def _same_words(
    entries: Mapping[str, LabelledEntry | CustomField | None], path: FaultPath
) -> Iterator[Fault]:
    """Yields words (keys or labels) that mean two of the entries: typed, they would always select the first."""
    key_by_word: dict[str, str] = {}
    for key, entry in entries.items():
        for word in (key, *(entry.label.values() if entry else ())):
            if key_by_word.setdefault(word.casefold(), key) != key:
                yield Fault(key="policy-word-twice", path=(*path, key), values={"value": word})


def unknown_field_faults(policy: Policy, name: str, path: FaultPath) -> Iterator[Fault]:
    """Yields a fault if no case has the field, or if it is a custom field that `fields:` does not declare (D-024)."""
    custom = [f"x.{key}" for key in policy.fields]
    if not fields.is_field(name):
        known = [*fields.field_kinds(), *known_facts.entry_parts(), *custom]
        near = difflib.get_close_matches(name, known, 1)
        yield Fault(
            key="policy-unknown-field", path=path, values={"value": name, "near": near[0] if near else ""}
        )
    elif name.startswith("x.") and custom and name not in custom:
        near = difflib.get_close_matches(name, custom, 1)
        values = {"value": name, "near": near[0] if near else "", "choices": custom}
        yield Fault(key="policy-undeclared-field", path=path, values=values)


def unknown_need_faults(policy: Policy, name: str, path: FaultPath) -> Iterator[Fault]:
    """Yields unknown fields of a need: `a|b` means either field, `plan.measures.who` a part of every list entry."""
    for part in map(str.strip, name.split("|")):
        if part not in known_facts.entry_parts():
            yield from unknown_field_faults(policy, part, path)


def condition_faults(policy: Policy, when: Conditions, path: FaultPath) -> Iterator[Fault]:
    """Yields conditions that are never true, because the field or its value does not exist."""
    for name, wanted in when.items():
        field_path = (*path, "when", name)
        yield from unknown_field_faults(policy, name, field_path)
        for value_path, value in values_with_paths(wanted, field_path):
            if value == fields.NOT_YET_KNOWN:
                continue
            if fields.field_kinds().get(name) == "truth":
                if value.strip().lower() not in fields.TRUE_WORDS | fields.FALSE_WORDS:
                    yield from unknown_choice_faults(value, ("yes", "no"), value_path, name)
            elif choices := vocabulary.field_choices(policy, name):
                yield from unknown_choice_faults(value, choices, value_path, name)


def unknown_choice_faults(value: str, choices: Iterable[str], path: FaultPath, what: str) -> Iterator[Fault]:
    """Yields a fault if the value is none of the choices; `what` names their kind in the message."""
    known = list(choices)
    if value not in known:
        yield Fault(key="policy-unknown", path=path, values={"what": what, "value": value, "choices": known})


def values_with_paths(value: str | tuple[str, ...], path: FaultPath) -> Iterator[tuple[FaultPath, str]]:
    """Yields a value, or each value of a list, with its path."""
    if isinstance(value, str):
        yield path, value
        return
    yield from (((*path, index), entry) for index, entry in enumerate(value))
