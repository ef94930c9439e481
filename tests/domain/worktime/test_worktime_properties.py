"""Properties of working time for any calendar and zone, compared with an implementation that counts day by day."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from bench import dayloop
from complaintctl.domain.deadlines import limit_ends, thresholds
from complaintctl.domain.policy.policy import Calendar, CountRule
from complaintctl.domain.policy_check.calendar_faults import find_calendar_faults
from complaintctl.domain.worktime import limits, worktime
from complaintctl.domain.worktime.calendars import WEEKDAYS, is_working_day
from complaintctl.domain.worktime.opening_spans import SpanLayout
from complaintctl.domain.worktime.worktime import Timetable
from tests.domain.building import a_policy

HOUR = 3600
# Drawn more often: zones that change at midnight, by half an hour, two hours or a whole day, and one without changes.
RESTLESS = (
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Africa/Cairo",
    "Europe/Berlin",
    "Asia/Shanghai",
)
ZONES = st.one_of(st.sampled_from(RESTLESS).map(ZoneInfo), st.timezones())
FIRST, LAST = date(2005, 1, 1), date(2030, 12, 31)
DAYS = st.dates(FIRST, LAST)
MOMENTS = st.datetimes(
    datetime(2006, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2029, 12, 31),  # noqa: DTZ001 - same
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
# Days and changes of the clocks lie close together more often than chance would have it.
LENGTHS = st.one_of(st.integers(1, 40 * HOUR), st.integers(1, 200).map(lambda hours: hours * HOUR))
LATER = st.integers(0, 30 * 24 * HOUR)


def texts(edges: list[int]) -> tuple[str, ...]:
    """Opening spans from pairs of minutes of a day."""
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}" for start, end in pairs)


MINUTES = st.one_of(st.integers(0, 1440), st.integers(0, 24).map(lambda hour: hour * 60))
DAY_SPANS = st.lists(MINUTES, min_size=2, max_size=6, unique=True).map(sorted).map(texts)
NIGHT_SPANS = st.sampled_from((("22:00-06:00",), ("06:00-14:00", "20:30-02:15"), ("12:00-11:30",)))
SPANS = st.one_of(DAY_SPANS, DAY_SPANS, NIGHT_SPANS)
DAY_TEXTS = DAYS.map(str)


@st.composite
def counts(draw: st.DrawFn) -> CountRule:
    """Valid count rules of a policy."""
    cutoff = draw(st.sampled_from((None, "12:00", "17:00")))
    days_off = (None, "moves", "next opening") if cutoff else (None, "stays", "moves", "next opening")
    return CountRule(
        from_=draw(st.sampled_from(("next day", "same day"))),
        day_off=draw(st.sampled_from(days_off)),
        until=draw(st.sampled_from(("closing", "same time"))),
        cutoff=cutoff,
        then=draw(st.sampled_from((None, "08:30"))) if cutoff else None,
    )


@st.composite
def tables(draw: st.DrawFn) -> Timetable:
    """Calendars with at least one open hour a week and all kinds of special days."""
    week = draw(st.dictionaries(st.sampled_from(WEEKDAYS), SPANS, min_size=1))
    calendar = Calendar(
        hours=week,
        holidays=tuple(draw(st.lists(st.one_of(DAY_TEXTS, DAY_TEXTS.map(lambda day: day[5:])), max_size=6))),
        workdays=tuple(draw(st.lists(DAY_TEXTS, max_size=4))),
        special_hours=draw(st.dictionaries(DAY_TEXTS, SPANS, max_size=4)),
        breaks=draw(st.dictionaries(DAY_TEXTS, SPANS, max_size=4)),
        count=draw(counts()),
    )
    table = worktime.build_timetable("drawn", calendar, draw(ZONES))
    assume(
        not any(
            fault.key == "policy-night"
            for fault in find_calendar_faults(a_policy(calendars={"drawn": calendar}))
        )
    )
    assume(sum(end - start for spans in table.rules.week for start, end in spans) >= 60)
    return table


def days_near(start: datetime) -> st.SearchStrategy[date]:
    """Days within the reach of a limit from `start`."""
    first = start.date() - timedelta(days=1)
    return st.dates(first, first + timedelta(days=60))


def is_open(table: Timetable, moment: datetime) -> bool:
    """Whether the moment is within an opening span, including its end."""
    begin, end = moment - timedelta(days=3), moment + timedelta(days=3)
    return any(opens <= moment <= closes for opens, closes in worktime.spans_between(table, begin, end))


def with_holiday(table: Timetable, holiday: date) -> Timetable:
    """Returns the calendar with one more holiday."""
    rules = dataclasses.replace(table.rules, holidays={**table.rules.holidays, holiday: ""})
    return dataclasses.replace(table, rules=rules, layout=SpanLayout(table.name, rules, table.zone))


@given(tables(), MOMENTS, LENGTHS)
def test_a_working_time_limit_never_ends_on_a_closed_moment(
    table: Timetable, start: datetime, seconds: int
) -> None:
    assert is_open(table, worktime.add_working_time(table, start, seconds))


@given(tables(), MOMENTS, LENGTHS, LATER)
def test_a_later_receipt_never_gives_an_earlier_due(
    table: Timetable, start: datetime, seconds: int, later: int
) -> None:
    afterwards = start + timedelta(seconds=later)
    assert worktime.add_working_time(table, start, seconds) <= worktime.add_working_time(
        table, afterwards, seconds
    )


@given(tables(), MOMENTS, LENGTHS, st.data())
def test_an_extra_holiday_never_shortens_a_limit(
    table: Timetable, start: datetime, seconds: int, data: st.DataObject
) -> None:
    closed = with_holiday(table, data.draw(days_near(start)))
    assert worktime.add_working_time(table, start, seconds) <= worktime.add_working_time(
        closed, start, seconds
    )


@given(tables(), MOMENTS, LENGTHS)
def test_what_elapsed_until_the_due_time_is_the_limit(
    table: Timetable, start: datetime, seconds: int
) -> None:
    assert worktime.working_seconds(table, start, worktime.add_working_time(table, start, seconds)) == seconds


@given(ZONES, MOMENTS, LENGTHS)
def test_by_the_clock_what_elapsed_until_the_due_time_is_the_limit(
    zone: ZoneInfo, start: datetime, seconds: int
) -> None:
    table = worktime.always_open(zone)
    due = worktime.add_working_time(table, start, seconds)
    assert due == start + timedelta(seconds=seconds)
    assert worktime.working_seconds(table, start, due) == seconds


@given(tables(), MOMENTS, LENGTHS)
def test_counting_day_by_day_gives_the_same_due_time(table: Timetable, start: datetime, seconds: int) -> None:
    assert worktime.add_working_time(table, start, seconds) == dayloop.after(
        table.rules, table.zone, start, seconds
    )


@given(tables(), MOMENTS, LATER)
def test_counting_day_by_day_gives_the_same_open_time(table: Timetable, start: datetime, later: int) -> None:
    end = start + timedelta(seconds=later)
    found = worktime.working_seconds(table, start, end)
    assert found == dayloop.between(table.rules, table.zone, start, end)
    spans = list(worktime.spans_between(table, start, end))
    assert sum(int((closes - opens).total_seconds()) for opens, closes in spans) == found


@given(tables(), MOMENTS, LENGTHS, LENGTHS)
def test_two_limits_one_after_the_other_end_where_both_together_end(
    table: Timetable, start: datetime, first: int, second: int
) -> None:
    middle = worktime.add_working_time(table, start, first)
    assert worktime.add_working_time(table, middle, second) == worktime.add_working_time(
        table, start, first + second
    )


@given(tables(), MOMENTS, LENGTHS)
def test_back_from_a_due_time_as_much_open_time_had_passed(
    table: Timetable, start: datetime, seconds: int
) -> None:
    due = worktime.add_working_time(table, start, seconds)
    back = worktime.add_working_time(table, due, -seconds)
    assert worktime.working_seconds(table, back, due) == seconds
    assert back >= start


@given(tables(), MOMENTS)
def test_the_next_open_moment_is_the_first_one_that_time_is_counted_from(
    table: Timetable, start: datetime
) -> None:
    opens = worktime.add_working_time(table, start, 0)
    assert opens >= start
    assert worktime.working_seconds(table, start, opens) == 0
    assert worktime.working_seconds(table, opens, opens + timedelta(seconds=1)) == 1


@given(tables(), MOMENTS, MOMENTS, st.integers(1, 30))
def test_where_a_calendar_was_laid_out_first_changes_no_answer(
    table: Timetable, elsewhere: datetime, start: datetime, days: int
) -> None:
    fresh = (
        worktime.add_working_time(table, start, days * HOUR),
        worktime.working_seconds(table, start, start + timedelta(days=days)),
    )
    moved = dataclasses.replace(table, layout=SpanLayout(table.name, table.rules, table.zone))
    worktime.working_seconds(moved, elsewhere, elsewhere + timedelta(days=1))
    again = (
        worktime.add_working_time(moved, start, days * HOUR),
        worktime.working_seconds(moved, start, start + timedelta(days=days)),
    )
    assert again == fresh


# Working days


@given(tables(), MOMENTS, st.integers(1, 30))
def test_counting_working_days_one_by_one_gives_the_same_closing(
    table: Timetable, start: datetime, days: int
) -> None:
    found = worktime.add_working_days(table, start, days, worktime.PLAIN_COUNTING)
    assert found == dayloop.closing_of_working_day(table.rules, table.zone, start, days)
    counted = worktime.working_days_between(table, start, found)
    assert counted == dayloop.working_days_between(table.rules, table.zone, start, found)
    assert table.layout.nights or counted in {days, days + 1}


@given(tables(), MOMENTS, st.integers(1, 30), LATER)
def test_working_days_that_end_at_closing_never_end_earlier_for_a_later_receipt(
    table: Timetable, start: datetime, days: int, later: int
) -> None:
    # A start that moves keeping its hour may pass the cut-off hour there: docs/policy-format.md says so.
    assume(table.counting.day_off != "moves" or table.counting.cutoff is None)
    counting = dataclasses.replace(table.counting, keeps_time=False)
    afterwards = start + timedelta(seconds=later)
    first = worktime.add_working_days(table, start, days, counting)
    assert first <= worktime.add_working_days(table, afterwards, days, counting)


@given(tables(), MOMENTS, st.integers(1, 30), st.data())
def test_an_extra_holiday_never_shortens_a_limit_in_working_days(
    table: Timetable, start: datetime, days: int, data: st.DataObject
) -> None:
    closed = with_holiday(table, data.draw(days_near(start)))
    counting = dataclasses.replace(table.counting, keeps_time=False)
    first = worktime.add_working_days(table, start, days, counting)
    assert first <= worktime.add_working_days(closed, start, days, counting)


@given(tables(), MOMENTS, st.integers(1, 20))
def test_working_days_counted_back_lead_to_an_earlier_working_day(
    table: Timetable, start: datetime, days: int
) -> None:
    due = worktime.add_working_days(table, start, days, worktime.PLAIN_COUNTING)
    back = worktime.add_working_days(table, due, -days, thresholds.BACKWARD_COUNTING)
    assert back < due
    day = back.astimezone(table.zone).date()
    # An hour that daylight saving skips at midnight is the next day's.
    assert any(is_working_day(table.rules, one) for one in (day, day - timedelta(days=1)))


# Limits with pauses

LIMITS = st.sampled_from(("1h", "8h", "40h", "3d", "2w", "1mo", "1bd", "5bd"))


@given(tables(), MOMENTS, LIMITS, LATER, LATER)
def test_a_pause_never_brings_a_due_time_forward(
    table: Timetable, start: datetime, text: str, before: int, length: int
) -> None:
    limit = limits.parse_limit(text)
    assert limit is not None
    begin = start + timedelta(seconds=before)
    pauses = ((begin, begin + timedelta(seconds=length)),)
    as_of = start + timedelta(days=400)
    without = limit_ends.limit_end(limit_ends.place_track(table, start, (), as_of), limit).due
    assert limit_ends.limit_end(limit_ends.place_track(table, start, pauses, as_of), limit).due >= without


@given(tables(), MOMENTS, st.integers(1, 100), LATER, LATER)
def test_open_time_without_the_pause_is_the_limit(
    table: Timetable, start: datetime, hours: int, before: int, length: int
) -> None:
    limit = limits.parse_limit(f"{hours}h")
    assert limit is not None
    begin = start + timedelta(seconds=before)
    end = begin + timedelta(seconds=length)
    due = limit_ends.limit_end(
        limit_ends.place_track(table, start, ((begin, end),), start + timedelta(days=4000)), limit
    ).due
    counted = worktime.working_seconds(table, start, due) - worktime.working_seconds(
        table, min(begin, due), min(end, due)
    )
    assert counted == hours * HOUR


@given(tables(), MOMENTS, st.integers(1, 100), LATER, LATER)
def test_a_clock_that_stands_still_keeps_what_was_left(
    table: Timetable, start: datetime, hours: int, before: int, longer: int
) -> None:
    limit = limits.parse_limit(f"{hours}h")
    assert limit is not None
    begin = start + timedelta(seconds=before)
    pauses = ((begin, None),)
    now = limit_ends.limit_end(limit_ends.place_track(table, start, pauses, begin), limit)
    later = limit_ends.limit_end(
        limit_ends.place_track(table, start, pauses, begin + timedelta(seconds=longer)), limit
    )
    assert now.remaining == later.remaining
    assert now.due <= later.due
    if now.remaining is not None:
        assert now.remaining == hours * HOUR - worktime.working_seconds(table, start, begin)
