"""Whether the customer's data of a case are restricted or must be kept: states with events of their own.

A restriction (GDPR Art. 18, PIPL Art. 47) allows the data to be stored and nothing else. A legal hold forbids erasing
(GDPR Art. 17(3)(b) and (e)). Both begin and end by an event; neither changes a clock.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import (
    ERASED,
    HELD,
    HOLD_RELEASED,
    RESTRICTED,
    RESTRICTION_LIFTED,
)
from complaintctl.errors import Refused

DataStateName = Literal["erased", "restricted", "legal-hold"]
# The event that ends each state; an erasing has no end.
_ENDS: Final = {RESTRICTED: RESTRICTION_LIFTED, HELD: HOLD_RELEASED}


@dataclass(frozen=True, kw_only=True, slots=True)
class DataState:
    """A state of the customer's data: since when, by whom, and the reason that was given."""

    name: DataStateName
    since: datetime
    by: str
    reason: str | None


def data_states(case: Case) -> tuple[DataState, ...]:
    """Returns the states of the customer's data after all events: erased, restricted, under legal hold."""
    if not any(event.did in {ERASED, RESTRICTED, HELD} for event in case.history):
        return ()
    begun = (
        ("erased", _last_event(case, ERASED)),
        ("restricted", _standing_event(case, RESTRICTED)),
        ("legal-hold", _standing_event(case, HELD)),
    )
    return tuple(_state(name, event) for name, event in begun if event is not None)  # type: ignore[arg-type]


def restriction_of(case: Case) -> DataState | None:
    """Returns the restriction that holds, or None."""
    event = _standing_event(case, RESTRICTED)
    return _state("restricted", event) if event else None


def hold_of(case: Case) -> DataState | None:
    """Returns the legal hold that holds, or None."""
    event = _standing_event(case, HELD)
    return _state("legal-hold", event) if event else None


def check_usable(case: Case) -> None:
    """Raises Refused if the customer's data must not be used, with the reason that was given."""
    if (restriction := restriction_of(case)) is not None:
        raise Refused(
            "data-restricted", case=case.id, since=restriction.since, reason=restriction.reason or "–"
        )


def check_can_write_to(case: Case) -> None:
    """Raises Refused if nothing can be sent to the customer: restricted, or erased and nobody recorded new data."""
    check_usable(case)
    if case.is_erased and case.customer is None:
        event = _last_event(case, ERASED)
        raise Refused("data-erased", case=case.id, since=event.at if event else case.received)


def _state(name: DataStateName, event: Event) -> DataState:
    return DataState(name=name, since=event.at, by=event.by, reason=event.reason)


def _standing_event(case: Case, did: str) -> Event | None:
    """Returns the last event that begins a state, unless a later one ends it; the order of recording counts."""
    event = next((event for event in reversed(case.history) if event.did in {did, _ENDS[did]}), None)
    return event if event is not None and event.did == did else None


def _last_event(case: Case, did: str) -> Event | None:
    return next((event for event in reversed(case.history) if event.did == did), None)
