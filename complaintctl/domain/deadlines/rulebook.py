"""A policy compiled for judging cases: time zone, calendars, steps and their order."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import FREE_STEPS
from complaintctl.domain.case.old_names import OldNamesByField, old_names_by_field
from complaintctl.domain.policy.policy import Policy, Rung, Step, TextOrMap, class_paths
from complaintctl.domain.worktime import limits, worktime
from complaintctl.domain.worktime.limits import Limit
from complaintctl.domain.zones import convert_to_zone

T = TypeVar("T")
# Name of the starting point of crisis steps, and key of the limits that apply in a crisis.
CRISIS: Final = "crisis"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rulebook:
    """A policy with everything derived from it that judging needs, computed once per run.

    `order` maps a step to its index in the policy. `words` maps a field of a case to the keys that the policy
    allows for it; if it has none, the field accepts any text. `needed_by` maps a field to the steps that may need it.
    `choosing_steps` are those for which `limit_choice` chooses limit and calendar. `custom_dates` maps the team's own fields for days and
    times to their kind. `old_names` has the old names of keys by field.
    """

    policy: Policy
    zone: ZoneInfo
    timetables: Mapping[str, worktime.Timetable]
    steps: Mapping[str, Step]
    order: Mapping[str, int]
    words: Mapping[str, Mapping[str, object]]
    needed_by: Mapping[str, frozenset[str]]
    choosing_steps: frozenset[str]
    custom_dates: Mapping[str, fields.FieldKind]
    old_names: OldNamesByField


def build_rulebook(policy: Policy) -> Rulebook:
    """Builds the rulebook of a policy, which must be free of faults (`find_policy_faults`)."""
    zone = ZoneInfo(policy.timezone)
    tables = {"always": worktime.always_open(zone)}
    tables |= {name: worktime.build_timetable(name, entry, zone) for name, entry in policy.calendars.items()}
    return Rulebook(
        policy=policy,
        zone=zone,
        timetables=MappingProxyType(tables),
        steps=MappingProxyType({step.step: step for step in policy.steps}),
        order=MappingProxyType({step.step: index for index, step in enumerate(policy.steps)}),
        words=MappingProxyType(_words(policy)),
        needed_by=MappingProxyType(_needed_by(policy)),
        custom_dates={
            f"x.{name}": fields.CUSTOM_DATES[own.type]
            for name, own in policy.fields.items()
            if own and own.type
        },
        old_names=old_names_by_field(policy),
        choosing_steps=frozenset(step.step for step in policy.steps if _is_choosing(policy, step)),
    )


def _is_choosing(policy: Policy, step: Step) -> bool:
    """Whether the step selects its limit or calendar by a field, combines limits, or may be extended."""
    texts = itertools.chain.from_iterable(
        value.values() if isinstance(value, dict) else (value,)
        for value in (step.within, step.every, step.again)
        if value is not None
    )
    return (
        isinstance(step_calendars(policy, step)[0], dict)
        or step.limit_by is not None
        or step.extend is not None
        or any(limits.parse_limit(text) is None for text in texts)
    )


def _needed_by(policy: Policy) -> dict[str, frozenset[str]]:
    steps: dict[str, set[str]] = {}
    for step in policy.steps:
        lists = step.needs.values() if isinstance(step.needs, dict) else (step.needs,)
        for need in {need for needs in lists for need in needs}:
            steps.setdefault(need, set()).add(step.step)
    return {need: frozenset(names) for need, names in steps.items()}


def _words(policy: Policy) -> dict[str, Mapping[str, object]]:
    return {
        "level": policy.levels,
        "channel": policy.channels,
        "contact.via": policy.channels,
        "category": dict(class_paths(policy.categories, "")),
        "cause.class": dict(class_paths(policy.causes, "")),
        "remedy.kind": policy.remedies,
        **{f"x.{name}": own.choices for name, own in policy.fields.items() if own},
    }


def step_timetable(rules: Rulebook, step: Step | None, case: Case) -> worktime.Timetable:
    """Returns the calendar on which the limit of a step counts for the case: its own, otherwise the policy's."""
    name = (step.calendar if step else None) or rules.policy.calendar
    return rules.timetables[name if isinstance(name, str) else case_calendars(rules.policy, step, case)[1]]


