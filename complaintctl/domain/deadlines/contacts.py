"""Contacts agreed with the customer: the next one by a date, on a channel; each agreed date has a clock."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Event
from complaintctl.domain.case.event_kinds import CUSTOMER_EVENTS
from complaintctl.domain.deadlines.clocks import (
    CONTACT,
    Clock,
    ClockState,
    add_warnings,
    clock_without_limit,
)
from complaintctl.domain.deadlines.progress import Progress
from complaintctl.domain.deadlines.rulebook import Rulebook

CONTACT_BY = "contact.by"
CONTACT_VIA = "contact.via"
# Origin of the clocks: the event that agreed on the date.
CONTACT_ORIGIN = "agreed"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Appointment:
    """An agreed contact; `ended_by` is the message that kept it, its closing, or what changed it after the date."""

    made: datetime
    by: datetime
    via: str | None
    ended_by: Event | None = None


def contact_clocks(rules: Rulebook, done: Progress, as_of: datetime) -> Iterator[Clock]:
    """Yields a clock for each contact that was agreed; waiting does not pause them.

    The first later message to the customer on the agreed channel keeps it (on any channel, if none was agreed), or a
    closing settles it. A date that was changed before it came has no clock.
    """
    for one in _appointments(done):
        yield _make_clock(one, rules, as_of)


def _appointments(done: Progress) -> Iterator[_Appointment]:
    current: _Appointment | None = None
    for event in done.events:
        if current is not None and current.ended_by is None and _ends(event, current):
            current = dataclasses.replace(current, ended_by=event)
        if CONTACT_BY not in event.set and CONTACT_VIA not in event.set:
            continue
        changed = _changed(event, current)
        if current is not None and changed is not current:
            yield from _left(current, event)
        current = changed
    if current is not None:
        yield current


def _ends(event: Event, current: _Appointment) -> bool:
    if event.did == "close":
        return True
    is_message = event.via is not None and event.did not in CUSTOMER_EVENTS
    return is_message and current.via in {None, event.via}


def _changed(event: Event, current: _Appointment | None) -> _Appointment | None:
    """Returns the appointment after an event that sets its date or channel; the same object if neither is new."""
    by = _new_value(event, CONTACT_BY, current.by if current else None)
    via = _new_value(event, CONTACT_VIA, current.via if current else None)
    if by is None:
        return None
    if current is not None and (by, via) == (current.by, current.via):
        return current
    return _Appointment(made=event.at, by=by, via=via)


def _new_value(event: Event, name: str, known: Any) -> Any:
    return fields.parse_value(name, event.set[name][1]) if name in event.set else known


def _left(current: _Appointment, event: Event) -> Iterator[_Appointment]:
    """Yields an appointment that another one replaces, if it was kept, settled or missed by then."""
    if current.ended_by is not None:
        yield current
    elif event.at > current.by:
        yield dataclasses.replace(current, ended_by=event)


def _make_clock(one: _Appointment, rules: Rulebook, as_of: datetime) -> Clock:
    state: ClockState = "overdue" if as_of > one.by else "running"
    ending = one.ended_by
    if ending is not None:
        state = "late" if ending.at > one.by else "settled" if ending.did == "close" else "met"
    is_settled = state == "settled"
    clock = clock_without_limit(
        step=CONTACT,
        what=one.via or CONTACT,
        state=state,
        origin=CONTACT_ORIGIN,
        start=one.made,
        due=None if is_settled else one.by,
        taken=ending.at if ending is not None and not is_settled else None,
    )
    return add_warnings(clock, rules, as_of)
