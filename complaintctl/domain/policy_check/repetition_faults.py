"""What is wrong with the rules of repetition of a policy: those that could never come, or lead to nobody."""

from collections.abc import Iterator
from typing import Final

from complaintctl.domain import limits
from complaintctl.domain.case import fields
from complaintctl.domain.lifecycle import repetition
from complaintctl.domain.policy.policy import Policy, RepetitionRule
from complaintctl.domain.policy_check import calendar_faults, field_faults
from complaintctl.domain.policy_check.field_faults import FaultPath, unknown_choice_faults
from complaintctl.domain.problems import Fault

# What tells one case from all others, or what escalating changes, so that a second run would find more.
UNCOMPARABLE_FIELDS: Final = frozenset({"id", "status", "level", "owner"})


def find_repetition_faults(policy: Policy) -> Iterator[Fault]:
    """Every fault of the rules of repetition, with the path to it."""
    for place, rule in enumerate(policy.repetition):
        path: FaultPath = ("repetition", place)
        yield from _shape_faults(policy, rule, path)
        for which, name in enumerate(rule.same):
            yield from _field_faults(policy, name, (*path, "same", which))
        yield from unknown_choice_faults(
            rule.to, ("owner", *policy.roles, *policy.people), (*path, "to"), "role or person"
        )
        if rule.hand_over and rule.to not in policy.people:
            yield Fault(key="policy-hand-over", path=(*path, "to"), values={"to": rule.to})
        if rule.raise_ is not None and not policy.levels:
            yield Fault(key="policy-raise", path=(*path, "raise"))
        if repetition.rule_identity(rule) in map(repetition.rule_identity, policy.repetition[:place]):
            yield Fault(key="policy-repetition-twice", path=path)


def _shape_faults(policy: Policy, rule: RepetitionRule, path: FaultPath) -> Iterator[Fault]:
    """A rule counts reopenings, or all three: what is the same, how many cases, within how long."""
    alike = [bool(rule.same), rule.cases is not None, rule.within is not None]
    if not all(alike) if rule.reopened is None else any(alike):
        yield Fault(key="policy-repetition", path=path)
    if rule.cases == 1:
        yield Fault(key="policy-repetition-alone", path=(*path, "cases"))
    calendar = policy.calendars.get(policy.calendar)
    if rule.within is not None and limits.parse_limit(rule.within) is None:
        yield Fault(key="policy-limit", path=(*path, "within"), values={"value": rule.within})
    elif rule.within and calendar and calendar_faults.is_limit_too_long(rule.within, calendar):
        yield Fault(key="policy-limit-too-long", path=(*path, "within"), values={"value": rule.within})


def _field_faults(policy: Policy, name: str, path: FaultPath) -> Iterator[Fault]:
    yield from field_faults.unknown_field_faults(policy, name, path)
    if name in UNCOMPARABLE_FIELDS or fields.field_kinds().get(name, "text") not in {"text", "day"}:
        yield Fault(key="policy-repetition-field", path=path, values={"value": name})
