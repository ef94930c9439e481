"""Duplicates: a case closed as one must lead to a single original that is open or answered."""

from collections.abc import Callable
from typing import Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.progress import retracted_ids
from complaintctl.errors import Refused

DUPLICATE_OUTCOME: Final = "duplicate"
DUPLICATE_LINK: Final = "duplicate_of"
# A case closed with one of these outcomes needs no answer to its customer, so it answers no duplicate either.
_UNANSWERED_OUTCOMES: Final = frozenset({"withdrawn", "invalid", DUPLICATE_OUTCOME})
_ANSWER: Final = "respond"


def original_ids(case: Case) -> tuple[str, ...]:
    """Returns the ids of the cases that this one is linked to as a duplicate."""
    return tuple(link[DUPLICATE_LINK] for link in case.links if DUPLICATE_LINK in link)


def check_original(case: Case, find_case: Callable[[str], Case]) -> None:
    """Raises Refused if a duplicate names several originals, or none that is open or answered at the end of its links.

    An original may itself be closed as a duplicate; then its own original counts.
    """
    if len(names := original_ids(case)) > 1:
        raise Refused("several-originals", case=case.id, originals=names)
    last = None
    for original in _follow_links(case, find_case):
        if original.status != "closed":
            return
        last = original
        if original.outcome != DUPLICATE_OUTCOME:
            break
    if last is not None and not _is_answered(last):
        raise Refused("original-unanswered", case=case.id, original=last.id, outcome=last.outcome)


def check_no_circle(case: Case, find_case: Callable[[str], Case]) -> None:
    """Raises Refused if the links of a duplicate lead back to it."""
    _follow_links(case, find_case)


def _follow_links(case: Case, find_case: Callable[[str], Case]) -> list[Case]:
    """Returns the original, its original and so on; raises Refused if they form a circle."""
    path, originals = [case.id], []
    names = original_ids(case)
    while names:
        if names[0] in path:
            raise Refused("duplicates-in-circle", case=case.id, path=[*path, names[0]])
        originals.append(find_case(names[0]))
        path.append(names[0])
        names = original_ids(originals[-1])
    return originals


def _is_answered(case: Case) -> bool:
    """Whether a closed case was closed as answered, and not by force without its answer."""
    retracted = retracted_ids(case.history)
    closings = [event for event in case.history if event.did == "close" and event.id not in retracted]
    is_left_out = bool(closings) and _ANSWER in closings[-1].forced
    return case.outcome not in _UNANSWERED_OUTCOMES and not is_left_out
