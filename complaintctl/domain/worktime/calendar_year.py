"""A year of a calendar, day by day, with the reason for each day that is not as its weekday says."""

from dataclasses import dataclass
from datetime import date, timedelta

from complaintctl.domain.policy.policy import Calendar, Texts
from complaintctl.domain.worktime.calendars import Hours, Kind, day_rules, hours_of, kind_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A local day: its kind, name and opening hours, and what is taken out of them.

    `known` is False after the last day whose holidays have been published.
    """

    when: date
    kind: Kind
    name: Texts
    hours: Hours
    breaks: Hours
    known: bool

    @property
    def is_worked(self) -> bool:
        """Whether the office opens at all."""
        return bool(self.hours)


def days_of(calendar: Calendar, year: int) -> tuple[Day, ...]:
    """Every day of a year."""
    rules = day_rules(calendar)
    first = date(year, 1, 1)
    found = []
    for number in range((date(year + 1, 1, 1) - first).days):
        when = first + timedelta(days=number)
        kind, name = kind_of(rules, when)
        found.append(
            Day(
                when=when,
                kind=kind,
                name=name,
                hours=hours_of(rules, when),
                breaks=rules.breaks.get(when, ()),
                known=calendar.known_until is None or when <= calendar.known_until,
            )
        )
    return tuple(found)


def working_days(days: tuple[Day, ...]) -> int:
    """How many of the days are worked."""
    return sum(day.is_worked for day in days)


def of_month(days: tuple[Day, ...], month: int) -> tuple[Day, ...]:
    """The days of one month, counted from 1."""
    return tuple(day for day in days if day.when.month == month)
