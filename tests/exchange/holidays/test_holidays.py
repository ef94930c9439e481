"""Tests files with holidays: the content of each format, and faults."""

from datetime import date

import pytest

from complaintctl.errors import Broken, Failure, InvalidInput, Refused
from complaintctl.exchange.holidays import holiday_library, holidays, icalendars
from complaintctl.exchange.holidays.request import HolidayRequest

ANY = HolidayRequest(year=None, subdivision=None, workdays_matching=None)
OF_2026 = HolidayRequest(year=2026, subdivision=None, workdays_matching=None)
NEW_YEAR = "DTSTART;VALUE=DATE:20260101"
OCTOBER = [date(2026, 10, day) for day in range(1, 8)]


def calendar(*events: str) -> str:
    """An iCalendar file with these events and CRLF line ends as in the standard."""
    body = [f"BEGIN:VEVENT\nUID:{place}\n{event}\nEND:VEVENT" for place, event in enumerate(events)]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "X-WR-CALNAME:Ours", *body, "END:VCALENDAR"]
    return "\r\n".join("\n".join(lines).split("\n")) + "\r\n"


def failure(text: str, wanted: HolidayRequest = ANY) -> Failure:
    with pytest.raises(Failure) as raised:
        icalendars.holidays_from_icalendar(text, "days.ics", wanted)
    return raised.value


def test_an_event_lasts_until_the_day_before_its_end() -> None:
    text = calendar("DTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20261008\nSUMMARY:National Day")
    found = icalendars.holidays_from_icalendar(text, "days.ics", ANY)
    assert list(found.days_off) == OCTOBER
    assert (found.year, found.source, found.workdays) == (2026, "days.ics (Ours)", {})


def test_folded_and_escaped_names_are_whole_again() -> None:
    text = calendar("DTSTART;VALUE=DATE:20261001\nSUMMARY:One\\, two\\; th\n ree")
    assert icalendars.holidays_from_icalendar(text, "days.ics", ANY).days_off == {
        date(2026, 10, 1): "One, two; three"
    }


def test_a_yearly_event_is_expanded_for_the_year_and_not_beyond_its_end() -> None:
    christmas = "DTSTART;VALUE=DATE:20101225\nDURATION:P2D\nSUMMARY:Christmas\nRRULE:FREQ=YEARLY"
    labour = "DTSTART;VALUE=DATE:20100906\nSUMMARY:Labour Day\nRRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1MO"
    gone = "DTSTART;VALUE=DATE:20100301\nSUMMARY:Gone\nRRULE:FREQ=YEARLY;UNTIL=20200301T000000Z"
    left_out = "DTSTART;VALUE=DATE:20100401\nSUMMARY:Not then\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20260401"
    found = icalendars.holidays_from_icalendar(
        calendar(christmas, labour, gone, left_out), "days.ics", OF_2026
    )
    assert found.days_off == {
        date(2026, 9, 7): "Labour Day",
        date(2026, 12, 25): "Christmas",
        date(2026, 12, 26): "Christmas",
    }
    assert failure(calendar(christmas)).key == "calendar-year-missing"


def test_years_that_no_calendar_is_about_are_left_out() -> None:
    since_ever = "DTSTART;VALUE=DATE:16010501\nSUMMARY:Labour Day\nRRULE:FREQ=YEARLY"
    text = calendar(since_ever, "DTSTART;VALUE=DATE:99991231\nDURATION:P2D\nSUMMARY:The end")
    assert icalendars.holidays_from_icalendar(text, "days.ics", OF_2026).days_off == {
        date(2026, 5, 1): "Labour Day"
    }


def test_days_that_belong_to_two_years_are_those_of_the_wanted_one() -> None:
    text = calendar("DTSTART;VALUE=DATE:20251230\nDTEND;VALUE=DATE:20260103\nSUMMARY:Turn of the year")
    assert list(icalendars.holidays_from_icalendar(text, "days.ics", OF_2026).days_off) == [
        date(2026, 1, 1),
        date(2026, 1, 2),
    ]


