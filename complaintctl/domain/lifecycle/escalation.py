"""Carries out due escalations and repetition rules (`escalate --due`), each once per case."""

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
    """An escalation that a clock has reached and that is not recorded yet; `at` is when it was reached."""

    at: datetime
    rung: Rung
    clock: Clock


def escalate_case(case: Case, rules: Rulebook, act: Attribution, known: AlikeCases) -> Decision | None:
    """Returns one event that carries out all due escalations and repetition rules not yet recorded, or None.

    `known` are the cases that may be alike. A higher level or another owner can make further escalations due at
    the same moment; they are included in the event, so that a second run has nothing to do (D-040).
    """
    judged = deadlines.judge_case(case, rules, act.at)
    repetitions = repetition.due_repetitions(judged, rules, known)
    reached: tuple[DueRung, ...] = ()
    decision = None
    while (new := tuple(due_rungs(judged, rules))) or (repetitions and decision is None):
        reached = (*reached, *sorted(new, key=_at))
        decision = lifecycle.decide_request(case, rules, _request(case, rules, reached, repetitions), act)
        judged = deadlines.judge_case(decision.case, rules, act.at)
    return decision


def has_later_records(case: Case, moment: datetime) -> bool:
    """Whether the case has events after `moment`; if so, its fields may have changed since then (D-044)."""
    return any(event.at > moment for event in case.history)


def due_rungs(judged: JudgedCase, rules: Rulebook) -> Iterator[DueRung]:
    """Yields the escalations that running or overdue clocks have reached and that are not recorded yet.

    Paused, met or settled clocks have none. An overdue clock stays overdue while the case waits.
    """
    # D-041: those of retracted events, too.
    recorded = [record for event in judged.case.history for record in event.rungs]
    for clock in judged.clocks:
        if clock.state not in {"running", "overdue"}:
            continue
        of_clock = [record for record in recorded if _belongs_to(record, clock, rules)]
        for point in clock.ladder:
            if point.rung is not None and point.at <= judged.as_of and not _is_among(point.rung, of_clock):
                yield DueRung(at=point.at, rung=point.rung, clock=clock)


def _at(due_rung: DueRung) -> datetime:
    return due_rung.at


def _belongs_to(record: RecordedRung, clock: Clock, rules: Rulebook) -> bool:
    """Whether an escalation was recorded for this clock, even if its due time has changed since (D-039).

    A clock that starts at receipt or at a date field stays the same clock if that date is corrected. A new start
    (reopening, last message, new owner) makes it another clock. Every promised date has its own clock.
    """
    if (record.step, record.what or record.step) != (clock.step, clock.what):
        return False
    if clock.step == PROMISE:
        return record.due == to_policy_zone(rules, clock.due or record.due)
    has_same_start = record.start == to_policy_zone(rules, clock.start or record.start)
    return has_same_start or is_fixed_origin(clock.origin, rules)


def is_fixed_origin(origin: str, rules: Rulebook) -> bool:
    """Whether a case has the starting point only once: its receipt, or a date field."""
    return origin == RECEIPT_POINT or (
        origin not in rules.steps and fields.field_kinds().get(origin) in {"day", "moment"}
    )


def _is_among(rung: Rung, recorded: list[RecordedRung]) -> bool:
    return any(
        (record.late, record.before, record.to) == (rung.late, rung.before, rung.to) for record in recorded
    )


def _request(
    case: Case, rules: Rulebook, reached: tuple[DueRung, ...], repetitions: tuple[DueRepetition, ...]
) -> Request:
    """Combines all rules into one request: every `raise` moves one level up, the last `hand_over` sets the owner.

    The receivers of the other rules are added to the watchers.
    """
    level, owner, watchers = case.level, case.owner, list(case.watchers)
    all_rules: list[Rung | RepetitionRule] = [
        *(due_rung.rung for due_rung in reached),
        *(due.rule for due in repetitions),
    ]
    for rule in all_rules:
        if rule.raise_ is not None:
            level = _next_level(rules, level)
        if rule.hand_over:
            owner = rule.to
        elif rule.to not in {OWNER_RECEIVER, *watchers}:
            watchers.append(rule.to)
    values: dict[str, Any] = {"level": level, "owner": owner, "watchers": tuple(watchers)}
    return Request(
        did="escalate",
        fields={name: value for name, value in values.items() if value not in (None, ())},
        rungs=tuple(_recorded_rung(due_rung, rules) for due_rung in reached),
        repeated=tuple(map(repetition.record_repetition, repetitions)),
    )


def _next_level(rules: Rulebook, level: str | None) -> str | None:
    """Returns the next higher level; the highest, an unknown and a missing level are returned unchanged."""
    order = list(rules.policy.levels)
    return order[max(order.index(level) - 1, 0)] if level in order else level


def _recorded_rung(due_rung: DueRung, rules: Rulebook) -> RecordedRung:
    clock = due_rung.clock
    start, due = (to_policy_zone(rules, moment or due_rung.at) for moment in (clock.start, clock.due))
    return RecordedRung(
        step=clock.step,
        what=clock.what if clock.what != clock.step else None,
        start=start,
        due=due,
        late=due_rung.rung.late,
        before=due_rung.rung.before,
        to=due_rung.rung.to,
    )
