"""Turns a row of a table into a case: parses its cells by the mapping, and computes its fingerprint and events."""

import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields, one_line
from complaintctl.domain.case.case import Case, Event, ImportSource, Promise
from complaintctl.domain.case.row_marks import FINGERPRINT_LENGTH
from complaintctl.domain.deadlines import history
from complaintctl.domain.lifecycle.import_results import CellWarning, RejectedRecord
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports import columns, row_steps
from complaintctl.exchange.imports.cells import (
    CellReading,
    ImportTarget,
    WrongCellError,
    read_target,
    read_text,
)
from complaintctl.exchange.imports.formats.csvrows import CsvRow
from complaintctl.exchange.imports.mapping import EVENT_PREFIX, STEP_PREFIX, ImportMapping
from complaintctl.exchange.imports.policy_words import NO_POLICY, PolicyWords
from complaintctl.exchange.imports.times.cell_times import TimeReading

# A SHA-256 digest is long enough for ten ids of five characters.
ID_DIGEST_OFFSETS: Final = range(0, 46, history.CASE_ID_LENGTH)
# Fields in the first event of a case, as in lifecycle.create_case; the outcome is in the closing event.
_OPENING_FIELDS: Final = ("received", "level", "category", "owner", "department")


@dataclass(frozen=True, kw_only=True, slots=True)
class RowLayout:
    """A mapping applied to the header of one table: its id, its targets in order, and the fingerprint of their names."""

    mapping: ImportMapping
    reading: CellReading
    id_target: ImportTarget
    targets: tuple[ImportTarget, ...]
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedRow:
    """A parsed row: a typed value, or None, for each target in the order of the layout.

    `warnings` are the cells that were left out because they cannot be read.
    """

    line: int
    source: ImportSource
    values: dict[str, Any]
    cells: tuple[str, ...]
    warnings: tuple[CellWarning, ...] = ()

    @property
    def received(self) -> datetime:
        """The time of receipt."""
        moment: datetime = self.values["received"]
        return moment

    @property
    def closed(self) -> datetime | None:
        """The time at which the source closed the case, or None."""
        return self.values.get("closed")


def build_row_layout(
    mapping: ImportMapping,
    header: tuple[str, ...],
    name: str,
    more_layouts: tuple[str, ...] = (),
    policy_words: PolicyWords = NO_POLICY,
) -> RowLayout:
    """Applies a mapping to the header of the table `name`; `more_layouts` are the time layouts of a workbook.

    Raises InvalidInput with all required columns that are missing. The message does not show the header: in a file
    without one, that would be a customer's record.
    """
    if missing := columns.missing_columns(mapping, header):
        values = {"missing": missing, "near": columns.similar_columns(missing, header)}
        raise InvalidInput("import-columns", file=name, **values)
    id_target, *targets = columns.make_targets(mapping, header, policy_words)
    times = TimeReading(
        layouts=mapping.times,
        zone=ZoneInfo(mapping.timezone),
        zones=tuple(mapping.zones.items()),
        language=mapping.language,
    )
    empty = frozenset(word.strip().casefold() for word in mapping.empty)
    return RowLayout(
        mapping=mapping,
        reading=CellReading(empty=empty, times=times, more_layouts=more_layouts),
        id_target=id_target,
        targets=tuple(targets),
        mark=value_fingerprint("\n".join(target.name for target in targets)),
    )


@lru_cache(maxsize=1 << 14)
def value_fingerprint(text: str) -> str:
    """A 20-bit fingerprint of a text: enough to detect a change, too short to reveal the value."""
    return history.encode_base32(hashlib.sha256(text.encode()).digest(), FINGERPRINT_LENGTH, 0)


def parse_rows(
    ready: RowLayout, rows: Iterator[CsvRow | RejectedRecord], now: datetime
) -> Iterator[ImportedRow | RejectedRecord]:
    """Parses each row; rejects a repeated source id, and times in the future.

    To save memory, only an 8-byte hash of each id is kept.
    """
    seen: set[bytes] = set()
    for row in rows:
        parsed = row if isinstance(row, RejectedRecord) else _parse_row(ready, row)
        if isinstance(parsed, ImportedRow):
            parsed = _reject_future_time(parsed, now) or parsed
        if isinstance(parsed, ImportedRow):
            key = hashlib.blake2b(parsed.source.id.encode(), digest_size=8).digest()
            if key in seen:
                values = {"id": parsed.source.id}
                parsed = RejectedRecord(line=row.line, key="import-id-twice", values=values, cells=row.cells)
            seen.add(key)
        yield parsed


def _reject_future_time(arrival: ImportedRow, now: datetime) -> RejectedRecord | None:
    steps = [name for name in arrival.values if name.startswith(STEP_PREFIX)]
    for name in ("received", "closed", f"{EVENT_PREFIX}time", *steps):
        moment = arrival.values.get(name)
        if moment is not None and moment > now:
            values = {"field": name, "value": moment}
            return RejectedRecord(
                line=arrival.line, key="import-future-time", values=values, cells=arrival.cells
            )
    return None


def record_id(ready: RowLayout, cells: tuple[str, ...]) -> str:
    """Returns the id of a record in its system, "" if it has none; raises WrongCellError if it cannot be read."""
    if max(ready.id_target.places) >= len(cells):
        return ""
    return one_line.join_lines(read_text(ready.id_target, cells, ready.reading))


def group_id(ready: RowLayout, cells: tuple[str, ...]) -> str:
    """Like `record_id`, "" also for an id that cannot be read."""
    try:
        return record_id(ready, cells)
    except WrongCellError:
        return ""


