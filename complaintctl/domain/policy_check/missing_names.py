"""Names that open cases use and the policy does not have: removed levels, classes, people."""

from collections.abc import Iterator, Mapping
from typing import Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy, class_paths
from complaintctl.domain.problems import Fault

# Part of the policy that lists the keys of a field, to place a problem there.
_SECTIONS: Final[Mapping[str, str]] = {
    "level": "levels",
    "category": "categories",
    "owner": "people",
    "channel": "channels",
    "contact.via": "channels",
    "cause.class": "causes",
    "remedy.kind": "remedies",
}
_FLAT_SECTIONS: Final = ("levels", "channels", "remedies", "roles", "people")


def unknown_values(case: Case, rules: Rulebook) -> Iterator[tuple[str, str]]:
    """Yields field and value for each value that is no key of the policy, also an owner whom it does not list."""
    for fault in history.unknown_word_faults(case, rules):
        yield str(fault.values["field"]), str(fault.values["value"])
    people = rules.policy.people
    if people and case.owner is not None and case.owner not in people:
        yield "owner", case.owner


class MissingNames:
    """Collects the names that open cases use and the policy does not have."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.cases: dict[tuple[str, str], list[str]] = {}

    def add(self, case: Case) -> None:
        """Adds the names of one open case."""
        for found in unknown_values(case, self.rules):
            self.cases.setdefault(found, []).append(case.id)

    def faults(self) -> Iterator[Fault]:
        """Yields a fault for each name with the cases; a person is a warning, because the case can still be judged."""
        for (field, value), ids in self.cases.items():
            values = {"field": field, "value": value, "count": len(ids), "cases": ids}
            section = _SECTIONS.get(field, "fields")
            yield Fault(key="policy-name-in-use", path=(section,), values=values, warning=field == "owner")


def vacancy_warnings(policy: Policy) -> Iterator[Fault]:
    """Yields each role that nobody holds, and each step that only such roles may take or must approve.

    Nothing if the policy lists no people: the team has not been entered yet.
    """
    if not policy.people:
        return
    held = {role for person in policy.people.values() if person for role in person.roles}
    for role in policy.roles:
        if role not in held:
            yield Fault(key="policy-role-vacant", path=("roles", role), values={"role": role}, warning=True)
    for index, step in enumerate(policy.steps):
        if step.roles and not held.intersection(step.roles):
            values = {"step": step.step, "choices": list(step.roles)}
            yield Fault(key="policy-step-vacant", path=("steps", index, "roles"), values=values, warning=True)
        lists = step.approve.values() if isinstance(step.approve, dict) else (step.approve,)
        if vacant := list(dict.fromkeys(role for roles in lists for role in roles if role not in held)):
            values = {"step": step.step, "choices": vacant}
            yield Fault(
                key="policy-approval-vacant", path=("steps", index, "approve"), values=values, warning=True
            )


def old_name_faults(policy: Policy) -> Iterator[Fault]:
    """Yields old names (`also:`) that are also a current name of their list, or old names of two entries."""
    trees = {"categories": policy.categories, "causes": policy.causes}
    maps = {
        name: {key: entry.also if entry else () for key, entry in getattr(policy, name).items()}
        for name in _FLAT_SECTIONS
    }
    maps |= {
        name: {path: entry.also for path, entry in class_paths(tree, "")} for name, tree in trees.items()
    }
    for section, entries in maps.items():
        owner_of: dict[str, str] = dict.fromkeys(entries, "")
        for key, olds in entries.items():
            for old in olds:
                if old in owner_of:
                    yield Fault(
                        key="policy-old-name-twice", path=_entry_path(section, key), values={"value": old}
                    )
                owner_of[old] = key


def _entry_path(section: str, key: str) -> tuple[str, ...]:
    if section not in {"categories", "causes"}:
        return section, key
    return (section, *[part for name in key.split("/") for part in ("sub", name)][1:])
