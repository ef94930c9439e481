"""Periods of papers: a year, half-year, quarter or month of the calendar, in the policy's zone."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from complaintctl.domain.reports.figures import Period
from complaintctl.domain.time_range import FIRST_YEAR, LAST_YEAR
from complaintctl.domain.zones import resolve_local_time
from complaintctl.errors import InvalidInput

PeriodKind = Literal["year", "half-year", "quarter", "month"]
MONTHS: Final[dict[PeriodKind, int]] = {"year": 12, "half-year": 6, "quarter": 3, "month": 1}
_TYPED: Final = re.compile(
    r"(?P<year>\d{4})年?(?:-?(?:[Hh](?P<half>[12])|[Qq](?P<quarter>[1-4]))|-?(?P<month>0[1-9]|1[0-2])"
    r"|(?P<chinese_half>[上下])半年|第?(?P<chinese_quarter>[一二三四])季度|(?P<chinese_month>1[0-2]|[1-9])月)?"
)
_FIRST_HALF: Final = "上"
_QUARTERS: Final = "一二三四"


def parse_period(typed: str, zone: ZoneInfo) -> tuple[Period, PeriodKind]:
    """Returns the period in `2027`, `2027H1`, `2027Q3` or `2027-03`, also in Chinese, and its kind; raises InvalidInput."""
    match = _TYPED.fullmatch(typed.strip())
    if match is None or not FIRST_YEAR <= int(match["year"]) < LAST_YEAR:
        raise InvalidInput("paper-period", value=typed)
    year = int(match["year"])
    kind: PeriodKind
    if half := match["half"] or match["chinese_half"]:
        number, kind = (1 if half in {"1", _FIRST_HALF} else 2), "half-year"
    elif quarter := match["quarter"] or match["chinese_quarter"]:
        number, kind = (_QUARTERS.find(quarter) + 1 or int(quarter)), "quarter"
    elif month := match["month"] or match["chinese_month"]:
        number, kind = int(month), "month"
    else:
        number, kind = 1, "year"
    return calendar_period(year, number, kind, zone), kind


def calendar_period(year: int, number: int, kind: PeriodKind, zone: ZoneInfo) -> Period:
    """Returns the period with this number in its year, counted from 1; 0 and below lie in the years before."""
    months = MONTHS[kind]
    first = year * 12 + (number - 1) * months
    start, end = (
        resolve_local_time(zone, datetime(month // 12, month % 12 + 1, 1))  # noqa: DTZ001 -- it gets the zone
        for month in (first, first + months)
    )
    year, number = first // 12, first % 12 // months + 1
    keys = {"year": "", "half-year": f"H{number}", "quarter": f"Q{number}", "month": f"-{number:02}"}
    return Period(key=f"{year}{keys[kind]}", start=start, end=end)


def months_between(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[Period]:
    """Yields the months of the calendar that have a moment from `start` to before `end`."""
    local = start.astimezone(zone)
    number = local.month
    while True:
        month = calendar_period(local.year, number, "month", zone)
        if month.start is None or month.start >= end:
            return
        yield month
        number += 1
