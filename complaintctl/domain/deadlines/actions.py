"""Corrective and preventive actions: who does what by when, and whether another person verified the effect."""

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Action, Case
from complaintctl.domain.case.three_way import ContradictionError, merge_entries
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
# Origin of the clocks of actions and of their checks.
ACTION_ORIGIN: Final = "action"

ActionStatus = Literal["open", "done", "effective", "ineffective"]


def action_status(action: Action) -> ActionStatus:
    """Returns `open`, `done` (not verified yet), or the result of the verification."""
    if action.verified is not None:
        return "effective" if action.effective else "ineffective"
    return "done" if action.done is not None else "open"


def is_action_pending(action: Action) -> bool:
    """Whether the action or its verification is still to be done; only required or checked actions are verified.

    An action found ineffective is to be done anew.
    """
    if action_status(action) == "ineffective":
        return True
    return action.done is None or (action.verified is None and _needs_verification(action))


def current_round(action: Action) -> Action:
    """Returns the action as it is due now.

    One found ineffective is due again: not done, given when it was verified, with the same number of days as before.
    """
    if action.verified is None or action_status(action) != "ineffective":
        return action
    shift = action.verified.date() - action.given.date()
    return dataclasses.replace(
        action,
        given=action.verified,
        due=action.due + shift,
        check=action.check + shift if action.check else None,
        done=None,
        done_by=None,
        effective=None,
        verified=None,
        verified_by=None,
    )


def _needs_verification(action: Action) -> bool:
    return action.check is not None or action.required is True


def unverified_actions(case: Case) -> Iterator[str]:
    """Yields `action N` for each required action not verified as effective; they prevent closing the case (D-053)."""
    for number, action in enumerate(case.actions, 1):
        if action.required and action_status(action) != "effective":
            yield f"action {number}"


def add_action(case: Case, action: Action) -> tuple[Action, ...]:
    """Returns the actions of the case plus `action`; raises InvalidInput if its days are in the wrong order."""
    if action.due < action.given.date():
        raise InvalidInput("action-due-past", day=action.due, at=action.given)
    if action.check is not None and action.check < action.due:
        raise InvalidInput("action-check-early", check=action.check, day=action.due)
    return (*case.actions, action)


def complete_action(case: Case, number: int, at: datetime, by: str) -> tuple[Action, ...]:
    """Returns the actions of the case with action `number` reported as done, anew if it was found ineffective.

    Raises InvalidInput if there is no such action, Refused if it is done already or `at` is before it was given.
    """
    action = current_round(find_action(case, number))
    if action.done is not None:
        raise Refused("action-done", number=number, case=case.id, at=action.done)
    _check_not_before(at, action.given, number)
    return _replace_action(case, number, dataclasses.replace(action, done=at, done_by=by))


def verify_action(
    case: Case, policy: Policy, number: int, at: datetime, by: str, *, effective: bool
) -> tuple[Action, ...]:
    """Returns the actions of the case with action `number` verified as effective or not.

    An action found ineffective may be verified again; the last result counts. Raises InvalidInput if there is no
    such action. Raises Refused if `by` did it or was responsible for it (four-eyes principle), if it is not done
    or already found effective, or if `at` is before it was done.
    """
    action = find_action(case, number)
    if action.done is None:
        raise Refused("action-not-done", number=number, case=case.id)
    # D-054
    if by in {action.done_by, action.who}:
        others = [name for name in policy.people if name not in {action.done_by, action.who}]
        raise Refused("action-own-check", number=number, who=by, could=others)
    if action.effective:
        raise Refused("action-verified", number=number, case=case.id, at=action.verified)
    _check_not_before(at, action.done, number)
    judged = dataclasses.replace(action, effective=effective, verified=at, verified_by=by)
    return _replace_action(case, number, judged)


def find_action(case: Case, number: int) -> Action:
    """Returns the action with that number, counted from 1; raises InvalidInput if there is none."""
    if not 1 <= number <= len(case.actions):
        raise InvalidInput("no-such-action", number=number, case=case.id, count=len(case.actions))
    return case.actions[number - 1]


def _check_not_before(at: datetime, earliest: datetime, number: int) -> None:
    if at < earliest:
        raise Refused("action-before", number=number, time=at, at=earliest)


def _replace_action(case: Case, number: int, action: Action) -> tuple[Action, ...]:
    return (*case.actions[: number - 1], action, *case.actions[number:])


# D-053: closing does not end an action.
def action_clocks(case: Case, rules: Rulebook, as_of: datetime) -> Iterator[Clock]:
    """Yields a clock for each action and for its check. Waiting does not pause them, closing does not settle them."""
    for number, action in enumerate(map(current_round, case.actions), 1):
        label = f"{number} {action.what}"
        due = _end_of_day(rules, action.due)
        yield _make_clock(ACTION, label, action.given, due, action.done, as_of)
        if action.check is not None:
            check = _make_clock(
                ACTION_CHECK, label, action.done, _end_of_day(rules, action.check), action.verified, as_of
            )
            is_ahead = check.state == "running" and action.done is None
            yield dataclasses.replace(check, state="ahead", due=None) if is_ahead else check


def _end_of_day(rules: Rulebook, day: date) -> datetime:
    """Returns the last second of a day in the policy's zone, so that an action done on its due day is in time."""
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
    """Yields the clocks of the actions of a case and of their checks."""
    return (clock for clock in judged.clocks if clock.step in {ACTION, ACTION_CHECK})


def action_number_of(what: str) -> int:
    """Returns the number of the action that a clock is for (`what` of the clock)."""
    return int(what.partition(" ")[0])


def recorded_actions(case: Case) -> tuple[Action, ...]:
    """Returns the actions according to the history.

    Two clones may have changed the list apart; then an event starts from an earlier list than the one before it,
    and only its own change counts. An event that starts from a list unknown to the history records it as it is.
    """
    now: tuple[Action, ...] = ()
    known = {frozenset(now)}
    for event in case.history:
        if "actions" not in event.set:
            continue
        old, new = (fields.parse_entries("actions", entries or []) for entries in event.set["actions"])
        try:
            now = merge_entries("actions", old, now, new) if frozenset(old) in known else new
        except ContradictionError:
            now = new
        known |= {frozenset(old), frozenset(new), frozenset(now)}
    return now


def unrecorded_action_faults(case: Case) -> Iterator[Fault]:
    """Yields a fault for each action that was added, changed or removed by hand, without an event.

    Their order is not recorded if two clones added actions. D-052: the event has the old and the new list.
    """
    recorded = recorded_actions(case)
    unmatched = list(recorded)
    for index, action in enumerate(case.actions):
        if action in unmatched:
            unmatched.remove(action)
        else:
            yield Fault(key="action-without-event", path=("actions", index), values={"number": index + 1})
    if len(recorded) > len(case.actions):
        yield Fault(key="action-gone", path=("actions",), values={"number": len(case.actions) + 1})
