"""Calendars by the day: hours, holidays, make-up days, hours of single days, breaks."""

from datetime import date

import pytest

from complaintctl.domain.policy.policy import Calendar
from complaintctl.domain.worktime import calendars
from tests.domain.building import OFFICE

WEEK = {"mon-thu": ("09:00-12:00", "13:00-18:00"), "fri": ("08:00-14:00",)}
MORNING_AND_AFTERNOON = ((540, 720), (780, 1080))

# Reading hours


@pytest.mark.parametrize(
    ("text", "expected"),
    [("09:00", 540), ("9:05", 545), ("00:00", 0), ("24:00", 1440), ("24:01", None), ("09:60", None)],
)
def test_a_time_of_day_is_read_in_minutes_up_to_midnight(text: str, expected: int | None) -> None:
    assert calendars.parse_minutes(text) == expected


@pytest.mark.parametrize("text", ["9", "9:5", "", "nine", "-1:00", "09:00:00"])
def test_anything_else_is_no_time_of_day(text: str) -> None:
    assert calendars.parse_minutes(text) is None


def test_opening_spans_come_in_order() -> None:
    assert calendars.parse_opening_spans(("13:00-18:00", "09:00-12:00")) == ((540, 720), (780, 1080))


def test_spans_that_touch_do_not_overlap() -> None:
    assert calendars.parse_opening_spans(("09:00-12:00", "12:00-18:00")) == ((540, 720), (720, 1080))


@pytest.mark.parametrize(
    "texts",
    [("09:00-12:00", "11:59-18:00"), ("09:00-12:00-13:00",), ("09:00-09:00",), ("09:00",)],
)
def test_overlapping_empty_and_open_ended_spans_are_refused(texts: tuple[str, ...]) -> None:
    assert calendars.parse_opening_spans(texts) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("mon-fri", (0, 1, 2, 3, 4)), ("sat", (5,)), ("Mon, Wed", (0, 2)), ("fri-mon", None), ("weekday", None)],
)
def test_weekdays_are_ranges_and_lists_of_english_short_names(
    text: str, expected: tuple[int, ...] | None
) -> None:
    assert calendars.parse_weekdays(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("2026-02-29", None),
        ("20261001", None),
        ("12-25", None),
        ("", None),
    ],
)
def test_a_day_is_written_out(text: str, expected: date | None) -> None:
    assert calendars.parse_day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("12-25", (12, 25)), ("02-29", (2, 29)), ("02-30", None), ("1-5", None)]
)
def test_a_holiday_of_every_year_is_month_and_day(text: str, expected: tuple[int, int] | None) -> None:
    assert calendars.parse_yearly_day(text) == expected


def test_a_list_of_days_is_a_map_to_no_names() -> None:
    assert calendars.named_days(("2026-10-01",)) == {"2026-10-01": ""}
    assert calendars.named_days({"2026-10-01": "National Day", "2026-10-02": None}) == {
        "2026-10-01": "National Day",
        "2026-10-02": "",
    }


# Kinds of days


def rules(**parts: object) -> calendars.DayRules:
    """Builds day rules from WEEK and the given parts of a calendar."""
    return calendars.build_day_rules(Calendar(hours=WEEK, **parts))  # type: ignore[arg-type] # as the policy reads it


def test_the_week_says_what_is_open_and_closed() -> None:
    assert calendars.day_hours(rules(), date(2026, 11, 19)) == MORNING_AND_AFTERNOON
    assert calendars.day_hours(rules(), date(2026, 11, 20)) == ((480, 840),)
    assert calendars.day_hours(rules(), date(2026, 11, 21)) == ()
    assert calendars.day_kind(rules(), date(2026, 11, 20)) == ("open", "")
    assert calendars.day_kind(rules(), date(2026, 11, 21)) == ("closed", "")


def test_a_holiday_is_closed_and_has_its_name() -> None:
    found = rules(holidays={"2026-10-01": "National Day"})
    assert calendars.day_hours(found, date(2026, 10, 1)) == ()
    assert calendars.day_kind(found, date(2026, 10, 1)) == ("holiday", "National Day")


def test_a_holiday_of_every_year_is_closed_in_every_year() -> None:
    found = rules(holidays={"12-25": "Christmas"})
    for year in (2025, 2026, 2028):
        assert calendars.day_kind(found, date(year, 12, 25)) == ("holiday", "Christmas")
    assert calendars.day_kind(found, date(2026, 12, 24))[0] == "open"


def test_a_make_up_day_has_the_hours_of_its_weekday_or_of_the_first_day_that_opens() -> None:
    found = rules(workdays=("2026-11-20", "2026-11-21"))
    assert calendars.day_hours(found, date(2026, 11, 20)) == ((480, 840),)
    assert calendars.day_hours(found, date(2026, 11, 21)) == MORNING_AND_AFTERNOON


def test_a_day_in_both_lists_is_worked() -> None:
    found = rules(holidays=("2026-11-19",), workdays={"2026-11-19": "moved"})
    assert calendars.day_kind(found, date(2026, 11, 19)) == ("make-up", "moved")
    assert calendars.is_working_day(found, date(2026, 11, 19))


def test_hours_of_a_single_day_come_before_everything_else() -> None:
    half = rules(
        special_hours={"2026-12-24": ("09:00-12:00",), "2026-11-23": ()},
        holidays={"2026-12-24": "Christmas Eve"},
        workdays=("2026-12-24",),
    )
    assert calendars.day_hours(half, date(2026, 12, 24)) == ((540, 720),)
    assert calendars.day_kind(half, date(2026, 12, 24)) == ("special", "Christmas Eve")
    assert not calendars.is_working_day(half, date(2026, 11, 23))


@pytest.mark.parametrize(
    ("closed", "left"),
    [
        (("10:00-11:00",), ((540, 600), (660, 720), (780, 1080))),
        (("08:00-10:00",), ((600, 720), (780, 1080))),
        (("11:00-14:00",), ((540, 660), (840, 1080))),
        (("12:00-13:00",), MORNING_AND_AFTERNOON),
        (("10:00-10:30", "17:00-19:00"), ((540, 600), (630, 720), (780, 1020))),
        (("00:00-24:00",), ()),
        (("09:00-12:00",), ((780, 1080),)),
    ],
)
def test_a_break_is_cut_out_of_the_hours_of_its_day(
    closed: tuple[str, ...], left: tuple[tuple[int, int], ...]
) -> None:
    found = rules(breaks={"2026-11-19": closed})
    assert calendars.day_hours(found, date(2026, 11, 19)) == left
    assert calendars.day_hours(found, date(2026, 11, 18)) == MORNING_AND_AFTERNOON


def test_round_the_clock_every_day_is_one_whole_span() -> None:
    assert calendars.day_hours(calendars.ROUND_THE_CLOCK, date(2026, 11, 22)) == ((0, 1440),)
    assert calendars.build_day_rules(OFFICE).week[6] == ()


def test_a_half_day_that_is_a_holiday_of_every_year_has_its_name() -> None:
    half = rules(special_hours={"2026-12-24": ("09:00-12:00",)}, holidays={"12-24": "Christmas Eve"})
    assert calendars.day_kind(half, date(2026, 12, 24)) == ("special", "Christmas Eve")
    assert calendars.day_kind(rules(special_hours={"2026-11-19": ()}), date(2026, 11, 19)) == ("special", "")


def test_a_break_that_only_touches_the_hours_cuts_nothing_out() -> None:
    found = rules(breaks={"2026-11-19": ("08:00-09:00", "18:00-19:00")})
    assert calendars.day_hours(found, date(2026, 11, 19)) == MORNING_AND_AFTERNOON
