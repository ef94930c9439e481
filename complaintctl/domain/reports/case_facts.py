"""What a report counts of one case: its state, takings, times, money and marks."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import compress
from typing import Final, NamedTuple

from complaintctl.domain.case.case import Case
from complaintctl.domain.case.earlier_cases import RECURRENCE_LINK
from complaintctl.domain.deadlines.actions import action_status
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.progress import forced_parts
from complaintctl.domain.lifecycle import survey
from complaintctl.domain.lifecycle.duplicates import DUPLICATE_OUTCOME
from complaintctl.domain.overview.overview import is_overdue
from complaintctl.domain.reports.figures import Basis
from complaintctl.domain.reports.measures import MARKS
from complaintctl.domain.reports.takings import elapsed_seconds, list_takings
from complaintctl.domain.zones import epoch_microseconds

# `299.00 CNY`, `CNY 299`, `1,299.00 €`, `¥88`: a number with the currency before or behind it.
_AMOUNT: Final = re.compile(r"\s*([^\d\s.,+-]*)\s*(\d+(?:,\d{3})*(?:\.\d+)?)\s*([^\d\s.,+-]*)\s*")


# The states of clocks that do not change with time.
_FINAL: Final = frozenset({"met", "late", "unjudged", "settled"})
# A moment in microseconds since 1970, and the seconds from receipt to it: without the time while the case was closed,
# then also without the waits for the customer.
CaseTime = tuple[int, int, int]


class CaseFacts(NamedTuple):
    """What a report counts of one case at its moment: plain values, so that they are quickly counted and stored.

    Moments are whole microseconds since 1970. `flags` are the measures of the section `cases` that the case has.
    `steps`, `states`, `taken_at` and `seconds` describe its takings (`Taking`), `waiting` the clocks that were not
    taken: step, state, due. `cost` is currency and amount, `contacts` recognise the customer (`contact_number`),
    `mark` is the answer of a customer who was asked in a survey.
    """

    received: int
    closures: tuple[tuple[int, int | None], ...]
    is_duplicate: bool
    flags: tuple[str, ...]
    steps: tuple[str, ...]
    states: tuple[str, ...]
    taken_at: tuple[int, ...]
    seconds: tuple[int | None, ...]
    waiting: tuple[tuple[str, str, int | None], ...]
    answer: CaseTime | None
    resolution: CaseTime | None
    cost: tuple[str, str] | None
    marks: tuple[tuple[str, int], ...]
    outcome: str
    remedy: str
    asked: bool
    mark: int | None
    contacts: tuple[int, ...]
    owner: str
    department: str
    actions: tuple[str, ...]


def is_counted_apart(case: Case) -> bool:
    """Whether the case was closed as a duplicate: the customer's complaint is counted with the original."""
    return case.outcome == DUPLICATE_OUTCOME


def flow_facts(received: int, closed: int) -> CaseFacts:
    """Returns what the flow and the backlog of a report need of a case closed once, which falls in no period of it."""
    return _NOTHING._replace(received=received, closures=((closed, None),), flags=("closed",))


def is_settled(judged: JudgedCase) -> bool:
    """Whether the facts of the case stay the same at every later moment: it is closed, and no clock runs or waits."""
    return judged.progress.status == "closed" and all(clock.state in _FINAL for clock in judged.clocks)


def closing_of(facts: CaseFacts) -> int | None:
    """Returns the last closing of a closed case, otherwise None."""
    return facts.closures[-1][0] if "closed" in facts.flags and facts.closures else None


def gather_facts(judged: JudgedCase) -> CaseFacts:
    """Returns what a report counts of a case."""
    case, done = judged.case, judged.progress
    closed = done.closures[-1][0] if done.status == "closed" and done.closures else None
    takings = tuple(list_takings(judged))
    asking = survey.survey_status(case)
    cost = parse_amount(case.remedy.cost) if case.remedy and case.remedy.cost else None
    contacts = survey.customer_contacts(case, judged.rules.policy.country_code)
    return CaseFacts(
        received=epoch_microseconds(case.received),
        closures=tuple(
            (epoch_microseconds(begin), None if end is None else epoch_microseconds(end))
            for begin, end in done.closures
        ),
        is_duplicate=is_counted_apart(case),
        flags=tuple(_flags(judged)),
        steps=tuple(taking.step for taking in takings),
        states=tuple(taking.state for taking in takings),
        taken_at=tuple(epoch_microseconds(taking.at) for taking in takings),
        seconds=tuple(taking.seconds for taking in takings),
        waiting=tuple(_waiting(judged)),
        answer=_case_time(judged, done.first_word),
        resolution=_case_time(judged, closed),
        cost=cost and (cost[0], str(cost[1])),
        marks=tuple(
            (name, mark) for name in MARKS if (mark := getattr(case.satisfaction, name, None)) is not None
        ),
        outcome=case.outcome or "",
        remedy=(case.remedy.kind if case.remedy else None) or "",
        asked=asking is not None,
        mark=asking.mark if asking else None,
        contacts=tuple(sorted(map(contact_number, contacts))),
        owner=case.owner or "",
        department=case.department or "",
        actions=tuple(action_status(action) for action in case.actions),
    )


