"""How working days are counted: the day it starts on, days off, the cut-off hour, the end of the last day."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain.policy.policy import Calendar, CountRule
from complaintctl.domain.worktime import worktime
from tests.domain.building import SHANGHAI, at

CUT = {"day_off": "moves", "cutoff": "17:00", "then": "08:30", "until": "same time"}
# 2026-11-20 is a Friday.
THURSDAY, FRIDAY, SATURDAY, SUNDAY = (f"2026-11-{day}" for day in (19, 20, 21, 22))
MONDAY, TUESDAY, WEDNESDAY = (f"2026-11-{day}" for day in (23, 24, 25))


def week(**count: Any) -> worktime.Timetable:
    """Monday to Friday round the clock; a new timetable, so that no year is computed yet."""
    calendar = Calendar(hours={"mon-fri": ("00:00-24:00",)}, count=CountRule(**count))
    return worktime.build_timetable("week", calendar, ZoneInfo(SHANGHAI))


def end(table: worktime.Timetable, start: str, days: int) -> datetime:
    return worktime.add_working_days(table, at(start), days, table.counting)


@pytest.mark.parametrize(
    ("count", "start", "days", "due"),
    [
        ({}, f"{FRIDAY} 10:00", 1, f"{TUESDAY} 00:00"),
        ({"from_": "same day"}, f"{FRIDAY} 10:00", 1, f"{SATURDAY} 00:00"),
        ({"from_": "same day"}, f"{SATURDAY} 10:00", 1, f"{TUESDAY} 00:00"),
        ({"until": "same time"}, f"{FRIDAY} 10:00", 1, f"{MONDAY} 10:00"),
        # Without `moves` a Saturday is day 0 itself; with it, the Monday is.
        ({"until": "same time"}, f"{SATURDAY} 10:00", 1, f"{MONDAY} 10:00"),
        ({"until": "same time", "day_off": "moves"}, f"{SATURDAY} 10:00", 1, f"{TUESDAY} 10:00"),
        (CUT, f"{THURSDAY} 16:59", 1, f"{FRIDAY} 16:59"),
        (CUT, f"{THURSDAY} 17:00", 1, f"{MONDAY} 08:30"),
        (CUT, f"{FRIDAY} 17:00", 1, f"{TUESDAY} 08:30"),
        (CUT, f"{FRIDAY} 06:10", 1, f"{MONDAY} 06:10"),
        # A day off moves first: Sunday evening is Monday evening, and that is after the cut-off.
        (CUT, f"{SUNDAY} 18:00", 1, f"{WEDNESDAY} 08:30"),
        ({**CUT, "then": None}, f"{FRIDAY} 17:20", 1, f"{TUESDAY} 17:20"),
        # Beside a cut-off hour a day off counts from the next opening: Saturday, Sunday and Friday evening alike.
        ({"cutoff": "17:00"}, f"{SATURDAY} 18:00", 1, f"{WEDNESDAY} 00:00"),
        ({"cutoff": "17:00"}, f"{SUNDAY} 10:00", 1, f"{WEDNESDAY} 00:00"),
        ({"cutoff": "17:00"}, f"{FRIDAY} 18:00", 1, f"{WEDNESDAY} 00:00"),
        ({"day_off": "next opening"}, f"{SATURDAY} 10:00", 1, f"{WEDNESDAY} 00:00"),
        ({"day_off": "next opening", "until": "same time"}, f"{SATURDAY} 10:00", 1, f"{TUESDAY} 00:00"),
        (
            {"cutoff": "17:00", "then": "08:30", "until": "same time"},
            f"{SUNDAY} 19:10",
            1,
            f"{TUESDAY} 08:30",
        ),
        (
            {"cutoff": "17:00", "then": "08:30", "until": "same time"},
            f"{FRIDAY} 17:30",
            1,
            f"{TUESDAY} 08:30",
        ),
        (
            {"cutoff": "17:00", "then": "08:00", "until": "same time"},
            f"{FRIDAY} 17:30",
            1,
            f"{TUESDAY} 08:00",
        ),
    ],
)
def test_each_clause_of_the_count_rule(count: dict[str, Any], start: str, days: int, due: str) -> None:
    assert end(week(**count), start, days) == at(due)


def test_the_answer_is_the_same_whatever_was_asked_of_the_calendar_before() -> None:
    fresh, asked = week(**CUT), week(**CUT)
    end(asked, "2031-03-04 10:00", 400)
    end(asked, "2024-03-04 18:00", 2)
    for start in ("2023-12-30 19:00", "2026-12-31 17:00", "2028-02-28 09:00"):
        assert end(asked, start, 3) == end(week(**CUT), start, 3)
    assert end(fresh, "2026-12-31 17:00", 1) == at("2027-01-04 08:30")


def test_the_next_opening_is_that_of_the_day_it_falls_on() -> None:
    hours = {"mon": ("13:00-18:00",), "tue-fri": ("09:00-12:00", "13:00-18:00")}
    calendar = Calendar(hours=hours, count=CountRule(day_off="next opening", until="same time"))
    table = worktime.build_timetable("office", calendar, ZoneInfo(SHANGHAI))
    assert end(table, f"{SATURDAY} 10:20", 1) == at(f"{TUESDAY} 13:00")


@pytest.mark.parametrize(
    ("count", "start", "due"),
    [
        (CUT, f"{FRIDAY} 17:00:01", f"{TUESDAY} 08:30"),
        ({**CUT, "then": None}, f"{FRIDAY} 17:20:20", f"{TUESDAY} 17:20:20"),
        ({"day_off": "next opening", "until": "same time"}, f"{SATURDAY} 10:00:20", f"{TUESDAY} 00:00"),
        ({"day_off": "moves", "until": "same time"}, f"{SATURDAY} 10:00:20", f"{TUESDAY} 10:00:20"),
    ],
)
def test_an_hour_that_is_kept_keeps_its_seconds_and_one_that_is_set_has_none(
    count: dict[str, Any], start: str, due: str
) -> None:
    assert end(week(**count), start, 1) == at(due)
