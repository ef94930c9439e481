"""Recurrence: a later case with the same cause and product model or batch reopens the actions of an earlier case."""

import dataclasses
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from complaintctl.domain.case import fields, folding, identity
from complaintctl.domain.case.case import Action, Case
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone

RECURRED_EVENT: Final = "action-recurred"
# The link from the earlier case to the later one; `earlier_cases.RECURRENCE_LINK` leads back.
RECURRED_LINK: Final = "recurred_in"
# Fields that identify a recurrence (D-055).
COMPARED_FIELDS: Final = frozenset({"cause.class", "product.model", "product.batch"})


def identifies_cause(case: Case, changed: Collection[str]) -> bool:
    """Whether a change of fields sets the cause or product of a case, and both are known now."""
    return (
        bool(COMPARED_FIELDS.intersection(changed))
        and cause_class(case) is not None
        and any(_model_and_batch(case))
    )


def cause_class(case: Case) -> str | None:
    """Returns the class of the cause, or None."""
    return case.cause.class_ if case.cause else None


def _model_and_batch(case: Case) -> tuple[str, str]:
    """Returns the texts to compare, equal for all spellings; "" for a value that is not known."""
    return _comparable_text(case, "product.model"), _comparable_text(case, "product.batch")


def _comparable_text(case: Case, name: str) -> str:
    text = fields.text_at(case, name) or ""
    # The country code is for telephone numbers only.
    return "" if folding.is_unknown_value(text) else identity.comparable_text(name, text, None)


def is_recurrence(earlier: Case, later: Case) -> bool:
    """Whether a later case has the cause class and the product model or batch of an earlier one.

    Spellings are folded; a value that is not known matches none. False if the recurrence was recorded before, even if
    that event was retracted.
    """
    has_event = any(event.did == RECURRED_EVENT and event.link == later.id for event in earlier.history)
    is_recorded = has_event or {RECURRED_LINK: later.id} in earlier.links
    has_same_product = any(
        value and value == other
        for value, other in zip(_model_and_batch(earlier), _model_and_batch(later), strict=True)
    )
    has_same_cause = _comparable_text(earlier, "cause.class") == _comparable_text(later, "cause.class") != ""
    return earlier.id != later.id and not is_recorded and has_same_cause and has_same_product


def reopen_actions(earlier: Case, later: Case, rules: Rulebook, at: datetime) -> tuple[Action, ...]:
    """Returns the actions of the earlier case; those done before the later one's receipt are open again from `at`."""
    return tuple(
        _reopen_action(action, later, rules, at) if action.done and action.done < later.received else action
        for action in earlier.actions
    )


def reopened_actions(case: Case, later: str) -> Iterator[tuple[int, Action]]:
    """Yields the actions that the case with the id `later` reopened last, with their numbers."""
    return (
        (number, action) for number, action in enumerate(case.actions, 1) if action.recurred[-1:] == (later,)
    )


def time_after_actions(case: Case, at: datetime) -> datetime:
    """Returns `at` or the time of the last change of actions, if later: reopening must come after it."""
    return max(at, *(event.at for event in case.history if "actions" in event.set))


def _reopen_action(action: Action, later: Case, rules: Rulebook, at: datetime) -> Action:
    """Returns the action as given at `at`, not done, with the same number of days as originally (D-055)."""
    given = to_policy_zone(rules, at)
    shift = given.date() - to_policy_zone(rules, action.given).date()
    check: date | None = action.check + shift if action.check else None
    return dataclasses.replace(
        action,
        given=given,
        due=action.due + shift,
        check=check,
        done=None,
        done_by=None,
        effective=None,
        verified=None,
        verified_by=None,
        recurred=(*action.recurred, later.id),
    )
