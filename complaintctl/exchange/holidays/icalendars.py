"""Holidays in iCalendar files (RFC 5545): all-day events, one day or several, once or recurring.

Nothing is guessed from a day of the week. An event is a make-up working day where its summary says so: 班 in
brackets at its end, 补班, 调休上班, or a text that the user names. Where a file marks days off with 休 in brackets, only
those are days off: such calendars also list festivals on which everybody works.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar

from complaintctl.domain.worktime.published_holidays import PublishedYear
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.exchange.holidays.request import LAST_YEAR, HolidayRequest, choose_year, one_line_name

_WORKDAY_MARK: Final = re.compile(r"[（(\[【]班[)）\]】]\s*$|补班|調休上班|调休上班|上班日")
_DAY_OFF_MARK: Final = re.compile(r"[（(\[【]休[)）\]】]\s*$")
_ANY_MARK: Final = re.compile(r"\s*[（(\[【][班休][)）\]】]\s*$")
_CALENDAR_END: Final = "END:VCALENDAR"
# A rule by hours or seconds is no rule for days, and would be counted for ever.
_DAILY_OR_LONGER_RULE: Final = re.compile(r"FREQ=(?:YEARLY|MONTHLY|WEEKLY|DAILY)\b")
_ONE_DAY: Final = timedelta(days=1)
# An event of more days is no holiday but somebody's project.
_MAX_EVENT_DAYS: Final = 62


@dataclass(frozen=True, kw_only=True, slots=True)
class _AllDayEvent:
    """An all-day event: its summary, its first days (one, or those of its rule) and how many days each lasts."""

    summary: str
    first: date
    length: int
    rule: str | None
    without: frozenset[date]


def holidays_from_icalendar(text: str, name: str, wanted: HolidayRequest) -> PublishedYear:
    """The all-day events of the wanted year, or of the only one; raises Broken, InvalidInput or Refused."""
    calendar = _parse_calendar(text, name)
    events = [
        event for one in calendar.walk("VEVENT") if (event := _all_day_event(one, text, name)) is not None
    ]
    firsts = [event.first for event in events if event.rule is None]
    if wanted.year is None and not firsts and events:
        raise InvalidInput("calendar-year-missing", file=name, choices=[])
    year = wanted.year or choose_year(name, firsts, None)
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
        known = sorted({first.year for first in firsts})
        raise Refused("calendar-file-no-such-year", file=name, year=year, choices=known)
    said = one_line_name(calendar.get("X-WR-CALNAME")).replace(";", ",")
    return PublishedYear(
        year=year,
        days_off={when: title for when, title in off.items() if when not in worked},
        workdays=worked,
        source=f"{name} ({said})" if said else name,
    )


def _parse_calendar(text: str, name: str) -> Calendar:
    if not text.rstrip().upper().endswith(_CALENDAR_END):
        raise Broken("calendar-file-cut", file=name, line=len(text.splitlines()))
    try:
        return Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError) as error:
        raise Broken("calendar-file-ics", file=name, line=_quoted_line(text, str(error))) from error


def _quoted_line(text: str, words: str) -> int:
    """The line that the library quotes in its complaint, counted from 1; 1 where it quotes none."""
    quoted = re.search(r"'([^']+)'", words)
    lines = text.splitlines()
    return next((place for place, line in enumerate(lines, 1) if quoted and line == quoted[1]), 1)


def _all_day_event(one: Any, text: str, name: str) -> _AllDayEvent | None:
    """An event, or None where it does not take whole days or was cancelled."""
    summary = one_line_name(one.get("SUMMARY"))
    line = _event_line(text, str(one.get("UID") or ""))
    if one.errors or "DTSTART" not in one:
        raise Broken("calendar-file-ics", file=name, line=line)
    first = one["DTSTART"].dt
    if isinstance(first, datetime) or str(one.get("STATUS") or "").upper() == "CANCELLED":
        return None
    if not isinstance(first, date):
        raise Broken("calendar-file-ics", file=name, line=line)
    if first.year > LAST_YEAR:
        return None
    if "RECURRENCE-ID" in one or "RDATE" in one:
        raise Broken("calendar-file-rule", file=name, line=line, value=summary)
    length = _event_days(one, first)
    if not 1 <= length <= _MAX_EVENT_DAYS:
        raise Broken("calendar-file-length", file=name, line=line, value=summary, count=length)
    rule = one["RRULE"].to_ical().decode() if "RRULE" in one else None
    return _AllDayEvent(
        summary=summary, first=first, length=length, rule=rule, without=frozenset(_excluded_days(one))
    )


def _event_line(text: str, uid: str) -> int:
    place = text.find(f"UID:{uid}") if uid else -1
    return text.count("\n", 0, max(place, 0)) + 1


def _event_days(one: Any, first: date) -> int:
    """How many days an event lasts; its end is the first day after it."""
    if "DTEND" in one:
        end = one["DTEND"].dt
        return ((end.date() if isinstance(end, datetime) else end) - first).days
    return int(one["DURATION"].dt.days) if "DURATION" in one else 1


def _excluded_days(one: Any) -> Iterator[date]:
    found = one.get("EXDATE", [])
    for dates in found if isinstance(found, list) else [found]:
        for entry in dates.dts:
            yield entry.dt.date() if isinstance(entry.dt, datetime) else entry.dt


def _days_in_year(event: _AllDayEvent, year: int, name: str) -> Iterator[date]:
    """The days of an event in a year."""
    for first in _first_days(event, year, name):
        for number in range(event.length):
            when = first + number * _ONE_DAY
            if when.year == year:
                yield when


def _first_days(event: _AllDayEvent, year: int, name: str) -> list[date]:
    if event.rule is None:
        return [event.first]
    if not _DAILY_OR_LONGER_RULE.search(event.rule):
        raise Broken("calendar-file-rule", file=name, line=1, value=event.summary)
    # A whole-day rule may say until which moment; the day is what counts.
    plain = re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", event.rule)
    try:
        rule = rrulestr(plain, dtstart=datetime.combine(event.first, datetime.min.time()))
        from_, to = datetime(year - 1, 12, 1), datetime(year, 12, 31)  # noqa: DTZ001 - days have no zone
        return [
            found.date() for found in rule.between(from_, to, inc=True) if found.date() not in event.without
        ]
    except (ValueError, OverflowError) as error:
        raise Broken("calendar-file-rule", file=name, line=1, value=event.summary) from error


def _is_worked(summary: str, matching: str | None) -> bool:
    if matching is not None and matching.casefold() in summary.casefold():
        return True
    return _WORKDAY_MARK.search(summary) is not None
