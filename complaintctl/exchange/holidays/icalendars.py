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
from complaintctl.exchange.holidays.request import LAST_YEAR, Wanted, one_line, the_year

_WORKED: Final = re.compile(r"[（(\[【]班[)）\]】]\s*$|补班|調休上班|调休上班|上班日")
_OFF: Final = re.compile(r"[（(\[【]休[)）\]】]\s*$")
_MARK: Final = re.compile(r"\s*[（(\[【][班休][)）\]】]\s*$")
_END: Final = "END:VCALENDAR"
# A rule by hours or seconds is no rule for days, and would be counted for ever.
_BY_DAY: Final = re.compile(r"FREQ=(?:YEARLY|MONTHLY|WEEKLY|DAILY)\b")
_ONE_DAY: Final = timedelta(days=1)
# An event of more days is no holiday but somebody's project.
_MOST_DAYS: Final = 62


@dataclass(frozen=True, kw_only=True, slots=True)
class _Event:
    """An all-day event: its summary, its first days (one, or those of its rule) and how many days each lasts."""

    summary: str
    first: date
    length: int
    rule: str | None
    without: frozenset[date]


def published(text: str, name: str, wanted: Wanted) -> PublishedYear:
    """The all-day events of the wanted year, or of the only one; raises Broken, InvalidInput or Refused."""
    calendar = _calendar(text, name)
    events = [event for one in calendar.walk("VEVENT") if (event := _event(one, text, name)) is not None]
    firsts = [event.first for event in events if event.rule is None]
    if wanted.year is None and not firsts and events:
        raise InvalidInput("calendar-year-missing", file=name, choices=[])
    year = wanted.year or the_year(name, firsts, None)
    marked = any(_OFF.search(event.summary) for event in events)
    off: dict[date, str] = {}
    worked: dict[date, str] = {}
    for event in events:
        is_worked = _is_worked(event.summary, wanted.workdays_matching)
        if not is_worked and marked and not _OFF.search(event.summary):
            continue
        for when in _days(event, year, name):
            (worked if is_worked else off)[when] = _MARK.sub("", event.summary).strip()
    if not off and not worked:
        known = sorted({first.year for first in firsts})
        raise Refused("calendar-file-no-such-year", file=name, year=year, choices=known)
    said = one_line(calendar.get("X-WR-CALNAME")).replace(";", ",")
    return PublishedYear(
        year=year,
        days_off={when: title for when, title in off.items() if when not in worked},
        workdays=worked,
        source=f"{name} ({said})" if said else name,
    )


def _calendar(text: str, name: str) -> Calendar:
    if not text.rstrip().upper().endswith(_END):
        raise Broken("calendar-file-cut", file=name, line=len(text.splitlines()))
    try:
        return Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError) as error:
        raise Broken("calendar-file-ics", file=name, line=_line_in(text, str(error))) from error


def _line_in(text: str, words: str) -> int:
    """The line that the library quotes in its complaint, counted from 1; 1 where it quotes none."""
    quoted = re.search(r"'([^']+)'", words)
    lines = text.splitlines()
    return next((place for place, line in enumerate(lines, 1) if quoted and line == quoted[1]), 1)


def _event(one: Any, text: str, name: str) -> _Event | None:
    """An event, or None where it does not take whole days or was cancelled."""
    summary = one_line(one.get("SUMMARY"))
    line = _line_of(text, str(one.get("UID") or ""))
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
    length = _length(one, first)
    if not 1 <= length <= _MOST_DAYS:
        raise Broken("calendar-file-length", file=name, line=line, value=summary, count=length)
    rule = one["RRULE"].to_ical().decode() if "RRULE" in one else None
    return _Event(summary=summary, first=first, length=length, rule=rule, without=frozenset(_excepted(one)))


def _line_of(text: str, uid: str) -> int:
    place = text.find(f"UID:{uid}") if uid else -1
    return text.count("\n", 0, max(place, 0)) + 1


def _length(one: Any, first: date) -> int:
    """How many days an event lasts; its end is the first day after it."""
    if "DTEND" in one:
        end = one["DTEND"].dt
        return ((end.date() if isinstance(end, datetime) else end) - first).days
    return int(one["DURATION"].dt.days) if "DURATION" in one else 1


def _excepted(one: Any) -> Iterator[date]:
    found = one.get("EXDATE", [])
    for dates in found if isinstance(found, list) else [found]:
        for entry in dates.dts:
            yield entry.dt.date() if isinstance(entry.dt, datetime) else entry.dt


def _days(event: _Event, year: int, name: str) -> Iterator[date]:
    """The days of an event in a year."""
    for first in _firsts(event, year, name):
        for number in range(event.length):
            when = first + number * _ONE_DAY
            if when.year == year:
                yield when


def _firsts(event: _Event, year: int, name: str) -> list[date]:
    if event.rule is None:
        return [event.first]
    if not _BY_DAY.search(event.rule):
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
    return _WORKED.search(summary) is not None