def contact_number(contact: str) -> int:
    """Returns 63 bits that stand for a telephone number or an e-mail address: who counts need not know them."""
    return (
        int.from_bytes(hashlib.blake2b(contact.encode(errors="surrogatepass"), digest_size=8).digest()) >> 1
    )


def _flags(judged: JudgedCase) -> list[str]:
    case, done = judged.case, judged.progress
    has = {
        "open": done.status != "closed",
        "closed": done.status == "closed",
        "overdue": done.status != "closed" and is_overdue(judged),
        "reopened": done.reopenings > 0,
        "escalated": any(event.did == "escalate" for event in done.events),
        "recurring": any(RECURRENCE_LINK in link for link in case.links),
        "forced": bool(forced_parts(done)),
    }
    return [name for name, is_so in has.items() if is_so]


def _waiting(judged: JudgedCase) -> Iterator[tuple[str, str, int | None]]:
    return (
        (clock.step, clock.state, None if clock.due is None else epoch_microseconds(clock.due))
        for clock in judged.clocks
        if clock.state not in {"met", "late", "unjudged"}
    )


def _case_time(judged: JudgedCase, moment: datetime | None) -> CaseTime | None:
    if moment is None:
        return None
    received, done = judged.case.received, judged.progress
    return (
        epoch_microseconds(moment),
        elapsed_seconds(received, moment, done.closures),
        elapsed_seconds(received, moment, (*done.closures, *done.waits)),
    )


def parse_amount(text: str) -> tuple[str, Decimal] | None:
    """Returns currency ("" without one) and amount of a cost as typed; None if it is not one amount."""
    match = _AMOUNT.fullmatch(text)
    if match is None or (match[1] and match[3]):
        return None
    return match[1] or match[3], Decimal(match[2].replace(",", ""))


def facts_in_period(facts: CaseFacts, basis: Basis, is_inside: Callable[[int], bool]) -> CaseFacts | None:
    """Returns what falls in a period: the whole case, by its receipt or last closing; None if it does not fall in it.

    By the basis `taken`, only the takings, answers and closings in the period, and the overdue clocks that were due in
    it.
    """
    if basis == "received":
        return facts if is_inside(facts.received) else None
    if basis == "closed":
        closed = closing_of(facts)
        return facts if closed is not None and is_inside(closed) else None
    inside = [is_inside(moment) for moment in facts.taken_at]
    answer, resolution = (
        time if time is not None and is_inside(time[0]) else None for time in (facts.answer, facts.resolution)
    )
    waiting = tuple(
        clock for clock in facts.waiting if (due := _overdue_since(clock)) is not None and is_inside(due)
    )
    if not (any(inside) or answer or resolution or waiting):
        return None
    return facts._replace(
        steps=tuple(compress(facts.steps, inside)),
        states=tuple(compress(facts.states, inside)),
        taken_at=tuple(compress(facts.taken_at, inside)),
        seconds=tuple(compress(facts.seconds, inside)),
        answer=answer,
        resolution=resolution,
        waiting=waiting,
    )


def basis_moments(facts: CaseFacts, basis: Basis) -> set[int]:
    """Returns the moments by which a case falls in periods."""
    if basis == "received":
        return {facts.received}
    if basis == "closed":
        closed = closing_of(facts)
        return set() if closed is None else {closed}
    return {
        *facts.taken_at,
        *(time[0] for time in (facts.answer, facts.resolution) if time is not None),
        *(due for clock in facts.waiting if (due := _overdue_since(clock)) is not None),
    }


def _overdue_since(clock: tuple[str, str, int | None]) -> int | None:
    """Returns when an overdue clock was due; None for any other clock."""
    return clock[2] if clock[1] == "overdue" else None


_NOTHING: Final = CaseFacts(
    received=0,
    closures=(),
    is_duplicate=False,
    flags=(),
    steps=(),
    states=(),
    taken_at=(),
    seconds=(),
    waiting=(),
    answer=None,
    resolution=None,
    cost=None,
    marks=(),
    outcome="",
    remedy="",
    asked=False,
    mark=None,
    contacts=(),
    owner="",
    department="",
    actions=(),
)
