"""The ladder and the rules of repetition as acts: what `escalate --due` does to a case, each once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, RecordedRung
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import PROMISE, Clock, JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone
from complaintctl.domain.lifecycle import lifecycle, repetition
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request
from complaintctl.domain.lifecycle.repetition import AlikeCases, DueRepetition
from complaintctl.domain.policy.policy import RepetitionRule, Rung

OWNER_RECEIVER: Final = "owner"
RECEIPT_POINT: Final = "receipt"


@dataclass(frozen=True, kw_only=True, slots=True)
class DueRung:
    """A rung that a clock has come to and that nobody did yet; `at` is when it came."""

    at: datetime
    rung: Rung
    clock: Clock


def escalate_case(case: Case, rules: Rulebook, act: Attribution, known: AlikeCases) -> Decision | None:
    """The one event that does every rung and rule of repetition that has come and was not done, None without any.

    `known` are the cases that may be alike. A higher level or another owner may bring further rungs at the same
    moment: they belong to this event, so that a second run finds nothing.
    """
    judged = deadlines.judge_case(case, rules, act.at)
    again = repetition.due_repetitions(judged, rules, known)
    found: tuple[DueRung, ...] = ()
    decision = None
    while (news := tuple(due_rungs(judged, rules))) or (again and decision is None):
        found = (*found, *sorted(news, key=_at))
        decision = lifecycle.decide_request(case, rules, _request(case, rules, found, again), act)
        judged = deadlines.judge_case(decision.case, rules, act.at)
    return decision


def has_later_records(case: Case, moment: datetime) -> bool:
    """Whether something is recorded of a time after the moment: the facts of today are not those of then."""
    return any(event.at > moment for event in case.history)


def due_rungs(judged: JudgedCase, rules: Rulebook) -> Iterator[DueRung]:
    """The rungs that running clocks have come to and that stand undone.

    A clock that waits, was met or was settled has none; one that is late stays so while the case waits.
    """
    done = [one for event in judged.case.history for one in event.rungs]
    for clock in judged.clocks:
        if clock.state not in {"running", "overdue"}:
            continue
        mine = [one for one in done if _is_of(one, clock, rules)]
        for point in clock.ladder:
            if point.rung is not None and point.at <= judged.as_of and not _is_among(point.rung, mine):
                yield DueRung(at=point.at, rung=point.rung, clock=clock)


def _at(one: DueRung) -> datetime:
    return one.at


def _is_of(one: RecordedRung, clock: Clock, rules: Rulebook) -> bool:
    """Whether a rung was done for this very clock, whatever has moved its due time since.

    A step has one clock from receipt or a date of the case, also where that date was corrected. One that starts
    anew (at a reopening, the last word, an owner) is another clock; so is every date told to the customer.
    """
    if (one.step, one.what or one.step) != (clock.step, clock.what):
        return False
    if clock.step == PROMISE:
        return one.due == to_policy_zone(rules, clock.due or one.due)
    return one.start == to_policy_zone(rules, clock.start or one.start) or _is_fact(clock.origin, rules)


def _is_fact(origin: str, rules: Rulebook) -> bool:
    """Whether a starting point is a date that a case has once: its receipt, or a date field."""
    return origin == RECEIPT_POINT or (
        origin not in rules.steps and fields.field_kinds().get(origin) in {"day", "moment"}
    )


def _is_among(rung: Rung, done: list[RecordedRung]) -> bool:
    return any((one.late, one.before, one.to) == (rung.late, rung.before, rung.to) for one in done)


def _request(
    case: Case, rules: Rulebook, found: tuple[DueRung, ...], again: tuple[DueRepetition, ...]
) -> Request:
    """What all of them together ask for: as many levels up as they say, the owner of the last, every watcher."""
    level, owner, watchers = case.level, case.owner, list(case.watchers)
    reached: list[Rung | RepetitionRule] = [*(one.rung for one in found), *(one.rule for one in again)]
    for rule in reached:
        if rule.raise_ is not None:
            level = _next_level(rules, level)
        if rule.hand_over:
            owner = rule.to
        elif rule.to not in {OWNER_RECEIVER, *watchers}:
            watchers.append(rule.to)
    facts: dict[str, Any] = {"level": level, "owner": owner, "watchers": tuple(watchers)}
    return Request(
        did="escalate",
        fields={name: value for name, value in facts.items() if value not in (None, ())},
        rungs=tuple(_recorded_rung(one, rules) for one in found),
        repeated=tuple(map(repetition.record_repetition, again)),
    )


def _next_level(rules: Rulebook, level: str | None) -> str | None:
    """The next level up; the top one, an unknown one and none stay."""
    order = list(rules.policy.levels)
    return order[max(order.index(level) - 1, 0)] if level in order else level


def _recorded_rung(one: DueRung, rules: Rulebook) -> RecordedRung:
    clock = one.clock
    start, due = (to_policy_zone(rules, moment or one.at) for moment in (clock.start, clock.due))
    return RecordedRung(
        step=clock.step,
        what=clock.what if clock.what != clock.step else None,
        start=start,
        due=due,
        late=one.rung.late,
        before=one.rung.before,
        to=one.rung.to,
    )
