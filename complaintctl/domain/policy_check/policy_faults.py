"""Checks a policy: references to unknown keys, invalid limits and contradictions, each with its path."""

from collections.abc import Iterator
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.earlier_cases import RECURRENCE_NEED
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS, OTHER_EVENTS, OUTCOMES, REGISTRATION
from complaintctl.domain.deadlines.clocks import CONTACT, PROMISE, TASK
from complaintctl.domain.deadlines.rulebook import CRISIS
from complaintctl.domain.policy.policy import Policy, Rung, Step, class_paths, closing_steps
from complaintctl.domain.policy_check import (
    calendar_faults,
    duty_faults,
    field_faults,
    grading_faults,
    limit_faults,
    missing_names,
    notify_faults,
    repetition_faults,
    retention_faults,
    shortcut_faults,
    volume_faults,
)
from complaintctl.domain.policy_check.field_faults import FaultPath, unknown_choice_faults, values_with_paths
from complaintctl.domain.problems import Fault
from complaintctl.domain.worktime import limits

STARTING_POINTS: Final = ("receipt", "assignment", "last-word", CRISIS)


def find_policy_faults(policy: Policy) -> list[Fault]:
    """Returns all faults of a policy: unknown references, invalid limits and calendars, contradictions."""
    return [
        *calendar_faults.find_calendar_faults(policy),
        *field_faults.country_code_faults(policy),
        *field_faults.find_field_faults(policy),
        *grading_faults.find_grading_faults(policy),
        *_policy_calendar_faults(policy),
        *_time_faults(policy),
        *repetition_faults.find_repetition_faults(policy),
        *_key_faults(policy),
        *missing_names.old_name_faults(policy),
        *_step_faults(policy),
        *_task_faults(policy),
        *shortcut_faults.find_shortcut_faults(policy),
        *duty_faults.find_duty_faults(policy),
        *volume_faults.find_volume_faults(policy),
        *notify_faults.find_notify_faults(policy),
        *retention_faults.find_retention_faults(policy),
        *_circle_faults(policy),
        *_rule_faults(policy),
    ]


def _policy_calendar_faults(policy: Policy) -> Iterator[Fault]:
    yield from limit_faults.named_calendar_faults(policy, policy.calendar, policy.calendar_by, ())
    if isinstance(policy.calendar, dict) and "else" not in policy.calendar:
        yield Fault(key="policy-calendar-else", path=("calendar",))


def _key_faults(policy: Policy) -> Iterator[Fault]:
    categories = [path for path, _ in class_paths(policy.categories, "")]
    for name in sorted(set(policy.levels) & set(categories)):
        yield Fault(key="policy-level-is-category", path=("levels", name), values={"value": name})
    for section, names in (("levels", policy.levels), ("categories", categories)):
        if CRISIS in names:
            yield Fault(key="policy-named-crisis", path=(section, CRISIS))
    for name in policy.playbooks:
        yield from unknown_choice_faults(name, categories, ("playbooks", name), "category")
    for name, person in policy.people.items():
        for index, role in enumerate(person.roles if person else ()):
            yield from unknown_choice_faults(role, policy.roles, ("people", name, "roles", index), "role")


def _step_faults(policy: Policy) -> Iterator[Fault]:
    names = [step.step for step in policy.steps]
    for index, step in enumerate(policy.steps):
        path: FaultPath = ("steps", index)
        if step.step in names[:index]:
            yield Fault(key="policy-step-twice", path=(*path, "step"), values={"value": step.step})
        if step.step in OTHER_EVENTS or step.step in {PROMISE, CONTACT}:
            yield Fault(key="policy-step-is-event", path=(*path, "step"), values={"value": step.step})
        if step.within is not None and step.every is not None:
            yield Fault(key="policy-within-and-every", path=(*path, "every"), values={"step": step.step})
        yield from limit_faults.find_limit_faults(policy, step, path)
        yield from limit_faults.find_order_faults(step, names, path)
        yield from _warn_faults(step.warn or (), (*path, "warn"))
        for what, texts in step.promise.items():
            calendars = limit_faults.step_calendar_entries(policy, None)
            yield from limit_faults.limit_faults(policy, calendars, texts, (*path, "promise", what), None)
            yield from unknown_choice_faults(
                what, (*names, *BUILT_IN_STEPS, "close"), (*path, "promise", what), "step"
            )
        yield from _reference_faults(policy, step, names, path)


def _task_faults(policy: Policy) -> Iterator[Fault]:
    """Yields task rules with invalid limits or conditions, without text or department, or listed twice."""
    calendars = limit_faults.step_calendar_entries(policy, None)
    for index, rule in enumerate(policy.tasks):
        path: FaultPath = ("tasks", index)
        if not rule.what or not rule.to:
            yield Fault(key="policy-task-empty", path=path)
        if rule in policy.tasks[:index]:
            yield Fault(key="policy-task-twice", path=path, values={"to": rule.to})
        yield from limit_faults.limit_faults(policy, calendars, rule.within, (*path, "within"), None)
        yield from field_faults.condition_faults(policy, rule.when, path)


def _time_faults(policy: Policy) -> Iterator[Fault]:
    """Yields invalid times of warnings, waits and escalations, and escalations with an unknown receiver."""
    yield from _warn_faults(policy.warn, ("warn",))
    calendars = limit_faults.step_calendar_entries(policy, None)
    yield from limit_faults.limit_faults(policy, calendars, policy.wait.at_most, ("wait", "at_most"), None)
    for index, rung in enumerate(policy.escalation):
        path: FaultPath = ("escalation", index)
        if (rung.late is None) == (rung.before is None):
            yield Fault(key="policy-rung", path=path)
        yield from limit_faults.limit_faults(policy, calendars, rung.late, (*path, "late"), None)
        yield from limit_faults.limit_faults(policy, calendars, rung.before, (*path, "before"), None)
        yield from unknown_choice_faults(
            rung.to, ("owner", *policy.roles, *policy.people), (*path, "to"), "role or person"
        )
        yield from _escalation_faults(policy, index, rung)


