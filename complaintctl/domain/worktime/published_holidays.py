"""Fills a calendar with the published holidays and make-up working days of a year."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from complaintctl.domain.policy.policy import Calendar, DaysOrNames, TextOrMap
from complaintctl.domain.worktime.calendars import DayRules, build_day_rules, listed_day_kind, named_days

# The meaning of a day in a calendar or publication; `ordinary`: the day follows its weekday.
DayMeaning = Literal["holiday", "make-up", "ordinary"]
_DECEMBER: Final = 12
_SEPARATOR: Final = "; "


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedYear:
    """The days off and the make-up working days published for a year, with their names, which may be empty.

    A publication may contain days of other years, such as a working Saturday at the end of the previous year.
    """

    year: int
    days_off: Mapping[date, str]
    workdays: Mapping[date, str]
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DayDifference:
    """A day with different meanings in the calendar (`ours`) and in the publication (`theirs`)."""

    when: date
    name: TextOrMap
    ours: DayMeaning
    theirs: DayMeaning


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarFilling:
    """A calendar filled with a publication, the days added, and the days on which the two differ.

    `gap` lists the missing years between the last known day and the filled year.
    """

    calendar: Calendar
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    differing: tuple[DayDifference, ...]
    gap: tuple[int, ...]


def fill_calendar(calendar: Calendar, published: PublishedYear, *, replace: bool) -> CalendarFilling:
    """Adds the published days to the calendar; a day with a different meaning is kept unless `replace`."""
    rules = build_day_rules(calendar)
    differing = tuple(_differing(rules, published))
    kept = frozenset() if replace else frozenset(difference.when for difference in differing)
    days_off = _days_to_add(rules, published.days_off, kept)
    workdays = {when: name for when, name in published.workdays.items() if when not in kept}
    dropped = frozenset(difference.when for difference in differing) if replace else frozenset()
    known_until, gap = _known_until(calendar.known_until, published.year)
    changed = dataclasses.replace(
        calendar,
        holidays=_merged(calendar.holidays, days_off, dropped),
        workdays=_merged(calendar.workdays, workdays, dropped),
        known_until=known_until,
    )
    source = _sources(calendar.source, published, replace=replace)
    # A publication that adds nothing to a year which already has a source is not recorded as a source.
    is_source = changed != calendar or not _names_year(calendar.source, published.year)
    return CalendarFilling(
        calendar=dataclasses.replace(changed, source=source if is_source else calendar.source),
        holidays=_new(calendar.holidays, days_off),
        workdays=_new(calendar.workdays, workdays),
        differing=differing,
        gap=gap,
    )


def _differing(rules: DayRules, published: PublishedYear) -> Iterator[DayDifference]:
    """Yields the days, in order, whose entries in the calendar contradict the publication.

    Not a difference: a day that only the publication lists; a yearly holiday that it does not list; and a day
    that it does not list if the calendar's entry has no effect, such as a holiday on a closed weekday.
    """
    ours = {when for when in {*rules.holidays, *rules.workdays} if when.year == published.year}
    for when in sorted({*ours, *published.days_off, *published.workdays}):
        meaning, name = listed_day_kind(rules, when) or ("ordinary", "")
        theirs: DayMeaning = "ordinary"
        if when in published.days_off or when in published.workdays:
            theirs = "holiday" if when in published.days_off else "make-up"
        has_no_effect = theirs == "ordinary" and bool(rules.week[when.weekday()]) == (meaning == "make-up")
        if meaning not in {"ordinary", theirs} and not has_no_effect:
            yield DayDifference(when=when, name=name, ours=meaning, theirs=theirs)


def _days_to_add(rules: DayRules, days: Mapping[date, str], kept: frozenset[date]) -> dict[date, str]:
    """Returns the published days off to add to the list: without yearly holidays and without the days in `kept`."""
    return {
        when: name
        for when, name in days.items()
        if when not in kept and (when in rules.holidays or (when.month, when.day) not in rules.yearly)
    }


def _merged(days: DaysOrNames, added: Mapping[date, str], dropped: frozenset[date]) -> DaysOrNames:
    """Returns the days without `dropped` and with `added`; new days come last, and unnamed days get names."""
    known: dict[str, TextOrMap | None] = {text: name or None for text, name in named_days(days).items()}
    merged = {text: name for text, name in known.items() if text not in {day.isoformat() for day in dropped}}
    for when, name in sorted(added.items()):
        merged[when.isoformat()] = merged.get(when.isoformat()) or name or None
    return days if merged == known else merged


def _new(days: DaysOrNames, added: Mapping[date, str]) -> tuple[date, ...]:
    known = named_days(days)
    return tuple(when for when in sorted(added) if when.isoformat() not in known)


def _known_until(until: date | None, year: int) -> tuple[date, tuple[int, ...]]:
    """Returns the new last known day of the calendar, and the years missing before the filled year.

    If years are missing, the last known day does not change; otherwise deadlines in those years would be treated
    as known (D-021).
    """
    end = date(year, _DECEMBER, 31)
    if until is None:
        return end, ()
    gap = tuple(range((until + timedelta(days=1)).year, year))
    return (until if gap else max(until, end)), gap


def _sources(source: str | None, published: PublishedYear, *, replace: bool) -> str:
    """Adds the publication to the source text, whose parts are sorted by year; parts without a year are kept."""
    parts = source.strip().split(_SEPARATOR) if source else []
    if replace:
        parts = [part for part in parts if not _names_year(part, published.year)]
    added = f"{published.year}: {published.source}"
    return _SEPARATOR.join(sorted(dict.fromkeys([*parts, added]), key=_year_last))


def source_for_year(source: str, year: int) -> str:
    """Returns the parts of a source text for one year, and the parts without a year."""
    parts = [(part, *_year_last(part)) for part in source.strip().split(_SEPARATOR)]
    return _SEPARATOR.join(part for part, dated, _order in parts if not dated or _names_year(part, year))


def _names_year(source: str | None, year: int) -> bool:
    return any(part.startswith(f"{year}: ") for part in (source or "").split(_SEPARATOR))


def _year_last(part: str) -> tuple[bool, str]:
    head = part.partition(": ")[0]
    return (head.isdecimal(), part if head.isdecimal() else "")
