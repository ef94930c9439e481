"""Earlier cases that are like a case, in words: how each ended, and in which fields they agree."""

from collections.abc import Sequence
from typing import Final

from complaintctl.domain.case import fixed_labels
from complaintctl.domain.case.earlier_cases import EarlierCase
from complaintctl.render.text.language import _, current_language

# A refusal names at most this many cases, those most alike first: a plant may have hundreds with the same class of cause.
MOST_NAMED: Final = 5


def earlier_cases_text(earlier: Sequence[EarlierCase]) -> str:
    """Returns the cases on one line, each with its outcome (its status, if it is open) and what it has in common."""
    named = [_case_text(one) for one in earlier[:MOST_NAMED]]
    if more := len(earlier) - len(named):
        named.append(_("and {count} more").format(count=more))
    return _(", ").join(named)


def _case_text(one: EarlierCase) -> str:
    language = current_language()
    ended = fixed_labels.OUTCOME_LABELS.get(one.outcome or "") or fixed_labels.STATUS_LABELS[one.status]
    same = _(", ").join(fixed_labels.FIELD_LABELS[name][language] for name in one.same)
    return _("{case} ({outcome}; same {same})").format(case=one.id, outcome=ended[language], same=same)
