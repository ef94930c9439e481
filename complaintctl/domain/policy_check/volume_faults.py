"""Faults of the volumes in a policy."""

from collections.abc import Iterator
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.folding import fold_value
from complaintctl.domain.policy.policy import Policy, VolumeRule
from complaintctl.domain.problems import Fault
from complaintctl.domain.reports.periods import CalendarSpan, parse_calendar_span
from complaintctl.domain.reports.volumes import parse_units
from complaintctl.errors import InvalidInput

_PATH: Final = ("volumes",)


def find_volume_faults(policy: Policy) -> Iterator[Fault]:
    """Yields periods and numbers that cannot be read, periods given twice, and an unknown field."""
    rule = policy.volumes
    if rule is None:
        return
    if bool(rule.units) == bool(rule.file):
        yield Fault(key="policy-volume-source", path=_PATH)
    if rule.file is not None and rule.by is not None:
        yield Fault(key="policy-volume-by-file", path=(*_PATH, "by"), values={"value": rule.by})
    if rule.by is not None and not fields.has_recorded_value(rule.by):
        yield Fault(key="policy-volume-field", path=(*_PATH, "by"), values={"value": rule.by})
    yield from _unit_faults(rule)


def _unit_faults(rule: VolumeRule) -> Iterator[Fault]:
    seen: set[CalendarSpan] = set()
    for period, units in rule.units.items():
        path: tuple[str, ...] = (*_PATH, "units", period)
        try:
            span = parse_calendar_span(period)
        except InvalidInput:
            yield Fault(key="policy-volume-period", path=path, values={"value": period})
            continue
        if span in seen:
            yield Fault(key="policy-volume-twice", path=path, values={"value": period})
        seen.add(span)
        if isinstance(units, dict) != (rule.by is not None):
            key = "policy-volume-map" if rule.by is None else "policy-volume-no-map"
            yield Fault(key=key, path=path, values={"value": period, "field": rule.by or ""})
        yield from _number_faults(units, path)


def _number_faults(units: str | dict[str, str], path: tuple[str, ...]) -> Iterator[Fault]:
    numbers = (
        {path: units} if isinstance(units, str) else {(*path, value): text for value, text in units.items()}
    )
    seen: set[str] = set()
    for place, text in numbers.items():
        if parse_units(text) is None:
            yield Fault(key="policy-volume-units", path=place, values={"value": text})
        if isinstance(units, dict) and fold_value(place[-1]) in seen:
            yield Fault(key="policy-volume-twice", path=place, values={"value": place[-1]})
        seen.add(fold_value(place[-1]))
