"""Faults of the addresses of reminders in a policy."""

import re
from collections.abc import Iterator
from typing import Final

from complaintctl.domain.policy.policy import Policy, class_paths
from complaintctl.domain.policy_check.field_faults import unknown_choice_faults
from complaintctl.domain.problems import Fault

# Names that every system and every CI service accepts.
_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]*")


def find_notify_faults(policy: Policy) -> Iterator[Fault]:
    """Yields unknown receivers and calendars, and values that are not names of environment variables.

    The value itself is not in the fault: somebody may have written an address with a password there.
    """
    known = (*policy.people, *policy.roles, *list_departments(policy))
    for name, variable in policy.notify.to.items():
        path = ("notify", "to", name)
        yield from unknown_choice_faults(name, known, path, "person, role or department")
        if not _VARIABLE.fullmatch(variable):
            yield Fault(key="policy-notify-variable", path=path)
    if policy.notify.mail is not None and not _VARIABLE.fullmatch(policy.notify.mail):
        yield Fault(key="policy-notify-variable", path=("notify", "mail"))
    if policy.notify.calendar is not None:
        calendars = ("always", *policy.calendars)
        yield from unknown_choice_faults(
            policy.notify.calendar, calendars, ("notify", "calendar"), "calendar"
        )


def list_departments(policy: Policy) -> tuple[str, ...]:
    """Returns the departments that the policy names; they have no list of their own (D-051)."""
    named = (
        *(entry.department for _path, entry in class_paths(policy.categories, "")),
        *(person.department for person in policy.people.values() if person),
        *(rule.to for rule in policy.tasks if rule.to not in policy.people),
    )
    return tuple(dict.fromkeys(name for name in named if name))
