"""What a policy says about fields: its own ones, and those that conditions and needs name."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from complaintctl.domain.case import fields, known_facts, vocabulary
from complaintctl.domain.policy.policy import CustomField, LabelledEntry, Policy
from complaintctl.domain.problems import Fault

FaultPath = tuple[str | int, ...]
Conditions = Mapping[str, str | tuple[str, ...]]

# A name that a shell, a list of needs (`a|b`) and a dotted field leave in one piece.
_PLAIN_NAME: Final = re.compile(r"[\w-]+")


def find_field_faults(policy: Policy) -> Iterator[Fault]:
    """Own fields and choices whose names are no plain ones, and words that stand for two of them."""
    yield from _same_words(policy.fields, ("fields",))
    for name, own in policy.fields.items():
        yield from _plain_name(name, ("fields", name))
        choices = own.choices if own else {}
        yield from _same_words(choices, ("fields", name, "choices"))
        for choice in choices:
            yield from _plain_name(choice, ("fields", name, "choices", choice))


def _plain_name(name: str, path: FaultPath) -> Iterator[Fault]:
    if not _PLAIN_NAME.fullmatch(name):
        yield Fault(key="policy-plain-name", path=path, values={"value": name})


def _same_words(
    entries: Mapping[str, LabelledEntry | CustomField | None], path: FaultPath
) -> Iterator[Fault]:
    """Words that stand for two of the entries: only the first could ever be typed."""
    meant: dict[str, str] = {}
    for key, entry in entries.items():
        for word in (key, *(entry.label.values() if entry else ())):
            if meant.setdefault(word.casefold(), key) != key:
                yield Fault(key="policy-word-twice", path=(*path, key), values={"value": word})


def unknown_field_faults(policy: Policy, name: str, path: FaultPath) -> Iterator[Fault]:
    """A field that no case has, or one of the team's own that `fields:` does not declare."""
    own = [f"x.{key}" for key in policy.fields]
    if not fields.is_field(name):
        near = difflib.get_close_matches(name, [*fields.field_kinds(), *known_facts.entry_parts(), *own], 1)
        yield Fault(
            key="policy-unknown-field", path=path, values={"value": name, "near": near[0] if near else ""}
        )
    elif name.startswith("x.") and own and name not in own:
        near = difflib.get_close_matches(name, own, 1)
        facts = {"value": name, "near": near[0] if near else "", "choices": own}
        yield Fault(key="policy-undeclared-field", path=path, values=facts)


def unknown_need_faults(policy: Policy, name: str, path: FaultPath) -> Iterator[Fault]:
    """What cannot be known of a case: `a|b` names two fields, `plan.measures.who` a part of every entry of a list."""
    for part in map(str.strip, name.split("|")):
        if part not in known_facts.entry_parts():
            yield from unknown_field_faults(policy, part, path)


def condition_faults(policy: Policy, when: Conditions, path: FaultPath) -> Iterator[Fault]:
    """A condition on a field no case has, or on a word no case may use: it would never hold."""
    for name, wanted in when.items():
        way = (*path, "when", name)
        yield from unknown_field_faults(policy, name, way)
        for place, value in values_with_paths(wanted, way):
            if fields.field_kinds().get(name) == "truth":
                if value.strip().lower() not in fields.TRUE_WORDS | fields.FALSE_WORDS:
                    yield from unknown_choice_faults(value, ("yes", "no"), place, name)
            elif words := vocabulary.field_choices(policy, name):
                yield from unknown_choice_faults(value, words, place, name)


def unknown_choice_faults(value: str, choices: Iterable[str], path: FaultPath, what: str) -> Iterator[Fault]:
    """A word that is none of the choices."""
    those = list(choices)
    if value not in those:
        yield Fault(key="policy-unknown", path=path, values={"what": what, "value": value, "choices": those})


def values_with_paths(value: str | tuple[str, ...], path: FaultPath) -> Iterator[tuple[FaultPath, str]]:
    """One value or a list of them, each with its path."""
    if isinstance(value, str):
        yield path, value
        return
    yield from (((*path, place), entry) for place, entry in enumerate(value))
