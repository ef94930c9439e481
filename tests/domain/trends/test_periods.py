from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.trends.periods import PeriodKind, Periods, parse_window
from complaintctl.errors import InvalidInput

# To the minute, from 2000 to 2028.
MOMENTS = st.integers(0, 15_000_000).map(
    lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
BOSTON = ZoneInfo("America/New_York")


def periods(kind: PeriodKind, moment: str, days: int = 7) -> Periods:
    as_of = datetime.fromisoformat(moment).replace(tzinfo=BOSTON)
    return Periods(kind=kind, days=days, as_of=as_of, zone=BOSTON)


def local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=BOSTON)


def bounds(made: Periods, number: int) -> list[str]:
    return [moment.isoformat() for moment in made.bounds(number)]


def test_the_week_that_ends_on_monday_at_midnight_is_complete() -> None:
    weeks = periods("week", "2011-08-29T00:00")
    assert bounds(weeks, 0) == ["2011-08-22T00:00:00-04:00", "2011-08-29T00:00:00-04:00"]
    assert weeks.number(local("2011-08-22T00:00")) == 0
    assert weeks.number(local("2011-08-28T23:59:59")) == 0
    assert weeks.number(local("2011-08-21T23:59:59")) == -1
    assert weeks.number(local("2011-08-29T00:00")) == 1


def test_a_week_that_runs_is_not_judged() -> None:
    assert bounds(periods("week", "2011-08-31T15:00"), 0)[1] == "2011-08-29T00:00:00-04:00"


def test_months_are_those_of_the_calendar() -> None:
    months = periods("month", "2012-03-15T12:00")
    assert bounds(months, 0) == ["2012-02-01T00:00:00-05:00", "2012-03-01T00:00:00-05:00"]
    assert bounds(months, -2) == ["2011-12-01T00:00:00-05:00", "2012-01-01T00:00:00-05:00"]
    assert months.number(local("2011-12-31T23:59")) == -2


def test_a_week_with_a_change_of_the_clocks_has_seven_local_days() -> None:
    weeks = periods("week", "2011-11-07T00:00")
    assert bounds(weeks, 0) == ["2011-10-31T00:00:00-04:00", "2011-11-07T00:00:00-05:00"]


def test_windows_end_at_the_moment() -> None:
    windows = periods("window", "2011-08-30T10:30", days=2)
    assert bounds(windows, 0) == ["2011-08-28T10:30:00-04:00", "2011-08-30T10:30:00-04:00"]
    assert windows.number(local("2011-08-30T10:29:59")) == 0
    assert windows.number(local("2011-08-28T10:29:59")) == -1


@given(
    st.sampled_from(["week", "month", "window"]),
    MOMENTS,
    MOMENTS,
)
def test_a_moment_lies_in_the_period_of_its_number(
    kind: PeriodKind, as_of: datetime, moment: datetime
) -> None:
    made = Periods(kind=kind, days=10, as_of=as_of, zone=ZoneInfo("Asia/Shanghai"))
    start, end = made.bounds(made.number(moment))
    assert start <= moment < end


@pytest.mark.parametrize(
    ("typed", "days"), [("7d", 7), (" 2w ", 14), ("30天", 30), ("2 周", 14), ("366d", 366)]
)
def test_lengths_as_typed(typed: str, days: int) -> None:
    assert parse_window(typed) == days


@pytest.mark.parametrize("typed", ["", "0d", "367d", "7", "7h", "-7d", "53w"])
def test_other_lengths_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_window(typed)
    assert refusal.value.key == "bad-window"
