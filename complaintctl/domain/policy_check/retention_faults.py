"""Faults of the retention rules of a policy: lengths, starting points, conditions, and rules that never apply."""

from collections.abc import Iterator

from complaintctl.domain.case import fields
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.policy.retention_rules import RETENTION_STARTS, RetentionRule
from complaintctl.domain.policy_check import field_faults
from complaintctl.domain.problems import Fault
from complaintctl.domain.worktime.limits import parse_limit


def find_retention_faults(policy: Policy) -> Iterator[Fault]:
    """Yields lengths that are no calendar time, unknown starts and conditions, and rules that an earlier one covers."""
    dates = [f"x.{name}" for name, own in policy.fields.items() if own and own.type]
    dates += [name for name, kind in fields.field_kinds().items() if kind in {"day", "moment"}]
    for index, rule in enumerate(policy.retention):
        path = ("retention", index)
        limit = parse_limit(rule.keep)
        if limit is None or not (limit.months or limit.days):
            yield Fault(key="policy-retention-keep", path=(*path, "keep"), values={"value": rule.keep})
        known = (*RETENTION_STARTS, *dates)
        yield from field_faults.unknown_choice_faults(rule.from_, known, (*path, "from"), "date")
        yield from field_faults.condition_faults(policy, rule.when, path)
        earlier = (number for number, other in enumerate(policy.retention[:index], 1) if _covers(other, rule))
        for number in earlier:
            yield Fault(key="policy-retention-order", path=path, values={"number": number})
            break


def _covers(earlier: RetentionRule, later: RetentionRule) -> bool:
    """Whether a rule fits every case that a later one fits."""
    return all(
        name in later.when and _choices(later.when[name]) <= _choices(wanted)
        for name, wanted in earlier.when.items()
    )


def _choices(wanted: str | tuple[str, ...]) -> set[str]:
    return {wanted} if isinstance(wanted, str) else set(wanted)
