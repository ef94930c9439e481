"""What a report counts of one case: its state, takings, times, money and marks."""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.clocks import ClockState, JudgedCase
from complaintctl.domain.deadlines.progress import Interval, forced_parts
from complaintctl.domain.lifecycle.duplicates import DUPLICATE_OUTCOME
from complaintctl.domain.lifecycle.recurring_actions import RECURRENCE_LINK
from complaintctl.domain.overview.overview import is_overdue
from complaintctl.domain.reports.figures import Basis
from complaintctl.domain.reports.measures import FIRST_ANSWER, MARKS, RESOLUTION
from complaintctl.domain.reports.takings import Taking, elapsed_seconds, list_takings

# `299.00 CNY`, `CNY 299`, `1,299.00 €`, `¥88`: a number with the currency before or behind it.
_AMOUNT: Final = re.compile(r"\s*([^\d\s.,+-]*)\s*(\d+(?:,\d{3})*(?:\.\d+)?)\s*([^\d\s.,+-]*)\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A clock that was not taken: its state, and when it is due."""

    step: str
    state: ClockState
    due: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseTime:
    """A time from receipt to a moment `at` without the time while the case was closed, in seconds.

    `net` is also without the waits for the customer.
    """

    at: datetime
    gross: int
    net: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseFacts:
    """The figures of one case at the moment of a report. `flags` are the measures of the section `cases` that it has.

    `closed` is the last closing of a closed case, otherwise None. `cost` is currency and amount.
    """

    case: Case
    received: datetime
    closed: datetime | None
    closures: tuple[Interval, ...]
    flags: tuple[str, ...]
    takings: tuple[Taking, ...]
    waiting: tuple[Waiting, ...]
    times: dict[str, CaseTime]
    cost: tuple[str, Decimal] | None
    marks: dict[str, int]


def is_counted_apart(case: Case) -> bool:
    """Whether the case was closed as a duplicate: the customer's complaint is counted with the original."""
    return case.outcome == DUPLICATE_OUTCOME


def gather_facts(judged: JudgedCase) -> CaseFacts:
    """Returns what a report counts of a case."""
    case, done = judged.case, judged.progress
    closed = done.closures[-1][0] if done.status == "closed" and done.closures else None
    marks = {name: mark for name in MARKS if (mark := getattr(case.satisfaction, name, None)) is not None}
    return CaseFacts(
        case=case,
        received=case.received,
        closed=closed,
        closures=done.closures,
        flags=tuple(_flags(judged)),
        takings=tuple(list_takings(judged)),
        waiting=tuple(_waiting(judged)),
        times=_times(judged, closed),
        cost=parse_amount(case.remedy.cost) if case.remedy and case.remedy.cost else None,
        marks=marks,
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


def _waiting(judged: JudgedCase) -> list[Waiting]:
    return [
        Waiting(step=clock.step, state=clock.state, due=clock.due)
        for clock in judged.clocks
        if clock.state not in {"met", "late", "unjudged"}
    ]


def _times(judged: JudgedCase, closed: datetime | None) -> dict[str, CaseTime]:
    moments = {FIRST_ANSWER: judged.progress.first_word, RESOLUTION: closed}
    return {name: _case_time(judged, moment) for name, moment in moments.items() if moment is not None}


def _case_time(judged: JudgedCase, moment: datetime) -> CaseTime:
    received, done = judged.case.received, judged.progress
    return CaseTime(
        at=moment,
        gross=elapsed_seconds(received, moment, done.closures),
        net=elapsed_seconds(received, moment, (*done.closures, *done.waits)),
    )


def parse_amount(text: str) -> tuple[str, Decimal] | None:
    """Returns currency ("" without one) and amount of a cost as typed; None if it is not one amount."""
    match = _AMOUNT.fullmatch(text)
    if match is None or (match[1] and match[3]):
        return None
    return match[1] or match[3], Decimal(match[2].replace(",", ""))


def overdue_since(clock: Waiting) -> datetime | None:
    """Returns when an overdue clock was due; None for any other clock."""
    return clock.due if clock.state == "overdue" else None


def facts_in_period(
    facts: CaseFacts, basis: Basis, is_inside: Callable[[datetime], bool]
) -> CaseFacts | None:
    """Returns what falls in a period: the whole case, by its receipt or last closing; None if it does not fall in it.

    By the basis `taken`, only the takings, answers and closings in the period, and the overdue clocks that were due in
    it.
    """
    if basis == "received":
        return facts if is_inside(facts.received) else None
    if basis == "closed":
        return facts if facts.closed is not None and is_inside(facts.closed) else None
    takings = tuple(taking for taking in facts.takings if is_inside(taking.at))
    times = {name: time for name, time in facts.times.items() if is_inside(time.at)}
    waiting = tuple(clock for clock in facts.waiting if (due := overdue_since(clock)) and is_inside(due))
    if not (takings or times or waiting):
        return None
    return dataclasses.replace(facts, takings=takings, times=times, waiting=waiting)


def basis_moments(facts: CaseFacts, basis: Basis) -> set[datetime]:
    """Returns the moments by which a case falls in periods."""
    if basis == "received":
        return {facts.received}
    if basis == "closed":
        return {facts.closed} if facts.closed is not None else set()
    return {
        *(taking.at for taking in facts.takings),
        *(time.at for time in facts.times.values()),
        *(due for clock in facts.waiting if (due := overdue_since(clock))),
    }
