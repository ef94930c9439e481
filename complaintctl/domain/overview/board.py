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


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A case on the board, and what it waits for."""

    judged: JudgedCase
    awaited: NextStep


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


def board_columns(cases: Iterable[JudgedCase], rules: Rulebook) -> Mapping[str, list[Card]]:
    """Returns the open cases by next step, steps in the order of the policy, the most urgent case first.

    A signature stands under its step. Steps without a case are omitted; `close` comes last (D-115).
    """
    columns: dict[str, list[Card]] = {}
    awaited_steps = ((judged, next_step(judged, rules)) for judged in cases)
    cards = [Card(judged=judged, awaited=awaited) for judged, awaited in awaited_steps if awaited]
    for card in sorted(cards, key=_board_order):
        awaited = card.awaited
        columns.setdefault(awaited.what if awaited.step == APPROVE_STEP else awaited.step, []).append(card)
    last = len(rules.order)
    order = {**rules.order, CLOSE_STEP: last + 1}
    return {name: columns[name] for name in sorted(columns, key=lambda name: (order.get(name, last), name))}


def _board_order(card: Card) -> tuple[bool, tuple[int, datetime] | None, bool, str]:
    clock = card.awaited.clock
    return (
        clock is None,
        clock_urgency(clock) if clock else None,
        not card.awaited.crisis,
        card.judged.case.id,
    )
