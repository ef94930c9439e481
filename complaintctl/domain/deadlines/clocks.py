"""Clocks as values: one promise of a case and how it stands, and which of several comes first."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import thresholds
from complaintctl.domain.deadlines.progress import Progress
from complaintctl.domain.deadlines.rulebook import Rulebook, step_ladder
from complaintctl.domain.deadlines.thresholds import DuePoint
from complaintctl.domain.limits import Limit
from complaintctl.domain.worktime import worktime

ClockState = Literal["met", "late", "unjudged", "running", "overdue", "paused", "ahead", "settled"]
PROMISE = "promise"
TASK = "task"
ACTION = "action"
ACTION_CHECK = "action-check"
# Clocks of dates fixed in the case itself: no step of a policy, never paused.
DATED_CLOCKS = frozenset({PROMISE, TASK, ACTION, ACTION_CHECK})


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """One promise and how it stands.

    `key` is the policy key that chose the limit ("" for a plain value), `origin` names the starting point.
    `remaining` is open time in seconds where the clock is paused. `met`, `late`: the step was taken;
    `unjudged`: taken without a limit; `ahead`: its starting point has not come; `settled`: closing ended it.
    `warned` says that the first of the `warnings` has come; `ladder` is when who further up shall know.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedCase:
    """A case at a moment: the facts as they were, how far it had come, and its clocks."""

    case: Case
    progress: Progress
    clocks: tuple[Clock, ...]
    as_of: datetime


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
    """A clock that no limit of the policy drives: of a date fixed in the case, or of a step taken, ahead or settled."""
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


def next_due_clock(clocks: Iterable[Clock]) -> Clock | None:
    """The clock that is due first (decision 12): the earliest one still running or overdue."""
    going = [clock for clock in clocks if clock.state in {"running", "overdue"} and clock.due is not None]
    return min(going, key=_due, default=None)


def _due(clock: Clock) -> datetime:
    return clock.due or datetime.max.replace(tzinfo=UTC)


def last_reached_point(points: Iterable[DuePoint], as_of: datetime) -> DuePoint | None:
    """The last of the warnings or rungs of a clock that has come, None before the first."""
    return max((point for point in points if point.at <= as_of), key=_at, default=None)


def _at(point: DuePoint) -> datetime:
    return point.at
