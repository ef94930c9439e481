"""Actions that did not hold: the same cause at the same product or batch came again, so what was done is open again."""

import dataclasses
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from complaintctl.domain.case.case import Action, Case
from complaintctl.domain.deadlines.rulebook import Rulebook, moment_in

DID: Final = "action-recurred"
# The link of the earlier case to the later one, and back.
AGAIN: Final = "recurred_in"
BACK: Final = "recurrence_of"
# The facts by which a later complaint is known as the same again.
FACTS: Final = frozenset({"cause.class", "product.model", "product.batch"})


def is_told(case: Case, changed: Collection[str]) -> bool:
    """Whether a change tells, or tells better, what a case is caused by and at which product."""
    return bool(FACTS.intersection(changed)) and cause(case) is not None and any(_product(case))


def cause(case: Case) -> str | None:
    """The class of the cause."""
    return case.cause.class_ if case.cause else None


def _product(case: Case) -> tuple[str | None, str | None]:
    product = case.product
    return (product.model, product.batch) if product else (None, None)


def is_again(earlier: Case, later: Case) -> bool:
    """Whether a later case has the cause of an earlier one, and its product model or batch; unknown is not the same.

    Once for each later case, also where its event was taken back.
    """
    told = any(event.did == DID and event.link == later.id for event in earlier.history)
    known = told or {AGAIN: later.id} in earlier.links
    alike = any(one and one == other for one, other in zip(_product(earlier), _product(later), strict=True))
    return earlier.id != later.id and not known and cause(earlier) == cause(later) and alike


def opened_again(earlier: Case, later: Case, rules: Rulebook, at: datetime) -> tuple[Action, ...]:
    """The actions of the earlier case, those done before the later one was received open again from that moment."""
    return tuple(
        _again(action, later, rules, at) if action.done and action.done < later.received else action
        for action in earlier.actions
    )


def numbered(case: Case, later: str) -> Iterator[tuple[int, Action]]:
    """The actions that the later case opened again, with their numbers."""
    return ((number, one) for number, one in enumerate(case.actions, 1) if one.recurred[-1:] == (later,))


def after_all(case: Case, at: datetime) -> datetime:
    """The moment, or a later one at which actions of the case were told: opening them again comes after that."""
    return max(at, *(event.at for event in case.history if "actions" in event.set))


def _again(action: Action, later: Case, rules: Rulebook, at: datetime) -> Action:
    """The action as it was given, with as many days from that moment as it had at first."""
    given = moment_in(rules, at)
    more = given.date() - moment_in(rules, action.given).date()
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
