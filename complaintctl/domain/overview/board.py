"""The board: open cases grouped by their next step; missing signatures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.deadlines.signatures import VoidApproval
from complaintctl.domain.lifecycle.guards import missing_roles, person_roles
from complaintctl.domain.overview.next_step import NextStep, clock_urgency, next_step
from complaintctl.domain.overview.step_search import APPROVE_STEP, CLOSE_STEP

CardOrder = tuple[bool, tuple[int, datetime] | None, bool, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A case on the board: what it waits for, the column in which it stands, and what it is sorted by there."""

    judged: JudgedCase
    awaited: NextStep
    column: str
    order: CardOrder


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


def board_card(judged: JudgedCase, rules: Rulebook) -> Card | None:
    """Returns the place of an open case on the board, by its next step; None without one.

    A signature stands under its step. In a column, the most urgent case comes first.
    """
    awaited = next_step(judged, rules)
    if awaited is None:
        return None
    clock = awaited.clock
    urgency = clock_urgency(clock) if clock else None
    return Card(
        judged=judged,
        awaited=awaited,
        column=awaited.what if awaited.step == APPROVE_STEP else awaited.step,
        order=(clock is None, urgency, not awaited.crisis, judged.case.id),
    )


def sort_columns(names: Iterable[str], rules: Rulebook) -> list[str]:
    """Returns columns of the board in the order of the policy; `close` comes last (D-115)."""
    last = len(rules.order)
    order = {**rules.order, CLOSE_STEP: last + 1}
    return sorted(names, key=lambda name: (order.get(name, last), name))
