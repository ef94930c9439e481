"""Arithmetic on opening hours: lunch, holidays, make-up days, daylight saving time, and general properties."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain import zones
from complaintctl.domain.policy.policy import Calendar
from complaintctl.domain.worktime import worktime
from complaintctl.domain.worktime.opening_spans import NeverOpenError
from tests.domain.building import BERLIN, OFFICE, SHANGHAI, at, utc

HOUR = 3600


def office(zone: str = SHANGHAI, **changes: Any) -> worktime.Timetable:
    """Monday to Friday 09:00-12:00 and 13:00-18:00."""
    return worktime.build_timetable("office", dataclasses.replace(OFFICE, **changes), ZoneInfo(zone))


def opening(hours: dict[str, tuple[str, ...]], zone: str) -> worktime.Timetable:
    """Builds a timetable with the given hours."""
    return worktime.build_timetable("own", Calendar(hours=hours), ZoneInfo(zone))


def working_days(table: worktime.Timetable, start: datetime, count: int) -> datetime:
    """Returns the end of the working days, counted by the rule of the calendar."""
    return worktime.add_working_days(table, start, count, table.counting)


# Counting


def test_a_limit_within_one_span_is_counted_by_the_clock() -> None:
    assert worktime.add_working_time(office(), at("09:30"), 2 * HOUR) == at("11:30")


def test_the_lunch_break_does_not_count() -> None:
    assert worktime.add_working_time(office(), at("11:00"), 2 * HOUR) == at("14:00")


def test_a_limit_from_a_closed_moment_starts_with_the_next_opening() -> None:
    assert worktime.add_working_time(office(), at("2026-11-14 03:00"), HOUR) == at("10:00")


def test_nights_and_weekends_do_not_count() -> None:
    assert worktime.add_working_time(office(), at("2026-11-20 17:30"), HOUR) == at("2026-11-23 09:30")


def test_a_limit_that_ends_exactly_at_closing_time_is_due_at_closing_time() -> None:
    assert worktime.add_working_time(office(), at("16:00"), 2 * HOUR) == at("18:00")
    assert worktime.add_working_time(office(), at("11:00"), HOUR) == at("12:00")


def test_one_second_more_goes_to_the_next_opening() -> None:
    assert worktime.add_working_time(office(), at("17:00"), HOUR + 1) == at("2026-11-17 09:00") + timedelta(
        seconds=1
    )


def test_a_limit_of_nothing_from_a_closed_moment_is_due_at_the_next_opening() -> None:
    assert worktime.add_working_time(office(), at("12:30"), 0) == at("13:00")


def test_a_holiday_does_not_count() -> None:
    table = office(holidays=("2026-11-17",))
    assert worktime.add_working_time(table, at("17:00"), 2 * HOUR) == at("2026-11-18 10:00")


def test_a_make_up_saturday_has_the_hours_of_a_normal_working_day() -> None:
    table = office(workdays=("2026-11-21",))
    assert worktime.add_working_time(table, at("2026-11-20 17:00"), 2 * HOUR) == at("2026-11-21 10:00")


def test_a_make_up_day_that_is_also_a_holiday_is_worked() -> None:
    table = office(holidays=("2026-11-21",), workdays=("2026-11-21",))
    assert worktime.add_working_time(table, at("2026-11-20 17:00"), 2 * HOUR) == at("2026-11-21 10:00")


def test_elapsed_counts_open_time_only() -> None:
    assert worktime.working_seconds(office(), at("11:00"), at("14:00")) == 2 * HOUR
    assert worktime.working_seconds(office(), at("2026-11-20 17:00"), at("2026-11-23 10:00")) == 2 * HOUR
    assert worktime.working_seconds(office(), at("2026-11-21 00:00"), at("2026-11-22 23:00")) == 0


def test_nothing_elapses_backwards() -> None:
    assert worktime.working_seconds(office(), at("14:00"), at("10:00")) == 0
    assert worktime.working_seconds(worktime.always_open(ZoneInfo(SHANGHAI)), at("14:00"), at("10:00")) == 0


def test_a_start_written_in_another_zone_is_the_same_moment() -> None:
    assert worktime.add_working_time(office(), utc("2026-11-16 01:30"), HOUR) == at("10:30")


def test_a_day_may_end_at_midnight_and_go_on_the_next_morning() -> None:
    table = opening({"mon-sun": ("00:00-06:00", "22:00-24:00")}, SHANGHAI)
    assert worktime.add_working_time(table, at("23:00"), 3 * HOUR) == at("2026-11-17 02:00")
    assert worktime.add_working_time(table, at("23:00"), HOUR) == at("2026-11-17 00:00")


def test_a_calendar_that_never_has_that_much_time_says_so() -> None:
    closed = opening({"mon": ()}, SHANGHAI)
    with pytest.raises(NeverOpenError):
        worktime.add_working_time(closed, at("09:00"), HOUR)
    with pytest.raises(NeverOpenError):
        working_days(closed, at("09:00"), 1)


# Days


def test_a_calendar_day_limit_keeps_the_time_of_day_even_on_a_closed_day() -> None:
    assert worktime.add_days(office(), at("2026-11-13 17:30"), 2) == at("2026-11-15 17:30")


def test_a_working_day_limit_ends_at_the_last_closing_and_leaves_out_the_day_of_receipt() -> None:
    assert working_days(office(), at("09:00"), 3) == at("2026-11-19 18:00")
    assert working_days(office(), at("2026-11-20 09:00"), 1) == at("2026-11-23 18:00")


def test_working_days_skip_holidays_and_count_make_up_days() -> None:
    table = office(holidays=("2026-11-20",), workdays=("2026-11-21",))
    assert working_days(table, at("2026-11-19 09:00"), 1) == at("2026-11-21 18:00")


def test_a_calendar_is_known_up_to_and_including_its_last_published_day() -> None:
    table = dataclasses.replace(office(), known_until=date(2026, 12, 31))
    assert worktime.is_day_published(table, at("2026-12-31 18:00"))
    assert not worktime.is_day_published(table, at("2027-01-01 00:00"))
    assert worktime.is_day_published(office(), at("2099-01-01 00:00"))


# Daylight saving: Berlin skips 02:00-03:00 on 2026-03-29 and repeats it on 2026-10-25.


def test_a_local_time_that_does_not_exist_moves_forward_by_the_gap() -> None:
    assert zones.resolve_local_time(ZoneInfo(BERLIN), datetime(2026, 3, 29, 2, 30)) == utc("2026-03-29 01:30")  # noqa: DTZ001 - a wall clock time
    assert worktime.add_days(office(BERLIN), at("2026-03-28 02:30", BERLIN), 1) == utc("2026-03-29 01:30")


def test_of_an_ambiguous_local_time_the_first_is_meant() -> None:
    wall_clock = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - a local time without its zone
    assert zones.resolve_local_time(ZoneInfo(BERLIN), wall_clock) == utc("2026-10-25 00:30")
    assert worktime.add_days(office(BERLIN), at("2026-10-24 02:30", BERLIN), 1) == utc("2026-10-25 00:30")


def test_by_the_clock_a_day_of_daylight_saving_has_23_or_25_hours() -> None:
    table = worktime.always_open(ZoneInfo(BERLIN))
    assert worktime.add_working_time(table, at("2026-03-28 12:00", BERLIN), 24 * HOUR) == at(
        "2026-03-29 13:00", BERLIN
    )
    assert worktime.add_working_time(table, at("2026-10-24 12:00", BERLIN), 24 * HOUR) == at(
        "2026-10-25 11:00", BERLIN
    )


def test_a_night_span_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    table = opening({"mon-sun": ("00:00-06:00",)}, BERLIN)
    for day, hours in (("2026-03-29", 5), ("2026-10-25", 7)):
        start, end = at(f"{day} 00:00", BERLIN), at(f"{day} 12:00", BERLIN)
        assert worktime.working_seconds(table, start, end) == hours * HOUR


def test_real_time_is_counted_between_two_times_of_one_zone() -> None:
    zone = ZoneInfo(BERLIN)
    start = datetime(2026, 3, 28, 12, tzinfo=zone)
    end = datetime(2026, 3, 29, 12, tzinfo=zone)
    assert worktime.working_seconds(worktime.always_open(zone), start, end) == 23 * HOUR


def test_within_the_repeated_hour_the_second_half_past_two_is_later_than_the_first_three_quarters_past() -> (
    None
):
    zone = ZoneInfo(BERLIN)
    second = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=zone)
    due = worktime.add_working_time(worktime.always_open(zone), at("2026-10-25 01:45", BERLIN), HOUR)
    assert second > due


def test_a_span_that_daylight_saving_moves_onto_the_next_one_is_not_counted_twice() -> None:
    table = opening({"sun": ("02:00-02:30", "03:00-04:00")}, BERLIN)
    assert (
        worktime.working_seconds(table, at("2026-03-29 00:00", BERLIN), at("2026-03-29 12:00", BERLIN))
        == HOUR
    )


def test_an_opening_that_daylight_saving_moves_behind_its_closing_gives_no_time() -> None:
    # In Cairo 00:00 to 01:00 of Friday 2006-04-28 were skipped: 00:01 is 01:01, and the office closes at 01:00.
    table = opening({"fri": ("00:01-01:00",)}, "Africa/Cairo")
    start = at("2006-04-27 12:00", "Africa/Cairo")
    assert worktime.add_working_time(table, start, 60) == at("2006-05-05 00:02", "Africa/Cairo")
    assert worktime.working_seconds(table, start, at("2006-04-29 12:00", "Africa/Cairo")) == 0


# Spans, months, back in time


def test_the_spans_between_two_moments_are_cut_at_both() -> None:
    found = list(worktime.spans_between(office(), at("10:00"), at("2026-11-17 10:30")))
    assert found == [
        (at("10:00"), at("12:00")),
        (at("13:00"), at("18:00")),
        (at("2026-11-17 09:00"), at("2026-11-17 10:30")),
    ]


def test_a_span_that_only_touches_the_bounds_is_left_out() -> None:
    assert list(worktime.spans_between(office(), at("12:00"), at("13:00"))) == []
    assert list(worktime.spans_between(office(), at("12:00"), at("13:01"))) == [(at("13:00"), at("13:01"))]


def test_by_the_clock_there_is_one_span_and_none_backwards() -> None:
    table = worktime.always_open(ZoneInfo(SHANGHAI))
    assert list(worktime.spans_between(table, at("10:00"), at("12:00"))) == [(at("10:00"), at("12:00"))]
    assert list(worktime.spans_between(table, at("10:00"), at("10:00"))) == []


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-11-16 09:00", 1, "2026-12-16 09:00"),
        ("2026-11-30 09:00", 3, "2027-02-28 09:00"),
        ("2026-12-31 23:59", 2, "2027-02-28 23:59"),
        ("2027-12-31 09:00", 2, "2028-02-29 09:00"),
        ("2026-01-31 09:00", 12, "2027-01-31 09:00"),
        ("2026-12-16 09:00", 12, "2027-12-16 09:00"),
        ("2027-03-31 09:00", -1, "2027-02-28 09:00"),
        ("2027-01-15 09:00", -1, "2026-12-15 09:00"),
        ("2026-11-16 09:00", 0, "2026-11-16 09:00"),
    ],
)
def test_a_month_later_is_the_same_day_of_the_month_or_its_last(
    start: str, months: int, expected: str
) -> None:
    assert worktime.add_months(office(), at(start), months) == at(expected)


def test_a_month_later_at_an_hour_that_daylight_saving_skips_is_an_hour_later() -> None:
    start = at("2026-02-28 02:30", BERLIN)
    # From the last of February a month later is the 28th of March; a day after that is the 29th, without 02:30.
    assert worktime.add_months(office(BERLIN), start, 1) == at("2026-03-28 02:30", BERLIN)
    assert worktime.add_months(office(BERLIN), at("2026-01-29 02:30", BERLIN), 2) == utc("2026-03-29 01:30")


def test_the_first_moment_of_a_day_is_local_midnight_or_the_first_one_there_is() -> None:
    assert worktime.day_start(office(), date(2026, 11, 16)) == utc("2026-11-15 16:00")
    sao_paulo = opening({"mon": ("09:00-10:00",)}, "America/Sao_Paulo")
    assert worktime.day_start(sao_paulo, date(2015, 10, 18)) == utc("2015-10-18 03:00")


def test_open_time_is_counted_back_as_well() -> None:
    assert worktime.add_working_time(office(), at("14:00"), -2 * HOUR) == at("11:00")
    assert worktime.add_working_time(office(), at("09:30"), -HOUR) == at("2026-11-13 17:30")
    assert worktime.add_working_time(office(), at("2026-11-15 12:00"), -8 * HOUR) == at("2026-11-13 09:00")
    assert worktime.add_working_time(worktime.always_open(ZoneInfo(SHANGHAI)), at("09:00"), -HOUR) == at(
        "08:00"
    )


def test_working_days_are_counted_back_as_well() -> None:
    assert working_days(office(), at("09:00"), -1) == at("2026-11-13 18:00")
    assert working_days(office(), at("2026-11-15 12:00"), -2) == at("2026-11-12 18:00")
    # Three years of 261 or 262 weekdays and no holidays: from a Monday back to a Monday.
    assert working_days(office(), at("09:00"), -5 * 156) == at("2023-11-20 18:00")
    assert working_days(office(), at("09:00"), 5 * 156) == at("2029-11-12 18:00")


def test_far_back_of_what_was_laid_out_first_it_is_counted_all_the_same() -> None:
    table = office()
    assert worktime.add_working_time(table, at("2026-01-05 10:00"), HOUR) == at("2026-01-05 11:00")
    assert worktime.add_working_time(table, at("2026-01-05 10:00"), -40 * HOUR) == at("2025-12-29 10:00")
    assert worktime.add_working_time(table, at("2019-12-31 17:00"), 2 * HOUR) == at("2020-01-01 10:00")
    assert worktime.working_seconds(table, at("2019-12-31 17:00"), at("2020-01-01 10:00")) == 2 * HOUR
    assert worktime.add_working_time(table, at("2026-01-05 10:00"), HOUR) == at("2026-01-05 11:00")


def test_a_position_stays_what_it_was_when_earlier_years_are_laid_out() -> None:
    table = office()
    before = worktime.timetable_position(table, at("2026-01-05 10:00"))
    worktime.timetable_position(table, at("2020-01-06 10:00"))
    assert worktime.timetable_position(table, at("2026-01-05 10:00")) == before
    assert worktime.timetable_position(table, at("2020-01-01 00:00")) < 0


def test_time_that_lies_too_far_ahead_or_back_is_named_with_the_calendar() -> None:
    table = opening({"mon": ("09:00-09:01",)}, SHANGHAI)
    # A minute a week: four years have 208 of them.
    assert worktime.add_working_time(table, at("09:00"), 200 * 60) == at("2030-09-09 09:01")
    for seconds in (400 * 60, -400 * 60):
        with pytest.raises(NeverOpenError, match="own"):
            worktime.add_working_time(table, at("09:00"), seconds)
    for days in (400, -400):
        with pytest.raises(NeverOpenError, match="own"):
            working_days(table, at("09:00"), days)


def test_a_limit_may_end_in_the_fourth_year_after_its_start_and_no_later() -> None:
    table = opening({"mon": ("09:00-09:01",)}, SHANGHAI)
    # From Monday the 16th of November 2026: 216 Mondays with this one up to the last of 2030, the 30th of December.
    assert worktime.add_working_time(table, at("09:00"), 216 * 60) == at("2030-12-30 09:01")
    with pytest.raises(NeverOpenError):
        worktime.add_working_time(table, at("09:00"), 217 * 60)


def test_working_days_between_are_those_after_the_first_day_up_to_the_last() -> None:
    assert worktime.working_days_between(office(), at("09:00"), at("2026-11-18 00:00")) == 2
    assert worktime.working_days_between(office(), at("2026-11-13 09:00"), at("09:00")) == 1
    assert worktime.working_days_between(office(), at("10:00"), at("09:00")) == 0
    assert worktime.working_days_between(office(), at("2026-11-18 09:00"), at("09:00")) == 0


def test_the_calendar_of_the_clock_has_a_working_day_every_day() -> None:
    table = worktime.always_open(ZoneInfo(SHANGHAI))
    assert working_days(table, at("09:00"), 3) == at("2026-11-20 00:00")
    assert table.name == "always"
    assert table.known_until is None


def test_a_calendar_without_a_zone_has_that_of_the_policy() -> None:
    assert office(BERLIN).zone == ZoneInfo(BERLIN)
    assert office(BERLIN, timezone=SHANGHAI).zone == ZoneInfo(SHANGHAI)
    assert office().name == "office"


def test_fractions_of_a_second_are_dropped() -> None:
    assert worktime.add_working_time(office(), at("09:00") + timedelta(microseconds=900_000), HOUR) == at(
        "10:00"
    )


# How moments are written


def test_every_answer_is_written_with_the_offset_that_the_zone_has_then() -> None:
    table, clock = office("America/New_York"), worktime.always_open(ZoneInfo("America/New_York"))
    start = at("2026-10-30 10:00", "America/New_York")
    summer, winter = timedelta(hours=-4), timedelta(hours=-5)
    answers = (
        worktime.add_working_time(table, start, HOUR),
        worktime.add_working_time(table, start, 20 * HOUR),
        worktime.add_working_time(clock, start, 72 * HOUR),
        worktime.add_days(table, start, 3),
        worktime.add_months(table, start, 1),
        working_days(table, start, 1),
    )
    assert [answer.utcoffset() for answer in answers] == [summer, winter, winter, winter, winter, winter]
    spans = list(worktime.spans_between(table, start, at("2026-11-02 10:00", "America/New_York")))
    assert [opens.utcoffset() for opens, _ in spans] == [summer, summer, winter]
    assert [closes.utcoffset() for _, closes in spans] == [summer, summer, winter]
    ((opens, closes),) = worktime.spans_between(clock, start.astimezone(UTC), utc("2026-11-02 15:00"))
    assert (opens.utcoffset(), closes.utcoffset()) == (summer, winter)


def test_a_span_in_which_the_clocks_change_has_both_offsets() -> None:
    table = opening({"mon-sun": ("00:00-24:00",)}, BERLIN)
    start = at("2026-10-25 00:00", BERLIN)
    before, after = (
        worktime.add_working_time(table, start, HOUR),
        worktime.add_working_time(table, start, 4 * HOUR),
    )
    assert (before.isoformat(), after.isoformat()) == (
        "2026-10-25T01:00:00+02:00",
        "2026-10-25T03:00:00+01:00",
    )


def test_within_the_hour_that_comes_twice_a_start_of_the_second_time_counts_as_such() -> None:
    second = utc("2026-10-25 01:30")  # 02:30 for the second time
    assert worktime.add_days(office(BERLIN), second, 1) == at("2026-10-26 02:30", BERLIN)
    assert worktime.add_months(office(BERLIN), second, 1) == at("2026-11-25 02:30", BERLIN)
    assert worktime.add_days(office(BERLIN), second, 364) == at("2027-10-24 02:30", BERLIN)


def test_the_first_and_the_last_second_of_a_year_belong_to_it() -> None:
    first, last = at("2026-01-01 00:00"), at("2026-12-31 23:59")
    table = opening({"mon-sun": ("00:00-24:00",)}, SHANGHAI)
    assert worktime.add_working_time(table, first, 60) == at("2026-01-01 00:01")
    assert worktime.add_working_time(table, last, 120) == at("2027-01-01 00:01")
    assert worktime.working_seconds(table, first - timedelta(seconds=1), first) == 1


@pytest.mark.parametrize("year", [1, 9999])
def test_at_the_ends_of_the_years_a_date_can_name_the_calendar_is_said_not_to_open(year: int) -> None:
    moment = datetime(year, 6, 1, tzinfo=UTC)
    with pytest.raises(NeverOpenError, match="office"):
        worktime.add_working_time(office("UTC"), moment, -99999 * HOUR if year == 1 else 99999 * HOUR)
