"""Periods of a report: as typed, by the calendar, and compared with others."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain.reports.figures import Period
from complaintctl.domain.reports.periods import (
    bucket_key,
    compared_period,
    is_in_period,
    last_period,
    parse_calendar_span,
    span_period,
    typed_period,
)
from complaintctl.errors import InvalidInput
from tests.domain.building import BERLIN, at

ZONE = ZoneInfo("Asia/Shanghai")
NOW = at("2026-11-21 12:00")


def days(period: Period, zone: ZoneInfo = ZONE) -> tuple[str, str]:
    """The period as local times to the minute."""
    assert period.start is not None
    assert period.end is not None
    first, last = (moment.astimezone(zone) for moment in (period.start, period.end))
    return f"{first:%Y-%m-%d %H:%M}", f"{last:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("typed", "first", "after"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026H1", "2026-01-01", "2026-07-01"),
        ("2026-h2", "2026-07-01", "2027-01-01"),
        ("2026Q3", "2026-07-01", "2026-10-01"),
        ("2026-10", "2026-10-01", "2026-11-01"),
        ("２０２６－１０", "2026-10-01", "2026-11-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-W44", "2026-10-26", "2026-11-02"),
        ("2020-W53", "2020-12-28", "2021-01-04"),
        ("2026-10-31", "2026-10-31", "2026-11-01"),
    ],
)
def test_a_part_of_the_calendar_is_whole_days(typed: str, first: str, after: str) -> None:
    assert days(span_period(parse_calendar_span(typed), ZONE)) == (f"{first} 00:00", f"{after} 00:00")


@pytest.mark.parametrize(
    "typed", ["", "26", "2026-13", "2026Q5", "2026Q0", "2026H3", "2026-W54", "2026-02-30", "2026Q1-01", "x"]
)
def test_what_is_no_period_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="bad-period"):
        parse_calendar_span(typed)


def test_a_period_beyond_the_years_that_we_calculate_in_is_refused() -> None:
    with pytest.raises(InvalidInput, match="time-too-far"):
        parse_calendar_span("2300")


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2026-10-01", "2026-10-31", ("2026-10-01 00:00", "2026-11-01 00:00")),
        ("2026-10", "2026-10", ("2026-10-01 00:00", "2026-11-01 00:00")),
        ("2026", "2026", ("2026-01-01 00:00", "2027-01-01 00:00")),
        ("2026-10-31", "2026-10-31", ("2026-10-31 00:00", "2026-11-01 00:00")),
        ("２０２６－１０－０１", "２０２６－１０－３１", ("2026-10-01 00:00", "2026-11-01 00:00")),
        ("yesterday", "today", ("2026-11-20 00:00", "2026-11-22 00:00")),
        ("2026-10-01T08:00", "2026-10-01T12:30", ("2026-10-01 08:00", "2026-10-01 12:30")),
    ],
)
def test_a_day_month_or_year_after_to_belongs_to_the_period(
    start: str, end: str, told: tuple[str, str]
) -> None:
    assert days(typed_period(start, end, NOW, ZONE)) == told


def test_the_last_moment_of_a_day_after_to_is_inside_and_the_next_one_is_not() -> None:
    period = typed_period("2026-10-01", "2026-10-31", NOW, ZONE)
    assert is_in_period(period, at("2026-10-31 23:59"))
    assert not is_in_period(period, at("2026-11-01 00:00"))


@pytest.mark.parametrize(
    ("start", "end"), [("2026-10-31", "2026-10-30"), ("2026-10-01T09:00", "2026-10-01T09:00")]
)
def test_an_end_before_the_start_is_refused(start: str, end: str) -> None:
    with pytest.raises(InvalidInput, match="period-backwards"):
        typed_period(start, end, NOW, ZONE)


@pytest.mark.parametrize(
    ("length", "first"),
    [
        ("1d", "2026-11-21"),
        ("30d", "2026-10-23"),
        ("2w", "2026-11-08"),
        ("1m", "2026-10-22"),
        ("1y", "2025-11-22"),
        ("30天", "2026-10-23"),
        ("3个月", "2026-08-22"),
    ],
)
def test_the_last_days_end_with_today(length: str, first: str) -> None:
    assert days(last_period(length, NOW, ZONE)) == (f"{first} 00:00", "2026-11-22 00:00")


@pytest.mark.parametrize("length", ["", "0d", "d", "30", "-3d", "3h"])
def test_what_is_no_length_of_days_is_refused(length: str) -> None:
    with pytest.raises(InvalidInput, match="bad-length"):
        last_period(length, NOW, ZONE)


@pytest.mark.parametrize(
    ("typed", "previous", "year"),
    [
        ("2026-10", "2026-09-01 2026-10-01", "2025-10-01 2025-11-01"),
        ("2026-03", "2026-02-01 2026-03-01", "2025-03-01 2025-04-01"),
        ("2026Q1", "2025-10-01 2026-01-01", "2025-01-01 2025-04-01"),
        ("2024-02-29", "2024-02-28 2024-02-29", "2023-02-28 2023-03-01"),
        ("2026-W44", "2026-10-19 2026-10-26", "2025-10-27 2025-11-03"),
    ],
)
def test_a_period_is_compared_with_the_one_before_it_or_a_year_before(
    typed: str, previous: str, year: str
) -> None:
    period = span_period(parse_calendar_span(typed), ZONE)
    for comparison, wanted in (("previous", previous), ("year", year)):
        told = compared_period(period, comparison, NOW, ZONE)  # type: ignore[arg-type]
        assert [moment[:10] for moment in days(told)] == wanted.split()
        assert told.key == comparison


def test_a_period_without_end_ends_with_the_report_when_it_is_compared() -> None:
    told = compared_period(typed_period("2026-11-20T12:00", None, NOW, ZONE), "previous", NOW, ZONE)
    assert days(told) == ("2026-11-19 12:00", "2026-11-20 12:00")


def test_a_period_without_start_cannot_be_compared() -> None:
    with pytest.raises(InvalidInput, match="compare-without-start"):
        compared_period(Period(), "previous", NOW, ZONE)


def test_days_of_25_hours_are_days() -> None:
    zone = ZoneInfo(BERLIN)
    # On 25 October 2026, the clocks go back.
    week = typed_period("2026-10-25", "2026-10-31", NOW, zone)
    assert days(compared_period(week, "previous", NOW, zone), zone) == (
        "2026-10-18 00:00",
        "2026-10-25 00:00",
    )


@pytest.mark.parametrize(
    ("unit", "key"),
    [
        ("day", "2027-01-01"),
        ("week", "2026-W53"),
        ("month", "2027-01"),
        ("quarter", "2027-Q1"),
        ("year", "2027"),
    ],
)
def test_a_day_lies_in_one_bucket_of_each_unit(unit: str, key: str) -> None:
    assert bucket_key(unit, datetime.fromisoformat("2027-01-01").date()) == key
