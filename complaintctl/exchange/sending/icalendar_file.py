"""Writes a calendar file (iCalendar, RFC 5545) with the library of the extra `calendars`.

The file has no METHOD: with one it would be a message of RFC 5546, which needs an organizer with an address. All times
are in UTC, so it needs no time zones. Nothing in it depends on the moment of writing.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from icalendar import Alarm, Calendar, Event, Todo

from complaintctl.domain.sending.calendar_entries import CalendarItem

EntryKind = Literal["todo", "event"]
_PRODUCER: Final = "-//complaintctl//complaintctl//EN"
_REFRESH: Final = timedelta(hours=1)


def calendar_bytes(items: Iterable[CalendarItem], kind: EntryKind, name: str) -> bytes:
    """Returns the file, its lines folded at 75 bytes; `name` is what calendar programs show."""
    calendar = Calendar()
    calendar.add("PRODID", _PRODUCER)
    calendar.add("VERSION", "2.0")
    # RFC 7986, and the older names that programs still read.
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("REFRESH-INTERVAL", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    for item in items:
        calendar.add_component(_todo(item) if kind == "todo" else _event(item))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _todo(item: CalendarItem) -> Todo:
    todo = Todo()
    _add_basics(todo, item)
    # While the clock is paused, nobody knows the due time.
    if item.status != "paused":
        todo.add("DUE", _utc(item.due))
    if item.status == "completed":
        todo.add("STATUS", "COMPLETED")
        todo.add("COMPLETED", _utc(item.ended or item.changed))
        todo.add("PERCENT-COMPLETE", 100)
    else:
        todo.add("STATUS", "CANCELLED" if item.status == "cancelled" else "NEEDS-ACTION")
    _add_alarms(todo, item)
    return todo


def _event(item: CalendarItem) -> Event:
    """An event cannot be completed, and cannot be without a time: it is cancelled when its step is taken or waits."""
    event = Event()
    _add_basics(event, item)
    event.add("DTSTART", _utc(item.due))
    event.add("STATUS", "CONFIRMED" if item.status == "open" else "CANCELLED")
    # A due time does not make anybody busy.
    event.add("TRANSP", "TRANSPARENT")
    _add_alarms(event, item)
    return event


def _add_basics(component: Todo | Event, item: CalendarItem) -> None:
    component.add("UID", item.uid)
    component.add("SEQUENCE", item.revision)
    # Without a METHOD, DTSTAMP is the time of the last change, too (RFC 5545, 3.8.7.2).
    component.add("DTSTAMP", _utc(item.changed))
    component.add("LAST-MODIFIED", _utc(item.changed))
    component.add("SUMMARY", item.summary)
    component.add("DESCRIPTION", item.description)
    component.add("CATEGORIES", list(item.categories))


def _add_alarms(component: Todo | Event, item: CalendarItem) -> None:
    for moment in item.alarms:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("TRIGGER", _utc(moment), parameters={"VALUE": "DATE-TIME"})
        alarm.add("DESCRIPTION", item.summary)
        component.add_component(alarm)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
