"""Surveys of closed cases: drawing a sample, who was asked, and who answered."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from complaintctl.domain.case import identity
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import SURVEY_ANSWERED, SURVEY_ASKED
from complaintctl.domain.deadlines.progress import ordered_events, retracted_ids
from complaintctl.domain.lifecycle.import_results import RejectedRecord

# Outcomes that are not surveyed: the customer withdrew the complaint, or another case handles it.
UNSURVEYED_OUTCOMES: Final = frozenset({"withdrawn", "duplicate"})
# Fields for stratified sampling. Only the first part of a class is used: full paths would make strata of one case.
STRATA: Final = ("level", "category", "channel")


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedCase:
    """A case and the time of its closing."""

    case: Case
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyCandidate:
    """What a draw needs of a closed case: there may be as many as the archive has cases.

    `contacts` are the keys by which its customer is recognised, `asked` whether an earlier survey asked the customer,
    `stratum` the group of the case, "" without groups.
    """

    case_id: str
    contacts: frozenset[str]
    outcome: str | None
    asked: bool
    stratum: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stratum:
    """The number of cases that could be asked and of those drawn for one level, class or channel.

    Without stratification, there is a single stratum with an empty name.
    """

    name: str
    population: int
    sample: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveySample:
    """The cases drawn, in the order of the draw, and the numbers of closed cases and of those excluded.

    `unwanted`: withdrawn or duplicate; `asked`: asked in an earlier survey; `same`: further cases of a customer
    who can be drawn, or was asked, about another case.
    """

    closed: int
    unwanted: int
    asked: int
    same: int
    strata: tuple[Stratum, ...]
    drawn: tuple[SurveyCandidate, ...]


@dataclass(slots=True)
class AnswerSummary:
    """The result of importing answers: each row is recorded, unchanged, empty (no answer) or rejected."""

    rows: int = 0
    recorded: int = 0
    unchanged: int = 0
    empty: int = 0
    rejected: list[RejectedRecord] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyStatus:
    """The last survey event that asked a customer, how often they were asked, and the answer since then."""

    case: Case
    event: Event
    times: int
    answered: datetime | None
    mark: int | None


def _survey_events(case: Case) -> list[Event]:
    """Returns the events of surveys that are not retracted, in order of time."""
    if not any(event.did in {SURVEY_ASKED, SURVEY_ANSWERED} for event in case.history):
        return []
    retracted = retracted_ids(case.history)
    return [
        event
        for event in ordered_events(case)
        if event.did in {SURVEY_ASKED, SURVEY_ANSWERED} and event.id not in retracted
    ]


def was_asked(case: Case) -> bool:
    """Whether the customer was ever asked in a survey."""
    return survey_status(case) is not None


def survey_status(case: Case) -> SurveyStatus | None:
    """Returns when the customer was asked last and the answer; None if the customer was never asked."""
    events = _survey_events(case)
    asked = [event for event in events if event.did == SURVEY_ASKED]
    if not asked:
        return None
    mark = case.satisfaction.overall if case.satisfaction else None
    # D-123: only an answer since the last asking.
    answered = events[-1].at if events[-1].did == SURVEY_ANSWERED and mark is not None else None
    return SurveyStatus(
        case=case,
        event=asked[-1],
        times=len(asked),
        answered=answered,
        mark=None if answered is None else mark,
    )


def has_answered(case: Case) -> bool:
    """Whether the last survey event is an answer (also if the customer was never asked)."""
    return [event.did for event in _survey_events(case)[-1:]] == [SURVEY_ANSWERED]


def customer_contacts(case: Case, country_code: str | None) -> frozenset[str]:
    """Returns the keys of phone and e-mail, which identify a customer across cases; names are not unique (D-124)."""
    contact = identity.contact_of_case(case, country_code)
    if contact.pseudonyms:
        return identity.pseudonyms_of(contact, "phone") | identity.pseudonyms_of(contact, "email")
    return contact.emails | {number.key for number in contact.phones}


def survey_candidate(case: Case, contacts: frozenset[str], by: str | None) -> SurveyCandidate:
    """Returns a closed case for a draw; its group is that of the field `by`, for classes their first part."""
    return SurveyCandidate(
        case_id=case.id,
        contacts=contacts,
        outcome=case.outcome,
        asked=was_asked(case),
        stratum=str(getattr(case, by) or "").partition("/")[0] if by else "",
    )


def draw_sample(
    closed: Iterable[SurveyCandidate], asked: Iterable[str], size: int, seed: int, *, again: bool
) -> SurveySample:
    """Draws `size` cases, or all if there are fewer; allots them to their groups in proportion.

    The order of the draw depends only on the seed and the ids of the cases, so it can be checked and repeated. No
    customer is drawn twice, and none whose contact is in `asked`; with `again`, earlier surveys are ignored.
    """
    all_closed = list(closed)
    wanted = [entry for entry in all_closed if entry.outcome not in UNSURVEYED_OUTCOMES]
    # D-122: a mark from a call-back excludes nobody.
    unasked = [entry for entry in wanted if again or not entry.asked]
    candidates = list(
        _first_per_customer(
            sorted(unasked, key=lambda entry: _draw_order(seed, entry)), set() if again else {*asked}
        )
    )
    groups: dict[str, list[SurveyCandidate]] = {}
    for entry in candidates:
        groups.setdefault(entry.stratum, []).append(entry)
    shares = allot_sample({name: len(group) for name, group in groups.items()}, size)
    drawn = [entry for name, group in groups.items() for entry in group[: shares[name]]]
    return SurveySample(
        closed=len(all_closed),
        unwanted=len(all_closed) - len(wanted),
        asked=len(wanted) - len(unasked),
        same=len(unasked) - len(candidates),
        strata=tuple(
            Stratum(name=name, population=len(groups[name]), sample=shares[name]) for name in sorted(groups)
        ),
        drawn=tuple(sorted(drawn, key=lambda entry: _draw_order(seed, entry))),
    )


def _first_per_customer(cases: Iterable[SurveyCandidate], known: set[str]) -> Iterator[SurveyCandidate]:
    """Yields the first case of each customer without a contact in `known`; adds all contacts to `known` (D-124)."""
    for entry in cases:
        if not entry.contacts & known:
            yield entry
        known |= entry.contacts


def _draw_order(seed: int, entry: SurveyCandidate) -> str:
    """Sort key of the draw: SHA-256 of seed and case id, which anybody can verify and nobody can influence (D-120)."""
    return hashlib.sha256(f"{seed} {entry.case_id}".encode()).hexdigest()


def allot_sample(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """Returns the number to draw from each group: proportional, rounded by the largest-remainder method.

    Equal remainders go to the larger group first.
    """
    total = sum(sizes.values())
    size = min(size, total)
    shares = {name: size * count // total for name, count in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(size * sizes[name] % total), -sizes[name], name))
    for name in by_remainder[: size - sum(shares.values())]:
        shares[name] += 1
    return shares