def _escalation_faults(policy: Policy, index: int, rung: Rung) -> Iterator[Fault]:
    """Yields unknown steps, `hand_over` and `raise` without effect, and the same escalation twice for a clock."""
    path: FaultPath = ("escalation", index)
    names = (PROMISE, CONTACT, TASK, *(step.step for step in policy.steps))
    for step_index, name in enumerate(rung.steps):
        yield from unknown_choice_faults(name, names, (*path, "steps", step_index), "step")
    if rung.hand_over and rung.to not in policy.people:
        yield Fault(key="policy-hand-over", path=(*path, "to"), values={"to": rung.to})
    if rung.raise_ is not None and not policy.levels:
        yield Fault(key="policy-raise", path=(*path, "raise"))
    steps = set(rung.steps or names)
    for other in policy.escalation[:index]:
        same = (other.late, other.before, other.to) == (rung.late, rung.before, rung.to)
        if same and steps & set(other.steps or names):
            yield Fault(key="policy-rung-twice", path=path)


def _warn_faults(texts: tuple[str, ...], path: FaultPath) -> Iterator[Fault]:
    for index, text in enumerate(texts):
        if limits.parse_threshold(text) is None:
            yield Fault(key="policy-warn", path=(*path, index), values={"value": text})


def _reference_faults(policy: Policy, step: Step, names: list[str], path: FaultPath) -> Iterator[Fault]:
    for point_path, point in values_with_paths(step.from_, (*path, "from")):
        if point.startswith("x."):
            yield from limit_faults.date_field_faults(policy, point, point_path)
        elif fields.field_kinds().get(point) not in {"day", "moment"}:
            yield from unknown_choice_faults(point, (*STARTING_POINTS, *names), point_path, "starting point")
    for index, name in enumerate(step.after or ()):
        yield from unknown_choice_faults(name, names, (*path, "after", index), "step")
    if step.until:
        yield from field_faults.unknown_need_faults(policy, step.until, (*path, "until"))
    yield from field_faults.condition_faults(policy, step.when, path)
    for index, watcher in enumerate(step.on.watchers if step.on else ()):
        known = (*policy.roles, *policy.people)
        yield from unknown_choice_faults(watcher, known, (*path, "on", "watchers", index), "role or person")
    for index, role in enumerate(step.roles):
        yield from unknown_choice_faults(role, policy.roles, (*path, "roles", index), "role")
    yield from _list_faults(policy, step, path)


def _unknown_key_faults(
    policy: Policy, lists: tuple[str, ...] | dict[str, tuple[str, ...]], path: FaultPath
) -> Iterator[Fault]:
    """Yields keys of a map that are neither levels nor classes."""
    if isinstance(lists, dict):
        for key in lists:
            yield from limit_faults.map_key_faults(policy, key, (*path, key), None)


def _list_faults(policy: Policy, step: Step, path: FaultPath) -> Iterator[Fault]:
    yield from _unknown_key_faults(policy, step.needs, (*path, "needs"))
    for need_path, need in _leaves(step.needs, (*path, "needs")):
        yield from field_faults.unknown_need_faults(policy, need, need_path)
        if need == RECURRENCE_NEED:
            yield Fault(key="policy-need-of-closing", path=need_path, values={"value": need})
    yield from _unknown_key_faults(policy, step.approve, (*path, "approve"))
    for role_path, role in _leaves(step.approve, (*path, "approve")):
        yield from unknown_choice_faults(role, policy.roles, role_path, "role")


def _leaves(
    lists: tuple[str, ...] | dict[str, tuple[str, ...]], path: FaultPath
) -> Iterator[tuple[FaultPath, str]]:
    if isinstance(lists, dict):
        for key, entries in lists.items():
            yield from _leaves(entries, (*path, key))
        return
    yield from (((*path, index), entry) for index, entry in enumerate(lists))


def _circle_faults(policy: Policy) -> Iterator[Fault]:
    """Yields steps that require each other through `after`, so that none of them can be taken."""
    after = {step.step: step.after or () for step in policy.steps}
    for index, step in enumerate(policy.steps):
        seen: set[str] = set()
        queue = list(after[step.step])
        while queue:
            name = queue.pop()
            if name not in seen:
                seen.add(name)
                queue += after.get(name, ())
        if step.step in seen:
            yield Fault(key="policy-circle", path=("steps", index, "after"), values={"step": step.step})


def _rule_faults(policy: Policy) -> Iterator[Fault]:
    names = [step.step for step in policy.steps]
    for outcome, rule in policy.close.items():
        yield from unknown_choice_faults(outcome, OUTCOMES, ("close", outcome), "outcome")
        for index, step in enumerate(closing_steps(policy, outcome)):
            yield from unknown_choice_faults(step, names, ("close", outcome, "steps", index), "step")
        for index, need in enumerate(rule.needs if rule else ()):
            yield from field_faults.unknown_need_faults(policy, need, ("close", outcome, "needs", index))
    for index, name in enumerate(policy.says_more):
        path: FaultPath = ("says_more", index)
        yield from unknown_choice_faults(name, (*names, *BUILT_IN_STEPS), path, "step")
        if name in policy.says_more[:index]:
            yield Fault(key="policy-step-twice", path=path, values={"value": name})
    if policy.reopen_to:
        again = [name for name in names if name != REGISTRATION]
        yield from unknown_choice_faults(policy.reopen_to, again, ("reopen_to",), "step")
