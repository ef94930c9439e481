"""What a policy refers to and does not have: every fault with the path to it."""

from collections.abc import Iterator, Mapping
from typing import Final

from complaintctl.domain import limits
from complaintctl.domain.case import fields
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS, OTHER_EVENTS, OUTCOMES
from complaintctl.domain.deadlines.rulebook import CRISIS
from complaintctl.domain.policy.policy import Calendar, Policy, Rung, Step, class_paths
from complaintctl.domain.policy_check import calendar_faults, field_faults, grading_faults, repetition_faults
from complaintctl.domain.policy_check.field_faults import FaultPath, unknown_choice_faults, values_with_paths
from complaintctl.domain.problems import Fault

STARTING_POINTS: Final = ("receipt", "assignment", "last-word", CRISIS)

# The limits of a step that may be others in a crisis.
_WITH_CRISIS: Final = frozenset({"within", "every", "again"})


def find_policy_faults(policy: Policy) -> list[Fault]:
    """Every reference of the policy that leads nowhere, every limit and calendar that cannot be understood."""
    return [
        *calendar_faults.find_calendar_faults(policy),
        *field_faults.find_field_faults(policy),
        *grading_faults.find_grading_faults(policy),
        *unknown_choice_faults(policy.calendar, ("always", *policy.calendars), ("calendar",), "calendar"),
        *_time_faults(policy),
        *repetition_faults.find_repetition_faults(policy),
        *_key_faults(policy),
        *_step_faults(policy),
        *_task_faults(policy),
        *_circle_faults(policy),
        *_rule_faults(policy),
    ]


def _key_faults(policy: Policy) -> Iterator[Fault]:
    categories = [path for path, _ in class_paths(policy.categories, "")]
    for name in sorted(set(policy.levels) & set(categories)):
        yield Fault(key="policy-level-is-category", path=("levels", name), values={"value": name})
    named = (("levels", policy.levels), ("categories", categories))
    for head, names in named:
        if CRISIS in names:
            yield Fault(key="policy-named-crisis", path=(head, CRISIS))
    for name in policy.playbooks:
        yield from unknown_choice_faults(name, categories, ("playbooks", name), "category")
    for name, person in policy.people.items():
        for place, role in enumerate(person.roles if person else ()):
            yield from unknown_choice_faults(role, policy.roles, ("people", name, "roles", place), "role")


def _step_faults(policy: Policy) -> Iterator[Fault]:
    names = [step.step for step in policy.steps]
    for place, step in enumerate(policy.steps):
        path: FaultPath = ("steps", place)
        if step.step in names[:place]:
            yield Fault(key="policy-step-twice", path=(*path, "step"), values={"value": step.step})
        if step.step in OTHER_EVENTS or step.step == "promise":
            yield Fault(key="policy-step-is-event", path=(*path, "step"), values={"value": step.step})
        if step.within is not None and step.every is not None:
            yield Fault(key="policy-within-and-every", path=(*path, "every"), values={"step": step.step})
        calendar = policy.calendars.get(step.calendar or policy.calendar)
        yield from _limit_faults(policy, calendar, step.within, (*path, "within"))
        yield from _limit_faults(policy, calendar, step.every, (*path, "every"))
        yield from _limit_faults(policy, calendar, step.again, (*path, "again"))
        if step.again is not None and step.within is None:
            yield Fault(key="policy-again-alone", path=(*path, "again"), values={"step": step.step})
        yield from _warn_faults(step.warn or (), (*path, "warn"))
        for what, texts in step.promise.items():
            told = policy.calendars.get(policy.calendar)
            yield from _limit_faults(policy, told, texts, (*path, "promise", what))
            yield from unknown_choice_faults(
                what, (*names, *BUILT_IN_STEPS, "close"), (*path, "promise", what), "step"
            )
        yield from _reference_faults(policy, step, names, path)


def _task_faults(policy: Policy) -> Iterator[Fault]:
    """Limits and conditions of tasks that cannot be understood, tasks without words or named twice."""
    calendar = policy.calendars.get(policy.calendar)
    for place, rule in enumerate(policy.tasks):
        path: FaultPath = ("tasks", place)
        if not rule.what or not rule.to:
            yield Fault(key="policy-task-empty", path=path)
        if rule in policy.tasks[:place]:
            yield Fault(key="policy-task-twice", path=path, values={"to": rule.to})
        yield from _limit_faults(policy, calendar, rule.within, (*path, "within"))
        yield from field_faults.condition_faults(policy, rule.when, path)


def _time_faults(policy: Policy) -> Iterator[Fault]:
    """Warnings, pauses and rungs of the ladder that name no time, and rungs that lead to nobody."""
    yield from _warn_faults(policy.warn, ("warn",))
    calendar = policy.calendars.get(policy.calendar)
    yield from _limit_faults(policy, calendar, policy.wait.at_most, ("wait", "at_most"))
    for place, rung in enumerate(policy.escalation):
        path: FaultPath = ("escalation", place)
        if (rung.late is None) == (rung.before is None):
            yield Fault(key="policy-rung", path=path)
        yield from _limit_faults(policy, calendar, rung.late, (*path, "late"))
        yield from _limit_faults(policy, calendar, rung.before, (*path, "before"))
        yield from unknown_choice_faults(
            rung.to, ("owner", *policy.roles, *policy.people), (*path, "to"), "role or person"
        )
        yield from _escalation_faults(policy, place, rung)


