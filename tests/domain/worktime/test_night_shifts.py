"""Hours over midnight: a night shift belongs to the day on which it begins; compared with counting minute by minute."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from complaintctl.domain.policy.policy import Calendar, CountRule
from complaintctl.domain.policy_check.calendar_faults import find_calendar_faults
from complaintctl.domain.worktime import calendar_year, calendars, worktime
from complaintctl.domain.worktime.calendars import WEEKDAYS
from complaintctl.domain.worktime.worktime import Timetable
from tests.domain.building import BERLIN, SHANGHAI, a_policy, at

HOUR = 3600
ONE_DAY, ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)
NIGHTS = Calendar(hours={"mon-fri": ("22:00-06:00",)})


def nights(zone: str = SHANGHAI, **changes: Any) -> Timetable:
    """Monday to Friday 22:00-06:00."""
    return worktime.build_timetable("nights", dataclasses.replace(NIGHTS, **changes), ZoneInfo(zone))


def closing(table: Timetable, start: datetime, days: int) -> datetime:
    """Returns the end of the working days, counted by the rule of the calendar."""
    return worktime.add_working_days(table, start, days, table.counting)


def test_a_night_shift_is_one_span_that_ends_on_the_next_day() -> None:
    assert calendars.parse_opening_spans(("22:00-06:00",)) == ((1320, 1800),)
    assert calendars.parse_opening_spans(("22:00-00:00",)) == ((1320, 1440),)
    assert calendars.parse_opening_spans(("22:00-06:00", "09:00-12:00")) == ((540, 720), (1320, 1800))
    for wrong in (("22:00-22:00",), ("24:00-06:00",), ("22:00-06:00", "23:00-23:30")):
        assert calendars.parse_opening_spans(wrong) is None
    spans = list(worktime.spans_between(nights(), at("12:00"), at("2026-11-17 23:00")))
    assert spans == [
        (at("22:00"), at("2026-11-17 06:00")),
        (at("2026-11-17 22:00"), at("2026-11-17 23:00")),
    ]


def test_a_limit_runs_over_midnight_and_over_the_weekend() -> None:
    assert worktime.add_working_time(nights(), at("23:00"), 4 * HOUR) == at("2026-11-17 03:00")
    # The shift of Friday ends on Saturday morning; the next one begins on Monday night.
    assert worktime.add_working_time(nights(), at("2026-11-21 05:00"), 2 * HOUR) == at("2026-11-23 23:00")


def test_a_holiday_closes_the_shift_that_begins_on_it_and_not_the_one_that_ends_on_it() -> None:
    table = nights(holidays=("2026-11-17",))
    assert worktime.add_working_time(table, at("2026-11-17 04:00"), 3 * HOUR) == at("2026-11-18 23:00")
    assert worktime.add_working_time(table, at("2026-11-17 23:00"), HOUR) == at("2026-11-18 23:00")


def test_half_days_and_breaks_of_a_night_shift() -> None:
    half = nights(special_hours={"2026-11-17": ("22:00-01:00",)})
    assert worktime.working_seconds(half, at("2026-11-17 12:00"), at("2026-11-18 12:00")) == 3 * HOUR
    # A break is a time by the clock: the one on Tuesday at two interrupts the shift of Monday.
    broken = nights(breaks={"2026-11-17": ("02:00-02:30",), "2026-11-18": ("23:30-00:30",)})
    assert worktime.add_working_time(broken, at("2026-11-17 01:00"), 2 * HOUR) == at("2026-11-17 03:30")
    assert worktime.working_seconds(broken, at("2026-11-18 12:00"), at("2026-11-19 12:00")) == 7 * HOUR
    year = {
        day.when: day
        for day in calendar_year.year_days(
            dataclasses.replace(NIGHTS, breaks={"2026-11-17": ("02:00-02:30",)}), 2026
        )
    }
    assert year[date(2026, 11, 16)].hours == ((1320, 1560), (1590, 1800))
    assert year[date(2026, 11, 16)].breaks == ((1560, 1590),)


def test_a_make_up_saturday_has_the_night_shift_of_a_weekday() -> None:
    table = nights(workdays=("2026-11-21",))
    assert worktime.add_working_time(table, at("2026-11-21 12:00"), 3 * HOUR) == at("2026-11-22 01:00")


def test_a_working_day_ends_when_its_night_shift_ends() -> None:
    assert closing(nights(), at("12:00"), 1) == at("2026-11-18 06:00")
    # At two at night it is still Monday's shift; at seven it is Tuesday.
    assert closing(nights(), at("2026-11-17 02:00"), 1) == at("2026-11-18 06:00")
    assert closing(nights(), at("2026-11-17 06:00"), 1) == at("2026-11-19 06:00")
    assert worktime.working_days_between(nights(), at("2026-11-17 02:00"), at("2026-11-18 02:00")) == 1


def test_a_working_day_that_keeps_the_time_ends_in_the_same_hour_of_the_shift() -> None:
    table = nights(count=CountRule(until="same time"))
    assert closing(table, at("2026-11-17 02:00"), 1) == at("2026-11-18 02:00")
    late = nights(count=CountRule(until="same time", cutoff="23:00", then="22:00"))
    assert closing(late, at("2026-11-17 02:00"), 1) == at("2026-11-18 22:00")


def test_daylight_saving_makes_the_night_shift_an_hour_shorter_or_longer() -> None:
    table = nights(BERLIN, hours={"sat": ("22:00-06:00",)})
    for day, hours in (("2026-03-28", 7), ("2026-10-24", 9), ("2026-11-14", 8)):
        start = at(f"{day} 12:00", BERLIN)
        assert worktime.working_seconds(table, start, start + ONE_DAY) == hours * HOUR


def test_the_shift_of_new_years_eve_belongs_to_the_old_year() -> None:
    table = nights(hours={"mon-sun": ("22:00-06:00",)}, known_until=date(2026, 12, 31))
    assert worktime.add_working_time(table, at("2027-01-01 02:00"), HOUR) == at("2027-01-01 03:00")
    assert worktime.working_seconds(table, at("2027-01-01 00:00"), at("2027-01-01 12:00")) == 6 * HOUR
    assert worktime.is_day_published(table, at("2027-01-01 06:00"))
    assert not worktime.is_day_published(table, at("2027-01-01 06:01"))


@pytest.mark.parametrize(
    ("hours", "faulty"),
    [
        ({"mon-sun": ("22:00-06:00",)}, []),
        ({"mon-fri": ("00:00-06:00", "22:00-06:00")}, ["mon-fri"]),
        ({"sun": ("20:00-09:00",), "mon": ("08:00-12:00",)}, ["sun"]),
        ({"sun": ("20:00-08:00",), "mon": ("08:00-12:00",)}, []),
    ],
)
def test_a_night_shift_that_runs_into_the_next_opening_is_a_fault(
    hours: dict[str, tuple[str, ...]], faulty: list[str]
) -> None:
    policy = a_policy(calendars={"nights": Calendar(hours=hours)})
    found = [(fault.key, fault.path[-1]) for fault in find_calendar_faults(policy)]
    assert found == [("policy-night", days) for days in faulty]


def test_special_hours_that_begin_within_the_night_shift_of_the_day_before_are_a_fault() -> None:
    special: dict[str, tuple[str, ...]] = {"2026-11-17": ("05:00-09:00",), "2026-11-19": ("06:00-09:00",)}
    policy = a_policy(calendars={"nights": dataclasses.replace(NIGHTS, special_hours=special)})
    (fault,) = find_calendar_faults(policy)
    assert (fault.key, fault.path) == ("policy-night", ("calendars", "nights", "special_hours", "2026-11-17"))


# Minute by minute

ZONES = ("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Shanghai")
# Days of a change of the clocks in one of these zones, a new year, and an ordinary day.
NEAR = tuple(
    map(
        date.fromisoformat,
        ("2026-03-29", "2026-10-25", "2015-10-18", "2026-04-05", "2026-04-24", "2026-01-01"),
    )
)
HALF_HOURS = st.integers(0, 47).map(lambda number: f"{number // 2:02}:{number % 2 * 30:02}")


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, ...]:
    """Zero to two spans of a day; the last one may run over midnight."""
    edges = sorted(draw(st.lists(HALF_HOURS, unique=True, min_size=2, max_size=4)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    if draw(st.booleans()):
        pairs[-1] = (
            pairs[-1][1],
            draw(HALF_HOURS.filter(lambda text: text < edges[0])) if edges[0] > "00:00" else "00:00",
        )
    return tuple(f"{start}-{end}" for start, end in pairs)


@st.composite
def night_calendars(draw: st.DrawFn) -> tuple[Calendar, date]:
    """A calendar with night shifts and special days near a day, and that day."""
    near = draw(st.sampled_from(NEAR))
    days = st.integers(-3, 4).map(lambda offset: str(near + offset * ONE_DAY))
    calendar = Calendar(
        hours=draw(st.dictionaries(st.sampled_from(WEEKDAYS), spans(), min_size=3)),
        timezone=draw(st.sampled_from(ZONES)),
        holidays=tuple(draw(st.lists(days, max_size=2))),
        workdays=tuple(draw(st.lists(days, max_size=2))),
        special_hours=draw(st.dictionaries(days, st.one_of(spans(), st.just(())), max_size=2)),
        breaks=draw(st.dictionaries(days, spans(), max_size=2)),
    )
    assume(all(calendars.parse_opening_spans(texts) is not None for texts in calendar.hours.values()))
    return calendar, near


class Minutes:
    """The reference: reads the texts of a calendar day by day and asks of every minute whether it is open."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar, self.zone = calendar, ZoneInfo(str(calendar.timezone))

    def moment(self, day: date, text: str) -> datetime:
        hour, minute = map(int, text.split(":"))
        local = datetime.combine(day, time(), tzinfo=self.zone) + timedelta(hours=hour, minutes=minute)
        return local.astimezone(UTC)

    def bounds(self, day: date, texts: tuple[str, ...]) -> Iterator[tuple[datetime, datetime]]:
        for text in texts:
            start, end = text.split("-")
            yield self.moment(day, start), self.moment(day + (end < start) * ONE_DAY, end)

    def shifts(self, day: date) -> tuple[str, ...]:
        week = [self.calendar.hours.get(name, ()) for name in WEEKDAYS]
        if str(day) in self.calendar.special_hours:
            return self.calendar.special_hours[str(day)]
        if str(day) in self.calendar.workdays:
            return week[day.weekday()] or next(filter(None, week), ())
        return () if str(day) in self.calendar.holidays else week[day.weekday()]

    def open_minutes(self, start: datetime, end: datetime) -> list[datetime]:
        first = start.astimezone(self.zone).date() - 2 * ONE_DAY
        days = [first + number * ONE_DAY for number in range((end - start).days + 5)]
        opened = [pair for day in days for pair in self.bounds(day, self.shifts(day))]
        broken = [pair for day in days for pair in self.bounds(day, self.calendar.breaks.get(str(day), ()))]
        minutes = (start + number * ONE_MINUTE for number in range(int((end - start) / ONE_MINUTE)))
        return [
            minute
            for minute in minutes
            if any(a <= minute < b for a, b in opened) and not any(a <= minute < b for a, b in broken)
        ]


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(night_calendars(), st.integers(-2880, 2880), st.integers(1, 900))
def test_night_shifts_counted_minute_by_minute_give_the_same_due_time(
    drawn: tuple[Calendar, date], offset: int, length: int
) -> None:
    calendar, near = drawn
    table = worktime.build_timetable("drawn", calendar, ZoneInfo("UTC"))
    start = datetime.combine(near, time(), UTC) + offset * ONE_MINUTE
    end = start + 3 * ONE_DAY
    minutes = Minutes(calendar).open_minutes(start, end)
    assert worktime.working_seconds(table, start, end) == 60 * len(minutes)
    if len(minutes) >= length:
        assert worktime.add_working_time(table, start, 60 * length) == minutes[length - 1] + ONE_MINUTE
    listed = worktime.spans_between(table, start, end)
    assert sum((closes - opens for opens, closes in listed), timedelta()) == len(minutes) * ONE_MINUTE
