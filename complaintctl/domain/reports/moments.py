"""Moments of a report as microseconds since 1970: the limits of a period, and the local day of a moment."""

import math
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.reports.figures import Period
from complaintctl.domain.reports.periods import bucket_key
from complaintctl.domain.zones import EPOCH, epoch_microseconds

_QUARTER_HOUR: Final = 15 * 60 * 1_000_000
# Since 1980 every zone differs from UTC by quarters of an hour (Kiribati did not before), so one is on one day.
_QUARTERS_SINCE_1980: Final = 10 * 366 * 24 * 4


class Span:
    """A period in microseconds: `start` belongs to it, `end` does not; infinite without limit."""

    __slots__ = ("end", "start")

    def __init__(self, period: Period) -> None:
        self.start = -math.inf if period.start is None else epoch_microseconds(period.start)
        self.end = math.inf if period.end is None else epoch_microseconds(period.end)

    def contains(self, moment: int) -> bool:
        """Whether a moment lies in the period."""
        return self.start <= moment < self.end


class LocalDays:
    """The days and other units of time that moments lie in, in one zone; each quarter of an hour is converted once."""

    __slots__ = ("_days", "_keys", "_zone")

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._days: dict[int, date] = {}
        self._keys: dict[tuple[str, date], str] = {}

    def day(self, moment: int) -> date:
        """Returns the local day of a moment."""
        quarter = moment // _QUARTER_HOUR
        day = self._days.get(quarter)
        if day is None:
            day = (EPOCH + timedelta(microseconds=moment)).astimezone(self._zone).date()
            if quarter > _QUARTERS_SINCE_1980:
                self._days[quarter] = day
        return day

    def bucket(self, unit: str, moment: int) -> str:
        """Returns the day, week, month, quarter or year that a moment lies in."""
        day = self.day(moment)
        key = self._keys.get((unit, day))
        if key is None:
            key = self._keys[unit, day] = bucket_key(unit, day)
        return key