def _escalation_faults(policy: Policy, place: int, rung: Rung) -> Iterator[Fault]:
    """Acts of a rung that could do nothing, and a rung that stands there twice for the same clocks."""
    path: FaultPath = ("escalation", place)
    names = ("promise", "task", *(step.step for step in policy.steps))
    for which, name in enumerate(rung.steps):
        yield from unknown_choice_faults(name, names, (*path, "steps", which), "step")
    if rung.hand_over and rung.to not in policy.people:
        yield Fault(key="policy-hand-over", path=(*path, "to"), values={"to": rung.to})
    if rung.raise_ is not None and not policy.levels:
        yield Fault(key="policy-raise", path=(*path, "raise"))
    mine = set(rung.steps or names)
    for other in policy.escalation[:place]:
        same = (other.late, other.before, other.to) == (rung.late, rung.before, rung.to)
        if same and mine & set(other.steps or names):
            yield Fault(key="policy-rung-twice", path=path)


def _warn_faults(texts: tuple[str, ...], path: FaultPath) -> Iterator[Fault]:
    for place, text in enumerate(texts):
        if limits.parse_threshold(text) is None:
            yield Fault(key="policy-warn", path=(*path, place), values={"value": text})


def _limit_faults(
    policy: Policy, calendar: Calendar | None, texts: str | Mapping[str, str] | None, path: FaultPath
) -> Iterator[Fault]:
    if texts is None:
        return
    if isinstance(texts, str):
        if limits.parse_limit(texts) is None:
            yield Fault(key="policy-limit", path=path, values={"value": texts})
        elif calendar is not None and calendar_faults.is_limit_too_long(texts, calendar):
            yield Fault(key="policy-limit-too-long", path=path, values={"value": texts})
        return
    for key, text in texts.items():
        # What a customer is told, what is needed and who signs is not another in a crisis.
        if key != CRISIS or path[-1] not in _WITH_CRISIS:
            yield from _map_key(policy, key, (*path, key))
        yield from _limit_faults(policy, calendar, text, (*path, key))


def _map_key(policy: Policy, key: str, path: FaultPath) -> Iterator[Fault]:
    categories = [name for name, _ in class_paths(policy.categories, "")]
    yield from unknown_choice_faults(key, (*policy.levels, *categories, "else"), path, "level or category")


def _reference_faults(policy: Policy, step: Step, names: list[str], path: FaultPath) -> Iterator[Fault]:
    for way, point in values_with_paths(step.from_, (*path, "from")):
        if fields.field_kinds().get(point) not in {"day", "moment"}:
            yield from unknown_choice_faults(point, (*STARTING_POINTS, *names), way, "starting point")
    for place, name in enumerate(step.after or ()):
        yield from unknown_choice_faults(name, names, (*path, "after", place), "step")
    if step.calendar:
        yield from unknown_choice_faults(
            step.calendar, ("always", *policy.calendars), (*path, "calendar"), "calendar"
        )
    if step.until:
        yield from field_faults.unknown_need_faults(policy, step.until, (*path, "until"))
    yield from field_faults.condition_faults(policy, step.when, path)
    for place, role in enumerate(step.roles):
        yield from unknown_choice_faults(role, policy.roles, (*path, "roles", place), "role")
    yield from _list_faults(policy, step, path)


def _entries(
    policy: Policy, lists: tuple[str, ...] | dict[str, tuple[str, ...]], path: FaultPath
) -> Iterator[Fault]:
    """Keys of a map by level or class that lead nowhere."""
    if isinstance(lists, dict):
        for key in lists:
            yield from _map_key(policy, key, (*path, key))


def _list_faults(policy: Policy, step: Step, path: FaultPath) -> Iterator[Fault]:
    yield from _entries(policy, step.needs, (*path, "needs"))
    for way, need in _leaves(step.needs, (*path, "needs")):
        yield from field_faults.unknown_need_faults(policy, need, way)
    yield from _entries(policy, step.approve, (*path, "approve"))
    for way, role in _leaves(step.approve, (*path, "approve")):
        yield from unknown_choice_faults(role, policy.roles, way, "role")


def _leaves(
    lists: tuple[str, ...] | dict[str, tuple[str, ...]], path: FaultPath
) -> Iterator[tuple[FaultPath, str]]:
    if isinstance(lists, dict):
        for key, entries in lists.items():
            yield from _leaves(entries, (*path, key))
        return
    yield from (((*path, place), entry) for place, entry in enumerate(lists))


def _circle_faults(policy: Policy) -> Iterator[Fault]:
    """Steps that wait for each other, so that none could ever be taken."""
    after = {step.step: step.after or () for step in policy.steps}
    for place, step in enumerate(policy.steps):
        seen: set[str] = set()
        ahead = list(after[step.step])
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead += after.get(name, ())
        if step.step in seen:
            yield Fault(key="policy-circle", path=("steps", place, "after"), values={"step": step.step})


def _rule_faults(policy: Policy) -> Iterator[Fault]:
    names = [step.step for step in policy.steps]
    for outcome, rule in policy.close.items():
        yield from unknown_choice_faults(outcome, OUTCOMES, ("close", outcome), "outcome")
        for place, step in enumerate(rule.steps if rule else ()):
            yield from unknown_choice_faults(step, names, ("close", outcome, "steps", place), "step")
        for place, need in enumerate(rule.needs if rule else ()):
            yield from field_faults.unknown_need_faults(policy, need, ("close", outcome, "needs", place))
    if policy.reopen_to:
        yield from unknown_choice_faults(policy.reopen_to, names, ("reopen_to",), "step")
