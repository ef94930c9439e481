"""Faults of the limits of steps, of the calendars on which they count, and of the fields that select them."""

from collections.abc import Iterator, Mapping
from typing import Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.deadlines.limit_choice import parse_limit_rule
from complaintctl.domain.deadlines.rulebook import CRISIS, step_calendars
from complaintctl.domain.policy.policy import Calendar, Policy, Step, TextOrMap, class_paths
from complaintctl.domain.policy_check import calendar_faults, field_faults
from complaintctl.domain.policy_check.field_faults import FaultPath, unknown_choice_faults, values_with_paths
from complaintctl.domain.problems import Fault
from complaintctl.domain.worktime import limits
from complaintctl.domain.worktime.limits import Limit

Texts = str | Mapping[str, str] | None
# The settings of a step that may combine two limits or name a date field, and those that may have the key `crisis`.
_COMBINING: Final = frozenset({"within", "every", "again"})
_WITH_CRISIS: Final = _COMBINING | {"extend", "calendar"}


def find_limit_faults(policy: Policy, step: Step, path: FaultPath) -> Iterator[Fault]:
    """Yields invalid limits of a step, invalid calendars, and settings without effect."""
    calendars = step_calendar_entries(policy, step)
    settings: dict[str, TextOrMap | None] = {
        "within": step.within,
        "every": step.every,
        "again": step.again,
        "extend": step.extend,
    }
    for name, texts in settings.items():
        yield from limit_faults(policy, calendars, texts, (*path, name), step.limit_by)
    if step.again is not None and step.within is None:
        yield Fault(key="policy-again-alone", path=(*path, "again"), values={"step": step.step})
    if step.calendar is not None:
        yield from named_calendar_faults(policy, step.calendar, step.calendar_by, path)
    maps = [texts for texts in settings.values() if isinstance(texts, dict)]
    yield from _selecting_field_faults(policy, step.limit_by, maps, (*path, "limit_by"))
    if step.calendar_by is not None and step.calendar is None:
        yield Fault(key="policy-by-alone", path=(*path, "calendar_by"), values={"value": step.calendar_by})
    yield from _extension_faults(step, path)


def step_calendar_entries(policy: Policy, step: Step | None) -> tuple[Calendar, ...]:
    """Returns every calendar on which the limits of a step may count, without `always`."""
    setting, _by = step_calendars(policy, step)
    names = setting.values() if isinstance(setting, dict) else (setting,)
    return tuple(policy.calendars[name] for name in names if name in policy.calendars)


def named_calendar_faults(
    policy: Policy, setting: TextOrMap, by: str | None, path: FaultPath
) -> Iterator[Fault]:
    """Yields unknown calendars in `calendar`, and unknown keys if it is a map."""
    calendar_path = (*path, "calendar")
    names = setting if isinstance(setting, dict) else {None: setting}
    for key, name in names.items():
        entry_path = calendar_path if key is None else (*calendar_path, key)
        if key is not None:
            yield from map_key_faults(policy, key, entry_path, by)
        yield from unknown_choice_faults(name, ("always", *policy.calendars), entry_path, "calendar")
    maps = [setting] if isinstance(setting, dict) else []
    yield from _selecting_field_faults(policy, by, maps, (*path, "calendar_by"))


def limit_faults(
    policy: Policy, calendars: tuple[Calendar, ...], texts: Texts, path: FaultPath, by: str | None
) -> Iterator[Fault]:
    """Yields each invalid limit, each one too long for its calendar, and each unknown key of a map."""
    if texts is None:
        return
    combining = path[0] == "steps" and path[-1] in _COMBINING
    if isinstance(texts, str):
        yield from _limit_text_faults(policy, calendars, texts, path, combining=combining)
        return
    for key, text in texts.items():
        yield from map_key_faults(policy, key, (*path, key), by)
        yield from _limit_text_faults(policy, calendars, text, (*path, key), combining=combining)


