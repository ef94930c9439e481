"""Faults of shortcuts in a policy."""

import re
from collections.abc import Iterator
from typing import Final

from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS, OTHER_EVENTS, REGISTRATION
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.policy_check.field_faults import unknown_choice_faults
from complaintctl.domain.problems import Fault

# What can be typed as one word.
_PLAIN_NAME: Final = re.compile(r"[\w-]+")
_CLOSING: Final = "close"


def find_shortcut_faults(policy: Policy) -> Iterator[Fault]:
    """Yields shortcuts with a name that is taken or cannot be typed, without steps, or with steps that cannot follow."""
    steps = [step.step for step in policy.steps if step.step != REGISTRATION]
    for name, shortcut in policy.shortcuts.items():
        path = ("shortcuts", name)
        if not _PLAIN_NAME.fullmatch(name):
            yield Fault(key="policy-plain-name", path=path, values={"value": name})
        if name in {*BUILT_IN_STEPS, *OTHER_EVENTS, *steps}:
            yield Fault(key="policy-step-is-event", path=path, values={"value": name})
        if not shortcut.steps:
            yield Fault(key="policy-shortcut-empty", path=(*path, "steps"))
        for index, step in enumerate(shortcut.steps):
            is_last = index == len(shortcut.steps) - 1
            known = [*steps, *((_CLOSING,) if is_last else ())]
            yield from unknown_choice_faults(step, known, (*path, "steps", index), "step")
            if step in shortcut.steps[:index]:
                yield Fault(key="policy-step-twice", path=(*path, "steps", index), values={"value": step})
