"""Corrective and preventive actions: who does what by when, and whether somebody else found that it worked."""

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Action, Case
from complaintctl.domain.deadlines.clocks import (
    ACTION,
    ACTION_CHECK,
    Clock,
    ClockState,
    JudgedCase,
    clock_without_limit,
)
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.problems import Fault
from complaintctl.domain.zones import resolve_local_time
from complaintctl.errors import InvalidInput, Refused

ACTION_GIVEN: Final = "action"
ACTION_DONE: Final = "action-done"
ACTION_VERIFIED: Final = "action-verified"
# What the clock of an action, and of the check whether it worked, counts from.
ACTION_ORIGIN: Final = "action"

ActionStatus = Literal["open", "done", "effective", "ineffective"]


def action_status(action: Action) -> ActionStatus:
    """How far an action has come: to be done, to be verified, or found to work or not."""
    if action.verified is not None:
        return "effective" if action.effective else "ineffective"
    return "done" if action.done is not None else "open"


def is_action_pending(action: Action) -> bool:
    """Whether something is left to do: the action itself, or its check. One without a check is over when it is done."""
    return action.done is None or (action.verified is None and _needs_verification(action))


def _needs_verification(action: Action) -> bool:
    return action.check is not None or action.required is True


def unverified_actions(case: Case) -> Iterator[str]:
    """The required actions that were not found effective, by their number: a case with one is not to be closed."""
    for number, action in enumerate(case.actions, 1):
        if action.required and action_status(action) != "effective":
            yield f"action {number}"


def add_action(case: Case, action: Action) -> tuple[Action, ...]:
    """The actions of the case with one more; raises InvalidInput for days in the wrong order, or one that is there."""
    if action.due < action.given.date():
        raise InvalidInput("action-due-past", day=action.due, at=action.given)
    if action.check is not None and action.check < action.due:
        raise InvalidInput("action-check-early", check=action.check, day=action.due)
    return (*case.actions, action)


def complete_action(case: Case, number: int, at: datetime, by: str) -> tuple[Action, ...]:
    """The actions of the case when one is reported done; raises where there is none of that number, or it is done."""
    action = find_action(case, number)
    if action.done is not None:
        raise Refused("action-done", number=number, case=case.id, at=action.done)
    _check_not_before(at, action.given, number)
    return _replace_action(case, number, dataclasses.replace(action, done=at, done_by=by))


def verify_action(
    case: Case, policy: Policy, number: int, at: datetime, by: str, *, effective: bool
) -> tuple[Action, ...]:
    """The actions of the case when one is judged; raises Refused where whoever did it would judge it (four eyes).

    An action that was found not to work may be judged again: it counts as its last check says.
    """
    action = find_action(case, number)
    if action.done is None:
        raise Refused("action-not-done", number=number, case=case.id)
    if by in {action.done_by, action.who}:
        could = [name for name in policy.people if name not in {action.done_by, action.who}]
        raise Refused("action-own-check", number=number, who=by, could=could)
    if action.effective:
        raise Refused("action-verified", number=number, case=case.id, at=action.verified)
    _check_not_before(at, action.done, number)
    judged = dataclasses.replace(action, effective=effective, verified=at, verified_by=by)
    return _replace_action(case, number, judged)


def find_action(case: Case, number: int) -> Action:
    """The action of that number, from 1; raises InvalidInput where there is none."""
    if not 1 <= number <= len(case.actions):
        raise InvalidInput("no-such-action", number=number, case=case.id, count=len(case.actions))
    return case.actions[number - 1]


def _check_not_before(at: datetime, earliest: datetime, number: int) -> None:
    if at < earliest:
        raise Refused("action-before", number=number, time=at, at=earliest)


def _replace_action(case: Case, number: int, action: Action) -> tuple[Action, ...]:
    return (*case.actions[: number - 1], action, *case.actions[number:])


def action_clocks(case: Case, rules: Rulebook, as_of: datetime) -> Iterator[Clock]:
    """A clock for each action, and one for its check: fixed days, never paused, not settled by closing."""
    for number, action in enumerate(case.actions, 1):
        words = f"{number} {action.what}"
        due = _end_of_day(rules, action.due)
        yield _make_clock(ACTION, words, action.given, due, action.done, as_of)
        if action.check is not None:
            check = _make_clock(
                ACTION_CHECK, words, action.done, _end_of_day(rules, action.check), action.verified, as_of
            )
            waits = check.state == "running" and action.done is None
            yield dataclasses.replace(check, state="ahead", due=None) if waits else check


def _end_of_day(rules: Rulebook, day: date) -> datetime:
    """The last second of a day in the policy's zone: what is done on the day is in time."""
    return resolve_local_time(rules.zone, datetime.combine(day + timedelta(days=1), time())) - timedelta(
        seconds=1
    )


def _make_clock(
    step: str, what: str, start: datetime | None, due: datetime, taken: datetime | None, as_of: datetime
) -> Clock:
    state: ClockState = "overdue" if as_of > due else "running"
    if taken is not None:
        state = "met" if taken <= due else "late"
    return clock_without_limit(
        step=step, what=what, state=state, origin=ACTION_ORIGIN, start=start, due=due, taken=taken
    )


def filter_action_clocks(judged: JudgedCase) -> Iterator[Clock]:
    """The clocks of a case that are about its actions."""
    return (clock for clock in judged.clocks if clock.step in {ACTION, ACTION_CHECK})


def action_number_of(clock: Clock) -> int:
    """The number of the action that a clock is about."""
    return int(clock.what.partition(" ")[0])


def unrecorded_action_faults(case: Case) -> Iterator[Fault]:
    """Actions that were written or changed by hand, without an event."""
    told: list[dict[str, str]] | None = next(
        (event.set["actions"][1] for event in reversed(case.history) if "actions" in event.set), []
    )
    known = fields.parse_entries("actions", told or [])
    for place, action in enumerate(case.actions):
        if place >= len(known) or known[place] != action:
            yield Fault(key="action-without-event", path=("actions", place), values={"number": place + 1})
    if len(known) > len(case.actions):
        yield Fault(key="action-gone", path=("actions",), values={"number": len(case.actions) + 1})
