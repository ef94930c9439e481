"""Actions that did not hold: the same cause at the same product or batch came again, so what was done is open again."""

import dataclasses
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from complaintctl.domain.case.case import Action, Case
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone

RECURRED_EVENT: Final = "action-recurred"
# The link of the earlier case to the later one, and back.
RECURRED_LINK: Final = "recurred_in"
RECURRENCE_LINK: Final = "recurrence_of"
# The facts by which a later complaint is known as the same again.
COMPARED_FIELDS: Final = frozenset({"cause.class", "product.model", "product.batch"})


def identifies_cause(case: Case, changed: Collection[str]) -> bool:
    """Whether a change tells, or tells better, what a case is caused by and at which product."""
    return (
        bool(COMPARED_FIELDS.intersection(changed))
        and cause_class(case) is not None
        and any(_model_and_batch(case))
    )


def cause_class(case: Case) -> str | None:
    """The class of the cause."""
    return case.cause.class_ if case.cause else None


def _model_and_batch(case: Case) -> tuple[str | None, str | None]:
    product = case.product
    return (product.model, product.batch) if product else (None, None)


def is_recurrence(earlier: Case, later: Case) -> bool:
    """Whether a later case has the cause of an earlier one, and its product model or batch; unknown is not the same.

    Once for each later case, also where its event was taken back.
    """
    told = any(event.did == RECURRED_EVENT and event.link == later.id for event in earlier.history)
    known = told or {RECURRED_LINK: later.id} in earlier.links
    alike = any(
        one and one == other
        for one, other in zip(_model_and_batch(earlier), _model_and_batch(later), strict=True)
    )
    return earlier.id != later.id and not known and cause_class(earlier) == cause_class(later) and alike


def reopen_actions(earlier: Case, later: Case, rules: Rulebook, at: datetime) -> tuple[Action, ...]:
    """The actions of the earlier case, those done before the later one was received open again from that moment."""
    return tuple(
        _reopen_action(action, later, rules, at) if action.done and action.done < later.received else action
        for action in earlier.actions
    )


def reopened_actions(case: Case, later: str) -> Iterator[tuple[int, Action]]:
    """The actions that the later case opened again, with their numbers."""
    return ((number, one) for number, one in enumerate(case.actions, 1) if one.recurred[-1:] == (later,))


def time_after_actions(case: Case, at: datetime) -> datetime:
    """The moment, or a later one at which actions of the case were told: opening them again comes after that."""
    return max(at, *(event.at for event in case.history if "actions" in event.set))


def _reopen_action(action: Action, later: Case, rules: Rulebook, at: datetime) -> Action:
    """The action as it was given, with as many days from that moment as it had at first."""
    given = to_policy_zone(rules, at)
    more = given.date() - to_policy_zone(rules, action.given).date()
    check: date | None = action.check + more if action.check else None
    return dataclasses.replace(
        action,
        given=given,
        due=action.due + more,
        check=check,
        done=None,
        done_by=None,
        effective=None,
        verified=None,
        verified_by=None,
        recurred=(*action.recurred, later.id),
    )
