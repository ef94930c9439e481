"""Parsing of limits."""

import pytest

from complaintctl.domain.worktime import limits


def figures(text: str) -> tuple[int, int, int] | None:
    """Seconds of working time, calendar days, working days."""
    limit = limits.parse_limit(text)
    return (limit.seconds, limit.days, limit.working_days) if limit else None


def months(text: str) -> tuple[int, int] | None:
    """Months and calendar days."""
    limit = limits.parse_limit(text)
    return (limit.months, limit.days) if limit else None


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1h30m", (5400, 0, 0)),
        ("90min", (5400, 0, 0)),
        ("PT2H", (7200, 0, 0)),
        ("PT1H30M", (5400, 0, 0)),
        ("PT90S", (90, 0, 0)),
        ("P3D", (0, 3, 0)),
        ("P8W", (0, 56, 0)),
        ("P1W2D", (0, 9, 0)),
        ("15分钟", (900, 0, 0)),
        ("2小时", (7200, 0, 0)),
        ("2个小时", (7200, 0, 0)),
        ("1小时30分", (5400, 0, 0)),
        ("24小时内", (86_400, 0, 0)),
        ("10天", (0, 10, 0)),
        ("10日", (0, 10, 0)),
        ("10个自然日", (0, 10, 0)),
        ("8周", (0, 56, 0)),
        ("8个星期", (0, 56, 0)),
        ("3个工作日", (0, 0, 3)),
        ("7工作日", (0, 0, 7)),
        ("７个工作日", (0, 0, 7)),
    ],
)
def test_limits_may_be_written_in_iso_8601_and_in_chinese(text: str, expected: tuple[int, int, int]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3mo", (3, 0)),
        ("1y", (12, 0)),
        ("P6M", (6, 0)),
        ("P1Y2M10D", (14, 10)),
        ("2个月", (2, 0)),
        ("1年", (12, 0)),
    ],
)
def test_months_and_years_are_calendar_months(text: str, expected: tuple[int, int]) -> None:
    assert months(text) == expected


@pytest.mark.parametrize(
    ("text", "percent", "before"),
    [
        ("75%", 75, None),
        ("75 ％", 75, None),
        ("2h before", None, "2h"),
        ("1bd before", None, "1bd"),
        ("2小时前", None, "2小时"),
        ("1个工作日之前", None, "1个工作日"),
    ],
)
def test_a_warning_is_a_share_of_the_limit_or_a_time_before_it(
    text: str, percent: int | None, before: str | None
) -> None:
    found = limits.parse_threshold(text)
    assert found is not None
    assert found.percent == percent
    assert (found.before.text if found.before else None) == before


@pytest.mark.parametrize("text", ["", "0%", "100%", "2h", "before", "soon before", "75"])
def test_anything_else_is_no_warning(text: str) -> None:
    assert limits.parse_threshold(text) is None


def test_a_limit_of_nothing_is_a_limit() -> None:
    assert figures("0h") == (0, 0, 0)


def test_blanks_around_number_and_unit_do_not_matter() -> None:
    assert figures(" 24 h ") == (86_400, 0, 0)


def test_a_limit_keeps_the_text_it_was_written_as() -> None:
    limit = limits.parse_limit(" 3bd ")
    assert limit is not None
    assert limit.text == "3bd"


@pytest.mark.parametrize(
    "text",
    ["", "24", "h", "1.5h", "-1h", "+1h", "one hour", "1H", "3 days", "P", "PT", "P1DT12H", "PT1H1D", "1个"],
)
def test_anything_else_is_no_limit(text: str) -> None:
    assert limits.parse_limit(text) is None


def test_a_limit_no_date_could_ever_reach_is_no_limit() -> None:
    assert months("36525d") == (0, 36_525)
    for text in ("36526d", "99999w", "36526bd", "P100Y99999D"):
        assert limits.parse_limit(text) is None
    assert limits.parse_limit("100000h") is None
    assert months("100y") == (1200, 0)
    assert limits.parse_limit("1201mo") is None
