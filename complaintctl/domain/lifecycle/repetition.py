"""Complaints that come again: a case reopened so often, or one of so many alike within so long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from complaintctl.domain import limits
from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, RecordedRepetition
from complaintctl.domain.deadlines import thresholds
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook, step_timetable
from complaintctl.domain.policy.policy import RepetitionRule

# Fields with their values, in which cases are alike.
AlikeKey = tuple[tuple[str, str], ...]
# When the cases that are alike were received, by their ids.
AlikeCases = Mapping[AlikeKey, Mapping[str, datetime]]


@dataclass(frozen=True, kw_only=True, slots=True)
class DueRepetition:
    """A rule of repetition that a case has come to and that nobody did yet, with the cases that are alike."""

    rule: RepetitionRule
    alike: tuple[str, ...]


def counts_as_complaint(case: Case) -> bool:
    """Whether a case is a complaint of its own: a duplicate tells the same one again, an invalid one tells none."""
    copy = any("duplicate_of" in link for link in case.links)
    return not copy and case.outcome not in {"duplicate", "invalid"}


def group_alike_cases(cases: Iterable[Case], rules: Rulebook) -> AlikeCases:
    """The cases by what the rules compare; one with an unknown value is like no other."""
    found: dict[AlikeKey, dict[str, datetime]] = {}
    compared = {rule.same for rule in rules.policy.repetition if rule.same}
    for case in cases:
        for same in compared:
            if key := _alike_key(case, same):
                found.setdefault(key, {})[case.id] = case.received
    return found


def earliest_needed_receipt(case: Case, rules: Rulebook) -> datetime | None:
    """How far back cases must be known to judge this one; None where no rule compares it."""
    open_rules = (
        rule for rule in rules.policy.repetition if _alike_key(case, rule.same) and not _is_done(case, rule)
    )
    return min((_window_start(case, rules, rule) for rule in open_rules), default=None)


def due_repetitions(judged: JudgedCase, rules: Rulebook, known: AlikeCases) -> tuple[DueRepetition, ...]:
    """The rules that a case has come to and that stand undone, in the order of the policy."""
    found = []
    for rule in rules.policy.repetition:
        if _is_done(judged.case, rule):
            continue
        if rule.reopened is not None:
            if judged.progress.reopenings >= rule.reopened:
                found.append(DueRepetition(rule=rule, alike=()))
        elif (alike := _alike_case_ids(judged.case, rules, rule, known)) and len(alike) >= (rule.cases or 0):
            found.append(DueRepetition(rule=rule, alike=tuple(one for one in alike if one != judged.case.id)))
    return tuple(found)


def record_repetition(one: DueRepetition) -> RecordedRepetition:
    """What the event keeps of a rule that was done."""
    rule = one.rule
    return RecordedRepetition(
        reopened=rule.reopened,
        same=rule.same,
        cases=rule.cases,
        within=rule.within,
        alike=one.alike,
        to=rule.to,
    )


def _alike_case_ids(case: Case, rules: Rulebook, rule: RepetitionRule, known: AlikeCases) -> list[str]:
    """The cases alike, this one too, that were received up to its receipt, the first one first."""
    key = _alike_key(case, rule.same)
    if key is None:
        return []
    since, others = _window_start(case, rules, rule), known.get(key, {})
    fitting = [(received, one) for one, received in others.items() if since <= received <= case.received]
    return [one for _received, one in sorted(fitting)]


def _window_start(case: Case, rules: Rulebook, rule: RepetitionRule) -> datetime:
    """The first moment that counts: so long before the receipt, along the policy's calendar."""
    limit = limits.parse_limit(rule.within or "")
    return (
        thresholds.moment_before(step_timetable(rules, None), case.received, limit)
        if limit
        else case.received
    )


def _alike_key(case: Case, same: tuple[str, ...]) -> AlikeKey | None:
    """The values compared; None where one is not known, or the case counts for nothing."""
    pairs = tuple((name, text) for name in same if (text := fields.text_at(case, name)))
    return pairs if same and len(pairs) == len(same) and counts_as_complaint(case) else None


def _is_done(case: Case, rule: RepetitionRule) -> bool:
    """Whether the rule, in the same words, was done for this case, taken back or not."""
    return any(rule_identity(one) == rule_identity(rule) for event in case.history for one in event.repeated)


def rule_identity(rule: RepetitionRule | RecordedRepetition) -> tuple[object, ...]:
    """What tells a rule from the others: a rule in other words is another rule."""
    return rule.reopened, rule.same, rule.cases, rule.within, rule.to