@pytest.mark.parametrize("summary", ["国庆节（班）", "国庆节 补班", "调休上班", "国庆节(班)"])
def test_a_working_day_is_one_where_the_summary_says_so(summary: str) -> None:
    text = calendar(
        f"DTSTART;VALUE=DATE:20261010\nSUMMARY:{summary}",
        "DTSTART;VALUE=DATE:20261001\nSUMMARY:国庆节（休）",
        "DTSTART;VALUE=DATE:20260910\nSUMMARY:教师节",
    )
    found = icalendars.holidays_from_icalendar(text, "days.ics", ANY)
    assert list(found.workdays) == [date(2026, 10, 10)]
    # Teachers' Day is a working day: calendars that mark days off also list such days.
    assert found.days_off == {date(2026, 10, 1): "国庆节"}


def test_other_words_for_a_working_day_must_be_named() -> None:
    text = calendar(
        "DTSTART;VALUE=DATE:20261010\nSUMMARY:Working Day (bridge)",
        "DTSTART;VALUE=DATE:20261001\nSUMMARY:Dienst am Kunden 班主任节",
    )
    assert icalendars.holidays_from_icalendar(text, "days.ics", ANY).workdays == {}
    named = HolidayRequest(year=None, subdivision=None, workdays_matching="working day")
    found = icalendars.holidays_from_icalendar(text, "days.ics", named)
    assert list(found.workdays) == [date(2026, 10, 10)]
    assert list(found.days_off) == [date(2026, 10, 1)]


def test_meetings_and_cancelled_events_are_no_holidays() -> None:
    text = calendar(
        "DTSTART:20261002T090000Z\nSUMMARY:Meeting",
        "DTSTART;VALUE=DATE:20261003\nSTATUS:CANCELLED\nSUMMARY:No more",
        "DTSTART;VALUE=DATE:20261001\nSUMMARY:Holiday",
    )
    assert list(icalendars.holidays_from_icalendar(text, "days.ics", ANY).days_off) == [date(2026, 10, 1)]


@pytest.mark.parametrize(
    ("event", "key", "line"),
    [
        ("DTSTART;VALUE=DATE:2026\nSUMMARY:x", "calendar-file-ics", 5),
        ("SUMMARY:x", "calendar-file-ics", 5),
        (f"{NEW_YEAR}\nDTSTART;VALUE=DATE:20260201\nSUMMARY:x", "calendar-file-ics", 5),
        (f"{NEW_YEAR}\nDURATION:P1D\nDURATION:P2D\nSUMMARY:x", "calendar-file-ics", 5),
        (
            f"{NEW_YEAR}\nDTEND;VALUE=DATE:20260102\nDTEND;VALUE=DATE:20260103\nSUMMARY:x",
            "calendar-file-ics",
            5,
        ),
        (f"{NEW_YEAR}\nDTEND;VALUE=DATE26:020104\nSUMMARY:x", "calendar-file-ics", 5),
        (f"{NEW_YEAR}\nRRULE:FREQ=YEARLY\nRRULE:FREQ=DAILY\nSUMMARY:x", "calendar-file-ics", 5),
        (f"{NEW_YEAR}\nRRULE:FREQ=DAILY;INTERVAL=0\nSUMMARY:x", "calendar-file-rule", 1),
        ("DTSTART;VALUE=TIME:090000\nSUMMARY:x", "calendar-file-ics", 5),
        ("DTSTART;VALUE=DATE:16010101\nRRULE:FREQ=SECONDLY\nSUMMARY:x", "calendar-file-rule", 1),
        (
            "DTSTART;VALUE=DATE:20261001\nRECURRENCE-ID;VALUE=DATE:20260930\nSUMMARY:x",
            "calendar-file-rule",
            5,
        ),
        ("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270101\nSUMMARY:x", "calendar-file-length", 5),
        ("DTSTART;VALUE=DATE:20260103\nDTEND;VALUE=DATE:20260101\nSUMMARY:x", "calendar-file-length", 5),
    ],
)
def test_an_event_that_cannot_be_understood_is_named_with_its_line(event: str, key: str, line: int) -> None:
    found = failure(calendar(event), OF_2026)
    assert (type(found), found.key, found.values["line"]) == (Broken, key, line)


