"""A preset of a regulator's return: dated versions of a rule, each with the rows that it counts."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from complaintctl.domain.case import fields
from complaintctl.domain.case.known_facts import entry_parts
from complaintctl.domain.policy.policy import TextOrMap
from complaintctl.domain.problems import Fault
from complaintctl.domain.worktime import limits

Counted = Literal["received", "closed", "open-at-start", "open-at-end", "taken"]
PeriodKind = Literal["year", "half-year", "quarter", "month"]
# Kinds of period by their months.
PERIOD_KINDS: Final[Mapping[int, PeriodKind]] = {12: "year", 6: "half-year", 3: "quarter", 1: "month"}
FaultPath = tuple[str | int, ...]
# What ends, so that the time until then can be compared with a limit.
_ENDING = frozenset({"closed", "taken"})


@dataclass(frozen=True, kw_only=True, slots=True)
class PresetRow:
    """A row of a return: how many of the cases `count` fulfil all conditions.

    `taken` counts cases in which `step` was taken in the period. `when` are conditions as those of a step of the
    policy. `within` and `over` compare the time from receipt to the closing, or to the step. `needs` are fields that
    must be known. `sum` adds up the amounts of a field instead of counting. `by` divides the row by a field. `of`
    names the row of which this one is a share.
    """

    row: str
    label: TextOrMap
    count: Counted
    step: str | None = None
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    within: str | None = None
    over: str | None = None
    needs: tuple[str, ...] = ()
    sum: str | None = None
    by: str | None = None
    of: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PresetSource:
    """Where the rows come from."""

    title: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PresetVersion:
    """The rule for periods that begin on `from_` or later, as it was known on `as_of`.

    `verified` says that the official text was read. `note` says what the team must know.
    """

    from_: date
    as_of: date
    source: PresetSource
    verified: bool
    rows: tuple[PresetRow, ...]
    note: TextOrMap = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A return. `periods` are the kinds of period that it is made for, all if empty; `versions`: the oldest first."""

    preset: Literal["1"]
    label: TextOrMap
    versions: tuple[PresetVersion, ...]
    periods: tuple[PeriodKind, ...] = ()


def versions_in_force(preset: Preset, day: date) -> tuple[PresetVersion, PresetVersion | None]:
    """Returns the version in force on a day and the one before it, if any; before the first version, the first."""
    index = max((number for number, one in enumerate(preset.versions) if one.from_ <= day), default=0)
    return preset.versions[index], preset.versions[index - 1] if index else None


def preset_faults(preset: Preset) -> Iterator[Fault]:
    """Yields what is wrong in a preset whose keys and types are right, whatever the policy."""
    if not preset.versions:
        yield Fault(key="preset-empty", path=("versions",))
    for number, version in enumerate(preset.versions):
        if number and version.from_ <= preset.versions[number - 1].from_:
            yield Fault(key="preset-order", path=("versions", number, "from_"))
        if not version.rows:
            yield Fault(key="preset-empty", path=("versions", number, "rows"))
        names = [row.row for row in version.rows]
        for index, row in enumerate(version.rows):
            path = ("versions", number, "rows", index)
            if row.row in names[:index]:
                yield Fault(key="preset-row-twice", path=(*path, "row"), values={"row": row.row})
            yield from _row_faults(row, names, path)


def _row_faults(row: PresetRow, names: Sequence[str], path: FaultPath) -> Iterator[Fault]:
    if row.of is not None and (row.of not in names or row.sum):
        yield Fault(key="preset-share", path=(*path, "of"), values={"row": row.of})
    if (row.count == "taken") != (row.step is not None):
        yield Fault(key="preset-step", path=path)
    for key, text in (("within", row.within), ("over", row.over)):
        if text is not None and limits.parse_limit(text) is None:
            yield Fault(key="policy-limit", path=(*path, key), values={"value": text})
        elif text is not None and row.count not in _ENDING:
            yield Fault(key="preset-no-end", path=(*path, key), values={"count": row.count})
    for name, place in _named_fields(row, path):
        if not fields.is_field(name) and (name not in entry_parts() or "needs" not in place):
            near = difflib.get_close_matches(name, [*fields.field_kinds(), *entry_parts()], 1)
            values = {"value": name, "near": near[0] if near else ""}
            yield Fault(key="policy-unknown-field", path=place, values=values)


def _named_fields(row: PresetRow, path: FaultPath) -> Iterator[tuple[str, FaultPath]]:
    for name in row.when:
        yield name, (*path, "when", name)
    for index, need in enumerate(row.needs):
        for name in need.split("|"):
            yield name.strip(), (*path, "needs", index)
    for key, single in (("sum", row.sum), ("by", row.by)):
        if single is not None:
            yield single, (*path, key)
