"""Figures of a report in long form: one row a measure of one group of cases in one period.

Every output (table, JSON, CSV, Markdown, workbook, page) is a view of these rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Unit = Literal["cases", "number", "seconds", "share", "mark", "money", "per-thousand"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A measure of a report; its label and definition are in render/reports/ under `section.key`.

    `whole` names the measure of the same section that is the denominator of `Figure.of`; "" for plain counts.
    """

    section: str
    key: str
    unit: Unit
    whole: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A time from `start` (included) to `end` (excluded); None is without limit. `key` names it in the outputs."""

    key: str = "report"
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One value. `key` is the row within the section: a step, an outcome, an age class; "" if there is one row.

    `value` is a count, seconds, a share from 0 to 1, a mark, or money; None if there was nothing to measure.
    `of` is the number of cases, clocks or marks that the value is about (the denominator).
    `group` has the value of each field of `--by`, in their order; "" is a case without a value.
    """

    measure: Measure
    value: float | int | None
    key: str = ""
    of: int | None = None
    period: str = "report"
    group: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """All figures of a report at `as_of`: `rows` in reading order, `by` the fields of the groups."""

    as_of: datetime
    basis: Literal["received", "closed", "taken"]
    periods: tuple[Period, ...]
    by: tuple[str, ...] = ()
    rows: tuple[Figure, ...] = ()
    conditions: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