def _limit_text_faults(
    policy: Policy, calendars: tuple[Calendar, ...], text: str, path: FaultPath, *, combining: bool
) -> Iterator[Fault]:
    rule = parse_limit_rule(text)
    if rule is None or (not combining and limits.parse_limit(text) is None):
        yield Fault(key="policy-limit", path=path, values={"value": text})
        return
    for part in rule.parts:
        if isinstance(part, str):
            yield from date_field_faults(policy, part, path)
        elif any(calendar_faults.is_limit_too_long(part.text, calendar) for calendar in calendars):
            yield Fault(key="policy-limit-too-long", path=path, values={"value": part.text})


def date_field_faults(policy: Policy, name: str, path: FaultPath) -> Iterator[Fault]:
    """Yields a fault if the field holds no dates; a custom field must have the type `day` or `time` in `fields:`."""
    if not name.startswith("x."):
        return
    custom = policy.fields.get(name.removeprefix("x."))
    if custom is None or custom.type is None:
        yield Fault(key="policy-no-date", path=path, values={"value": name, "name": name.removeprefix("x.")})


def map_key_faults(policy: Policy, key: str, path: FaultPath, by: str | None) -> Iterator[Fault]:
    """Yields a fault for a key of a map that is no level, no class and no value of the field `by`."""
    # Only these settings may have the key `crisis`; promises to the customer may not.
    if key == CRISIS and path[-2] in _WITH_CRISIS:
        return
    categories = [name for name, _ in class_paths(policy.categories, "")]
    known = [*policy.levels, *categories, "else"]
    own = list(vocabulary.field_choices(policy, by)) if by is not None else []
    # A field without a list of values accepts any key.
    if by is None or own:
        yield from unknown_choice_faults(key, [*own, *known], path, "level or category")


def _selecting_field_faults(
    policy: Policy, by: str | None, maps: list[dict[str, str]], path: FaultPath
) -> Iterator[Fault]:
    """Yields an unknown field, one without a map to select from, and a value that is also a level or a class."""
    if by is None:
        return
    yield from field_faults.unknown_field_faults(policy, by, path)
    if not maps:
        yield Fault(key="policy-by-alone", path=path, values={"value": by})
    if by in {"level", "category"}:
        return
    words = {*policy.levels, *(name for name, _ in class_paths(policy.categories, "")), "else", CRISIS}
    for value in vocabulary.field_choices(policy, by):
        if value in words and any(value in entries for entries in maps):
            yield Fault(key="policy-by-ambiguous", path=path, values={"value": value, "field": by})


def _extension_faults(step: Step, path: FaultPath) -> Iterator[Fault]:
    """Yields an extension that cannot be added to the limit, since they do not count the same kind of time."""
    if step.extend is None:
        return
    if step.within is None and step.every is None:
        yield Fault(key="policy-extend-alone", path=(*path, "extend"), values={"step": step.step})
        return
    kinds = {_kind(text) for text in _texts(step.extend)}
    for setting in (step.within, step.every, step.again):
        kinds |= {_kind(text) for text in _texts(setting)}
    if len(kinds) > 1:
        yield Fault(key="policy-extend-kind", path=(*path, "extend"), values={"step": step.step})


def _texts(setting: TextOrMap | None) -> tuple[str, ...]:
    if setting is None:
        return ()
    return tuple(setting.values()) if isinstance(setting, dict) else (setting,)


def _kind(text: str) -> str:
    limit = limits.parse_limit(text)
    if not isinstance(limit, Limit):
        return "combined"
    return "bd" if limit.working_days else "d" if limit.days or limit.months else "h"


def find_order_faults(step: Step, names: list[str], path: FaultPath) -> Iterator[Fault]:
    """Yields unknown steps in `other_than`, and the step itself."""
    for entry_path, name in values_with_paths(step.other_than, (*path, "other_than")):
        yield from unknown_choice_faults(
            name, [other for other in names if other != step.step], entry_path, "step"
        )
