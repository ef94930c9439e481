"""Earlier cases that are like a case: with the same cause, model or batch. Closing may ask for a word about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.folding import fold_value, is_unknown_value

# What a closing needs under this name: a link to an earlier case, or a reason why this is no recurrence.
RECURRENCE_NEED: Final = "recurrence"
RECURRENCE_LINK: Final = "recurrence_of"
REASON_FIELD: Final = "recurrence.reason"
_CAUSE: Final = "cause.class"
# The fields that make a case like an earlier one, in the order in which they are named.
COMPARED_FIELDS: Final = ("product.batch", "product.model", _CAUSE)


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierCase:
    """An earlier case that is like another one; `same` are the fields in which they agree."""

    id: str
    received: datetime
    status: str
    outcome: str | None
    same: tuple[str, ...]


def has_recurrence_answer(case: Case) -> bool:
    """Whether the case is linked as the recurrence of another one, or says why it is none."""
    return any(RECURRENCE_LINK in link for link in case.links) or fields.has_value(
        fields.value_at(case, REASON_FIELD)
    )


def compared_values(case: Case) -> Mapping[str, str]:
    """Returns the values of the compared fields, free texts folded; a batch such as `unknown` or `-` is no value."""
    texts = {name: fields.text_at(case, name) for name in COMPARED_FIELDS}
    return {
        name: text if name == _CAUSE else fold_value(text)
        for name, text in texts.items()
        if text and (name == _CAUSE or not is_unknown_value(text))
    }


def compare_cases(case: Case, other: Case) -> EarlierCase | None:
    """Returns the other case if it was received before the case and is like it, otherwise None.

    A duplicate is not counted beside its original.
    """
    if (other.received, other.id) >= (case.received, case.id) or other.outcome == "duplicate":
        return None
    own, others = compared_values(case), compared_values(other)
    same = tuple(name for name in COMPARED_FIELDS if name in own and own[name] == others.get(name))
    if not same:
        return None
    return EarlierCase(
        id=other.id, received=other.received, status=other.status, outcome=other.outcome, same=same
    )


def order_of_likeness(earlier: EarlierCase) -> tuple[int, float]:
    """Sort key: the cases with most in common first, of these the newest."""
    return -len(earlier.same), -earlier.received.timestamp()
