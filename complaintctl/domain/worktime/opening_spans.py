"""A calendar laid out in time: its opening spans end to end, with the open time up to each.

Laid out year by year as years are asked for, once per run; every question about it is then a search.
"""

from bisect import bisect_right
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from complaintctl.domain.worktime.calendars import MIDNIGHT_MINUTE, DayRules, day_hours
from complaintctl.domain.zones import from_epoch_seconds


class NeverOpenError(ValueError):
    """The calendar does not open within the horizon."""


class SpanLayout:
    """The spans of a calendar end to end, for the years asked for so far.

    `opens`, `closes`: seconds since 1970; `ends`: each closing as a moment; `upto`: open seconds up to it; `days`:
    ordinals of the working days, `closings` when each closes last. `since` and `until` bound what is laid out; `base` is the position of `since`.
    """

    __slots__ = (
        "base",
        "closes",
        "closings",
        "days",
        "ends",
        "name",
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
        """Lay out the year of a moment, and those between it and what is laid out already."""
        if self.since <= moment < self.until:
            return
        self.cover_year(from_epoch_seconds(self.zone, moment).year)

    def cover_year(self, year: int) -> None:
        """Lay out a year, and those between it and what is laid out already."""
        if year in self.years:
            return
        if not self.years:
            self._clear(range(year, year))
        while year >= self.years.stop:
            self.later()
        if year < self.years.start:
            self.earlier(self.years.start - year)

    def later(self) -> None:
        """Lay out one more year. Raises NeverOpenError at the end of the years a date can name."""
        year = self.years.stop
        if year >= MAXYEAR:
            raise NeverOpenError(self.name)
        first = date(year, 1, 1).toordinal()
        for ordinal in range(first, date(year + 1, 1, 1).toordinal()):
            self._lay(ordinal)
        if not self.years:
            self.since = _seconds_at(self.zone, first, 0)
        self.until = _seconds_at(self.zone, date(year + 1, 1, 1).toordinal(), 0)
        self.years = range(self.years.start, year + 1)

    def earlier(self, count: int) -> None:
        """Lay out so many years more before the first; positions stay as they were. Raises NeverOpenError."""
        start, years, first = self.years.start - count, self.years, self.since
        if start < MINYEAR:
            raise NeverOpenError(self.name)
        before, self.base = self.base, 0
        self._clear(range(start, start))
        while self.years.stop < years.stop:
            self.later()
        self.base = before - self.position(first)
        self.upto = [upto + self.base for upto in self.upto]

    def _lay(self, ordinal: int) -> None:
        """Add the spans of one local day; where daylight saving moves one onto the last, the rest of it."""
        hours = day_hours(self.rules, date.fromordinal(ordinal))
        for start, end in hours:
            opens, closes = (_seconds_at(self.zone, ordinal, minute) for minute in (start, end))
            opens = max(opens, self.closes[-1]) if self.closes else opens
            if closes > opens:
                self.opens.append(opens)
                self.closes.append(closes)
                self.upto.append((self.upto[-1] if self.upto else self.base) + closes - opens)
                self.ends.append(_end(self.zone, opens, closes))
        if hours:
            self.days.append(ordinal)
            self.closings.append(from_epoch_seconds(self.zone, _seconds_at(self.zone, ordinal, hours[-1][1])))

    def position(self, moment: int) -> int:
        """Open seconds up to a moment, from where the layout once began: only differences say something."""
        if not self.since <= moment < self.until:
            self.cover(moment)
        place = bisect_right(self.opens, moment) - 1
        if place < 0:
            return self.base
        left = self.closes[place] - moment
        return self.upto[place] - left if left > 0 else self.upto[place]

    def at(self, place: int, position: int) -> datetime:
        """The moment with a position within a span, as the zone writes it."""
        before, end = self.upto[place] - position, self.ends[place]
        if end is None:
            return from_epoch_seconds(self.zone, self.closes[place] - before)
        return end - timedelta(seconds=before)


def _seconds_at(zone: ZoneInfo, ordinal: int, minute: int) -> int:
    """Seconds since 1970 of a minute of a local day, 24:00 being the first moment of the next."""
    if minute == MIDNIGHT_MINUTE:
        ordinal, minute = ordinal + 1, 0
    there = datetime.combine(date.fromordinal(ordinal), time(minute // 60, minute % 60), tzinfo=zone)
    return int(there.timestamp())


def _end(zone: ZoneInfo, opens: int, closes: int) -> datetime | None:
    """The end of a span for counting back from, or None where the zone's offset changes within it."""
    begin, end = from_epoch_seconds(zone, opens), from_epoch_seconds(zone, closes)
    return end if begin.utcoffset() == end.utcoffset() else None
