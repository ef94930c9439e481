"""What a policy says about fields: its own ones, and those that conditions and needs name."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from complaintctl.domain.case import fields, known_facts, vocabulary
from complaintctl.domain.policy.policy import Labelled, OwnField, Policy
from complaintctl.domain.problems import Fault

Path = tuple[str | int, ...]
Conditions = Mapping[str, str | tuple[str, ...]]

# A name that a shell, a list of needs (`a|b`) and a dotted field leave in one piece.
_PLAIN: Final = re.compile(r"[\w-]+")


def faults_of(policy: Policy) -> Iterator[Fault]:
    """Own fields and choices whose names are no plain ones, and words that stand for two of them."""
    yield from _same_words(policy.fields, ("fields",))
    for name, own in policy.fields.items():
        yield from _plain_name(name, ("fields", name))
        choices = own.choices if own else {}
        yield from _same_words(choices, ("fields", name, "choices"))
        for choice in choices:
            yield from _plain_name(choice, ("fields", name, "choices", choice))


def _plain_name(name: str, path: Path) -> Iterator[Fault]:
    if not _PLAIN.fullmatch(name):
        yield Fault(key="policy-plain-name", path=path, facts={"value": name})


def _same_words(entries: Mapping[str, Labelled | OwnField | None], path: Path) -> Iterator[Fault]:
    """Words that stand for two of the entries: only the first could ever be typed."""
    meant: dict[str, str] = {}
    for key, entry in entries.items():
        for word in (key, *(entry.label.values() if entry else ())):
            if meant.setdefault(word.casefold(), key) != key:
                yield Fault(key="policy-word-twice", path=(*path, key), facts={"value": word})


def field(policy: Policy, name: str, path: Path) -> Iterator[Fault]:
    """A field that no case has, or one of the team's own that `fields:` does not declare."""
    own = [f"x.{key}" for key in policy.fields]
    if not fields.is_field(name):
        near = difflib.get_close_matches(name, [*fields.kinds(), *known_facts.parts(), *own], 1)
        yield Fault(
            key="policy-unknown-field", path=path, facts={"value": name, "near": near[0] if near else ""}
        )
    elif name.startswith("x.") and own and name not in own:
        near = difflib.get_close_matches(name, own, 1)
        facts = {"value": name, "near": near[0] if near else "", "choices": own}
        yield Fault(key="policy-undeclared-field", path=path, facts=facts)


def need(policy: Policy, name: str, path: Path) -> Iterator[Fault]:
    """What cannot be known of a case: `a|b` names two fields, `plan.measures.who` a part of every entry of a list."""
    for part in map(str.strip, name.split("|")):
        if part not in known_facts.parts():
            yield from field(policy, part, path)


def conditions(policy: Policy, when: Conditions, path: Path) -> Iterator[Fault]:
    """A condition on a field no case has, or on a word no case may use: it would never hold."""
    for name, wanted in when.items():
        way = (*path, "when", name)
        yield from field(policy, name, way)
        for place, value in values(wanted, way):
            if fields.kinds().get(name) == "truth":
                if value.strip().lower() not in fields.TRUE | fields.FALSE:
                    yield from known(value, ("yes", "no"), place, name)
            elif words := vocabulary.words(policy, name):
                yield from known(value, words, place, name)


def known(value: str, choices: Iterable[str], path: Path, what: str) -> Iterator[Fault]:
    """A word that is none of the choices."""
    those = list(choices)
    if value not in those:
        yield Fault(key="policy-unknown", path=path, facts={"what": what, "value": value, "choices": those})


def values(value: str | tuple[str, ...], path: Path) -> Iterator[tuple[Path, str]]:
    """One value or a list of them, each with its path."""
    if isinstance(value, str):
        yield path, value
        return
    yield from (((*path, place), entry) for place, entry in enumerate(value))
