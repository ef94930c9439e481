"""Days that somebody published for a year, and what becomes of a calendar that takes them in."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from complaintctl.domain.policy.policy import Calendar, DaysOrNames, TextOrMap
from complaintctl.domain.worktime.calendars import DayRules, build_day_rules, listed_day_kind, named_days

# What a calendar or a publication makes of a day, beside what the weekday says.
DayMeaning = Literal["holiday", "make-up", "ordinary"]
_DECEMBER: Final = 12
_SEPARATOR: Final = "; "


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedYear:
    """The days off and the make-up working days of a year with their names, which may be empty.

    A publication may name days beyond its year, such as a working Saturday at the end of the year before.
    """

    year: int
    days_off: Mapping[date, str]
    workdays: Mapping[date, str]
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DayDifference:
    """A day that the calendar means otherwise than the publication."""

    when: date
    name: TextOrMap
    ours: DayMeaning
    theirs: DayMeaning


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarFilling:
    """A calendar that took a publication in, what that added, and where the two differ.

    `gap` names the years between what was known and the year that was filled.
    """

    calendar: Calendar
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    differing: tuple[DayDifference, ...]
    gap: tuple[int, ...]


def fill_calendar(calendar: Calendar, published: PublishedYear, *, replace: bool) -> CalendarFilling:
    """The calendar with the published days; a day that it means otherwise stays unless `replace`."""
    rules = build_day_rules(calendar)
    differing = tuple(_differing(rules, published))
    kept = frozenset() if replace else frozenset(found.when for found in differing)
    off = _days_to_add(rules, published.days_off, kept)
    worked = {when: name for when, name in published.workdays.items() if when not in kept}
    dropped = frozenset(found.when for found in differing) if replace else frozenset()
    known_until, gap = _known_until(calendar.known_until, published.year)
    changed = dataclasses.replace(
        calendar,
        holidays=_merged(calendar.holidays, off, dropped),
        workdays=_merged(calendar.workdays, worked, dropped),
        known_until=known_until,
    )
    source = _sources(calendar.source, published, replace=replace)
    # Who only says what is known already is not the source of anything.
    is_source = changed != calendar or not _names_year(calendar.source, published.year)
    return CalendarFilling(
        calendar=dataclasses.replace(changed, source=source if is_source else calendar.source),
        holidays=_new(calendar.holidays, off),
        workdays=_new(calendar.workdays, worked),
        differing=differing,
        gap=gap,
    )


def _differing(rules: DayRules, published: PublishedYear) -> Iterator[DayDifference]:
    """The days of the year, in order, on which the calendar's own entries say something else.

    A day that only the publication names is no difference, nor is a yearly holiday that it does not name, nor a
    holiday on a day on which the office is closed in any case.
    """
    ours = {when for when in {*rules.holidays, *rules.workdays} if when.year == published.year}
    for when in sorted({*ours, *published.days_off, *published.workdays}):
        meant, name = listed_day_kind(rules, when) or ("ordinary", "")
        theirs: DayMeaning = "ordinary"
        if when in published.days_off or when in published.workdays:
            theirs = "holiday" if when in published.days_off else "make-up"
        in_vain = theirs == "ordinary" and bool(rules.week[when.weekday()]) == (meant == "make-up")
        if meant not in {"ordinary", theirs} and not in_vain:
            yield DayDifference(when=when, name=name, ours=meant, theirs=theirs)


def _days_to_add(rules: DayRules, days: Mapping[date, str], kept: frozenset[date]) -> dict[date, str]:
    """The published days off that are to stand in the list: not those of every year, nor those that are kept."""
    return {
        when: name
        for when, name in days.items()
        if when not in kept and (when in rules.holidays or (when.month, when.day) not in rules.yearly)
    }


def _merged(days: DaysOrNames, added: Mapping[date, str], dropped: frozenset[date]) -> DaysOrNames:
    """The days with the added ones, in the order of the file and the new ones behind; unnamed ones get names."""
    known: dict[str, TextOrMap | None] = {text: name or None for text, name in named_days(days).items()}
    merged = {text: name for text, name in known.items() if text not in {day.isoformat() for day in dropped}}
    for when, name in sorted(added.items()):
        merged[when.isoformat()] = merged.get(when.isoformat()) or name or None
    return days if merged == known else merged


def _new(days: DaysOrNames, added: Mapping[date, str]) -> tuple[date, ...]:
    known = named_days(days)
    return tuple(when for when in sorted(added) if when.isoformat() not in known)


def _known_until(until: date | None, year: int) -> tuple[date, tuple[int, ...]]:
    """Until when the calendar is known now, and the years that are missing before the filled one.

    Where a year is missing it stays: a deadline in that year would else be computed as if it were known.
    """
    end = date(year, _DECEMBER, 31)
    if until is None:
        return end, ()
    gap = tuple(range((until + timedelta(days=1)).year, year))
    return (until if gap else max(until, end)), gap


def _sources(source: str | None, published: PublishedYear, *, replace: bool) -> str:
    """Who published what: parts by year, in order; parts that name no year are somebody's own words and stay."""
    parts = source.strip().split(_SEPARATOR) if source else []
    if replace:
        parts = [part for part in parts if not _names_year(part, published.year)]
    mine = f"{published.year}: {published.source}"
    return _SEPARATOR.join(sorted(dict.fromkeys([*parts, mine]), key=_year_last))


def source_for_year(source: str, year: int) -> str:
    """What the source says of one year, and the words in it that name no year."""
    parts = [(part, *_year_last(part)) for part in source.strip().split(_SEPARATOR)]
    return _SEPARATOR.join(part for part, dated, _order in parts if not dated or _names_year(part, year))


def _names_year(source: str | None, year: int) -> bool:
    return any(part.startswith(f"{year}: ") for part in (source or "").split(_SEPARATOR))


def _year_last(part: str) -> tuple[bool, str]:
    head = part.partition(": ")[0]
    return (head.isdecimal(), part if head.isdecimal() else "")
