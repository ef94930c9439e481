"""Faults of the grading rows of a policy: unknown keys, and rows that never apply."""

from collections.abc import Iterator

from complaintctl.domain.policy.policy import GradingRule, Policy
from complaintctl.domain.policy_check import field_faults
from complaintctl.domain.problems import Fault


def find_grading_faults(policy: Policy) -> Iterator[Fault]:
    """Yields rows with an unknown level or condition, with a condition on the level, or that never apply."""
    for index, row in enumerate(policy.grading):
        path = ("grading", index)
        yield from field_faults.unknown_choice_faults(row.level, policy.levels, (*path, "level"), "level")
        yield from field_faults.condition_faults(policy, row.when, path)
        if "level" in row.when:
            yield Fault(key="policy-grading-level", path=(*path, "when", "level"))
        if any(_covers(other, row) for other in policy.grading[:index]):
            yield Fault(key="policy-grading-covered", path=path)


def _covers(row: GradingRule, other: GradingRule) -> bool:
    """Whether the row applies in every case in which the other row applies (D-026)."""
    return all(
        name in other.when and _choices(other.when[name]) <= _choices(wanted)
        for name, wanted in row.when.items()
    )


def _choices(wanted: str | tuple[str, ...]) -> set[str]:
    return {wanted} if isinstance(wanted, str) else set(wanted)
