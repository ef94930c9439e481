"""Faults of the repetition rules of a policy: rules that never apply, and unknown receivers."""

from collections.abc import Iterator
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.lifecycle import repetition
from complaintctl.domain.policy.policy import Policy, RepetitionRule
from complaintctl.domain.policy_check import field_faults, limit_faults
from complaintctl.domain.policy_check.field_faults import FaultPath, unknown_choice_faults
from complaintctl.domain.problems import Fault

# Fields that are unique to each case, or that escalating changes: a second run would then find more cases (D-046).
UNCOMPARABLE_FIELDS: Final = frozenset({"id", "status", "level", "owner"})


def find_repetition_faults(policy: Policy) -> Iterator[Fault]:
    """Yields every fault of the repetition rules, with its path."""
    for index, rule in enumerate(policy.repetition):
        path: FaultPath = ("repetition", index)
        yield from _shape_faults(policy, rule, path)
        for field_index, name in enumerate(rule.same):
            yield from _field_faults(policy, name, (*path, "same", field_index))
        yield from unknown_choice_faults(
            rule.to, ("owner", *policy.roles, *policy.people), (*path, "to"), "role or person"
        )
        if rule.hand_over and rule.to not in policy.people:
            yield Fault(key="policy-hand-over", path=(*path, "to"), values={"to": rule.to})
        if rule.raise_ is not None and not policy.levels:
            yield Fault(key="policy-raise", path=(*path, "raise"))
        if repetition.rule_identity(rule) in map(repetition.rule_identity, policy.repetition[:index]):
            yield Fault(key="policy-repetition-twice", path=path)


def _shape_faults(policy: Policy, rule: RepetitionRule, path: FaultPath) -> Iterator[Fault]:
    """Checks that a rule has either `reopened`, or all of `same`, `cases` and `within`; and that these are valid."""
    has_alike_keys = [bool(rule.same), rule.cases is not None, rule.within is not None]
    if not all(has_alike_keys) if rule.reopened is None else any(has_alike_keys):
        yield Fault(key="policy-repetition", path=path)
    if rule.cases == 1:
        yield Fault(key="policy-repetition-alone", path=(*path, "cases"))
    calendars = limit_faults.step_calendar_entries(policy, None)
    yield from limit_faults.limit_faults(policy, calendars, rule.within, (*path, "within"), None)


def _field_faults(policy: Policy, name: str, path: FaultPath) -> Iterator[Fault]:
    yield from field_faults.unknown_field_faults(policy, name, path)
    if name in UNCOMPARABLE_FIELDS or fields.field_kinds().get(name, "text") not in {"text", "day"}:
        yield Fault(key="policy-repetition-field", path=path, values={"value": name})