def test_a_line_that_is_none_is_named() -> None:
    text = "BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR\r\n"
    assert (failure(text).key, failure(text).values["line"]) == ("calendar-file-ics", 2)
    assert failure(calendar()).key == "calendar-file-empty"


def test_a_year_without_events_is_refused() -> None:
    text = calendar("DTSTART;VALUE=DATE:20251001\nSUMMARY:x")
    found = failure(text, OF_2026)
    assert (type(found), found.key) == (Refused, "calendar-file-no-such-year")
    both = calendar("DTSTART;VALUE=DATE:20251001\nSUMMARY:x", "DTSTART;VALUE=DATE:20261001\nSUMMARY:x")
    assert (type(failure(both)), failure(both).values["choices"]) == (InvalidInput, [2025, 2026])


def test_the_file_that_gov_uk_makes_its_own_from_is_understood() -> None:
    text = (
        '{"divisions": {"common.nations.scotland_slug": {"slug": "x", "2026": [{"title": '
        '"bank_holidays.st_andrew", "date": "30/11/2026", "notes": "common.substitute_day"}]}}}'
    )
    scotland = HolidayRequest(year=None, subdivision="scotland", workdays_matching=None)
    found = holidays.holidays_from_json(text, "uk.json", scotland)
    assert found.days_off == {date(2026, 11, 30): "St Andrew’s Day (substitute day)"}


def test_days_outside_the_year_of_a_file_stay_the_days_they_are() -> None:
    text = (
        '{"year": 2019, "days": [{"name": "元旦", "date": "2018-12-29", "isOffDay": false},'
        ' {"name": "元旦", "date": "2019-01-01", "isOffDay": true}]}'
    )
    found = holidays.holidays_from_json(text, "cn.json", ANY)
    assert (found.year, list(found.workdays)) == (2019, [date(2018, 12, 29)])


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert holidays.is_icalendar(holidays.decode_holiday_file(b"\xef\xbb\xbfBEGIN:VCALENDAR\n", "days.ics"))


def test_the_library_names_make_up_days_and_what_it_computes() -> None:
    china = holiday_library.holidays_from_library("cn", None, 2026, "zh")
    assert [day.isoformat() for day in china.workdays] == [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ]
    assert china.source.endswith(", CN (published)")
    bavaria = holiday_library.holidays_from_library("DE", "de-by", 2026, "en")
    berlin = holiday_library.holidays_from_library("DE", "BE", 2026, "en")
    assert date(2026, 1, 6) in bavaria.days_off
    assert date(2026, 1, 6) not in berlin.days_off
    assert bavaria.source.endswith(", DE BY (computed)")
    assert holiday_library.holidays_from_library("GB", "england", 2026, "en").source.endswith(
        ", GB ENG (computed)"
    )


@pytest.mark.parametrize(
    ("country", "year", "key"),
    [
        ("CN", 2999, "calendar-library-until"),
        ("RU", 2999, "calendar-library-until"),
        # Islamic holidays depend on the sighting of the moon; the library only estimates those of Egypt.
        ("EG", 2050, "calendar-library-estimated"),
        ("CN", 1901, "calendar-library-empty"),
    ],
)
def test_what_the_library_does_not_know_is_refused(country: str, year: int, key: str) -> None:
    with pytest.raises(Refused) as raised:
        holiday_library.holidays_from_library(country, None, year, "en")
    assert raised.value.key == key


def test_a_parameter_with_several_values_is_a_faulty_file() -> None:
    found = failure(calendar("DTSTART;VALUE=DATE,DATE:20260101\nSUMMARY:x"), OF_2026)
    assert (type(found), found.key) == (Broken, "calendar-file-ics")
