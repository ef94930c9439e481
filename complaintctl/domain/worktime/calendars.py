"""Local days of a calendar: working days and opening hours, without time zones."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

from complaintctl.domain.policy.policy import Calendar, DaysOrNames, TextOrMap
from complaintctl.domain.worktime.time_range import is_in_range

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT_MINUTE: Final = 24 * 60
ONE_DAY: Final = timedelta(days=1)
# A leap year, so that a yearly holiday on 29 February is valid.
_LEAP_YEAR: Final = 2000

# Opening and closing in minutes of the local day, sorted, without overlaps. A night shift belongs to the day on which
# it begins, so its closing is later than 24:00: 22:00-06:00 is (1320, 1800).
HourSpans = tuple[tuple[int, int], ...]
DayKind = Literal["open", "closed", "holiday", "make-up", "special"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DayRules:
    """The rules of a calendar for local days. Keys of `yearly` are (month, day); names may be empty."""

    week: tuple[HourSpans, ...]
    holidays: Mapping[date, TextOrMap]
    yearly: Mapping[tuple[int, int], TextOrMap]
    workdays: Mapping[date, TextOrMap]
    special: Mapping[date, HourSpans]
    breaks: Mapping[date, HourSpans]


ROUND_THE_CLOCK: Final = DayRules(
    week=(((0, MIDNIGHT_MINUTE),),) * len(WEEKDAYS),
    holidays={},
    yearly={},
    workdays={},
    special={},
    breaks={},
)


def parse_minutes(text: str) -> int | None:
    """Parses a time from `0:00` to `24:00` into minutes since local midnight; returns None if it is not one."""
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == len("00")):
        return None
    total = int(hour) * 60 + int(minute)
    return total if total <= MIDNIGHT_MINUTE and int(minute) < len(range(60)) else None


def parse_opening_spans(texts: Iterable[str]) -> HourSpans | None:
    """Parses `09:00-12:00` texts into sorted pairs of minutes; returns None if one is invalid or two overlap.

    A span that ends earlier than it starts, such as `22:00-06:00`, ends on the next day.
    """
    spans = []
    for text in texts:
        start, end = (parse_minutes(part) for part in (text.split("-", 1) if "-" in text else (text, "")))
        if start is None or end is None or start in {end, MIDNIGHT_MINUTE}:
            return None
        spans.append((start, end if end > start else end + MIDNIGHT_MINUTE))
    spans.sort()
    overlapping = any(later[0] < earlier[1] for earlier, later in pairwise(spans))
    return None if overlapping else tuple(spans)


def ends_after_midnight(hours: HourSpans) -> bool:
    """Whether the last of the spans ends on the next day."""
    return bool(hours) and hours[-1][1] > MIDNIGHT_MINUTE


def overlapping_weekdays(week: Sequence[HourSpans]) -> Iterator[int]:
    """Yields each weekday (Monday is 0) whose night shift has not ended when the next day opens."""
    for number, hours in enumerate(week):
        if is_overlapping(hours, week[(number + 1) % len(week)]):
            yield number


def is_overlapping(hours: HourSpans, following: HourSpans) -> bool:
    """Whether the night shift of a day has not ended when the following day opens."""
    return bool(hours) and bool(following) and hours[-1][1] - MIDNIGHT_MINUTE > following[0][0]


def parse_weekdays(text: str) -> tuple[int, ...] | None:
    """Parses `mon-fri`, `sat` or `mon,wed` into weekday numbers (Monday is 0); returns None if it is invalid."""
    numbers: list[int] = []
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            return None
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if end < start:
            return None
        numbers.extend(range(start, end + 1))
    return tuple(numbers)


def parse_day(text: str) -> date | None:
    """Parses a day such as `2026-10-01`; returns None if it is invalid, or outside the years that we calculate in."""
    day = _iso_day(text)
    return day if day is not None and is_in_range(day) else None


def is_far_day(text: str) -> bool:
    """Whether the text is a day outside the years that we calculate in."""
    day = _iso_day(text)
    return day is not None and not is_in_range(day)


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-10-01") else None
    except ValueError:
        return None


def parse_yearly_day(text: str) -> tuple[int, int] | None:
    """Parses a yearly day such as `12-25` into (month, day); returns None if it is invalid."""
    day = parse_day(f"{_LEAP_YEAR}-{text}")
    return (day.month, day.day) if day else None


def named_days(days: DaysOrNames) -> Mapping[str, TextOrMap]:
    """Converts a list of days, or a map of days to names, to a map; missing names are empty."""
    if isinstance(days, dict):
        return {text: name or "" for text, name in days.items()}
    return dict.fromkeys(days, "")


def build_day_rules(calendar: Calendar) -> DayRules:
    """Builds the rules for days of a calendar; the policy must be free of faults."""
    week: list[HourSpans] = [()] * len(WEEKDAYS)
    for days, texts in calendar.hours.items():
        for number in parse_weekdays(days) or ():
            week[number] = parse_opening_spans(texts) or ()
    holidays = named_days(calendar.holidays)
    return DayRules(
        week=tuple(week),
        holidays=_dated(holidays),
        yearly={key: name for text, name in holidays.items() if (key := parse_yearly_day(text))},
        workdays=_dated(named_days(calendar.workdays)),
        special=dict(_hours_by_day(calendar.special_hours)),
        breaks=dict(_hours_by_day(calendar.breaks)),
    )


def _dated(days: Mapping[str, TextOrMap]) -> dict[date, TextOrMap]:
    return {key: name for text, name in days.items() if (key := parse_day(text))}


def _hours_by_day(days: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[date, HourSpans]]:
    for text, texts in days.items():
        if key := parse_day(text):
            yield key, parse_opening_spans(texts) or ()


def day_kind(rules: DayRules, when: date) -> tuple[DayKind, TextOrMap]:
    """Returns the kind of a day, and its name if the calendar has one.

    Priority: special hours of the day, make-up working day, holiday, weekday.
    """
    if when in rules.special:
        return "special", rules.holidays.get(when) or rules.yearly.get((when.month, when.day), "")
    return listed_day_kind(rules, when) or (("open" if rules.week[when.weekday()] else "closed"), "")


def listed_day_kind(rules: DayRules, when: date) -> tuple[Literal["holiday", "make-up"], TextOrMap] | None:
    """Returns kind and name of a listed day, or None if it is not listed; make-up days precede holidays."""
    if when in rules.workdays:
        return "make-up", rules.workdays[when]
    if when in rules.holidays:
        return "holiday", rules.holidays[when]
    if (when.month, when.day) in rules.yearly:
        return "holiday", rules.yearly[when.month, when.day]
    return None


def day_hours(rules: DayRules, when: date) -> HourSpans:
    """Returns the opening hours of a local day without its breaks.

    A make-up working day has the hours of its weekday, or, if that is closed, those of the first weekday (from
    Monday) that is open.
    """
    kind, _ = day_kind(rules, when)
    hours: HourSpans = rules.week[when.weekday()]
    if kind == "special":
        hours = rules.special[when]
    elif kind == "holiday":
        hours = ()
    elif kind == "make-up":
        hours = hours or next((spans for spans in rules.week if spans), ())
    return _subtract_breaks(hours, _breaks_from(rules, when)) if rules.breaks else hours


def _breaks_from(rules: DayRules, when: date) -> HourSpans:
    """Returns the breaks of a day and of its neighbours, in minutes of that day: a break is a time by the clock."""
    shifts = (-1, 0, 1) if date.min < when < date.max else (0,)
    return tuple(
        (start + shift * MIDNIGHT_MINUTE, end + shift * MIDNIGHT_MINUTE)
        for shift in shifts
        for start, end in rules.breaks.get(when + shift * ONE_DAY, ())
    )


def day_breaks(rules: DayRules, when: date) -> HourSpans:
    """Returns the breaks of a day, and those of the next day that interrupt the night shift that begins on this day."""
    own = rules.breaks.get(when, ())
    if not rules.breaks or not ends_after_midnight(
        hours := day_hours(dataclasses.replace(rules, breaks={}), when)
    ):
        return own
    following = (span for span in _breaks_from(rules, when) if span[0] >= MIDNIGHT_MINUTE)
    return (*own, *(span for span in following if span[0] < hours[-1][1]))


def _subtract_breaks(hours: HourSpans, breaks: HourSpans) -> HourSpans:
    """Returns the opening hours without the breaks; `breaks` must be sorted."""
    remaining = []
    for opens, closes in hours:
        start = opens
        for begin, end in breaks:
            if end <= start or begin >= closes:
                continue
            if begin > start:
                remaining.append((start, begin))
            start = end
        if start < closes:
            remaining.append((start, closes))
    return tuple(remaining)


def is_working_day(rules: DayRules, when: date) -> bool:
    """Whether the calendar is open at any time of that local day."""
    return bool(day_hours(rules, when))
