"""Converts between local (wall-clock) times of a zone, moments with a fixed offset, and seconds since 1970."""

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
    """Converts a moment to the zone, with a fixed offset instead of the zone itself.

    Python compares and subtracts two times with the same tzinfo by their local time, which is wrong in the hour
    that daylight saving time repeats. Times with fixed offsets are compared as moments.
    """
    local = moment.astimezone(zone)
    return local.replace(tzinfo=_fixed(local.utcoffset() or timedelta()), fold=0)


def resolve_local_time(zone: ZoneInfo, clock: datetime) -> datetime:
    """Converts a local time of the zone to a moment; ignores the tzinfo of `clock`.

    A time skipped by daylight saving time moves forward by the gap; an ambiguous time means the first one.
    """
    return convert_to_zone(clock.replace(tzinfo=zone, fold=0).astimezone(UTC), zone)


def epoch_seconds(moment: datetime) -> int:
    """Returns whole seconds since 1970, without the fraction."""
    since = moment - EPOCH
    return since.days * SECONDS_A_DAY + since.seconds


def epoch_microseconds(moment: datetime) -> int:
    """Returns microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_epoch_seconds(zone: ZoneInfo, seconds: int) -> datetime:
    """Converts seconds since 1970 to a time of the zone with a fixed offset."""
    return convert_to_zone(EPOCH + timedelta(seconds=seconds), zone)
