"""Repetition rules: a case reopened several times, or several similar cases within a period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from complaintctl.domain.case import fields, identity, vocabulary
from complaintctl.domain.case.case import Case, RecordedRepetition
from complaintctl.domain.deadlines import thresholds
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook, step_timetable
from complaintctl.domain.policy.policy import RepetitionRule
from complaintctl.domain.worktime import limits

# (field, value) pairs; cases with the same pairs are alike.
AlikeKey = tuple[tuple[str, str], ...]
# For each key, the ids of the cases that are alike and when they were received.
AlikeCases = Mapping[AlikeKey, Mapping[str, datetime]]


@dataclass(frozen=True, kw_only=True, slots=True)
class DueRepetition:
    """A repetition rule that a case has reached and that is not recorded yet, with the ids of cases alike."""

    rule: RepetitionRule
    alike: tuple[str, ...]


def counts_as_complaint(case: Case) -> bool:
    """Whether a case counts as a complaint: duplicates and invalid complaints do not (D-046)."""
    is_duplicate = any("duplicate_of" in link for link in case.links)
    return not is_duplicate and case.outcome not in {"duplicate", "invalid"}


def group_alike_cases(cases: Iterable[Case], rules: Rulebook) -> AlikeCases:
    """Groups cases by the fields that the rules compare; a case without a value in one of them is in no group."""
    groups: dict[AlikeKey, dict[str, datetime]] = {}
    compared = {rule.same for rule in rules.policy.repetition if rule.same}
    for case in cases:
        for same in compared:
            if key := _alike_key(case, rules, same):
                groups.setdefault(key, {})[case.id] = case.received
    return groups


def earliest_needed_receipt(case: Case, rules: Rulebook) -> datetime | None:
    """Returns the earliest receipt of other cases needed to judge this one; None if no rule needs other cases."""
    open_rules = (
        rule
        for rule in rules.policy.repetition
        if _alike_key(case, rules, rule.same) and not _is_done(case, rule)
    )
    return min((_window_start(case, rules, rule) for rule in open_rules), default=None)


def due_repetitions(judged: JudgedCase, rules: Rulebook, known: AlikeCases) -> tuple[DueRepetition, ...]:
    """Returns the rules that a case has reached and that are not recorded yet, in the order of the policy."""
    due = []
    for rule in rules.policy.repetition:
        if _is_done(judged.case, rule):
            continue
        if rule.reopened is not None:
            if judged.progress.reopenings >= rule.reopened:
                due.append(DueRepetition(rule=rule, alike=()))
        elif (alike := _alike_case_ids(judged.case, rules, rule, known)) and len(alike) >= (rule.cases or 0):
            others = tuple(case_id for case_id in alike if case_id != judged.case.id)
            due.append(DueRepetition(rule=rule, alike=others))
    return tuple(due)


def record_repetition(due: DueRepetition) -> RecordedRepetition:
    """Returns what the event records of a rule that was carried out."""
    rule = due.rule
    return RecordedRepetition(
        reopened=rule.reopened,
        same=rule.same,
        cases=rule.cases,
        within=rule.within,
        alike=due.alike,
        to=rule.to,
    )


def _alike_case_ids(case: Case, rules: Rulebook, rule: RepetitionRule, known: AlikeCases) -> list[str]:
    """Returns the ids of the cases alike received in the period up to this one, itself included, by time of receipt."""
    key = _alike_key(case, rules, rule.same)
    if key is None:
        return []
    # D-045: later cases never change the answer.
    since, others = _window_start(case, rules, rule), known.get(key, {})
    in_window = [
        (received, case_id) for case_id, received in others.items() if since <= received <= case.received
    ]
    return [case_id for _received, case_id in sorted(in_window)]


def _window_start(case: Case, rules: Rulebook, rule: RepetitionRule) -> datetime:
    """Returns the start of the period: `within` before the receipt, counted on the policy's calendar."""
    limit = limits.parse_limit(rule.within or "")
    return (
        thresholds.moment_before(step_timetable(rules, None, case), case.received, limit)
        if limit
        else case.received
    )


def _alike_key(case: Case, rules: Rulebook, same: tuple[str, ...]) -> AlikeKey | None:
    """Returns the values to compare; None if one is not known or the case does not count as a complaint.

    All fields are compared however they are written; a batch `unknown` is like no other.
    """
    pairs = tuple(
        (name, text)
        for name in same
        if (text := identity.case_comparable_text(case, name, rules.policy.country_code))
        and vocabulary.is_known_value(rules.policy, name, fields.text_at(case, name) or text)
    )
    return pairs if same and len(pairs) == len(same) and counts_as_complaint(case) else None


def _is_done(case: Case, rule: RepetitionRule) -> bool:
    """Whether the rule with the same values was recorded for this case, even if the event was retracted."""
    return any(
        rule_identity(recorded) == rule_identity(rule)
        for event in case.history
        for recorded in event.repeated
    )


def rule_identity(rule: RepetitionRule | RecordedRepetition) -> tuple[object, ...]:
    """Returns the values that identify a rule; a rule with other values is another rule."""
    return rule.reopened, rule.same, rule.cases, rule.within, rule.to
