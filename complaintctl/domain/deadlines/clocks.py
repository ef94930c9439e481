"""Clock values: one deadline of a case and its state; which clock is due first."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import thresholds
from complaintctl.domain.deadlines.limit_choice import ClockChoice
from complaintctl.domain.deadlines.progress import Progress
from complaintctl.domain.deadlines.rulebook import Rulebook, step_ladder
from complaintctl.domain.deadlines.thresholds import DuePoint
from complaintctl.domain.worktime import worktime
from complaintctl.domain.worktime.limits import Limit

ClockState = Literal["met", "late", "unjudged", "running", "overdue", "paused", "ahead", "settled"]
PROMISE = "promise"
CONTACT = "next-contact"
TASK = "task"
ACTION = "action"
ACTION_CHECK = "action-check"
# Clocks for fixed dates of the case (promises, contacts, tasks, actions). Waiting does not pause them.
DATED_CLOCKS = frozenset({PROMISE, CONTACT, TASK, ACTION, ACTION_CHECK})


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """One deadline and its state.

    `key` is the policy key that selected the limit ("" for a plain value), `origin` names the starting point.
    `remaining` is the open time left in seconds if the clock is paused, otherwise None. States: `met`, `late`:
    the step was taken; `unjudged`: taken without a limit; `ahead`: the starting point has not been reached;
    `settled`: closing the case ended the clock. `known` is False if the calendar is not yet published for the
    due day. `choice` is set if the step selects its limit or its calendar by a field, or may be extended. `warned` is True once the first of the `warnings` is reached. `ladder` holds the escalations.
    """

    step: str
    what: str
    state: ClockState
    origin: str
    start: datetime | None
    due: datetime | None
    taken: datetime | None
    limit: Limit | None
    key: str
    remaining: int | None
    known: bool
    warnings: tuple[DuePoint, ...]
    ladder: tuple[DuePoint, ...]
    warned: bool
    choice: ClockChoice | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedCase:
    """A case at the moment `as_of`: its fields, its progress and its clocks under the `rules`.

    `computed` keeps what was computed of it, because a list asks for the same several times.
    """

    case: Case
    rules: Rulebook
    progress: Progress
    clocks: tuple[Clock, ...]
    as_of: datetime
    computed: dict[str, Any] = field(init=False, default_factory=dict, compare=False, repr=False)


def clock_without_limit(
    *,
    step: str,
    what: str,
    state: ClockState,
    origin: str,
    start: datetime | None,
    due: datetime | None,
    taken: datetime | None,
) -> Clock:
    """Returns a clock without a running limit: a fixed date, or a step that is taken, ahead or settled."""
    return Clock(
        step=step,
        what=what,
        state=state,
        origin=origin,
        start=start,
        due=due,
        taken=taken,
        limit=None,
        key="",
        remaining=None,
        known=True,
        warnings=(),
        ladder=(),
        warned=False,
    )


def add_warnings(clock: Clock, rules: Rulebook, as_of: datetime) -> Clock:
    """Returns the clock of a fixed date with the policy's warnings and escalations; unchanged if it does not run."""
    if clock.start is None or clock.due is None or clock.state not in {"running", "overdue"}:
        return clock
    table = worktime.always_open(rules.zone)
    warnings = tuple(thresholds.warning_points(table, rules.policy.warn, clock.start, None, clock.due))
    return dataclasses.replace(
        clock,
        warnings=warnings,
        ladder=tuple(thresholds.rung_points(table, step_ladder(rules, clock.step), clock.due)),
        warned=any(warning.at <= as_of for warning in warnings),
    )


def sortable_due(clock: Clock) -> datetime:
    """Returns the due time for sorting; clocks without a due time come last."""
    return clock.due or datetime.max.replace(tzinfo=UTC)


def last_reached_point(points: Iterable[DuePoint], as_of: datetime) -> DuePoint | None:
    """Returns the latest warning or escalation reached by `as_of`, or None."""
    return max((point for point in points if point.at <= as_of), key=_at, default=None)


def _at(point: DuePoint) -> datetime:
    return point.at
