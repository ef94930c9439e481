"""The grading: the level that the facts of a case have by the rules of the policy."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from complaintctl.domain.case import fields, known_facts
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.deadlines import rule_applies
from complaintctl.domain.policy.policy import GradingRule, Policy, labelled_field
from complaintctl.errors import Refused

# Events that may bring another level: it goes up, or back to what it was.
_OTHERWISE: Final = frozenset({"escalate", "retract"})


def find_grading_rule(case: Case, policy: Policy) -> GradingRule | None:
    """The first row that holds for the facts."""
    return next((row for row in policy.grading if rule_applies(case, row)), None)


def graded_level(case: Case, policy: Policy) -> str | None:
    """The level that classifying gives: that of the row, unless somebody escalated the case above it."""
    row = find_grading_rule(case, policy)
    if row is None:
        return None
    order = list(policy.levels)
    setter = next((event.did for event in reversed(case.history) if "level" in event.set), None)
    stays = setter == "escalate" and case.level in order[: order.index(row.level)]
    return case.level if stays else row.level


def grading_fields(policy: Policy) -> tuple[str, ...]:
    """Every field that a row asks for."""
    return tuple(dict.fromkeys(name for row in policy.grading for name in row.when))


def is_grading_certain(case: Case, policy: Policy) -> bool:
    """Whether all is known that the rows ask for, so that no other row can come to hold."""
    return all(
        name in fields.COMMAND_FIELDS or known_facts.is_field_known(case, name)
        for name in grading_fields(policy)
    )


def add_graded_level(case: Case, policy: Policy, did: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of a classification with the level they have, where none was named."""
    if did != "classify" or "level" in facts:
        return facts
    level = graded_level(fields.with_values(case, facts), policy)
    return {**facts, "level": level} if level else facts


def grade_new_case(case: Case, policy: Policy) -> Case:
    """A new case with its level, where that is certain.

    Raises Refused for another level.
    """
    row = find_grading_rule(case, policy)
    if row is None or not is_grading_certain(case, policy):
        return case
    if case.level not in {None, row.level}:
        raise _level_refusal(case, row)
    return dataclasses.replace(case, level=row.level)


def check_level(before: Case, after: Case, policy: Policy, did: str) -> None:
    """Raise Refused for a level that the grading does not give, and for a classification that says nothing."""
    if not policy.grading or did in _OTHERWISE or (did != "classify" and after.level == before.level):
        return
    row = find_grading_rule(after, policy)
    if row is not None:
        found = graded_level(dataclasses.replace(after, level=before.level), policy)
        if after.level not in {row.level, found}:
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
