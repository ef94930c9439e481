"""Reads holidays from iCalendar files (RFC 5545): all-day events of one or more days, single or recurring.

Nothing is guessed from weekdays. An event is a make-up working day if its summary says so: 班 in brackets at its
end, 补班, 调休上班, or a text given by the user. If a file marks days off with 休 in brackets, only those are days
off, because such calendars also list festivals that are working days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar

from complaintctl.domain.worktime.published_holidays import PublishedYear
from complaintctl.domain.worktime.time_range import LAST_YEAR
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.exchange.holidays.request import HolidayRequest, choose_year, one_line_name

_WORKDAY_MARK: Final = re.compile(r"[（(\[【]班[)）\]】]\s*$|补班|調休上班|调休上班|上班日")
_DAY_OFF_MARK: Final = re.compile(r"[（(\[【]休[)）\]】]\s*$")
_ANY_MARK: Final = re.compile(r"\s*[（(\[【][班休][)）\]】]\s*$")
_CALENDAR_END: Final = "END:VCALENDAR"
# A rule by hours or seconds makes no sense for days, and expanding it would take too long.
_DAILY_OR_LONGER_RULE: Final = re.compile(r"FREQ=(?:YEARLY|MONTHLY|WEEKLY|DAILY)\b")
_SINGLE_PROPERTIES: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "SUMMARY", "STATUS", "UID")
# Dateutil looks for the next day of such a rule for ever.
_ENDLESS_RULE: Final = re.compile(r"INTERVAL=0*(?:;|$)")
_ONE_DAY: Final = timedelta(days=1)
# A longer event is not a public holiday.
_MAX_EVENT_DAYS: Final = 62


@dataclass(frozen=True, kw_only=True, slots=True)
class _AllDayEvent:
    """An all-day event. `rule`: its RRULE; `without`: excluded first days; `length`: number of days."""

    summary: str
    first: date
    length: int
    rule: str | None
    without: frozenset[date]


def holidays_from_icalendar(text: str, name: str, wanted: HolidayRequest) -> PublishedYear:
    """Returns the holidays of the wanted year, or of the only year in the file.

    Raises Broken for a faulty file, InvalidInput if a year must be chosen, Refused if the file does not have the year.
    """
    calendar = _parse_calendar(text, name)
    events = [
        event
        for component in calendar.walk("VEVENT")
        if (event := _all_day_event(component, text, name)) is not None
    ]
    first_days = [event.first for event in events if event.rule is None]
    if wanted.year is None and not first_days and events:
        raise InvalidInput("calendar-year-missing", file=name, choices=[])
    year = wanted.year or choose_year(name, first_days, None)
    marked = any(_DAY_OFF_MARK.search(event.summary) for event in events)
    off: dict[date, str] = {}
    worked: dict[date, str] = {}
    for event in events:
        is_worked = _is_worked(event.summary, wanted.workdays_matching)
        if not is_worked and marked and not _DAY_OFF_MARK.search(event.summary):
            continue
        for when in _days_in_year(event, year, name):
            (worked if is_worked else off)[when] = _ANY_MARK.sub("", event.summary).strip()
    if not off and not worked:
        known = sorted({first.year for first in first_days})
        raise Refused("calendar-file-no-such-year", file=name, year=year, choices=known)
    calendar_name = one_line_name(calendar.get("X-WR-CALNAME")).replace(";", ",")
    return PublishedYear(
        year=year,
        days_off={when: title for when, title in off.items() if when not in worked},
        workdays=worked,
        source=f"{name} ({calendar_name})" if calendar_name else name,
    )


def _parse_calendar(text: str, name: str) -> Calendar:
    if not text.rstrip().upper().endswith(_CALENDAR_END):
        raise Broken("calendar-file-cut", file=name, line=len(text.splitlines()))
    try:
        return Calendar.from_ical(text)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # The library raises the first and the fourth for a parameter that has several values.
        raise Broken("calendar-file-ics", file=name, line=_quoted_line(text, str(error))) from error


def _quoted_line(text: str, message: str) -> int:
    """The line, from 1, that the library quotes in its error message; 1 if it quotes none."""
    quoted = re.search(r"'([^']+)'", message)
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, 1) if quoted and line == quoted[1]), 1)


def _all_day_event(component: Any, text: str, name: str) -> _AllDayEvent | None:
    """Parses an event; returns None if it is not all-day, is cancelled, or is in a year after LAST_YEAR."""
    summary = one_line_name(component.get("SUMMARY"))
    line = _event_line(text, str(component.get("UID") or ""))
    # The library gives a list for a property that stands twice.
    twice = any(isinstance(component.get(name), list) for name in _SINGLE_PROPERTIES)
    if component.errors or "DTSTART" not in component or twice:
        raise Broken("calendar-file-ics", file=name, line=line)
    first = component["DTSTART"].dt
    if isinstance(first, datetime) or str(component.get("STATUS") or "").upper() == "CANCELLED":
        return None
    if not isinstance(first, date):
        raise Broken("calendar-file-ics", file=name, line=line)
    if first.year > LAST_YEAR:
        return None
    if "RECURRENCE-ID" in component or "RDATE" in component:
        raise Broken("calendar-file-rule", file=name, line=line, value=summary)
    try:
        length, without = _event_days(component, first), frozenset(_excluded_days(component))
        rule = component["RRULE"].to_ical().decode() if "RRULE" in component else None
    except (AttributeError, TypeError, ValueError) as error:
        # For a property of another type the library gives a time, a period, or a property without a value.
        raise Broken("calendar-file-ics", file=name, line=line) from error
    if not 1 <= length <= _MAX_EVENT_DAYS:
        raise Broken("calendar-file-length", file=name, line=line, value=summary, count=length)
    return _AllDayEvent(summary=summary, first=first, length=length, rule=rule, without=without)


def _event_line(text: str, uid: str) -> int:
    index = text.find(f"UID:{uid}") if uid else -1
    return text.count("\n", 0, max(index, 0)) + 1


def _event_days(component: Any, first: date) -> int:
    """The number of days of an event; DTEND is the first day after it."""
    if "DTEND" in component:
        end = component["DTEND"].dt
        return ((end.date() if isinstance(end, datetime) else end) - first).days
    return int(component["DURATION"].dt.days) if "DURATION" in component else 1


def _excluded_days(component: Any) -> Iterator[date]:
    excluded = component.get("EXDATE", [])
    for dates in excluded if isinstance(excluded, list) else [excluded]:
        for entry in dates.dts:
            yield entry.dt.date() if isinstance(entry.dt, datetime) else entry.dt


def _days_in_year(event: _AllDayEvent, year: int, name: str) -> Iterator[date]:
    """Yields the days of an event in a year."""
    for first in _first_days(event, year, name):
        for number in range(event.length):
            when = first + number * _ONE_DAY
            if when.year == year:
                yield when


def _first_days(event: _AllDayEvent, year: int, name: str) -> list[date]:
    if event.rule is None:
        return [event.first]
    if not _DAILY_OR_LONGER_RULE.search(event.rule) or _ENDLESS_RULE.search(event.rule):
        raise Broken("calendar-file-rule", file=name, line=1, value=event.summary)
    # Remove the time from UNTIL: for all-day events only the day counts.
    plain = re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", event.rule)
    try:
        rule = rrulestr(plain, dtstart=datetime.combine(event.first, datetime.min.time()))
        from_, to = datetime(year - 1, 12, 1), datetime(year, 12, 31)  # noqa: DTZ001 - days have no zone
        return [
            first_day.date()
            for first_day in rule.between(from_, to, inc=True)
            if first_day.date() not in event.without
        ]
    except (ValueError, OverflowError) as error:
        raise Broken("calendar-file-rule", file=name, line=1, value=event.summary) from error


def _is_worked(summary: str, matching: str | None) -> bool:
    if matching is not None and matching.casefold() in summary.casefold():
        return True
    return _WORKDAY_MARK.search(summary) is not None
