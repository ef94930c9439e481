"""Events that one commit holds though several commands recorded them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from complaintctl.domain.audit.sources import is_source_event
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.lifecycle.recurring_actions import RECURRED_EVENT
from complaintctl.domain.policy.policy import Policy

# A command gives all its events one time; an action that recurs may get the next second.
_ONE_COMMAND: Final = timedelta(seconds=2)
# Events that follow from another one in the same command.
_FOLLOWING: Final = frozenset({"link", RECURRED_EVENT})
# `heard --reopen` records both.
_REOPENED_BY_CUSTOMER: Final = ("reopen", "heard")


def is_squashed(case: Case, events: Sequence[Event], policy: Policy) -> bool:
    """Whether the events of a case in one commit are more than one command records at once."""
    # Two equal notes of one second in two clones have one id.
    own = [*{event.id: event for event in events if not is_source_event(case, event)}.values()]
    if len(own) <= 1:
        return False
    first = own[0]
    if any(not _is_alike(first, event) for event in own[1:]):
        return True
    kinds = tuple(event.did for event in own if event.did not in _FOLLOWING)
    shapes = {_REOPENED_BY_CUSTOMER, *(shortcut.steps for shortcut in policy.shortcuts.values())}
    return len(kinds) > 1 and kinds not in shapes


def _is_alike(first: Event, event: Event) -> bool:
    times = (first.recorded or first.at, event.recorded or event.at)
    return (first.by, first.recorded_by) == (event.by, event.recorded_by) and abs(
        times[1] - times[0]
    ) <= _ONE_COMMAND
