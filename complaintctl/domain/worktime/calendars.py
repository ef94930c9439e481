"""Calendars day by day: which local days are worked and between which hours, before any time zone comes in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from complaintctl.domain.policy.policy import Calendar, DaysOrNames, TextOrMap

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT_MINUTE: Final = 24 * 60
# A leap year, so that a holiday kept every 29 February is a day of it.
_LEAP_YEAR: Final = 2000

# Minutes of the local day from opening to closing, in order, none overlapping.
HourSpans = tuple[tuple[int, int], ...]
DayKind = Literal["open", "closed", "holiday", "make-up", "special"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DayRules:
    """What a calendar says about each local day. `yearly` holds month and day; names may be empty."""

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
    """Minutes since local midnight of `09:00` up to `24:00`, or None for anything else."""
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == len("00")):
        return None
    total = int(hour) * 60 + int(minute)
    return total if total <= MIDNIGHT_MINUTE and int(minute) < len(range(60)) else None


def parse_opening_spans(texts: Iterable[str]) -> HourSpans | None:
    """`09:00-12:00` texts as minute pairs in order, or None where one is no span or two overlap."""
    spans = []
    for text in texts:
        start, end = (parse_minutes(part) for part in (text.split("-", 1) if "-" in text else (text, "")))
        if start is None or end is None or start >= end:
            return None
        spans.append((start, end))
    spans.sort()
    touching = any(later[0] < earlier[1] for earlier, later in pairwise(spans))
    return None if touching else tuple(spans)


def parse_weekdays(text: str) -> tuple[int, ...] | None:
    """`mon-fri`, `sat`, `mon,wed` as weekday numbers (Monday 0), or None for anything else."""
    found: list[int] = []
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            return None
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if end < start:
            return None
        found.extend(range(start, end + 1))
    return tuple(found)


def parse_day(text: str) -> date | None:
    """The day of `2026-10-01`, or None for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-10-01") else None
    except ValueError:
        return None


def parse_yearly_day(text: str) -> tuple[int, int] | None:
    """Month and day of `12-25`, a day kept every year; None for anything else."""
    found = parse_day(f"{_LEAP_YEAR}-{text}")
    return (found.month, found.day) if found else None


def named_days(days: DaysOrNames) -> Mapping[str, TextOrMap]:
    """A list of days, or a map of days to their names, as the map."""
    if isinstance(days, dict):
        return {text: name or "" for text, name in days.items()}
    return dict.fromkeys(days, "")


def build_day_rules(calendar: Calendar) -> DayRules:
    """A calendar of a checked policy, made ready."""
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
    """What kind of day it is, by the rule that comes first, and the name the calendar gives it.

    Hours of a single day come before a make-up working day, that before a holiday, that before the week.
    """
    if when in rules.special:
        return "special", rules.holidays.get(when) or rules.yearly.get((when.month, when.day), "")
    return listed_day_kind(rules, when) or (("open" if rules.week[when.weekday()] else "closed"), "")


def listed_day_kind(rules: DayRules, when: date) -> tuple[Literal["holiday", "make-up"], TextOrMap] | None:
    """What the lists of holidays and make-up days say of a day, None where neither has it; in both it is worked."""
    if when in rules.workdays:
        return "make-up", rules.workdays[when]
    if when in rules.holidays:
        return "holiday", rules.holidays[when]
    if (when.month, when.day) in rules.yearly:
        return "holiday", rules.yearly[when.month, when.day]
    return None


def day_hours(rules: DayRules, when: date) -> HourSpans:
    """The opening hours of a local day, its breaks taken out.

    A make-up working day has the hours of its weekday, or where that is closed those of the first day of the
    week that opens.
    """
    kind, _ = day_kind(rules, when)
    hours: HourSpans = rules.week[when.weekday()]
    if kind == "special":
        hours = rules.special[when]
    elif kind == "holiday":
        hours = ()
    elif kind == "make-up":
        hours = hours or next((spans for spans in rules.week if spans), ())
    return _subtract_breaks(hours, rules.breaks[when]) if when in rules.breaks else hours


def _subtract_breaks(hours: HourSpans, breaks: HourSpans) -> HourSpans:
    """What is left of the opening hours when the breaks, which are in order, are cut out."""
    left = []
    for opens, closes in hours:
        start = opens
        for begin, end in breaks:
            if end <= start or begin >= closes:
                continue
            if begin > start:
                left.append((start, begin))
            start = end
        if start < closes:
            left.append((start, closes))
    return tuple(left)


def is_working_day(rules: DayRules, when: date) -> bool:
    """Whether the calendar opens at all on that local day."""
    return bool(day_hours(rules, when))
