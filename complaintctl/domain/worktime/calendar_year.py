"""A year of a calendar, day by day, with the reason for each day that is not as its weekday says."""

from dataclasses import dataclass
from datetime import date, timedelta

from complaintctl.domain.policy.policy import Calendar, TextOrMap
from complaintctl.domain.worktime.calendars import DayKind, HourSpans, build_day_rules, day_hours, day_kind


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarDay:
    """A local day: its kind, name and opening hours, and what is taken out of them.

    `known` is False after the last day whose holidays have been published.
    """

    when: date
    kind: DayKind
    name: TextOrMap
    hours: HourSpans
    breaks: HourSpans
    known: bool

    @property
    def is_worked(self) -> bool:
        """Whether the office opens at all."""
        return bool(self.hours)


def year_days(calendar: Calendar, year: int) -> tuple[CalendarDay, ...]:
    """Every day of a year."""
    rules = build_day_rules(calendar)
    first = date(year, 1, 1)
    found = []
    for number in range((date(year + 1, 1, 1) - first).days):
        when = first + timedelta(days=number)
        kind, name = day_kind(rules, when)
        found.append(
            CalendarDay(
                when=when,
                kind=kind,
                name=name,
                hours=day_hours(rules, when),
                breaks=rules.breaks.get(when, ()),
                known=calendar.known_until is None or when <= calendar.known_until,
            )
        )
    return tuple(found)


def count_working_days(days: tuple[CalendarDay, ...]) -> int:
    """How many of the days are worked."""
    return sum(day.is_worked for day in days)


def month_days(days: tuple[CalendarDay, ...], month: int) -> tuple[CalendarDay, ...]:
    """The days of one month, counted from 1."""
    return tuple(day for day in days if day.when.month == month)
