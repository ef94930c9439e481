"""Which values of an event may stand in a commit message: keys of the policy, never what somebody typed.

A field can be emptied in a file, but a commit message stays in every clone.
"""

from collections.abc import Mapping
from typing import Any, Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.case import Event
from complaintctl.domain.policy.policy import Policy, class_paths

# The fields whose keys a subject names, in this order.
SUBJECT_FIELDS: Final = (
    "level",
    "category",
    "owner",
    "department",
    "cause.class",
    "plan.remedy",
    "remedy.kind",
    "outcome",
)


def subject_keys(policy: Policy, event: Event) -> tuple[str, ...]:
    """Returns the values that an event set and that the policy lists; of a field without a list, none."""
    values: Mapping[str, Any] = {name: event.set[name][1] for name in SUBJECT_FIELDS if name in event.set}
    return tuple(
        value for name, value in values.items() if isinstance(value, str) and value in _known(policy, name)
    )


def is_known_person(policy: Policy, name: str) -> bool:
    """Whether the policy lists this person."""
    return name in policy.people


def _known(policy: Policy, field: str) -> frozenset[str]:
    if field == "owner":
        return frozenset(policy.people)
    if field == "department":
        return known_departments(policy)
    return frozenset(vocabulary.field_choices(policy, field))


def known_departments(policy: Policy) -> frozenset[str]:
    """Returns the roles and the departments that the policy names: of classes, of people, of planned tasks."""
    of_classes = (entry.department for _path, entry in class_paths(policy.categories, ""))
    of_people = (person.department for person in policy.people.values() if person)
    of_tasks = (task.to for task in policy.tasks)
    return frozenset(filter(None, (*policy.roles, *of_classes, *of_people, *of_tasks)))
