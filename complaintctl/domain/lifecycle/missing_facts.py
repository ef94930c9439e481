"""The fields that a step, or the steps after the registration, need and that a case does not have yet."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from complaintctl.domain.case import fields, known_facts
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.earlier_cases import REASON_FIELD
from complaintctl.domain.deadlines.deadlines import rule_applies
from complaintctl.domain.deadlines.rulebook import Rulebook, is_free_step
from complaintctl.domain.lifecycle.guards import step_needs
from complaintctl.domain.lifecycle.planned_tasks import TASKS_NEED

# The step that ends the intake: what a case needs up to it is known when the complaint is taken.
INTAKE_END: Final = "classify"
# Without that step, the fields in these groups are known then.
_INTAKE_GROUPS: Final = frozenset(
    {"channel", "level", "category", "customer", "product", "description", "remedy_sought"}
)


def missing_for_step(case: Case, rules: Rulebook, did: str) -> tuple[str, ...]:
    """Returns the fields that a step (or `close`) needs and the case lacks, in the order of the policy."""
    if did == "close":
        return () if case.outcome else ("outcome",)
    step = rules.steps.get(did)
    return tuple(_missing(case, step_needs(step.needs, case))) if step else ()


def missing_for_intake(case: Case, rules: Rulebook) -> tuple[str, ...]:
    """Returns the fields that the steps up to the classification need and the case lacks, each once and in order.

    Later answers may change the list: another class needs other fields.
    """
    names = [step.step for step in rules.policy.steps]
    has_end = INTAKE_END in names
    steps = rules.policy.steps[: names.index(INTAKE_END) + 1] if has_end else rules.policy.steps
    needed = itertools.chain.from_iterable(
        step_needs(step.needs, case)
        for step in steps
        # What is told to the customer with the first answer is not known before it.
        if rule_applies(case, step)
        and (step.step == INTAKE_END or not (is_free_step(step) or step.first_answer))
    )
    return tuple(
        name
        for name in _missing(case, dict.fromkeys(needed))
        if has_end or name.partition(".")[0] in _INTAKE_GROUPS
    )


def fields_to_grade(case: Case, rules: Rulebook) -> tuple[str, ...]:
    """Returns what a classification is about: what the case lacks of it, or all if it was classified before."""
    policy = rules.policy
    levels = policy.levels and not policy.grading
    names = [name for name, words in (("level", levels), ("category", policy.categories)) if words]
    if any(event.did == "classify" for event in case.history):
        return tuple(names)
    return tuple(name for name in names if not fields.text_at(case, name))


def _missing(case: Case, needs: Iterator[str] | tuple[str, ...] | dict[str, None]) -> Iterator[str]:
    for name in needs:
        if name != TASKS_NEED and not known_facts.is_field_known(case, name):
            yield name


def values_by_step(
    rules: Rulebook, case: Case, names: Sequence[str], values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Returns the values for each of several steps: a value goes to the first step that needs it, else to the first."""
    found: list[dict[str, Any]] = [{} for _name in names]
    for field, value in values.items():
        places = (place for place, name in enumerate(names) if _needs_field(rules, case, name, field))
        found[next(places, 0)][field] = value
    return found


def _needs_field(rules: Rulebook, case: Case, name: str, field: str) -> bool:
    if name not in rules.steps:
        return name == "close" and field in {"outcome", "lesson", "lesson_mark", REASON_FIELD}
    needs = itertools.chain.from_iterable(
        need.split("|") for need in step_needs(rules.steps[name].needs, case)
    )
    return any(field == need.strip() or field.startswith(f"{need.strip()}.") for need in needs)
