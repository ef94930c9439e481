"""Figures of a report in long form: one row a measure of one group of cases in one period.

Every output (table, JSON, CSV, Markdown, workbook, page) is a view of these rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# By what time a case falls in a period: its receipt, its last closing, or (each step by itself) when a step was taken,
# or was due if it is overdue.
Basis = Literal["received", "closed", "taken"]
Unit = Literal["cases", "number", "seconds", "share", "mark", "money", "per-thousand"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A measure of a report; its label and definition are in render/reports/ under `section.key`.

    `whole` names the measure that is the denominator in `Figure.of`: a key of the same section, or `section.key` of
    another one; "" for plain counts.
    """

    section: str
    key: str
    unit: Unit
    whole: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A time from `start` (included) to `end` (excluded); None is without limit.

    `key` names it in the outputs: `report`, or `previous` or `year` for the period that it is compared with.
    """

    key: str = "report"
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One value. `key` is the row within the section: a step, an outcome, an age class; "" if there is one row.

    `value` is a count, seconds, a share from 0 to 1, a mark, or money; None if there was nothing to measure.
    `of` is the number of cases, clocks or marks that the value is about (the denominator).
    `by` are the dimensions of the group that the value is about, `group` its value in each; "" is a case without a
    value. Both are empty for the figures of all cases.
    """

    measure: Measure
    value: float | int | None
    key: str = ""
    of: int | None = None
    period: str = "report"
    by: tuple[str, ...] = ()
    group: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """All figures of a report at `as_of`; `rows` are in reading order.

    The first of the `periods` is the one reported, others are compared with it. `tables` has the dimensions of each
    table of groups (one or two fields, or a time such as `month`). `conditions` are those of `--where`, `either` those
    of `--or`, as typed. `with_duplicates`: whether cases closed as duplicates count. `labels` says in each language what the units
    of the section `rates` are, if the policy does.
    """

    as_of: datetime
    basis: Basis
    periods: tuple[Period, ...]
    tables: tuple[tuple[str, ...], ...] = ()
    rows: tuple[Figure, ...] = ()
    conditions: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    with_duplicates: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
