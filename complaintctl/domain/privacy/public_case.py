"""A case without customer data: only keys, times, people of the team and products; no text that somebody wrote freely."""

import dataclasses
from typing import Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import (
    Action,
    Case,
    Cause,
    Event,
    Plan,
    Product,
    Remedy,
    Satisfaction,
    Task,
)
from complaintctl.domain.deadlines.actions import action_number_of
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, PROMISE, TASK, Clock, JudgedCase
from complaintctl.domain.policy.policy import Policy, find_step

# What stands for a text that is left out.
LEFT_OUT: Final = "…"
# Every other field may hold a name, a contact or a story.
PUBLIC_FIELDS: Final = frozenset(
    {
        "id",
        "received",
        "channel",
        "status",
        "level",
        "category",
        "crisis",
        "owner",
        "department",
        "watchers",
        "product.model",
        "product.batch",
        "contact.by",
        "contact.via",
        "cause.class",
        "plan.remedy",
        "plan.department",
        "plan.agreed_with_customer",
        "remedy.kind",
        "outcome",
        "satisfaction.overall",
        "satisfaction.attitude",
        "satisfaction.solved",
        "lesson_mark",
    }
)


def public_case(judged: JudgedCase) -> JudgedCase:
    """Returns the case as judged, without customer data: the clocks and verdicts are those of the whole case."""
    policy = judged.rules.policy
    progress = dataclasses.replace(
        judged.progress, events=tuple(_public_event(event, policy) for event in judged.progress.events)
    )
    return JudgedCase(
        case=_public_fields(judged.case, policy),
        rules=judged.rules,
        progress=progress,
        clocks=tuple(public_clock(clock, policy) for clock in judged.clocks),
        as_of=judged.as_of,
    )


def is_public(policy: Policy, name: str) -> bool:
    """Whether a field holds no customer data; of a team's own fields those with choices or with dates."""
    if not name.startswith("x."):
        return name in PUBLIC_FIELDS
    own = policy.fields.get(name.removeprefix("x."))
    return own is not None and (bool(own.choices) or own.type is not None)


def _public_fields(case: Case, policy: Policy) -> Case:
    product, cause, plan, remedy, marks = case.product, case.cause, case.plan, case.remedy, case.satisfaction
    return Case(
        id=case.id,
        title=LEFT_OUT,
        received=case.received,
        channel=_known_key(policy, "channel", case.channel),
        status=case.status,
        level=_known_key(policy, "level", case.level),
        category=_known_key(policy, "category", case.category),
        crisis=case.crisis,
        owner=case.owner,
        department=case.department,
        watchers=case.watchers,
        product=product and Product(model=product.model, batch=product.batch),
        promised=case.promised,
        contact=case.contact,
        cause=cause and Cause(class_=_known_key(policy, "cause.class", cause.class_)),
        plan=plan
        and Plan(
            remedy=_known_key(policy, "plan.remedy", plan.remedy),
            department=plan.department,
            agreed_with_customer=plan.agreed_with_customer,
        ),
        tasks=tuple(map(_public_task, case.tasks)),
        remedy=remedy and Remedy(kind=_known_key(policy, "remedy.kind", remedy.kind)),
        outcome=case.outcome,
        actions=tuple(map(_public_action, case.actions)),
        satisfaction=marks
        and Satisfaction(overall=marks.overall, attitude=marks.attitude, solved=marks.solved),
        lesson_mark=case.lesson_mark,
        links=case.links,
        x={name: value for name, value in case.x.items() if is_public_value(policy, f"x.{name}", value)},
    )


def _known_key(policy: Policy, name: str, key: str | None) -> str | None:
    """Returns the key unless the policy lists others: a wrong word may be a text that somebody wrote."""
    known = vocabulary.field_choices(policy, name)
    return key if not known or key in known else None


def is_public_value(policy: Policy, name: str, value: object) -> bool:
    """Whether a recorded value may be shown: the field is public and, if it has choices, the value is one of them."""
    if not is_public(policy, name):
        return False
    choices = vocabulary.field_choices(policy, name)
    if name.startswith("x.") and not choices:
        return value is None or (isinstance(value, str) and _is_date(value))
    return value is None or not choices or value in choices


def _is_date(text: str) -> bool:
    return any(fields.custom_date(kind, text) is not None for kind in fields.CUSTOM_DATES.values())


def _public_task(task: Task) -> Task:
    return Task(to=task.to, what=LEFT_OUT, given=task.given, due=task.due, done=task.done)


def _public_action(action: Action) -> Action:
    return dataclasses.replace(action, what=LEFT_OUT)


def _public_event(event: Event, policy: Policy) -> Event:
    """Returns an event whose changes of other fields are named without their values, as those of personal fields are."""
    shown = {
        name: change
        for name, change in event.set.items()
        if all(is_public_value(policy, name, value) for value in change)
    }
    hidden = tuple(name for name in event.set if name not in shown)
    rungs = tuple(rung if rung.what is None else dataclasses.replace(rung, what=None) for rung in event.rungs)
    return dataclasses.replace(
        event,
        set=shown,
        changed=(*event.changed, *hidden),
        tasks=tuple(map(_public_task, event.tasks)),
        rungs=rungs,
        file=None,
        mail=None,
        text=None,
        reason=None,
    )


def public_clock(clock: Clock, policy: Policy) -> Clock:
    """Returns the clock without the words of its task or action, or of a promise of no step of the policy."""
    if clock.step == PROMISE and find_step(policy, clock.what) is None:
        return dataclasses.replace(clock, what=LEFT_OUT)
    return dataclasses.replace(clock, what=public_clock_subject(clock.step, clock.what))


def public_clock_subject(step: str, what: str) -> str:
    """Returns what a clock is about, without the text of a task or an action."""
    if step == TASK:
        return f"{what.partition(': ')[0]}: {LEFT_OUT}"
    return f"{action_number_of(what)}" if step in {ACTION, ACTION_CHECK} else what
