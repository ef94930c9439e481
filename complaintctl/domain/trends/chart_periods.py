"""The samples of a control chart: cases counted in whole days, weeks, months or quarters that are over."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case.folding import fold_value
from complaintctl.domain.reports.figures import Period
from complaintctl.domain.reports.periods import (
    CalendarSpan,
    bucket_key,
    parse_calendar_span,
    span_period,
)
from complaintctl.domain.reports.volumes import Volumes
from complaintctl.domain.trends.control_charts import Sample
from complaintctl.errors import InvalidInput

CHART_UNITS: Final = ("day", "week", "month", "quarter")


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartPeriods:
    """The whole periods of a chart by name, and the name of the one that is not over; None if there is none."""

    spans: Mapping[str, CalendarSpan]
    unfinished: str | None


def chart_periods(unit: str, first: date, period: Period, as_of: datetime, zone: ZoneInfo) -> ChartPeriods:
    """Returns the periods from that of the day of the `first` case on, or from the start of the report.

    They go on to the end of the report or to `as_of`, also without a case. Those that are cut by the start or the end
    of the report are left out; so is the one that is not over at `as_of`.
    """
    first = period.start.astimezone(zone).date() if period.start else first
    end = min(period.end, as_of) if period.end else as_of
    spans: dict[str, CalendarSpan] = {}
    for key, span in _spans_from(unit, first):
        part = span_period(span, zone)
        if part.start is None or part.end is None or part.start >= end:
            break
        if part.end > end:
            is_cut = period.end is not None and period.end <= as_of
            return ChartPeriods(spans=spans, unfinished=None if is_cut else key)
        if period.start is None or part.start >= period.start:
            spans[key] = span
    return ChartPeriods(spans=spans, unfinished=None)


def _spans_from(unit: str, day: date) -> Iterator[tuple[str, CalendarSpan]]:
    while True:
        key = bucket_key(unit, day)
        span = parse_calendar_span(key)
        yield key, span
        day = span.last + timedelta(days=1)


def chart_samples(
    periods: ChartPeriods, counts: Mapping[str, int], units: Mapping[CalendarSpan, int] | None
) -> tuple[Sample, ...]:
    """Returns a sample for each period; `units` are the volumes, or None for a chart of counts.

    Raises InvalidInput if the volumes of a period are missing or 0.
    """
    return tuple(
        Sample(
            period=key,
            count=counts.get(key, 0),
            units=None if units is None else _units_of(key, span, units),
        )
        for key, span in periods.spans.items()
    )


def _units_of(key: str, span: CalendarSpan, units: Mapping[CalendarSpan, int]) -> Fraction:
    number = units.get(span, 0)
    if number <= 0:
        raise InvalidInput("chart-without-units", period=key)
    return Fraction(number)


def units_of_periods(volumes: Volumes, value: str | None) -> dict[CalendarSpan, int]:
    """Returns the units of each period of the volumes: of one value of their field, or of all values together."""
    wanted = None if value is None else fold_value(value)
    units: Counter[CalendarSpan] = Counter()
    for entry in volumes.entries:
        if wanted is None or fold_value(entry.value) == wanted:
            units[entry.span] += entry.units
    return dict(units)
