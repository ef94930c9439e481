"""A policy made ready to judge with: its zone, its calendars, the order of its steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from complaintctl.domain import limits
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import FREE_STEPS
from complaintctl.domain.limits import Limit
from complaintctl.domain.policy.policy import Policy, Rung, Step, TextOrMap, class_paths
from complaintctl.domain.worktime import worktime
from complaintctl.domain.zones import convert_to_zone

T = TypeVar("T")
# The point from which the steps of a crisis count, and the key of their limits.
CRISIS: Final = "crisis"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rulebook:
    """What every judgement needs, computed once per run.

    `words` maps a field of a case to the keys the policy has for it; none leave the field free.
    """

    policy: Policy
    zone: ZoneInfo
    timetables: Mapping[str, worktime.Timetable]
    steps: Mapping[str, Step]
    order: Mapping[str, int]
    words: Mapping[str, Mapping[str, object]]


def build_rulebook(policy: Policy) -> Rulebook:
    """Make a checked policy ready to judge with."""
    zone = ZoneInfo(policy.timezone)
    tables = {"always": worktime.always_open(zone)}
    tables |= {name: worktime.build_timetable(name, entry, zone) for name, entry in policy.calendars.items()}
    return Rulebook(
        policy=policy,
        zone=zone,
        timetables=MappingProxyType(tables),
        steps=MappingProxyType({step.step: step for step in policy.steps}),
        order=MappingProxyType({step.step: place for place, step in enumerate(policy.steps)}),
        words=MappingProxyType(_words(policy)),
    )


def _words(policy: Policy) -> dict[str, Mapping[str, object]]:
    return {
        "level": policy.levels,
        "channel": policy.channels,
        "category": dict(class_paths(policy.categories, "")),
        "cause.class": dict(class_paths(policy.causes, "")),
        "remedy.kind": policy.remedies,
        **{f"x.{name}": own.choices for name, own in policy.fields.items() if own},
    }


def step_timetable(rules: Rulebook, step: Step | None) -> worktime.Timetable:
    """The calendar a step's limit runs on: its own, else the policy's."""
    return rules.timetables[(step.calendar if step else None) or rules.policy.calendar]


def step_ladder(rules: Rulebook, name: str) -> tuple[Rung, ...]:
    """The rungs of the ladder that are for the clocks of a step (or of the promises)."""
    return tuple(rung for rung in rules.policy.escalation if not rung.steps or name in rung.steps)


def is_free_step(step: Step) -> bool:
    """Whether a step may be taken at any time, whatever stands before it."""
    return step.optional or step.step in FREE_STEPS


def is_required_step(step: Step) -> bool:
    """Whether closing asks for the step where the policy has no rule for the outcome."""
    return not step.optional and step.step != "update"


def select_entry(value: T | dict[str, T], level: str | None, category: str | None) -> tuple[str, T] | None:
    """The entry of a one-value-or-map setting that fits, with its key ("" for a plain value).

    A class beats a level, a longer path beats a shorter one, `else` catches the rest.
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
    """The limits that may apply, each with its key: one where all is known.

    That of a crisis beats class and level while there is one. Until a level is set every limit that a level could
    still bring counts; the caller takes the shortest.
    """
    level, category = case.level, case.category
    if isinstance(texts, dict) and CRISIS in texts:
        if case.crisis and (limit := limits.parse_limit(texts[CRISIS])):
            return ((CRISIS, limit),)
        texts = {key: text for key, text in texts.items() if key != CRISIS}
    found = select_entry(texts, level, category)
    pairs = [found] if found else []
    if isinstance(texts, dict) and level is None and (found is None or found[0] == "else"):
        open_to = {*rules.policy.levels, "else"}
        pairs = [(key, text) for key, text in texts.items() if category is None or key in open_to]
    return tuple((key, limit) for key, text in pairs if (limit := limits.parse_limit(text)))


def to_policy_zone(rules: Rulebook, moment: datetime) -> datetime:
    """The moment in the policy's zone, to the second: how we write it."""
    return convert_to_zone(moment, rules.zone).replace(microsecond=0)
