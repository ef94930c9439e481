"""What in the file of a case started a clock: a field, or an entry of a list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from complaintctl.domain.case.case import Event
from complaintctl.domain.deadlines.actions import action_number_of
from complaintctl.domain.deadlines.clocks import (
    ACTION,
    ACTION_CHECK,
    CONTACT,
    PROMISE,
    TASK,
    Clock,
    JudgedCase,
)
from complaintctl.domain.deadlines.contacts import CONTACT_BY
from complaintctl.domain.deadlines.tasks import task_words

_RECEIPT: Final = "receipt"
_LISTS: Final = {PROMISE: "promised", TASK: "tasks"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockOrigin:
    """Where a clock began: `name` is a dotted field of the case or a list of it (`history`, `promised`, `tasks`).

    Of a list, `keys` are the texts that the entry has (times in ISO 8601), or `index` is its place, counted from 0.
    """

    name: str
    index: int | None = None
    keys: Mapping[str, str] = field(default_factory=dict)


def find_origin(judged: JudgedCase, clock: Clock) -> ClockOrigin:
    """Returns what started a clock; the whole history if no event did (a hand-written case)."""
    if clock.step in {ACTION, ACTION_CHECK}:
        return ClockOrigin(name="actions", index=action_number_of(clock.what) - 1)
    if clock.step in {PROMISE, TASK}:
        return ClockOrigin(name=_LISTS[clock.step], keys=_entry_keys(judged, clock))
    if clock.origin == _RECEIPT:
        return ClockOrigin(name="received")
    event = _starting_event(judged, clock)
    if event is None:
        return ClockOrigin(name=clock.origin if "." in clock.origin else "history")
    return ClockOrigin(name="history", keys={"id": event.id} if event.id else {"at": event.at.isoformat()})


def _entry_keys(judged: JudgedCase, clock: Clock) -> dict[str, str]:
    """Returns what the entry of a promise or a task has in the file."""
    start, due = (moment.isoformat() if moment else "" for moment in (clock.start, clock.due))
    if clock.step == PROMISE:
        return {"made": start, "by": due, "what": clock.what}
    task = next((task for task in judged.case.tasks if task_words(task) == clock.what), None)
    return {"given": start} | ({"to": task.to, "what": task.what} if task else {})


def _starting_event(judged: JudgedCase, clock: Clock) -> Event | None:
    """Returns the event of the moment in which the clock began, of several the one with the name of the origin."""
    events = [event for event in judged.progress.events if event.at == clock.start]
    named = [
        event
        for event in events
        if event.did == clock.origin or (clock.step == CONTACT and CONTACT_BY in event.set)
    ]
    return next(iter(named or events), None)
