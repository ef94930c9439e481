"""When the customer's data of a case are to be erased, by the rules of the policy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaintctl.domain.case import data_state, fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.deadlines import conditions_hold
from complaintctl.domain.deadlines.limit_ends import unpaused_end
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.retention_rules import RetentionRule
from complaintctl.domain.privacy import erased_fields
from complaintctl.domain.worktime.limits import parse_limit

RetentionState = Literal["due", "later", "restricted", "legal-hold"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionEntry:
    """A closed case with customer data, the rule that fits it, and when its time is over.

    `state`: `due` since then, `later`, or due but kept because of a restriction or a legal hold. `number` counts the
    rules of the policy from 1.
    """

    case: Case
    rule: RetentionRule
    number: int
    start: datetime
    due: datetime
    state: RetentionState


def retention_entry(judged: JudgedCase) -> RetentionEntry | None:
    """Returns when the data of a case are to be erased, as of the moment of judging.

    None for an open case, one without data to erase, one that no rule fits, or without the date that the rule names.
    """
    case, rules = judged.case, judged.rules
    if not rules.policy.retention or judged.progress.status != "closed" or not has_personal_data(case):
        return None
    found = find_rule(case, rules)
    if found is None:
        return None
    number, rule = found
    start = _start(judged, rule)
    limit = parse_limit(rule.keep)
    if start is None or limit is None:
        return None
    due = unpaused_end(rules.timetables["always"], start, limit)
    return RetentionEntry(
        case=case, rule=rule, number=number, start=start, due=due, state=_state(case, due, judged.as_of)
    )


def find_rule(case: Case, rules: Rulebook) -> tuple[int, RetentionRule] | None:
    """Returns the first rule that fits a case, and its number from 1; None if none fits."""
    for number, rule in enumerate(rules.policy.retention, 1):
        if conditions_hold(case, rule.when):
            return number, rule
    return None


def has_personal_data(case: Case) -> bool:
    """Whether a case has anything that an erasing takes out."""
    return (
        any(erased_fields.has_erasable_value(case, name) for name in erased_fields.personal_fields())
        or any(event.text for event in case.history)
        or any(not entry.erased for entry in case.attachments)
    )


def _start(judged: JudgedCase, rule: RetentionRule) -> datetime | None:
    if rule.from_ == "close":
        return judged.progress.closures[-1][0]
    if rule.from_ == "receipt":
        return judged.case.received
    return fields.moment_at(judged.case, rule.from_, judged.rules.zone)


def _state(case: Case, due: datetime, as_of: datetime) -> RetentionState:
    if as_of < due:
        return "later"
    if data_state.hold_of(case) is not None:
        return "legal-hold"
    return "restricted" if data_state.restriction_of(case) is not None else "due"
