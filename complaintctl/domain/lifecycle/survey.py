"""Surveys of closed cases: who may be asked, who is drawn, who was asked and who answered."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import SURVEY_ANSWERED, SURVEY_ASKED
from complaintctl.domain.deadlines.progress import ordered_events, retracted_ids
from complaintctl.domain.lifecycle.import_results import RejectedRecord

# A complaint that was taken back, or that another case answers: nothing to be satisfied with.
UNSURVEYED_OUTCOMES: Final = frozenset({"withdrawn", "duplicate"})
# What a sample can be spread over; of a class only its first part, or nearly every case would be alone.
STRATA: Final = ("level", "category", "channel")
# The digits at the end of a phone number that are compared: a country code before them makes no other customer.
_DIGITS: Final = 11


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedCase:
    """A case with the moment of its closing."""

    case: Case
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Stratum:
    """So many of a level, class or channel could be asked, so many are drawn; one stratum without a name is all."""

    name: str
    population: int
    sample: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveySample:
    """Who is drawn, in the order of the draw, and what from: closed cases less those left out.

    `unwanted` were withdrawn or duplicates, `asked` were asked in an earlier survey, `same` are further cases of
    a customer who can be drawn or was asked on another.
    """

    closed: int
    unwanted: int
    asked: int
    same: int
    strata: tuple[Stratum, ...]
    drawn: tuple[ClosedCase, ...]


@dataclass(slots=True)
class AnswerSummary:
    """What came of a table of answers: each row is recorded, unchanged, without an answer, or rejected."""

    rows: int = 0
    recorded: int = 0
    unchanged: int = 0
    empty: int = 0
    rejected: list[RejectedRecord] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyStatus:
    """When and how a customer was asked last, how often so far, and the overall mark of the answer since."""

    case: Case
    event: Event
    times: int
    answered: datetime | None
    mark: int | None


def _survey_events(case: Case) -> list[Event]:
    """The askings and answers that stand, in the order of time."""
    if not any(event.did in {SURVEY_ASKED, SURVEY_ANSWERED} for event in case.history):
        return []
    gone = retracted_ids(case.history)
    return [
        event
        for event in ordered_events(case)
        if event.did in {SURVEY_ASKED, SURVEY_ANSWERED} and event.id not in gone
    ]


def was_asked(case: Case) -> bool:
    """Whether the customer was ever asked in a survey."""
    return survey_status(case) is not None


def survey_status(case: Case) -> SurveyStatus | None:
    """The last asking and what came of it; None where the customer was never asked."""
    told = _survey_events(case)
    asked = [event for event in told if event.did == SURVEY_ASKED]
    if not asked:
        return None
    mark = case.satisfaction.overall if case.satisfaction else None
    answered = told[-1].at if told[-1].did == SURVEY_ANSWERED and mark is not None else None
    return SurveyStatus(
        case=case,
        event=asked[-1],
        times=len(asked),
        answered=answered,
        mark=None if answered is None else mark,
    )


def has_answered(case: Case) -> bool:
    """Whether the customer answered since being asked last, or without being asked."""
    return [event.did for event in _survey_events(case)[-1:]] == [SURVEY_ANSWERED]


def customer_contacts(case: Case) -> frozenset[str]:
    """What a customer is known again by: phone and e-mail address, however written. Many share a name."""
    customer = case.customer
    if customer is None:
        return frozenset()
    # A wide digit is one, too.
    phone = "".join(str(int(sign)) for sign in customer.phone or "" if sign.isdecimal())
    return frozenset({phone[-_DIGITS:], (customer.email or "").strip().casefold()} - {""})


def draw_sample(
    closed: Iterable[ClosedCase], asked: Iterable[str], by: str | None, size: int, seed: int, *, again: bool
) -> SurveySample:
    """Draw `size` cases, or all where there are fewer; spread over `by` in proportion to its groups.

    The draw is a function of the seed and the ids alone, so it can be checked and repeated. No customer is drawn
    twice, nor one whose contact is among the `asked`; `again` draws from those who were asked before, too.
    """
    found = list(closed)
    wanted = [one for one in found if one.case.outcome not in UNSURVEYED_OUTCOMES]
    left = [one for one in wanted if again or not was_asked(one.case)]
    once = list(
        _first_per_customer(
            sorted(left, key=lambda one: _draw_order(seed, one)), set() if again else {*asked}
        )
    )
    groups: dict[str, list[ClosedCase]] = {}
    for one in once:
        groups.setdefault(_stratum(one.case, by), []).append(one)
    shares = allot_sample({name: len(group) for name, group in groups.items()}, size)
    drawn = [one for name, group in groups.items() for one in group[: shares[name]]]
    return SurveySample(
        closed=len(found),
        unwanted=len(found) - len(wanted),
        asked=len(wanted) - len(left),
        same=len(left) - len(once),
        strata=tuple(
            Stratum(name=name, population=len(groups[name]), sample=shares[name]) for name in sorted(groups)
        ),
        drawn=tuple(sorted(drawn, key=lambda one: _draw_order(seed, one))),
    )


def _first_per_customer(cases: Iterable[ClosedCase], known: set[str]) -> Iterator[ClosedCase]:
    """The first case of each customer who is not known already."""
    for one in cases:
        contact = customer_contacts(one.case)
        if not contact & known:
            yield one
        known |= contact


def _draw_order(seed: int, one: ClosedCase) -> str:
    """What decides the order: the SHA-256 of seed and id, which nobody can steer and everybody can compute."""
    return hashlib.sha256(f"{seed} {one.case.id}".encode()).hexdigest()


def _stratum(case: Case, by: str | None) -> str:
    return str(getattr(case, by) or "").partition("/")[0] if by else ""


def allot_sample(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each group: in proportion, the places left to the largest remainders, then the larger group."""
    total = sum(sizes.values())
    size = min(size, total)
    shares = {name: size * count // total for name, count in sizes.items()}
    rest = sorted(sizes, key=lambda name: (-(size * sizes[name] % total), -sizes[name], name))
    for name in rest[: size - sum(shares.values())]:
        shares[name] += 1
    return shares
