"""What the text of a limit says."""

import pytest

from complaintctl.domain import limits


def figures(text: str) -> tuple[int, int, int] | None:
    """Seconds of working time, calendar days, working days."""
    limit = limits.parsed(text)
    return (limit.seconds, limit.days, limit.working_days) if limit else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15m", (900, 0, 0)),
        ("1h", (3600, 0, 0)),
        ("72h", (259_200, 0, 0)),
        ("10d", (0, 10, 0)),
        ("8w", (0, 56, 0)),
        ("3bd", (0, 0, 3)),
    ],
)
def test_minutes_and_hours_are_working_time_days_and_weeks_calendar_days_bd_working_days(
    text: str, expected: tuple[int, int, int]
) -> None:
    assert figures(text) == expected


def test_a_limit_of_nothing_is_a_limit() -> None:
    assert figures("0h") == (0, 0, 0)


def test_blanks_around_number_and_unit_do_not_matter() -> None:
    assert figures(" 24 h ") == (86_400, 0, 0)


def test_a_limit_keeps_the_text_it_was_written_as() -> None:
    limit = limits.parsed(" 3bd ")
    assert limit is not None
    assert limit.text == "3bd"


@pytest.mark.parametrize(
    "text", ["", "24", "h", "1.5h", "-1h", "+1h", "1y", "1h30m", "one hour", "1H", "3 days"]
)
def test_anything_else_is_no_limit(text: str) -> None:
    assert limits.parsed(text) is None


def test_a_limit_no_date_could_ever_reach_is_no_limit() -> None:
    assert figures("99999w") is not None
    assert limits.parsed("100000h") is None
