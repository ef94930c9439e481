"""Complaints that come again: a case reopened so often, or one of so many alike within so long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from complaintctl.domain import limits
from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Repeated
from complaintctl.domain.deadlines import thresholds
from complaintctl.domain.deadlines.clocks import Judged
from complaintctl.domain.deadlines.rulebook import Rulebook, timetable_of
from complaintctl.domain.policy.policy import Repetition

# Fields with their values, in which cases are alike.
Key = tuple[tuple[str, str], ...]
# When the cases that are alike were received, by their ids.
Seen = Mapping[Key, Mapping[str, datetime]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Come:
    """A rule of repetition that a case has come to and that nobody did yet, with the cases that are alike."""

    rule: Repetition
    alike: tuple[str, ...]


def counts(case: Case) -> bool:
    """Whether a case is a complaint of its own: a duplicate tells the same one again, an invalid one tells none."""
    copy = any("duplicate_of" in link for link in case.links)
    return not copy and case.outcome not in {"duplicate", "invalid"}


def seen(cases: Iterable[Case], rules: Rulebook) -> Seen:
    """The cases by what the rules compare; one with an unknown value is like no other."""
    found: dict[Key, dict[str, datetime]] = {}
    compared = {rule.same for rule in rules.policy.repetition if rule.same}
    for case in cases:
        for same in compared:
            if key := _key(case, same):
                found.setdefault(key, {})[case.id] = case.received
    return found


def earliest(case: Case, rules: Rulebook) -> datetime | None:
    """How far back cases must be known to judge this one; None where no rule compares it."""
    open_rules = (
        rule for rule in rules.policy.repetition if _key(case, rule.same) and not _is_done(case, rule)
    )
    return min((_since(case, rules, rule) for rule in open_rules), default=None)


def come(judged: Judged, rules: Rulebook, known: Seen) -> tuple[Come, ...]:
    """The rules that a case has come to and that stand undone, in the order of the policy."""
    found = []
    for rule in rules.policy.repetition:
        if _is_done(judged.case, rule):
            continue
        if rule.reopened is not None:
            if judged.progress.reopenings >= rule.reopened:
                found.append(Come(rule=rule, alike=()))
        elif (alike := _alike(judged.case, rules, rule, known)) and len(alike) >= (rule.cases or 0):
            found.append(Come(rule=rule, alike=tuple(one for one in alike if one != judged.case.id)))
    return tuple(found)


def told(one: Come) -> Repeated:
    """What the event keeps of a rule that was done."""
    rule = one.rule
    return Repeated(
        reopened=rule.reopened,
        same=rule.same,
        cases=rule.cases,
        within=rule.within,
        alike=one.alike,
        to=rule.to,
    )


def _alike(case: Case, rules: Rulebook, rule: Repetition, known: Seen) -> list[str]:
    """The cases alike, this one too, that were received up to its receipt, the first one first."""
    key = _key(case, rule.same)
    if key is None:
        return []
    since, others = _since(case, rules, rule), known.get(key, {})
    fitting = [(received, one) for one, received in others.items() if since <= received <= case.received]
    return [one for _received, one in sorted(fitting)]


def _since(case: Case, rules: Rulebook, rule: Repetition) -> datetime:
    """The first moment that counts: so long before the receipt, along the policy's calendar."""
    limit = limits.parsed(rule.within or "")
    return thresholds.before(timetable_of(rules, None), case.received, limit) if limit else case.received


def _key(case: Case, same: tuple[str, ...]) -> Key | None:
    """The values compared; None where one is not known, or the case counts for nothing."""
    pairs = tuple((name, text) for name in same if (text := fields.text_at(case, name)))
    return pairs if same and len(pairs) == len(same) and counts(case) else None


def _is_done(case: Case, rule: Repetition) -> bool:
    """Whether the rule, in the same words, was done for this case, taken back or not."""
    return any(words(one) == words(rule) for event in case.history for one in event.repeated)


def words(rule: Repetition | Repeated) -> tuple[object, ...]:
    """What tells a rule from the others: a rule in other words is another rule."""
    return rule.reopened, rule.same, rule.cases, rule.within, rule.to
