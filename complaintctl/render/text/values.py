"""Times, durations, lists and truth values as text."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.policy.policy import LabelledKey, TextOrMap
from complaintctl.render.text import labels
from complaintctl.render.text.language import N_, _, current_language

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400


def moment_text(value: datetime, zone: ZoneInfo | None) -> str:
    """Returns a time to the minute, `2026-11-21 10:14`, in `zone`; without one in its own."""
    here = value.astimezone(zone) if zone else value
    return here.strftime("%Y-%m-%d %H:%M")


def end_text(value: datetime, zone: ZoneInfo | None) -> str:
    """Like `moment_text`, for the end of a time: midnight is 24:00 of the day that it ends."""
    here = value.astimezone(zone) if zone else value
    if here.time() != time():
        return moment_text(value, zone)
    return f"{here.date() - timedelta(days=1)} 24:00"


MONTH_NAMES: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
WEEKDAY_NAMES: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def long_date(value: date) -> str:
    """Returns a date as a letter writes it: `21 November 2026`."""
    month = _(MONTH_NAMES[value.month - 1])
    return _("{day} {month} {year}").format(day=value.day, month=month, year=value.year)


def duration_text(seconds: int) -> str:
    """Returns a duration, with or without sign, in its two largest units: `2 h 15 min`, `3 d 4 h`, `40 s`."""
    left = abs(seconds)
    units = (
        (_DAY, _("{count} d")),
        (_HOUR, _("{count} h")),
        (_MINUTE, _("{count} min")),
        (1, _("{count} s")),
    )
    parts = []
    for size, template in units:
        count, left = divmod(left, size)
        if count:
            parts.append(template.format(count=count))
        elif parts:
            break
    return " ".join(parts[:2]) or _("{count} s").format(count=0)


def hours_text(seconds: int) -> str:
    """Returns a duration in opening hours, where a day has no fixed length: `24 h`, `46 h 30 min`."""
    whole, rest = divmod(abs(seconds), _HOUR)
    parts = [_("{count} h").format(count=whole)] if whole else []
    return " ".join([*parts, *([duration_text(rest)] if rest or not whole else [])])


def value_text(value: object, zone: ZoneInfo | None) -> str:
    """Returns a value of a sentence as text: times in `zone`, lists with commas."""
    if isinstance(value, date):
        return moment_text(value, zone) if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, LabelledKey):
        return labels.named_label(value)
    if isinstance(value, str) or not isinstance(value, Iterable):
        return "" if value is None else str(value)
    if isinstance(value, dict):
        return _(", ").join(f"{key} = {_listed_text(inner, zone)}" for key, inner in value.items())
    return _(", ").join(_listed_text(inner, zone) for inner in value)


def _listed_text(value: object, zone: ZoneInfo | None) -> str:
    """Returns one of several values; an empty one is that of a condition on a field without a value."""
    return value_text(value, zone) or _("not yet known")


def localised_text(texts: TextOrMap) -> str:
    """Returns a text of the policy in the reader's language, else in any language it has."""
    if isinstance(texts, str):
        return texts
    return texts.get(current_language()) or next(iter(texts.values()), "")


def iso_time(value: datetime | None) -> str | None:
    """Returns a time for programs: ISO 8601 with its offset."""
    return value.isoformat() if value is not None else None


def utc_time(value: datetime) -> str:
    """Returns a time in UTC for programs: `2026-11-21T09:14:00Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
