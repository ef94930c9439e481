"""Faults of the calendars of a policy: invalid time zones, hours, days and count rules."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from complaintctl.domain.policy.policy import Calendar, CountRule, Policy
from complaintctl.domain.problems import Fault
from complaintctl.domain.worktime import calendars, limits
from complaintctl.domain.worktime.calendars import MIDNIGHT_MINUTE, parse_minutes, parse_opening_spans
from complaintctl.domain.worktime.time_range import RANGE_VALUES

FaultPath = tuple[str | int, ...]
# A limit must end within four years, the horizon of the search in a calendar, even with holidays.
MAX_WEEKS = 150


def find_calendar_faults(policy: Policy) -> Iterator[Fault]:
    """Yields every fault of the time zones and calendars of a policy, with its path."""
    yield from _zone_faults(policy.timezone, ("timezone",))
    for name, calendar in policy.calendars.items():
        path = ("calendars", name)
        if calendar.timezone:
            yield from _zone_faults(calendar.timezone, (*path, "timezone"))
        yield from _week_faults(calendar, (*path, "hours"))
        yield from _night_faults(calendar, path)
        yield from _day_faults(calendar, path)
        yield from _count_faults(calendar.count, (*path, "count"))


def is_time_zone(name: str) -> bool:
    """Whether a time zone with that name exists."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _zone_faults(name: str, path: FaultPath) -> Iterator[Fault]:
    if not is_time_zone(name):
        yield Fault(key="unknown-zone", path=path, values={"value": name})


def _week_faults(calendar: Calendar, path: FaultPath) -> Iterator[Fault]:
    seen: set[int] = set()
    for days, spans in calendar.hours.items():
        weekdays = calendars.parse_weekdays(days)
        if weekdays is None or seen & set(weekdays):
            yield Fault(key="policy-weekdays", path=(*path, days), values={"value": days})
        seen |= set(weekdays or ())
        if parse_opening_spans(spans) is None:
            yield Fault(key="policy-hours", path=(*path, days), values={"value": ", ".join(spans)})
    if not any(calendar.hours.values()):
        yield Fault(key="policy-never-open", path=path)


def _night_faults(calendar: Calendar, path: FaultPath) -> Iterator[Fault]:
    """Yields the hours of each weekday whose night shift has not ended when the next weekday opens."""
    keys = {number: days for days in calendar.hours for number in calendars.parse_weekdays(days) or ()}
    week = [parse_opening_spans(calendar.hours.get(keys.get(number, ""), ())) or () for number in range(7)]
    for days in dict.fromkeys(keys[number] for number in calendars.overlapping_weekdays(week)):
        values = {"value": ", ".join(calendar.hours[days])}
        yield Fault(key="policy-night", path=(*path, "hours", days), values=values)
    rules = calendars.build_day_rules(calendar)
    listed = (("special_hours", rules.special), ("workdays", rules.workdays))
    for name, day in ((name, day) for name, days in listed for day in days):
        around = [calendars.day_hours(rules, day + shift * calendars.ONE_DAY) for shift in (-1, 0, 1)]
        if any(calendars.is_overlapping(before, after) for before, after in pairwise(around)):
            yield Fault(
                key="policy-night", path=_day_path(calendar, path, name, day), values={"value": str(day)}
            )


def _day_path(calendar: Calendar, path: FaultPath, name: str, day: date) -> FaultPath:
    days = getattr(calendar, name)
    return (*path, name, str(day) if isinstance(days, dict) else days.index(str(day)))


def _day_faults(calendar: Calendar, path: FaultPath) -> Iterator[Fault]:
    """Yields invalid days; valid are `2026-10-01`, and for holidays also `12-25`."""
    for name, days in (("holidays", calendar.holidays), ("workdays", calendar.workdays)):
        for index, text in enumerate(calendars.named_days(days)):
            yearly = name == "holidays" and calendars.parse_yearly_day(text) is not None
            if calendars.parse_day(text) is None and not yearly:
                key = text if isinstance(days, dict) else index
                yield _day_fault(text, (*path, name, key))
    for name, hours in (("special_hours", calendar.special_hours), ("breaks", calendar.breaks)):
        yield from _hours_faults(hours, (*path, name))


def _day_fault(text: str, path: FaultPath) -> Fault:
    if calendars.is_far_day(text):
        return Fault(key="field-too-far", path=path, values={"field": text, **RANGE_VALUES})
    return Fault(key="policy-day", path=path, values={"value": text})


def _hours_faults(hours: Mapping[str, tuple[str, ...]], path: FaultPath) -> Iterator[Fault]:
    for text, spans in hours.items():
        if calendars.parse_day(text) is None:
            yield _day_fault(text, (*path, text))
        if parse_opening_spans(spans) is None:
            yield Fault(key="policy-hours", path=(*path, text), values={"value": ", ".join(spans)})


def _count_faults(count: CountRule, path: FaultPath) -> Iterator[Fault]:
    for name, text in (("cutoff", count.cutoff), ("then", count.then)):
        if text is not None and parse_minutes(text) in {None, MIDNIGHT_MINUTE}:
            yield Fault(key="policy-hour", path=(*path, name), values={"value": text})
    if count.then is not None and count.cutoff is None:
        yield Fault(key="policy-then-without-cutoff", path=(*path, "then"))
    # D-017
    if count.cutoff is not None and count.day_off == "stays":
        # Otherwise a start on Friday evening would count from Monday, but one on Saturday morning from Saturday.
        yield Fault(key="policy-cutoff-stays", path=(*path, "day_off"))


def is_limit_too_long(text: str, calendar: Calendar) -> bool:
    """Whether the calendar may not have enough open time or working days for the limit within the search horizon."""
    limit = limits.parse_limit(text)
    days = {name: calendars.parse_weekdays(name) or () for name in calendar.hours}
    spans = {name: parse_opening_spans(texts) or () for name, texts in calendar.hours.items()}
    minutes = sum(len(days[name]) * sum(end - start for start, end in spans[name]) for name in days)
    working_days = sum(len(days[name]) for name in days if spans[name])
    return limit is not None and (
        limit.seconds > MAX_WEEKS * minutes * 60 or limit.working_days > MAX_WEEKS * working_days
    )
