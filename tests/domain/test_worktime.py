"""Arithmetic along opening hours: lunch, holidays, make-up days, daylight saving, and what must always hold."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintctl.domain import worktime, zones
from complaintctl.domain.layout import Layout, NeverOpenError
from complaintctl.domain.policy import Calendar
from tests.domain.building import BERLIN, OFFICE, SHANGHAI, at, utc

HOUR = 3600


def office(zone: str = SHANGHAI, **changes: Any) -> worktime.Timetable:
    """Monday to Friday 09:00-12:00 and 13:00-18:00."""
    return worktime.timetable("office", dataclasses.replace(OFFICE, **changes), ZoneInfo(zone))


def opening(hours: dict[str, tuple[str, ...]], zone: str) -> worktime.Timetable:
    """A calendar of those hours."""
    return worktime.timetable("own", Calendar(hours=hours), ZoneInfo(zone))


def working_days(table: worktime.Timetable, start: datetime, count: int) -> datetime:
    """The end of so many working days, counted as the calendar says."""
    return worktime.after_working_days(table, start, count, table.counting)


# Counting


def test_a_limit_within_one_span_is_counted_by_the_clock() -> None:
    assert worktime.add(office(), at("09:30"), 2 * HOUR) == at("11:30")


def test_the_lunch_break_does_not_count() -> None:
    assert worktime.add(office(), at("11:00"), 2 * HOUR) == at("14:00")


def test_a_limit_from_a_closed_moment_starts_with_the_next_opening() -> None:
    assert worktime.add(office(), at("2026-11-14 03:00"), HOUR) == at("10:00")


def test_nights_and_weekends_do_not_count() -> None:
    assert worktime.add(office(), at("2026-11-20 17:30"), HOUR) == at("2026-11-23 09:30")


def test_a_limit_that_ends_exactly_at_closing_time_is_due_at_closing_time() -> None:
    assert worktime.add(office(), at("16:00"), 2 * HOUR) == at("18:00")
    assert worktime.add(office(), at("11:00"), HOUR) == at("12:00")


def test_one_second_more_goes_to_the_next_opening() -> None:
    assert worktime.add(office(), at("17:00"), HOUR + 1) == at("2026-11-17 09:00") + timedelta(seconds=1)


def test_a_limit_of_nothing_from_a_closed_moment_is_due_at_the_next_opening() -> None:
    assert worktime.add(office(), at("12:30"), 0) == at("13:00")


def test_a_holiday_does_not_count() -> None:
    table = office(holidays=("2026-11-17",))
    assert worktime.add(table, at("17:00"), 2 * HOUR) == at("2026-11-18 10:00")


def test_a_make_up_saturday_has_the_hours_of_a_normal_working_day() -> None:
    table = office(workdays=("2026-11-21",))
    assert worktime.add(table, at("2026-11-20 17:00"), 2 * HOUR) == at("2026-11-21 10:00")


def test_a_make_up_day_that_is_also_a_holiday_is_worked() -> None:
    table = office(holidays=("2026-11-21",), workdays=("2026-11-21",))
    assert worktime.add(table, at("2026-11-20 17:00"), 2 * HOUR) == at("2026-11-21 10:00")


def test_elapsed_counts_open_time_only() -> None:
    assert worktime.elapsed(office(), at("11:00"), at("14:00")) == 2 * HOUR
    assert worktime.elapsed(office(), at("2026-11-20 17:00"), at("2026-11-23 10:00")) == 2 * HOUR
    assert worktime.elapsed(office(), at("2026-11-21 00:00"), at("2026-11-22 23:00")) == 0


def test_nothing_elapses_backwards() -> None:
    assert worktime.elapsed(office(), at("14:00"), at("10:00")) == 0
    assert worktime.elapsed(worktime.always(ZoneInfo(SHANGHAI)), at("14:00"), at("10:00")) == 0


def test_a_start_written_in_another_zone_is_the_same_moment() -> None:
    assert worktime.add(office(), utc("2026-11-16 01:30"), HOUR) == at("10:30")


def test_a_day_may_end_at_midnight_and_go_on_the_next_morning() -> None:
    table = opening({"mon-sun": ("00:00-06:00", "22:00-24:00")}, SHANGHAI)
    assert worktime.add(table, at("23:00"), 3 * HOUR) == at("2026-11-17 02:00")
    assert worktime.add(table, at("23:00"), HOUR) == at("2026-11-17 00:00")


def test_a_calendar_that_never_has_that_much_time_says_so() -> None:
    closed = opening({"mon": ()}, SHANGHAI)
    with pytest.raises(NeverOpenError):
        worktime.add(closed, at("09:00"), HOUR)
    with pytest.raises(NeverOpenError):
        working_days(closed, at("09:00"), 1)


# Days


def test_a_calendar_day_limit_keeps_the_time_of_day_even_on_a_closed_day() -> None:
    assert worktime.after_days(office(), at("2026-11-13 17:30"), 2) == at("2026-11-15 17:30")


def test_a_working_day_limit_ends_at_the_last_closing_and_leaves_out_the_day_of_receipt() -> None:
    assert working_days(office(), at("09:00"), 3) == at("2026-11-19 18:00")
    assert working_days(office(), at("2026-11-20 09:00"), 1) == at("2026-11-23 18:00")


def test_working_days_skip_holidays_and_count_make_up_days() -> None:
    table = office(holidays=("2026-11-20",), workdays=("2026-11-21",))
    assert working_days(table, at("2026-11-19 09:00"), 1) == at("2026-11-21 18:00")


def test_a_calendar_is_known_up_to_and_including_its_last_published_day() -> None:
    table = dataclasses.replace(office(), known_until=date(2026, 12, 31))
    assert worktime.is_known(table, at("2026-12-31 18:00"))
    assert not worktime.is_known(table, at("2027-01-01 00:00"))
    assert worktime.is_known(office(), at("2099-01-01 00:00"))


# Daylight saving: Berlin skips 02:00-03:00 on 2026-03-29 and repeats it on 2026-10-25.


def test_a_local_time_that_does_not_exist_moves_forward_by_the_gap() -> None:
    assert zones.local(ZoneInfo(BERLIN), datetime(2026, 3, 29, 2, 30)) == utc("2026-03-29 01:30")  # noqa: DTZ001 - a wall clock time
    assert worktime.after_days(office(BERLIN), at("2026-03-28 02:30", BERLIN), 1) == utc("2026-03-29 01:30")


def test_of_an_ambiguous_local_time_the_first_is_meant() -> None:
    assert zones.local(ZoneInfo(BERLIN), datetime(2026, 10, 25, 2, 30)) == utc("2026-10-25 00:30")  # noqa: DTZ001 - a wall clock time
    assert worktime.after_days(office(BERLIN), at("2026-10-24 02:30", BERLIN), 1) == utc("2026-10-25 00:30")


def test_by_the_clock_a_day_of_daylight_saving_has_23_or_25_hours() -> None:
    table = worktime.always(ZoneInfo(BERLIN))
    assert worktime.add(table, at("2026-03-28 12:00", BERLIN), 24 * HOUR) == at("2026-03-29 13:00", BERLIN)
    assert worktime.add(table, at("2026-10-24 12:00", BERLIN), 24 * HOUR) == at("2026-10-25 11:00", BERLIN)


def test_a_night_span_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    table = opening({"mon-sun": ("00:00-06:00",)}, BERLIN)
    for day, hours in (("2026-03-29", 5), ("2026-10-25", 7)):
        start, end = at(f"{day} 00:00", BERLIN), at(f"{day} 12:00", BERLIN)
        assert worktime.elapsed(table, start, end) == hours * HOUR


def test_real_time_is_counted_between_two_times_of_one_zone() -> None:
    zone = ZoneInfo(BERLIN)
    start = datetime(2026, 3, 28, 12, tzinfo=zone)
    end = datetime(2026, 3, 29, 12, tzinfo=zone)
    assert worktime.elapsed(worktime.always(zone), start, end) == 23 * HOUR


def test_within_the_repeated_hour_the_second_half_past_two_is_later_than_the_first_three_quarters_past() -> (
    None
):
    zone = ZoneInfo(BERLIN)
    second = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=zone)
    due = worktime.add(worktime.always(zone), at("2026-10-25 01:45", BERLIN), HOUR)
    assert second > due


def test_a_span_that_daylight_saving_moves_onto_the_next_one_is_not_counted_twice() -> None:
    table = opening({"sun": ("02:00-02:30", "03:00-04:00")}, BERLIN)
    assert worktime.elapsed(table, at("2026-03-29 00:00", BERLIN), at("2026-03-29 12:00", BERLIN)) == HOUR


# What must always hold

ZONES = (SHANGHAI, BERLIN, "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe", "UTC")
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
TEXTS = DAYS.map(str)
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2027, 12, 31),  # noqa: DTZ001 - same
    timezones=st.sampled_from([UTC, *map(ZoneInfo, ZONES)]),
).map(lambda moment: moment.replace(microsecond=0))
LENGTHS = st.integers(min_value=1, max_value=300 * HOUR)


@st.composite
def tables(draw: st.DrawFn) -> worktime.Timetable:
    """Calendars of up to three spans on some weekdays (on every one of them an hour at least)."""
    edges = draw(st.lists(st.integers(0, 48), min_size=2, max_size=6, unique=True).map(sorted))
    texts = tuple(
        f"{start // 2:02}:{start % 2 * 30:02}-{end // 2:02}:{end % 2 * 30:02}"
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    )
    days = draw(st.sampled_from(["mon-sun", "mon-fri", "mon-wed,sat", "sun", "tue-thu"]))
    calendar = Calendar(
        hours={days: texts},
        holidays=tuple(draw(st.lists(TEXTS, max_size=5))),
        workdays=tuple(draw(st.lists(TEXTS, max_size=3))),
    )
    return worktime.timetable("drawn", calendar, ZoneInfo(draw(st.sampled_from(ZONES))))


def with_holiday(table: worktime.Timetable, holiday: date) -> worktime.Timetable:
    """The same calendar with one holiday more."""
    rules = dataclasses.replace(table.rules, holidays={**table.rules.holidays, holiday: ""})
    return dataclasses.replace(table, rules=rules, layout=Layout(table.name, rules, table.zone))


def is_open(table: worktime.Timetable, moment: datetime) -> bool:
    """Whether the moment lies within an opening span, its last moment included."""
    begin, end = moment - timedelta(days=2), moment + timedelta(days=2)
    return any(opens <= moment <= closes for opens, closes in worktime.spans(table, begin, end))


@settings(max_examples=100, deadline=None)
@given(tables(), MOMENTS, LENGTHS)
def test_a_limit_never_ends_on_a_closed_moment(
    table: worktime.Timetable, start: datetime, seconds: int
) -> None:
    assert is_open(table, worktime.add(table, start, seconds % (40 * HOUR) + 1))


@settings(max_examples=100, deadline=None)
@given(tables(), MOMENTS, st.integers(0, 30 * 24 * HOUR), st.integers(1, 40 * HOUR))
def test_a_later_start_never_gives_an_earlier_due(
    table: worktime.Timetable, start: datetime, later: int, seconds: int
) -> None:
    afterwards = start.astimezone(UTC) + timedelta(seconds=later)
    assert worktime.add(table, start, seconds) <= worktime.add(table, afterwards, seconds)


@settings(max_examples=100, deadline=None)
@given(tables(), MOMENTS, st.integers(1, 40 * HOUR), DAYS)
def test_an_extra_holiday_never_shortens_a_limit(
    table: worktime.Timetable, start: datetime, seconds: int, holiday: date
) -> None:
    longer = with_holiday(table, holiday)
    assert worktime.add(table, start, seconds) <= worktime.add(longer, start, seconds)


@settings(max_examples=100, deadline=None)
@given(tables(), MOMENTS, st.integers(1, 40 * HOUR))
def test_what_elapsed_until_the_due_time_is_the_limit(
    table: worktime.Timetable, start: datetime, seconds: int
) -> None:
    assert worktime.elapsed(table, start, worktime.add(table, start, seconds)) == seconds


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ZONES), MOMENTS, LENGTHS)
def test_by_the_clock_what_elapsed_until_the_due_time_is_the_limit(
    zone: str, start: datetime, seconds: int
) -> None:
    table = worktime.always(ZoneInfo(zone))
    assert worktime.elapsed(table, start, worktime.add(table, start, seconds)) == seconds
