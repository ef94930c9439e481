"""Wall-clock times of a zone as moments, and moments as the zone writes them."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS_A_DAY: Final = 86_400


@cache
def _fixed(offset: timedelta) -> timezone:
    return timezone(offset)


def convert_to_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment as the zone writes it, its offset fixed.

    Python compares and subtracts two times of one zone by the wall clock, so the hour that daylight saving
    repeats would be judged wrongly; times with a fixed offset are compared as what they are.
    """
    here = moment.astimezone(zone)
    return here.replace(tzinfo=_fixed(here.utcoffset() or timedelta()), fold=0)


def resolve_local_time(zone: ZoneInfo, clock: datetime) -> datetime:
    """A local wall-clock time as a moment; an offset or zone that it carries is not meant.

    A time that daylight saving skips moves forward by the gap; of an ambiguous one the first is meant.
    """
    return convert_to_zone(clock.replace(tzinfo=zone, fold=0).astimezone(UTC), zone)


def epoch_seconds(moment: datetime) -> int:
    """Whole seconds since 1970; a fraction is dropped."""
    since = moment - EPOCH
    return since.days * SECONDS_A_DAY + since.seconds


def from_epoch_seconds(zone: ZoneInfo, seconds: int) -> datetime:
    """Seconds since 1970 as the zone writes them, the offset fixed."""
    return convert_to_zone(EPOCH + timedelta(seconds=seconds), zone)
