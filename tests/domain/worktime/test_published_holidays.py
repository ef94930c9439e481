"""Filling a calendar with published days."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.policy.policy import Calendar, DaysOrNames
from complaintctl.domain.worktime.calendars import build_day_rules, is_working_day
from complaintctl.domain.worktime.published_holidays import PublishedYear, fill_calendar, source_for_year

WEEK: dict[str, tuple[str, ...]] = {"mon-fri": ("09:00-17:00",)}
THURSDAY, SATURDAY = date(2026, 10, 1), date(2026, 10, 10)
PUBLISHED = PublishedYear(year=2026, days_off={THURSDAY: "off"}, workdays={SATURDAY: "on"}, source="notice")
DAYS = st.dates(date(2025, 12, 1), date(2027, 1, 31))


def office(holidays: DaysOrNames = (), workdays: DaysOrNames = ()) -> Calendar:
    return Calendar(hours=WEEK, holidays=holidays, workdays=workdays)


def test_a_day_that_stays_worked_is_not_called_a_holiday_as_well() -> None:
    done = fill_calendar(office(workdays=("2026-10-01",)), PUBLISHED, replace=False)
    assert [(found.when, found.ours, found.theirs) for found in done.differing] == [
        (THURSDAY, "make-up", "holiday")
    ]
    assert done.calendar.holidays == ()
    assert done.calendar.workdays == {"2026-10-01": None, "2026-10-10": "on"}


def test_a_day_that_is_replaced_stands_in_one_list_only() -> None:
    given_by_hand = office(holidays=("2026-10-10",), workdays=("2026-10-01",))
    done = fill_calendar(given_by_hand, PUBLISHED, replace=True)
    assert (done.calendar.holidays, done.calendar.workdays) == ({"2026-10-01": "off"}, {"2026-10-10": "on"})


def test_a_holiday_on_a_closed_day_is_no_difference() -> None:
    assert fill_calendar(office(holidays=("2026-10-03",)), PUBLISHED, replace=False).differing == ()


def test_a_holiday_of_every_year_needs_no_entry_of_its_own() -> None:
    done = fill_calendar(office(holidays=("10-01",)), PUBLISHED, replace=False)
    assert done.calendar.holidays == ("10-01",)
    worked = replace(PUBLISHED, days_off={}, workdays={THURSDAY: "on"})
    assert fill_calendar(office(holidays=("10-01",)), worked, replace=False).calendar.workdays == ()
    assert fill_calendar(office(holidays=("10-01",)), worked, replace=True).calendar.workdays == {
        "2026-10-01": "on"
    }


@pytest.mark.parametrize(
    ("known", "year", "after", "gap"),
    [
        (None, 2026, date(2026, 12, 31), ()),
        (date(2025, 12, 31), 2026, date(2026, 12, 31), ()),
        (date(2026, 6, 30), 2026, date(2026, 12, 31), ()),
        (date(2027, 12, 31), 2026, date(2027, 12, 31), ()),
        (date(2025, 6, 30), 2026, date(2025, 6, 30), (2025,)),
        (date(2023, 12, 31), 2026, date(2023, 12, 31), (2024, 2025)),
    ],
)
def test_what_is_known_grows_without_gaps(
    known: date | None, year: int, after: date, gap: tuple[int, ...]
) -> None:
    done = fill_calendar(replace(office(), known_until=known), replace(PUBLISHED, year=year), replace=False)
    assert (done.calendar.known_until, done.gap) == (after, gap)


def test_sources_stand_by_year_and_own_words_stay() -> None:
    calendar = replace(office(), source="our works council; 2027: x")
    source = fill_calendar(calendar, PUBLISHED, replace=False).calendar.source
    assert source == "our works council; 2026: notice; 2027: x"
    assert source_for_year(source, 2026) == "our works council; 2026: notice"


@given(off=st.sets(DAYS), on=st.sets(DAYS), holidays=st.sets(DAYS), workdays=st.sets(DAYS))
def test_replaced_every_published_day_is_as_published(
    off: set[date], on: set[date], holidays: set[date], workdays: set[date]
) -> None:
    published = PublishedYear(
        year=2026, days_off=dict.fromkeys(off - on, ""), workdays=dict.fromkeys(on, ""), source="notice"
    )
    before = office(tuple(map(str, sorted(holidays))), tuple(map(str, sorted(workdays))))
    done = fill_calendar(before, published, replace=True)
    rules = build_day_rules(done.calendar)
    assert [day for day in off - on if is_working_day(rules, day)] == []
    assert [day for day in on if not is_working_day(rules, day)] == []
    assert fill_calendar(done.calendar, published, replace=True).calendar == done.calendar
    kept = fill_calendar(before, published, replace=False)
    differing = {found.when for found in kept.differing}
    ours, now = build_day_rules(before), build_day_rules(kept.calendar)
    named = {day for day in holidays | workdays if day.year == 2026} & (off | on | holidays | workdays)
    assert [day for day in named & differing if is_working_day(ours, day) != is_working_day(now, day)] == []