def step_calendars(policy: Policy, step: Step | None) -> tuple[TextOrMap, str | None]:
    """Returns the `calendar` that counts for a step, and the field by which it is selected."""
    if step is None or step.calendar is None:
        return policy.calendar, policy.calendar_by
    return step.calendar, step.calendar_by


def case_calendars(policy: Policy, step: Step | None, case: Case) -> tuple[str, str]:
    """Returns key and name of the calendar of a step for the case.

    If no key of the step's map fits, the policy's calendar counts; if none of that one fits, `always`.
    """
    for value, by in (step_calendars(policy, step), (policy.calendar, policy.calendar_by)):
        if (entry := select_by_field(case, by, value)) is not None:
            return entry
    return "", "always"


def select_by_field(case: Case, by: str | None, value: T | dict[str, T]) -> tuple[str, T] | None:
    """Like `select_entry`, but a crisis and then the value of the field `by` have priority over class and level."""
    if not isinstance(value, dict):
        return "", value
    if case.crisis and CRISIS in value:
        return CRISIS, value[CRISIS]
    path = (fields.text_at(case, by) or "") if by is not None else ""
    while path:
        if path in value:
            return path, value[path]
        path = path.rpartition("/")[0]
    return select_entry(value, case.level, case.category)


def step_ladder(rules: Rulebook, name: str) -> tuple[Rung, ...]:
    """Returns the escalation rules for the clocks of a step (or of `promise`, `task` and so on)."""
    return tuple(rung for rung in rules.policy.escalation if not rung.steps or name in rung.steps)


def is_free_step(step: Step) -> bool:
    """Whether the step may be taken at any time, even if earlier steps of the policy are missing."""
    return step.optional or step.step in FREE_STEPS


def is_required_step(step: Step) -> bool:
    """Whether closing needs the step if the policy has no rule for the outcome."""
    return not step.optional and step.step != "update"


def select_entry(value: T | dict[str, T], level: str | None, category: str | None) -> tuple[str, T] | None:
    """Returns key and value of the entry that applies, from a plain value (key "") or a map; None if none applies.

    A class has priority over a level, and a longer class path over a shorter one; `else` is the default.
    """
    if not isinstance(value, dict):
        return "", value
    path = category or ""
    while path:
        if path in value:
            return path, value[path]
        path = path.rpartition("/")[0]
    for key in (level, "else"):
        if key is not None and key in value:
            return key, value[key]
    return None


def possible_limits(rules: Rulebook, texts: TextOrMap, case: Case) -> tuple[tuple[str, Limit], ...]:
    """Returns the limits that may apply, each with its key; a single one if level and class are known.

    During a crisis only the limit of the crisis applies, if there is one. As long as the case has no level, the
    limits of all levels are candidates; the caller uses the one that ends first.
    """
    level, category = case.level, case.category
    if isinstance(texts, dict) and CRISIS in texts:
        # D-043: a crisis beats class and level.
        if case.crisis and (limit := limits.parse_limit(texts[CRISIS])):
            return ((CRISIS, limit),)
        texts = {key: text for key, text in texts.items() if key != CRISIS}
    entry = select_entry(texts, level, category)
    pairs = [entry] if entry else []
    if isinstance(texts, dict) and level is None and (entry is None or entry[0] == "else"):
        level_keys = {*rules.policy.levels, "else"}
        pairs = [(key, text) for key, text in texts.items() if category is None or key in level_keys]
    return tuple((key, limit) for key, text in pairs if (limit := limits.parse_limit(text)))


def to_policy_zone(rules: Rulebook, moment: datetime) -> datetime:
    """Converts a moment to the policy's zone and drops fractions of a second, as times are stored."""
    return convert_to_zone(moment, rules.zone).replace(microsecond=0)
