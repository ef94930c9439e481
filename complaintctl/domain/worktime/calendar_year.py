"""A year of a calendar, day by day: the kind, name and opening hours of each day."""

from dataclasses import dataclass
from datetime import date, timedelta

from complaintctl.domain.policy.policy import Calendar, TextOrMap
from complaintctl.domain.worktime.calendars import (
    DayKind,
    HourSpans,
    build_day_rules,
    day_breaks,
    day_hours,
    day_kind,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarDay:
    """A local day: its kind, its name, its opening hours and its breaks.

    `known` is False after the last day for which holidays are published.
    """

    when: date
    kind: DayKind
    name: TextOrMap
    hours: HourSpans
    breaks: HourSpans
    known: bool

    @property
    def is_worked(self) -> bool:
        """Whether the office opens on that day."""
        return bool(self.hours)


def year_days(calendar: Calendar, year: int) -> tuple[CalendarDay, ...]:
    """Returns every day of a year."""
    rules = build_day_rules(calendar)
    first = date(year, 1, 1)
    days = []
    for number in range((date(year + 1, 1, 1) - first).days):
        when = first + timedelta(days=number)
        kind, name = day_kind(rules, when)
        days.append(
            CalendarDay(
                when=when,
                kind=kind,
                name=name,
                hours=day_hours(rules, when),
                breaks=day_breaks(rules, when),
                known=calendar.known_until is None or when <= calendar.known_until,
            )
        )
    return tuple(days)


def count_working_days(days: tuple[CalendarDay, ...]) -> int:
    """Returns the number of working days."""
    return sum(day.is_worked for day in days)


def month_days(days: tuple[CalendarDay, ...], month: int) -> tuple[CalendarDay, ...]:
    """Returns the days of one month (1 to 12)."""
    return tuple(day for day in days if day.when.month == month)
