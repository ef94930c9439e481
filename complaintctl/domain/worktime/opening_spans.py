"""The opening spans of a calendar as sorted lists, with the cumulative open time at the end of each span.

Years are computed when they are first needed, once per run; every query is then a binary search (D-015).
"""

from bisect import bisect_right
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.worktime.calendars import (
    MIDNIGHT_MINUTE,
    DayRules,
    HourSpans,
    day_hours,
    ends_after_midnight,
)
from complaintctl.domain.zones import convert_to_zone, epoch_seconds, from_epoch_seconds

_MINUTE: Final = 60


class NeverOpenError(ValueError):
    """The calendar does not have enough open time or working days within the horizon."""


class SpanLayout:
    """The opening spans of a calendar for the years computed so far.

    One entry per span: `opens` and `closes` (seconds since 1970), `upto` (the position at the closing, in open
    seconds), `ends` (the closing as a time, or None if the zone's offset changes within the span).
    One entry per working day: `days` (ordinal), `closings` (last closing of the day).
    `nights`: night shifts occur, so that a moment after midnight may belong to the day before.
    `since` and `until` are the bounds of the computed years in seconds since 1970; `base` is the position of `since`.
    """

    __slots__ = (
        "base",
        "closes",
        "closings",
        "days",
        "ends",
        "name",
        "nights",
        "opens",
        "rules",
        "since",
        "until",
        "upto",
        "years",
        "zone",
    )

    def __init__(self, name: str, rules: DayRules, zone: ZoneInfo) -> None:
        self.name, self.rules, self.zone = name, rules, zone
        self.nights = any(map(ends_after_midnight, (*rules.week, *rules.special.values())))
        self.base = 0
        self._clear(range(0))

    def _clear(self, years: range) -> None:
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.upto: list[int] = []
        self.ends: list[datetime | None] = []
        self.days: list[int] = []
        self.closings: list[datetime] = []
        self.years = years
        self.since = self.until = 0

    def cover(self, moment: int) -> None:
        """Computes the year of a moment (seconds since 1970) and any years between it and those computed already."""
        if self.since <= moment < self.until:
            return
        self.cover_year(from_epoch_seconds(self.zone, moment).year)

    def cover_year(self, year: int) -> None:
        """Computes a year and any years between it and those computed already. Raises NeverOpenError."""
        if year in self.years:
            return
        if not self.years:
            self._clear(range(year, year))
        while year >= self.years.stop:
            self.later()
        if year < self.years.start:
            self.earlier(self.years.start - year)

    def later(self) -> None:
        """Computes one more year at the end. Raises NeverOpenError beyond the years that `date` supports."""
        year = self.years.stop
        if year >= MAXYEAR:
            raise NeverOpenError(self.name)
        first = date(year, 1, 1).toordinal()
        if not self.years and self.nights and first > 1:
            self._lay_last_night(first)
        for ordinal in range(first, date(year + 1, 1, 1).toordinal()):
            self._lay(ordinal)
        if not self.years:
            self.since = _seconds_at(self.zone, first, 0)
        self.until = _seconds_at(self.zone, date(year + 1, 1, 1).toordinal(), 0)
        self.years = range(self.years.start, year + 1)

    def earlier(self, count: int) -> None:
        """Computes `count` more years at the beginning; known positions do not change.

        Raises NeverOpenError before the years that `date` supports.
        """
        start, years, first = self.years.start - count, self.years, self.since
        if start < MINYEAR:
            raise NeverOpenError(self.name)
        before, self.base = self.base, 0
        self._clear(range(start, start))
        while self.years.stop < years.stop:
            self.later()
        self.base = before - self.position(first)
        self.upto = [upto + self.base for upto in self.upto]

    def _lay_last_night(self, ordinal: int) -> None:
        """Adds the rest of the night shift that began on the day before the first day computed."""
        start = _seconds_at(self.zone, ordinal, 0)
        self._add_spans(ordinal - 1, day_hours(self.rules, date.fromordinal(ordinal - 1)), start)

    def _lay(self, ordinal: int) -> None:
        """Adds the spans of one local day.

        If the switch of daylight saving time makes a span overlap the previous one, only its rest is added.
        """
        day = date.fromordinal(ordinal)
        hours = day_hours(self.rules, day)
        if not hours:
            return
        earliest = self.closes[-1] if self.closes else None
        midnight = _steady_midnight(self.zone, day)
        if midnight is not None and hours[-1][1] < MIDNIGHT_MINUTE:
            self._add_steady_spans(hours, midnight, earliest)
        else:
            self._add_spans(ordinal, hours, earliest)
        self.days.append(ordinal)
        self.closings.append(self._closing(ordinal, hours[-1][1]))

    def _closing(self, ordinal: int, minute: int) -> datetime:
        """Returns the closing of a day whose spans were added: the end of the last one, if that is it."""
        seconds = _seconds_at(self.zone, ordinal, minute)
        if self.closes and self.closes[-1] == seconds and self.ends[-1] is not None:
            return self.ends[-1]
        return from_epoch_seconds(self.zone, seconds)

    def _add_steady_spans(self, hours: HourSpans, midnight: datetime, earliest: int | None) -> None:
        """Adds the spans of a day on which the zone's offset does not change: fast, as most days are such."""
        first = epoch_seconds(midnight)
        for start, end in hours:
            opens, closes = first + start * _MINUTE, first + end * _MINUTE
            opens = opens if earliest is None else max(opens, earliest)
            if closes > opens:
                self._append(opens, closes, midnight + timedelta(minutes=end))
                earliest = closes

    def _add_spans(self, ordinal: int, hours: HourSpans, earliest: int | None) -> None:
        for start, end in hours:
            opens, closes = (_seconds_at(self.zone, ordinal, minute) for minute in (start, end))
            opens = opens if earliest is None else max(opens, earliest)
            if closes > opens:
                self._append(opens, closes, _end(self.zone, opens, closes))
                earliest = closes

    def _append(self, opens: int, closes: int, end: datetime | None) -> None:
        self.opens.append(opens)
        self.closes.append(closes)
        self.upto.append((self.upto[-1] if self.upto else self.base) + closes - opens)
        self.ends.append(end)

    def position(self, moment: int) -> int:
        """Returns the open seconds up to a moment from an arbitrary origin; only differences are meaningful."""
        if not self.since <= moment < self.until:
            self.cover(moment)
        index = bisect_right(self.opens, moment) - 1
        if index < 0:
            return self.base
        left = self.closes[index] - moment
        return self.upto[index] - left if left > 0 else self.upto[index]

    def at(self, place: int, position: int) -> datetime:
        """Returns the time at a position within the span with index `place`, in the zone."""
        before, end = self.upto[place] - position, self.ends[place]
        if end is None:
            return from_epoch_seconds(self.zone, self.closes[place] - before)
        return end - timedelta(seconds=before)


def _seconds_at(zone: ZoneInfo, ordinal: int, minute: int) -> int:
    """Returns seconds since 1970 for a minute of a local day; from 24:00 on it is one of the next day."""
    if minute >= MIDNIGHT_MINUTE:
        ordinal, minute = ordinal + 1, minute - MIDNIGHT_MINUTE
    local = datetime.combine(date.fromordinal(ordinal), time(minute // 60, minute % 60), tzinfo=zone)
    return int(local.timestamp())


def _steady_midnight(zone: ZoneInfo, day: date) -> datetime | None:
    """Returns the midnight before a day with its fixed offset, or None if the zone's offset changes on the day."""
    if day == date.max:
        return None
    midnight = datetime.combine(day, time(), tzinfo=zone)
    following = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    same = midnight.utcoffset() == following.utcoffset()
    return convert_to_zone(midnight, zone) if same else None


def _end(zone: ZoneInfo, opens: int, closes: int) -> datetime | None:
    """Returns the end of a span as a time to count back from, or None if the zone's offset changes within the span."""
    begin, end = from_epoch_seconds(zone, opens), from_epoch_seconds(zone, closes)
    return end if begin.utcoffset() == end.utcoffset() else None
