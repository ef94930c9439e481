"""The board: open cases by the step they wait for next, and which of several clocks presses most."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from complaintctl.domain.deadlines.clocks import PROMISE, Clock, JudgedCase
from complaintctl.domain.deadlines.deadlines import rule_applies
from complaintctl.domain.deadlines.rulebook import Rulebook, is_free_step
from complaintctl.domain.lifecycle.guards import missing_roles, person_roles, steps_before
from complaintctl.domain.overview.overview import sortable_due

CLOSE_STEP: Final = "close"
_GOING: Final = frozenset({"running", "overdue"})


def awaited_step(judged: JudgedCase, rules: Rulebook) -> str:
    """The step that a case waits for next: the first binding one not taken, or not signed by all who must.

    Where none is left, what is promised or comes again; where nothing is owed any more, the closing.
    """
    for step in rules.policy.steps:
        binding = not is_free_step(step) and rule_applies(judged.case, step)
        if binding and (step.step not in judged.progress.taken or missing_roles(judged, rules, step.step)):
            return step.step
    owed = [
        clock for clock in judged.clocks if clock.state in {*_GOING, "paused"} and _comes_again(clock, rules)
    ]
    first = min(owed, key=sortable_due, default=None)
    if first is None:
        return CLOSE_STEP
    return first.what if first.step == PROMISE else first.step


def _comes_again(clock: Clock, rules: Rulebook) -> bool:
    """Whether the clock is no step that may be left out: a date fixed in the case, or a step that recurs."""
    step = rules.steps.get(clock.step)
    return step is None or step.every is not None


def most_urgent_clock(clocks: Iterable[Clock]) -> Clock | None:
    """The clock that presses most: an overdue one before one that is warned of, that before one only running."""
    going = [clock for clock in clocks if clock.state in _GOING and clock.due is not None]
    return min(going, key=clock_urgency, default=None)


def role_clocks(judged: JudgedCase, rules: Rulebook, role: str) -> Iterator[Clock]:
    """The clocks of steps that a role takes and whose turn has come: what stands before them is done and signed."""
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
    """The step that an open case waits for, where that role takes it and no clock runs for it."""
    name = awaited_step(judged, rules)
    step = rules.steps.get(name)
    waits = judged.progress.status == "open" and name not in judged.progress.taken
    return name if waits and step is not None and role in step.roles else None


def unsigned_steps(judged: JudgedCase, rules: Rulebook) -> Mapping[str, list[str]]:
    """The steps that were taken and lack a signature, in the policy's order, with the roles that have not signed."""
    taken = [step.step for step in rules.policy.steps if step.step in judged.progress.taken]
    return {name: roles for name in taken if (roles := missing_roles(judged, rules, name))}


def is_asked_to_sign(judged: JudgedCase, rules: Rulebook, name: str, person: str) -> bool:
    """Whether a person has a role whose signature of a step is missing; who took the step signs after somebody else."""
    others = {event.by for event in judged.progress.approvals.get(name, ())} - {person}
    own = judged.progress.taken[name].by == person
    return bool(set(missing_roles(judged, rules, name)) & set(person_roles(rules, person))) and (
        not own or bool(others)
    )


def blocking_unsigned_step(judged: JudgedCase, rules: Rulebook, clock: Clock | None) -> str | None:
    """The step whose missing signature a clock's step waits for, directly or through the steps before it.

    Where no clock runs, the closing waits.
    """
    missing = unsigned_steps(judged, rules)
    wanted = CLOSE_STEP if clock is None else clock.what if clock.step == PROMISE else clock.step
    if wanted == CLOSE_STEP:
        return next(iter(missing), None)
    ahead, seen = [wanted], set[str]()
    while ahead and missing:
        step = rules.steps.get(ahead.pop())
        if step is None or step.step in seen:
            continue
        seen.add(step.step)
        before = steps_before(judged.case, rules, step)
        if held := next((name for name in before if name in missing), None):
            return held
        ahead += [name for name in before if name not in judged.progress.taken]
    return None


def clock_urgency(clock: Clock) -> tuple[int, datetime]:
    """The order of clocks: overdue, past a warning, only running; among equals the earlier due time first."""
    rank = 0 if clock.state == "overdue" else 1 if clock.warned else 2
    return rank, sortable_due(clock)


def board_columns(cases: Iterable[JudgedCase], rules: Rulebook) -> Mapping[str, list[JudgedCase]]:
    """The open cases by the step they wait for, in the order of the policy, the most pressing case first.

    Only steps that a case waits for make a column; closing stands last.
    """
    found: dict[str, list[JudgedCase]] = {}
    for judged in sorted(cases, key=_board_order):
        found.setdefault(awaited_step(judged, rules), []).append(judged)
    last = len(rules.order)
    order = {**rules.order, CLOSE_STEP: last + 1}
    return {name: found[name] for name in sorted(found, key=lambda name: (order.get(name, last), name))}


def _board_order(judged: JudgedCase) -> tuple[bool, tuple[int, datetime] | None, str]:
    clock = most_urgent_clock(judged.clocks)
    return clock is None, clock_urgency(clock) if clock else None, judged.case.id