def _parse_row(ready: RowLayout, row: CsvRow) -> ImportedRow | RejectedRecord:
    try:
        source_id = record_id(ready, row.cells)
        if not source_id:
            return RejectedRecord(line=row.line, key="import-no-id", cells=row.cells)
        values, warnings = _read_values(ready, row)
    except WrongCellError as wrong:
        return RejectedRecord(line=row.line, key=wrong.key, values=wrong.values, cells=row.cells)
    if values["received"] is None:
        return RejectedRecord(line=row.line, key="import-not-received", cells=row.cells)
    if "title" in values and values["title"] is None:
        values["title"] = f"{ready.mapping.system} {source_id}"
    if values.get("closed") is None and "outcome" in values:
        values["outcome"] = None
    fingerprint = ready.mark + "".join(
        value_fingerprint(fields.value_text(value) or "") for value in values.values()
    )
    source = ImportSource(system=ready.mapping.system, id=source_id, row=fingerprint)
    return ImportedRow(line=row.line, source=source, values=values, cells=row.cells, warnings=warnings)


def read_cell(ready: RowLayout, target: ImportTarget, row: CsvRow) -> tuple[Any, WrongCellError | None]:
    """Reads the value of a target from a row; returns it, or None and what is wrong with the cell."""
    try:
        return read_target(target, row.cells, ready.reading), None
    except WrongCellError as wrong:
        return None, wrong


def _read_values(ready: RowLayout, row: CsvRow) -> tuple[dict[str, Any], tuple[CellWarning, ...]]:
    """Returns the values of a row, with warnings of cells left out; raises WrongCellError if one rejects the row."""
    values: dict[str, Any] = {}
    left: dict[str, str] = {}
    warnings: list[CellWarning] = []
    for target in ready.targets:
        try:
            values[target.name] = (
                left.get(target.left_from)
                if target.left_from is not None
                else read_target(target, row.cells, ready.reading)
            )
        except WrongCellError as wrong:
            if target.taking.unreadable != "warn":
                raise
            values[target.name] = None
            left[target.name] = wrong.text
            warnings.append(CellWarning(line=row.line, key=wrong.key, values=wrong.values))
    return values, tuple(warnings)


def candidate_case_ids(source: ImportSource, received: datetime) -> Iterator[str]:
    """Yields the case ids for a row in order of preference; later ones are used if another case has the id."""
    digest = hashlib.sha256(f"{source.system}\0{source.id}".encode()).digest()
    day = received.strftime("%Y%m%d")
    return (
        f"C-{day}-{history.encode_base32(digest, history.CASE_ID_LENGTH, offset)}"
        for offset in ID_DIGEST_OFFSETS
    )


def case_from_row(arrival: ImportedRow, ready: RowLayout, case_id: str) -> Case:
    """Returns the new case of a row: opened by the source, and closed if the row has a closing time."""
    remaining = {
        name: value
        for name, value in arrival.values.items()
        if value is not None and name not in {"closed", "promise"} and not name.startswith(STEP_PREFIX)
    }
    case = Case(
        id=case_id,
        title=remaining.pop("title", None) or f"{arrival.source.system} {arrival.source.id}",
        received=remaining.pop("received"),
        source=arrival.source,
        status="open",
        x={name[2:]: remaining.pop(name) for name in list(remaining) if name.startswith("x.")},
        promised=row_promises(arrival, ready),
        **{name: remaining.pop(name) for name in list(remaining) if "." not in name},
    )
    for name, value in remaining.items():
        case = fields.with_value(case, name, value)
    case = _append_event(case, opening_event(case))
    before, after = row_steps.split_steps(case, arrival.values, arrival.closed)
    for event in before:
        case = _append_event(case, event)
    if arrival.closed is None:
        return case
    event = closing_event(case, arrival.closed, (None, case.outcome))
    case = _append_event(dataclasses.replace(case, status="closed"), event)
    for event in after:
        case = _append_event(case, event)
    return case


def _append_event(case: Case, event: Event) -> Case:
    done = history.identify_event(case.id, case.history, event)
    return dataclasses.replace(case, history=(*case.history, done))


def row_promises(arrival: ImportedRow, ready: RowLayout) -> tuple[Promise, ...]:
    """The promise of a row, made at receipt, or at closing if that is earlier; empty if there is none."""
    by: datetime | None = arrival.values.get("promise")
    if by is None or ready.mapping.promise is None:
        return ()
    made = min(arrival.received, arrival.closed or arrival.received)
    return (Promise(by=by, what=ready.mapping.promise.what, made=made),)


def opening_event(case: Case) -> Event:
    """The first event of an imported case. It has no verdict, because nobody here registered it in time or late."""
    # D-063: no `due`, no `met`.
    early = any(promise.by < case.received for promise in case.promised)
    return Event(
        at=case.received,
        by=case.source.system if case.source else "",
        did="open",
        set={
            name: (None, fields.plain_value(value))
            for name in _OPENING_FIELDS
            if (value := fields.value_at(case, name))
        },
        promise=tuple(promise.by for promise in case.promised),
        irregular="promise-before-receipt" if early else None,
    )


def closing_event(case: Case, at: datetime, outcome: tuple[Any, Any]) -> Event:
    """The closing by the source, without checks of the life cycle; `irregular` if it is before receipt."""
    return Event(
        at=at,
        by=case.source.system if case.source else "",
        did="close",
        set={"outcome": outcome} if outcome[0] != outcome[1] else {},
        irregular="closed-before-receipt" if at < case.received else None,
    )
