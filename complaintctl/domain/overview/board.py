"""The board: open cases grouped by their next step; the urgency of clocks; missing signatures."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from complaintctl.domain.deadlines.clocks import PROMISE, Clock, JudgedCase
from complaintctl.domain.deadlines.deadlines import rule_applies
from complaintctl.domain.deadlines.rulebook import Rulebook, is_free_step
from complaintctl.domain.deadlines.signatures import VoidApproval
from complaintctl.domain.lifecycle.guards import missing_roles, person_roles, steps_before
from complaintctl.domain.overview.overview import sortable_due

CLOSE_STEP: Final = "close"
_ACTIVE: Final = frozenset({"running", "overdue"})


def awaited_step(judged: JudgedCase, rules: Rulebook) -> str:
    """Returns the next step of a case: the first binding step that is not taken or not fully signed (D-115).

    If there is none, the step of the promise or recurring clock that is due first; without one, `close`.
    """
    for step in rules.policy.steps:
        binding = not is_free_step(step) and rule_applies(judged.case, step)
        if binding and (step.step not in judged.progress.taken or missing_roles(judged, rules, step.step)):
            return step.step
    pending = [
        clock for clock in judged.clocks if clock.state in {*_ACTIVE, "paused"} and _comes_again(clock, rules)
    ]
    first = min(pending, key=sortable_due, default=None)
    if first is None:
        return CLOSE_STEP
    return first.what if first.step == PROMISE else first.step


def _comes_again(clock: Clock, rules: Rulebook) -> bool:
    """Whether the clock belongs to a fixed date of the case or to a recurring step."""
    step = rules.steps.get(clock.step)
    return step is None or step.every is not None


def most_urgent_clock(clocks: Iterable[Clock]) -> Clock | None:
    """Returns the most urgent running or overdue clock (see `clock_urgency`), or None."""
    active = [clock for clock in clocks if clock.state in _ACTIVE and clock.due is not None]
    return min(active, key=clock_urgency, default=None)


def role_clocks(judged: JudgedCase, rules: Rulebook, role: str) -> Iterator[Clock]:
    """Yields the clocks of steps of a role whose preceding steps are all taken and signed (D-116)."""
    for clock in judged.clocks:
        step = rules.steps.get(clock.what if clock.step == PROMISE else clock.step)
        if (
            step is not None
            and role in step.roles
            and all(
                before in judged.progress.taken and not missing_roles(judged, rules, before)
                for before in steps_before(judged.case, rules, step)
            )
        ):
            yield clock


def step_without_clock(judged: JudgedCase, rules: Rulebook, role: str) -> str | None:
    """Returns the next step of an open case if it is not taken and the role may take it, otherwise None.

    Callers use it for steps without a running clock (D-117).
    """
    name = awaited_step(judged, rules)
    step = rules.steps.get(name)
    is_pending = judged.progress.status == "open" and name not in judged.progress.taken
    return name if is_pending and step is not None and role in step.roles else None


def unsigned_steps(judged: JudgedCase, rules: Rulebook) -> Mapping[str, list[str]]:
    """Returns the steps taken but not fully signed, in the order of the policy, with the roles still to sign."""
    taken = [step.step for step in rules.policy.steps if step.step in judged.progress.taken]
    return {name: roles for name in taken if (roles := missing_roles(judged, rules, name))}


def owed_signatures(judged: JudgedCase, rules: Rulebook) -> Mapping[str, list[str]]:
    """Returns the unsigned steps of an open case; of a closed one only those whose approval became void."""
    unsigned = unsigned_steps(judged, rules)
    if judged.progress.status != "closed":
        return unsigned
    return {step: unsigned[step] for step in void_approvals(judged, rules)}


def void_approvals(judged: JudgedCase, rules: Rulebook) -> Mapping[str, tuple[VoidApproval, ...]]:
    """Returns the steps to be signed again, each with the approvals that a later change made void."""
    if not judged.progress.void:
        return {}
    return {
        step: void
        for step in unsigned_steps(judged, rules)
        if (void := tuple(one for one in judged.progress.void if one.step == step))
    }


def is_asked_to_sign(judged: JudgedCase, rules: Rulebook, name: str, person: str) -> bool:
    """Whether a person has a role whose signature is missing for a step.

    The person who took the step may sign only after somebody else has signed (D-118).
    """
    other_signers = {event.by for event in judged.progress.approvals.get(name, ())} - {person}
    is_own_step = judged.progress.taken[name].by == person
    return bool(set(missing_roles(judged, rules, name)) & set(person_roles(rules, person))) and (
        not is_own_step or bool(other_signers)
    )


def blocking_unsigned_step(judged: JudgedCase, rules: Rulebook, clock: Clock | None) -> str | None:
    """Returns the step whose missing signature blocks the step of a clock, directly or through earlier steps, or None.

    Without a clock, the step that blocks the closing.
    """
    # D-118: the signature is owed first.
    missing = unsigned_steps(judged, rules)
    wanted = CLOSE_STEP if clock is None else clock.what if clock.step == PROMISE else clock.step
    if wanted == CLOSE_STEP:
        return next(iter(missing), None)
    queue, seen = [wanted], set[str]()
    while queue and missing:
        step = rules.steps.get(queue.pop())
        if step is None or step.step in seen:
            continue
        seen.add(step.step)
        before = steps_before(judged.case, rules, step)
        if blocking := next((name for name in before if name in missing), None):
            return blocking
        queue += [name for name in before if name not in judged.progress.taken]
    return None


def clock_urgency(clock: Clock) -> tuple[int, datetime]:
    """Sort key of clocks: overdue first, then warned, then running; equal ones by due time (D-116)."""
    rank = 0 if clock.state == "overdue" else 1 if clock.warned else 2
    return rank, sortable_due(clock)


def board_columns(cases: Iterable[JudgedCase], rules: Rulebook) -> Mapping[str, list[JudgedCase]]:
    """Returns the open cases by next step, steps in the order of the policy, the most urgent case first.

    Steps without a case are omitted; `close` comes last (D-115).
    """
    columns: dict[str, list[JudgedCase]] = {}
    for judged in sorted(cases, key=_board_order):
        columns.setdefault(awaited_step(judged, rules), []).append(judged)
    last = len(rules.order)
    order = {**rules.order, CLOSE_STEP: last + 1}
    return {name: columns[name] for name in sorted(columns, key=lambda name: (order.get(name, last), name))}


def _board_order(judged: JudgedCase) -> tuple[bool, tuple[int, datetime] | None, str]:
    clock = most_urgent_clock(judged.clocks)
    return clock is None, clock_urgency(clock) if clock else None, judged.case.id
