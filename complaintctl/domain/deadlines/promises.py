"""Dates promised to the customer: their clocks, and which steps keep them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from complaintctl.domain.case.case import Case, Promise
from complaintctl.domain.deadlines import clocks
from complaintctl.domain.deadlines.clocks import PROMISE, Clock, ClockState
from complaintctl.domain.deadlines.progress import Progress, retracted_ids
from complaintctl.domain.deadlines.rulebook import Rulebook

# The event that settles every promise.
_CLOSING: Final = "close"


def promise_clocks(case: Case, rules: Rulebook, done: Progress, as_of: datetime) -> Iterator[Clock]:
    """Yields the clocks of the promises made by `as_of`, without those of retracted events."""
    retracted = retracted_ids(tuple(event for event in case.history if event.at <= as_of))
    void = {moment for event in case.history if event.id in retracted for moment in event.promise}
    for promise in case.promised:
        if promise.made <= as_of and promise.by not in void:
            yield _promise_clock(rules, done, promise, as_of)


def keeping_events(rules: Rulebook, what: str) -> frozenset[str]:
    """Returns the events that keep a promise of the step `what`: the step, all that say more, and the closing.

    The last entry of `says_more` is the result. It also keeps the promise of a step that the policy lists before it.
    """
    order = rules.policy.says_more
    more = order[order.index(what) + 1 :] if what in order else ()
    is_before_result = (
        order and what in rules.order and rules.order[what] < rules.order.get(order[-1], len(rules.order))
    )
    return frozenset({what, _CLOSING, *more, *(order[-1:] if is_before_result else ())})


def _promise_clock(rules: Rulebook, done: Progress, promise: Promise, as_of: datetime) -> Clock:
    """The clock of one promise; the first later event that keeps it stops it."""
    keeping = keeping_events(rules, promise.what)
    kept = next(
        (
            event
            for event in done.events
            if event.did in keeping and promise.made <= event.at <= as_of and promise.by not in event.promise
        ),
        None,
    )
    state: ClockState = "overdue" if as_of > promise.by else "running"
    if kept is not None:
        state = "met" if kept.at <= promise.by else "late"
    clock = clocks.clock_without_limit(
        step=PROMISE,
        what=promise.what,
        state=state,
        origin="promised",
        start=promise.made,
        due=promise.by,
        taken=kept.at if kept else None,
    )
    return clocks.add_warnings(clock, rules, as_of)
