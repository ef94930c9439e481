"""Chooses limit and calendar of a step that selects them by a field, combines two limits, or may be extended.

Only steps that use these settings come here (`Rulebook.choosing_steps`).
"""

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines.limit_ends import ClockTrack, LimitEnd, limit_end
from complaintctl.domain.deadlines.rulebook import (
    CRISIS,
    Rulebook,
    case_calendars,
    select_by_field,
    step_calendars,
)
from complaintctl.domain.policy.policy import Policy, Step, TextOrMap, class_paths
from complaintctl.domain.worktime import limits
from complaintctl.domain.worktime.limits import Limit
from complaintctl.domain.worktime.worktime import Timetable
from complaintctl.domain.zones import resolve_local_time

_COMBINED: Final = re.compile(r"(?:the )?(?P<which>earlier|later) of (?P<first>.+?) and (?P<second>.+)")
_CHINESE: Final = re.compile(r"(?P<first>.+?)\s*[与和]\s*(?P<second>.+?)\s*中?较(?P<which>早|晚)者?")
_LATER: Final = frozenset({"later", "晚"})


class LimitRule(NamedTuple):
    """A limit as the policy writes it: one part, or two of which the earlier (or `later`) end counts.

    A part is a limit, or the name of a date field: the limit ends at that date.
    """

    later: bool
    parts: tuple[Limit | str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockChoice:
    """How limit and calendar of a clock were chosen, for its explanation.

    `calendar_key` selected the calendar ("" for a plain value); `unknown` are the fields without a value that may
    still select another limit. `later` is None unless two limits are combined; `ends` are their due times.
    """

    calendar: str
    calendar_key: str
    unknown: tuple[str, ...]
    later: bool | None
    ends: tuple[tuple[str, datetime], ...]
    extension: Event | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenLimit:
    """The limit that counts for a clock, its key, its end, and the track on the chosen calendar."""

    ending: LimitEnd
    key: str
    limit: Limit
    track: ClockTrack
    choice: ClockChoice


@lru_cache(maxsize=256)
def parse_limit_rule(text: str) -> LimitRule | None:
    """Parses a limit, a date field, or two of them (`earlier of 5bd and x.needed_by`); None if the text is neither."""
    typed = text.strip()
    match = _COMBINED.fullmatch(typed) or _CHINESE.fullmatch(typed)
    texts = (match["first"], match["second"]) if match else (typed,)
    parts = tuple(_parse_part(part.strip()) for part in texts)
    if any(part is None for part in parts):
        return None
    later = match is not None and match["which"] in _LATER
    return LimitRule(later, tuple(part for part in parts if part is not None))


def _parse_part(text: str) -> Limit | str | None:
    return limits.parse_limit(text) or (text if is_date_field(text) else None)


def is_date_field(name: str) -> bool:
    """Whether the name may be a date field; the policy check asks whether `fields:` declares a custom one so."""
    return fields.field_kinds().get(name) in {"day", "moment"} or (
        fields.is_field(name) and name.startswith("x.")
    )


def choose_limit(
    case: Case,
    rules: Rulebook,
    step: Step,
    texts: TextOrMap,
    extension: Event | None,
    track_on: Callable[[Timetable], ClockTrack],
) -> ChosenLimit | None:
    """Returns the limit that ends first of those that may apply, or None if none applies.

    As long as a field that selects the limit or the calendar has no value, each of its values may apply (decision 13).
    """
    chosen = []
    unknown = unknown_fields(case, rules, step, texts)
    for key, text, calendar_key, calendar in _possible_settings(case, rules, step, texts):
        rule = parse_limit_rule(text)
        if rule is None:
            continue
        track = track_on(rules.timetables[calendar])
        more = _extension_limit(case, step) if extension is not None else None
        parts = [part for part in _part_limits(case, rules.zone, rule) if part is not None]
        ends = [(limit_end(track, limit), limit) for limit in (_extended(part, more) for part in parts)]
        if ends:
            ending, limit = (max if rule.later else min)(ends, key=_due)
            choice = ClockChoice(
                calendar=calendar,
                calendar_key=calendar_key,
                unknown=unknown,
                later=rule.later if len(ends) > 1 else None,
                ends=tuple((part.text, end.due) for end, part in ends),
                extension=extension if more else None,
            )
            chosen.append(ChosenLimit(ending=ending, key=key, limit=limit, track=track, choice=choice))
    return min(chosen, key=_chosen_due, default=None)


def _due(end: tuple[LimitEnd, Limit]) -> datetime:
    return end[0].due


def _chosen_due(chosen: ChosenLimit) -> datetime:
    return chosen.ending.due


def _part_limits(case: Case, zone: ZoneInfo, rule: LimitRule) -> Iterator[Limit | None]:
    """Yields each part as a limit; None for a date field without a value."""
    for part in rule.parts:
        yield part if isinstance(part, Limit) else _until_date(case, zone, part)


def _until_date(case: Case, zone: ZoneInfo, name: str) -> Limit | None:
    """Returns a limit that ends at the date in a field; a day counts up to its last second."""
    moment = fields.moment_at(case, name, zone)
    if moment is None:
        return None
    if fields.is_day_at(case, name):
        next_day = datetime.combine(moment.astimezone(zone).date() + timedelta(days=1), time())
        moment = resolve_local_time(zone, next_day) - timedelta(seconds=1)
    return dataclasses.replace(limits.NO_TIME, text=name, until=moment)


def _extension_limit(case: Case, step: Step) -> Limit | None:
    entry = select_by_field(case, step.limit_by, step.extend) if step.extend is not None else None
    return limits.parse_limit(entry[1]) if entry else None


def may_extend(case: Case, step: Step) -> bool:
    """Whether the policy allows the step of this case to be extended."""
    return _extension_limit(case, step) is not None


def _extended(limit: Limit, more: Limit | None) -> Limit:
    """Returns the sum of both limits; both count the same kind of time, as the policy check demands."""
    if more is None or limit.until is not None:
        return limit
    return Limit(
        text=f"{limit.text} + {more.text}",
        seconds=limit.seconds + more.seconds,
        months=limit.months + more.months,
        days=limit.days + more.days,
        working_days=limit.working_days + more.working_days,
    )


def _possible_settings(
    case: Case, rules: Rulebook, step: Step, texts: TextOrMap
) -> Iterator[tuple[str, str, str, str]]:
    """Yields each pair of limit and calendar that may apply, with their keys: (key, limit, calendar key, calendar)."""
    calendar, calendar_by = step_calendars(rules.policy, step)
    seen = set()
    for supposed in _possible_cases(case, rules.policy, texts, calendar, (step.limit_by, calendar_by)):
        entry = select_by_field(supposed, step.limit_by, texts)
        if entry is not None:
            settings = (*entry, *case_calendars(rules.policy, step, supposed))
            if settings not in seen:
                seen.add(settings)
                yield settings


def _possible_cases(
    case: Case, policy: Policy, texts: TextOrMap, calendar: TextOrMap, fields_used: tuple[str | None, ...]
) -> Iterator[Case]:
    """Yields the case with each value that a selecting field without a value may still get.

    Classes count as open only while the case has no level, as for every other limit.
    """
    maps = [setting for setting in (texts, calendar) if isinstance(setting, dict)]
    if not maps:
        yield case
        return
    keys = set(itertools.chain.from_iterable(maps))
    classes = {path for path, _ in class_paths(policy.categories, "")}
    own = keys - classes - set(policy.levels) - {"else", CRISIS}
    choices: dict[str, Iterable[str | None]] = {}
    if case.level is None:
        choices["level"] = (*policy.levels, None)
        if case.category is None:
            choices["category"] = (None, *sorted(keys & classes))
    for name in fields_used:
        if name is not None and fields.text_at(case, name) is None and _is_text_field(name):
            choices[name] = (None, *sorted(own))
    for values in itertools.product(*choices.values()):
        supposed = {name: value for name, value in zip(choices, values, strict=True) if value is not None}
        yield fields.with_values(case, supposed) if supposed else case


def _is_text_field(name: str) -> bool:
    return fields.field_kinds().get(name, "text") == "text"


def unknown_fields(case: Case, rules: Rulebook, step: Step, texts: TextOrMap) -> tuple[str, ...]:
    """Returns the fields without a value that may still select another limit or another calendar."""
    calendar, calendar_by = step_calendars(rules.policy, step)
    used = [
        name
        for setting, by in ((texts, step.limit_by), (calendar, calendar_by))
        if isinstance(setting, dict) and not _is_settled(case, by, setting)
        for name in ("level", by)
        if name is not None and fields.text_at(case, name) is None
    ]
    return tuple(dict.fromkeys(used))


def _is_settled(case: Case, by: str | None, setting: TextOrMap) -> bool:
    """Whether no unknown field can select another entry: a field, a crisis or a class of the case already did."""
    entry: tuple[str, str] | None = select_by_field(case, by, setting)
    return (
        entry is not None
        and entry[0] not in {"else", case.level}
        and (by is None or fields.text_at(case, by) is not None)
    )
