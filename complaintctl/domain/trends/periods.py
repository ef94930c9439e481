"""Weeks, months and windows of days that end at or before a moment; number 0 is the last complete one."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from complaintctl.domain.zones import resolve_local_time
from complaintctl.errors import InvalidInput

PeriodKind = Literal["week", "month", "window"]

_DAYS_A_YEAR: Final = 365.25
_MONTHS_A_YEAR: Final = 12
_WEEK: Final = 7
MOST_DAYS: Final = 366
_WINDOW: Final = re.compile(r"(\d{1,3})\s*(d|w|天|周)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Periods:
    """Periods of one kind in a zone, counted back from `as_of`.

    Weeks are Monday to Sunday (ISO 8601), months are those of the calendar, both by local days. Windows of `days` end at
    the local time of `as_of`; for other kinds `days` means nothing.
    """

    kind: PeriodKind
    days: int
    as_of: datetime
    zone: ZoneInfo

    @property
    def per_year(self) -> float:
        """The number of periods in a year."""
        return _MONTHS_A_YEAR if self.kind == "month" else _DAYS_A_YEAR / self._length

    @property
    def _length(self) -> int:
        return _WEEK if self.kind == "week" else self.days

    def number(self, moment: datetime) -> int:
        """Returns the number of the period of a moment: 0 the last complete one, -1 the one before, 1 after it."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        end = self._end()
        if self.kind == "month":
            months = (local.year - end.year) * _MONTHS_A_YEAR + local.month - end.month
            return months + 1
        return (local - end) // timedelta(days=self._length) + 1

    def bounds(self, number: int) -> tuple[datetime, datetime]:
        """Returns the first moment of a period and the first moment after it."""
        start, end = self._local_start(number), self._local_start(number + 1)
        return resolve_local_time(self.zone, start), resolve_local_time(self.zone, end)

    def _local_start(self, number: int) -> datetime:
        end = self._end()
        if self.kind == "month":
            months = end.year * _MONTHS_A_YEAR + end.month - 1 + number - 1
            return end.replace(year=months // _MONTHS_A_YEAR, month=months % _MONTHS_A_YEAR + 1)
        return end + timedelta(days=self._length) * (number - 1)

    def _end(self) -> datetime:
        return _local_end(self.kind, self.as_of, self.zone)


@cache
def _local_end(kind: PeriodKind, as_of: datetime, zone: ZoneInfo) -> datetime:
    """Returns the local end of period 0."""
    local = as_of.astimezone(zone).replace(tzinfo=None)
    if kind == "window":
        return local
    midnight = datetime.combine(local.date(), time())
    return midnight - timedelta(days=midnight.weekday() if kind == "week" else midnight.day - 1)


def parse_window(text: str) -> int:
    """Returns the days of a typed length such as `7d` or `2w`; raises InvalidInput if it is none of 1 to 366 days."""
    typed = _WINDOW.fullmatch(text.strip())
    days = int(typed[1]) * (_WEEK if typed[2] in {"w", "周"} else 1) if typed else 0
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput("bad-window", value=text, most=MOST_DAYS)
    return days
