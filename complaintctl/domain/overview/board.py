"""The board: open cases by the step they wait for next, and which of several clocks presses most."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from complaintctl.domain.deadlines.clocks import PROMISE, Clock, Judged
from complaintctl.domain.deadlines.deadlines import applies
from complaintctl.domain.deadlines.rulebook import Rulebook, is_free
from complaintctl.domain.lifecycle.guards import before_of, roles_missing, roles_of
from complaintctl.domain.overview.overview import due_or_far

CLOSE: Final = "close"
_GOING: Final = frozenset({"running", "overdue"})


def awaited(judged: Judged, rules: Rulebook) -> str:
    """The step that a case waits for next: the first binding one not taken, or not signed by all who must.

    Where none is left, what is promised or comes again; where nothing is owed any more, the closing.
    """
    for step in rules.policy.steps:
        binding = not is_free(step) and applies(judged.case, step)
        if binding and (step.step not in judged.progress.taken or roles_missing(judged, rules, step.step)):
            return step.step
    owed = [
        clock for clock in judged.clocks if clock.state in {*_GOING, "paused"} and _comes_again(clock, rules)
    ]
    first = min(owed, key=due_or_far, default=None)
    if first is None:
        return CLOSE
    return first.what if first.step == PROMISE else first.step


def _comes_again(clock: Clock, rules: Rulebook) -> bool:
    """Whether the clock is no step that may be left out: a date fixed in the case, or a step that recurs."""
    step = rules.steps.get(clock.step)
    return step is None or step.every is not None


def pressing(clocks: Iterable[Clock]) -> Clock | None:
    """The clock that presses most: an overdue one before one that is warned of, that before one only running."""
    going = [clock for clock in clocks if clock.state in _GOING and clock.due is not None]
    return min(going, key=urgency, default=None)


def of_role(judged: Judged, rules: Rulebook, role: str) -> Iterator[Clock]:
    """The clocks of steps that a role takes and whose turn has come: what stands before them is done and signed."""
    for clock in judged.clocks:
        step = rules.steps.get(clock.what if clock.step == PROMISE else clock.step)
        if (
            step is not None
            and role in step.roles
            and all(
                before in judged.progress.taken and not roles_missing(judged, rules, before)
                for before in before_of(judged.case, rules, step)
            )
        ):
            yield clock


def unlimited(judged: Judged, rules: Rulebook, role: str) -> str | None:
    """The step that an open case waits for, where that role takes it and no clock runs for it."""
    name = awaited(judged, rules)
    step = rules.steps.get(name)
    waits = judged.progress.status == "open" and name not in judged.progress.taken
    return name if waits and step is not None and role in step.roles else None


def unsigned(judged: Judged, rules: Rulebook) -> Mapping[str, list[str]]:
    """The steps that were taken and lack a signature, in the policy's order, with the roles that have not signed."""
    taken = [step.step for step in rules.policy.steps if step.step in judged.progress.taken]
    return {name: roles for name in taken if (roles := roles_missing(judged, rules, name))}


def is_asked_to_sign(judged: Judged, rules: Rulebook, name: str, person: str) -> bool:
    """Whether a person has a role whose signature of a step is missing; who took the step signs after somebody else."""
    others = {event.by for event in judged.progress.approvals.get(name, ())} - {person}
    own = judged.progress.taken[name].by == person
    return bool(set(roles_missing(judged, rules, name)) & set(roles_of(rules, person))) and (
        not own or bool(others)
    )


def waits_for_signature(judged: Judged, rules: Rulebook, clock: Clock | None) -> str | None:
    """The step whose missing signature a clock's step waits for, directly or through the steps before it.

    Where no clock runs, the closing waits.
    """
    missing = unsigned(judged, rules)
    wanted = CLOSE if clock is None else clock.what if clock.step == PROMISE else clock.step
    if wanted == CLOSE:
        return next(iter(missing), None)
    ahead, seen = [wanted], set[str]()
    while ahead and missing:
        step = rules.steps.get(ahead.pop())
        if step is None or step.step in seen:
            continue
        seen.add(step.step)
        before = before_of(judged.case, rules, step)
        if held := next((name for name in before if name in missing), None):
            return held
        ahead += [name for name in before if name not in judged.progress.taken]
    return None


def urgency(clock: Clock) -> tuple[int, datetime]:
    """The order of clocks: overdue, past a warning, only running; among equals the earlier due time first."""
    rank = 0 if clock.state == "overdue" else 1 if clock.warned else 2
    return rank, due_or_far(clock)


def columns(cases: Iterable[Judged], rules: Rulebook) -> Mapping[str, list[Judged]]:
    """The open cases by the step they wait for, in the order of the policy, the most pressing case first.

    Only steps that a case waits for make a column; closing stands last.
    """
    found: dict[str, list[Judged]] = {}
    for judged in sorted(cases, key=_place):
        found.setdefault(awaited(judged, rules), []).append(judged)
    last = len(rules.order)
    order = {**rules.order, CLOSE: last + 1}
    return {name: found[name] for name in sorted(found, key=lambda name: (order.get(name, last), name))}


def _place(judged: Judged) -> tuple[bool, tuple[int, datetime] | None, str]:
    clock = pressing(judged.clocks)
    return clock is None, urgency(clock) if clock else None, judged.case.id
