"""Grading: the level that the rules of the policy give to a case, based on its fields."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from complaintctl.domain.case import fields, known_facts
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.deadlines import rule_applies
from complaintctl.domain.policy.policy import GradingRule, Policy, labelled_field
from complaintctl.errors import Refused

# Events that may set another level than the grading (D-028): `escalate` raises it, `retract` restores an earlier one.
_UNGRADED_EVENTS: Final = frozenset({"escalate", "retract"})


def find_grading_rule(case: Case, policy: Policy) -> GradingRule | None:
    """Returns the first row whose conditions the case satisfies, or None (D-026)."""
    return next((row for row in policy.grading if rule_applies(case, row)), None)


def graded_level(case: Case, policy: Policy) -> str | None:
    """Returns the level that classifying sets: that of the row, or the current one if the case was escalated above it.

    Returns None if no row applies.
    """
    row = find_grading_rule(case, policy)
    if row is None:
        return None
    order = list(policy.levels)
    # D-028: a new class alone does not lower it.
    last_setter = next((event.did for event in reversed(case.history) if "level" in event.set), None)
    is_escalated = last_setter == "escalate" and case.level in order[: order.index(row.level)]
    return case.level if is_escalated else row.level


def grading_fields(policy: Policy) -> tuple[str, ...]:
    """Returns every field that the conditions of the rows use."""
    return tuple(dict.fromkeys(name for row in policy.grading for name in row.when))


def is_grading_certain(case: Case, policy: Policy) -> bool:
    """Whether all fields that the rows use have a value, so that the applying row cannot change (D-027)."""
    return all(
        name in fields.COMMAND_FIELDS or known_facts.is_field_known(case, name)
        for name in grading_fields(policy)
    )


def add_graded_level(case: Case, policy: Policy, did: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Adds the graded level to the field values of a classification that does not set a level (D-027)."""
    if did != "classify" or "level" in values:
        return values
    level = graded_level(fields.with_values(case, values), policy)
    return {**values, "level": level} if level else values


def grade_new_case(case: Case, policy: Policy) -> Case:
    """Returns a new case with its graded level if that is certain; otherwise unchanged.

    Raises Refused if the case has another level.
    """
    row = find_grading_rule(case, policy)
    if row is None or not is_grading_certain(case, policy):
        return case
    if case.level not in {None, row.level}:
        raise _level_refusal(case, row)
    return dataclasses.replace(case, level=row.level)


def check_level(before: Case, after: Case, policy: Policy, did: str) -> None:
    """Raises Refused if an event sets a level against the grading, or if `classify` sets neither level nor class."""
    if not policy.grading or did in _UNGRADED_EVENTS or (did != "classify" and after.level == before.level):
        return
    row = find_grading_rule(after, policy)
    if row is not None:
        graded = graded_level(dataclasses.replace(after, level=before.level), policy)
        if after.level not in {row.level, graded}:
            raise _level_refusal(after, row)
    elif did == "classify" and (after.level, after.category) == (None, before.category):
        raise Refused(
            "grading-silent",
            case=after.id,
            fields=[labelled_field(policy, name) for name in grading_fields(policy)],
        )


def _level_refusal(case: Case, row: GradingRule) -> Refused:
    return Refused(
        "level-against-grading", case=case.id, level=case.level, graded=row.level, when=dict(row.when)
    )
