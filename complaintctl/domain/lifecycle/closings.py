"""Taking back a wrong closing: the case is as if it had never been closed, unless something depends on the closing."""

from collections.abc import Iterable
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import SURVEY_ANSWERED, SURVEY_ASKED
from complaintctl.domain.deadlines.progress import ordered_events, retracted_ids
from complaintctl.domain.lifecycle.duplicates import DUPLICATE_OUTCOME, original_ids
from complaintctl.errors import Refused

CLOSING: Final = "close"
# Events that are recorded only because the case was closed.
_DEPENDENT_EVENTS: Final = frozenset({"reopen", SURVEY_ASKED, SURVEY_ANSWERED})


def check_closing_retractable(case: Case, closing: Event) -> None:
    """Raises Refused if a later event depends on the closing: a reopening, a survey, or a change of the outcome."""
    events = ordered_events(case)
    retracted = retracted_ids(case.history)
    judged = closing.set.keys() & {*fields.JUDGED_FIELDS}
    for event in events[events.index(closing) + 1 :]:
        is_dependent = event.did in _DEPENDENT_EVENTS or not judged.isdisjoint(event.set)
        if is_dependent and event.id not in retracted and event.did != "retract":
            values = {"event": closing.id, "did": event.did, "later": event.id}
            raise Refused("closing-depended-on", case=case.id, **values)


def last_closing(case: Case) -> Event | None:
    """Returns the last closing that is not retracted, or None."""
    retracted = retracted_ids(case.history)
    closings = (event for event in reversed(ordered_events(case)) if event.did == CLOSING)
    return next((event for event in closings if event.id not in retracted), None)


def check_no_later_duplicate(case: Case, closing: Event, linked: Iterable[Case]) -> None:
    """Raises Refused if one of the `linked` cases was closed as a duplicate of the case after the closing.

    Its customer was referred to an answer that the retraction would take away.
    """
    for other in linked:
        end = last_closing(other)
        is_duplicate = other.outcome == DUPLICATE_OUTCOME and case.id in original_ids(other)
        if other.status == "closed" and is_duplicate and end is not None and end.at >= closing.at:
            values = {"other": other.id, "closing": end.id}
            raise Refused("closing-has-duplicate", case=case.id, event=closing.id, **values)
