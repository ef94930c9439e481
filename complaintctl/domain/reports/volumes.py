"""Complaints per thousand units, where the team says how many units it sold, made or served in a period."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case.folding import fold_value
from complaintctl.domain.policy.policy import Labels, VolumeRule
from complaintctl.domain.reports.case_facts import CaseFacts
from complaintctl.domain.reports.counters import share
from complaintctl.domain.reports.figures import Figure, Period
from complaintctl.domain.reports.measures import MEASURES
from complaintctl.domain.reports.moments import LocalDays
from complaintctl.domain.reports.periods import (
    CalendarSpan,
    parse_calendar_span,
    same_span_last_year,
    span_period,
)
from complaintctl.errors import InvalidInput

THOUSAND: Final = 1000
# Columns of a file of volumes; a third one may be any field of a case.
PERIOD_COLUMN: Final = "period"
UNITS_COLUMN: Final = "units"
_WHOLE_NUMBER: Final = re.compile(r"\d{1,15}")
_MONTHS_A_YEAR: Final = 12
# Fields whose value is a path; a class includes its subclasses.
_PATHS: Final = frozenset({"category", "cause.class"})


@dataclass(frozen=True, kw_only=True, slots=True)
class VolumeEntry:
    """The number of `units` in a period, of a `value` of the field that the volumes are by; "" without a field."""

    key: str
    span: CalendarSpan
    units: int
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Volumes:
    """The volumes of a team: `label` says of what in each language, `by` is a field of the case or ""."""

    label: Labels
    by: str
    entries: tuple[VolumeEntry, ...]


def parse_units(text: str) -> int | None:
    """Returns a number of units as typed; None if it is no whole number."""
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None


def volumes_of_rule(rule: VolumeRule) -> Volumes:
    """Returns the volumes of a policy without faults that gives the numbers itself."""
    return make_volumes(rule.label, rule.by or "", rule_rows(rule))


def rule_rows(rule: VolumeRule) -> Iterator[tuple[str, str, str]]:
    """Yields period, value and units of every number of the policy, as typed."""
    for period, units in rule.units.items():
        if isinstance(units, str):
            yield period, "", units
        else:
            yield from ((period, value, number) for value, number in units.items())


def make_volumes(label: Labels, by: str, rows: Iterable[tuple[str, str, str]]) -> Volumes:
    """Returns the volumes of rows (period, value, units); adds the years that have all their months or quarters.

    Raises InvalidInput if a row is wrong, or given twice.
    """
    entries: dict[tuple[CalendarSpan, str], VolumeEntry] = {}
    for period, value, typed in rows:
        span, units = parse_calendar_span(period), parse_units(typed)
        if units is None:
            raise InvalidInput("bad-units", value=typed, period=period)
        if (span, fold_value(value)) in entries:
            raise InvalidInput("volume-twice", period=period, value=value)
        entries[span, fold_value(value)] = VolumeEntry(key=period, span=span, units=units, value=value)
    return Volumes(label=label, by=by, entries=(*entries.values(), *_whole_years(entries)))


def _whole_years(entries: Mapping[tuple[CalendarSpan, str], VolumeEntry]) -> Iterator[VolumeEntry]:
    """Yields the years of which only the parts are given, all of them."""
    parts = sorted(
        (folded, span.months, span.first.year, entry.units, entry.value)
        for (span, folded), entry in entries.items()
        if 0 < span.months < _MONTHS_A_YEAR
    )
    done = {(span, folded) for span, folded in entries}
    for (folded, months, year), group in groupby(parts, key=lambda part: part[:3]):
        members = list(group)
        span = parse_calendar_span(str(year))
        if len(members) * months == _MONTHS_A_YEAR and (span, folded) not in done:
            done.add((span, folded))
            units = sum(part[3] for part in members)
            yield VolumeEntry(key=str(year), span=span, units=units, value=members[0][4])


class RateCounter:
    """Counts the cases received in each period of the volumes."""

    def __init__(self, volumes: Volumes, period: Period, as_of: datetime, zone: ZoneInfo) -> None:
        self.volumes, self.period, self.as_of, self.zone = volumes, period, as_of, zone
        self.days = LocalDays(zone)
        self.spans = sorted({entry.span for entry in volumes.entries}, key=lambda span: span.first)
        self.units = {(entry.span, fold_value(entry.value)): entry.units for entry in volumes.entries}
        self.values = {fold_value(entry.value): entry.value for entry in volumes.entries}
        self.counts: Counter[tuple[CalendarSpan, str]] = Counter()
        self._spans_of_day: dict[date, Sequence[CalendarSpan]] = {}

    def count(self, facts: Sequence[CaseFacts], values: Sequence[str]) -> None:
        """Counts cases by the days of their receipt; `values` are those of the field of the volumes."""
        received = Counter(zip(map(self.days.day, map(attrgetter("received"), facts)), values, strict=True))
        for (day, value), cases in received.items():
            if day not in self._spans_of_day:
                self._spans_of_day[day] = [span for span in self.spans if span.first <= day <= span.last]
            for known in self._known_values(fold_value(value)):
                for span in self._spans_of_day[day]:
                    self.counts[span, known] += cases

    def _known_values(self, value: str) -> list[str]:
        """Returns the values of the volumes that a case with this value has: itself, or the classes above it."""
        if not self.volumes.by:
            return [""]
        parts = value.split("/") if self.volumes.by in _PATHS else [value]
        paths = ["/".join(parts[: index + 1]) for index in range(len(parts))]
        return [path for path in paths if path in self.values]

    def figures(self) -> Iterator[Figure]:
        """Yields the section `rates`: each ended period of the volumes that lies in the period of the report.

        The row "" is the whole period of the report, if the volumes cover it without a gap.
        """
        keys = {(entry.span, fold_value(entry.value)): entry.key for entry in self.volumes.entries}
        for value in sorted(self.values):
            for span in self._shown_spans(value):
                yield from self._rate_figures(keys[span, value], value, [span])
            if parts := self._covering_spans(value):
                yield from self._rate_figures("", value, parts)

    def _shown_spans(self, value: str) -> list[CalendarSpan]:
        return [
            span
            for span in self.spans
            if (span, value) in self.units and self._is_shown(span_period(span, self.zone))
        ]

    def _is_shown(self, part: Period) -> bool:
        start, end = self.period.start, self.period.end
        is_inside = (start is None or (part.start or start) >= start) and (
            end is None or (part.end or end) <= end
        )
        return is_inside and part.end is not None and part.end <= self.as_of

    def _covering_spans(self, value: str) -> list[CalendarSpan]:
        """Returns periods of the volumes that follow each other and make the whole period; none if there is a gap."""
        if self.period.start is None or self.period.end is None or self.period.end > self.as_of:
            return []
        parts: list[CalendarSpan] = []
        reached = self.period.start
        while reached < self.period.end:
            fitting = [
                (part.end, span)
                for span in self._shown_spans(value)
                if (part := span_period(span, self.zone)).start == reached and part.end is not None
            ]
            if not fitting:
                return []
            reached, span = max(fitting, key=lambda entry: entry[0])
            parts.append(span)
        return parts

    def _rate_figures(self, row: str, value: str, spans: list[CalendarSpan]) -> Iterator[Figure]:
        complaints = sum(self.counts[span, value] for span in spans)
        units = sum(self.units[span, value] for span in spans)
        rate, before = self._rate(value, spans), self._rate_last_year(value, spans)
        values = {
            "complaints": complaints,
            "units": units,
            "per_thousand": rate,
            "year_on_year": rate / before - 1 if rate is not None and before else None,
        }
        by = (self.volumes.by,) if self.volumes.by else ()
        group = (self.values[value],) if self.volumes.by else ()
        for key, number in values.items():
            of = units if key == "per_thousand" else None
            measure = MEASURES["rates", key]
            yield Figure(measure=measure, value=number, key=row, of=of, by=by, group=group)

    def _rate(self, value: str, spans: Sequence[CalendarSpan]) -> float | None:
        units = sum(self.units[span, value] for span in spans)
        return share(THOUSAND * sum(self.counts[span, value] for span in spans), units)

    def _rate_last_year(self, value: str, spans: Sequence[CalendarSpan]) -> float | None:
        earlier = [same_span_last_year(span) for span in spans]
        return self._rate(value, earlier) if all((span, value) in self.units for span in earlier) else None
