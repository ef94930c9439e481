"""Turns a row of a table into a case: parses its cells by the mapping, and computes its fingerprint and events."""

import dataclasses
import difflib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields, one_line
from complaintctl.domain.case.case import Case, Event, ImportSource, Promise
from complaintctl.domain.deadlines import history
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.domain.time_range import RANGE_VALUES, is_in_range
from complaintctl.domain.zones import resolve_local_time
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports.csvrows import REJECT_COLUMNS, CsvRow
from complaintctl.exchange.imports.mapping import EVENT_PREFIX, ColumnSource, ImportMapping, column_sources

# D-062: per field.
FINGERPRINT_LENGTH: Final = 4
# A SHA-256 digest is long enough for ten ids of five characters.
ID_DIGEST_OFFSETS: Final = range(0, 46, history.CASE_ID_LENGTH)
# Fields in the first event of a case, as in lifecycle.create_case; the outcome is in the closing event.
_OPENING_FIELDS: Final = ("received", "level", "category", "owner", "department")


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportTarget:
    """The target of a column or constant: `received`, `closed`, `promise`, a field, or `x.NAME`.

    `place` is the index of the column, -1 for a constant.
    """

    name: str
    place: int
    taking: ColumnSource
    constant: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RowLayout:
    """A mapping applied to the header of one table: its targets in order, and the fingerprint of their names."""

    mapping: ImportMapping
    zone: ZoneInfo
    id_place: int
    targets: tuple[ImportTarget, ...]
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedRow:
    """A parsed row: a typed value, or None, for each target in the order of the layout."""

    line: int
    source: ImportSource
    values: dict[str, Any]
    cells: tuple[str, ...]

    @property
    def received(self) -> datetime:
        """The time of receipt."""
        moment: datetime = self.values["received"]
        return moment

    @property
    def closed(self) -> datetime | None:
        """The time at which the source closed the case, or None."""
        return self.values.get("closed")


class _WrongCellError(ValueError):
    """The text of a cell is not a valid value of its target."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def build_row_layout(mapping: ImportMapping, header: tuple[str, ...], name: str) -> RowLayout:
    """Applies a mapping to the header of the table `name`.

    Raises InvalidInput with all required columns that are missing. The message does not show the header: in a file
    without one, that would be a customer's record.
    """
    places = {column: place for place, column in enumerate(header)}
    missing: list[str] = []
    used: set[str] = set()
    filled: list[ImportTarget] = []
    for target, taking in column_sources(mapping):
        column = next((column for column in taking.column if column in places), None)
        if column is not None:
            used.add(column)
            filled.append(ImportTarget(name=target, place=places[column], taking=taking, constant=None))
        elif not taking.optional:
            missing.append(" | ".join(taking.column))
    if missing:
        values = {"missing": list(dict.fromkeys(missing)), "near": _similar_columns(missing, header)}
        raise InvalidInput("import-columns", file=name, **values)
    plain = ColumnSource(column=())
    filled += [
        ImportTarget(name=target, place=-1, taking=plain, constant=text)
        for target, text in mapping.constants.items()
    ]
    spare = {*used, *mapping.ignore, *REJECT_COLUMNS}
    filled += [
        ImportTarget(name=f"x.{one_line.join_lines(column)}", place=place, taking=plain, constant=None)
        for column, place in places.items()
        if column not in spare
    ]
    targets = tuple(filled[1:])
    return RowLayout(
        mapping=mapping,
        zone=ZoneInfo(mapping.timezone),
        id_place=filled[0].place,
        targets=targets,
        mark=value_fingerprint("\n".join(target.name for target in targets)),
    )


def _similar_columns(missing: list[str], header: tuple[str, ...]) -> list[str]:
    spelt = {column.casefold(): column for column in header}
    near = (difflib.get_close_matches(column.casefold(), spelt, 1) for column in missing)
    return list(dict.fromkeys(spelt[match] for matches in near for match in matches))


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
    for name in ("received", "closed", f"{EVENT_PREFIX}time"):
        moment = arrival.values.get(name)
        if moment is not None and moment > now:
            values = {"field": name, "value": moment}
            return RejectedRecord(
                line=arrival.line, key="import-future-time", values=values, cells=arrival.cells
            )
    return None


def _parse_row(ready: RowLayout, row: CsvRow) -> ImportedRow | RejectedRecord:
    source_id = one_line.join_lines(row.cells[ready.id_place].strip())
    if not source_id:
        return RejectedRecord(line=row.line, key="import-no-id", cells=row.cells)
    values: dict[str, Any] = {}
    for target in ready.targets:
        try:
            values[target.name] = _parse_cell(ready, target, row)
        except _WrongCellError as wrong:
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
    return ImportedRow(line=row.line, source=source, values=values, cells=row.cells)


def _parse_cell(ready: RowLayout, target: ImportTarget, row: CsvRow) -> Any:
    text = row.cells[target.place].strip() if target.constant is None else target.constant
    if target.taking.values and (text or "" in target.taking.values):
        ours = target.taking.values.get(text, target.taking.else_)
        if ours is None:
            shown = "…" if fields.is_personal(target.name) else text
            raise _WrongCellError("import-unknown-word", field=target.name, value=shown)
        text = ours
    if not text:
        return None
    if one_line.is_one_line_field(target.name):
        text = one_line.join_lines(text)
    if target.place >= 0 and (parser := _time_parser(target.name)):
        return parser(text, target.taking.times or ready.mapping.times, ready.zone, target.name)
    try:
        return fields.parse_value(target.name, text)
    except fields.WrongValueError as error:
        values = {"field": target.name, "kind": str(error)}
        raise _WrongCellError("import-wrong-value", **values) from error


def read_cell(ready: RowLayout, target: ImportTarget, row: CsvRow) -> tuple[Any, str | None]:
    """Parses one cell; returns its value, or None and the key of what is wrong with it."""
    try:
        return _parse_cell(ready, target, row), None
    except _WrongCellError as wrong:
        return None, wrong.key


@lru_cache(maxsize=1 << 10)
def _time_parser(name: str) -> Callable[[str, tuple[str, ...], ZoneInfo, str], Any] | None:
    """The parser of a time or day field; None for other fields."""
    if name in {"closed", "promise", f"{EVENT_PREFIX}time"} or fields.field_kinds().get(name) == "moment":
        return _parse_time
    return _parse_day if fields.field_kinds().get(name) == "day" else None


@lru_cache(maxsize=1 << 12)
def _parse_time(text: str, layouts: tuple[str, ...], zone: ZoneInfo, name: str) -> datetime:
    """Parses a time by all layouts; raises _WrongCellError if none fits or if they give different times."""
    moments = set()
    for layout in layouts:
        try:
            naive = datetime.strptime(text, layout)  # noqa: DTZ007 - the zone is the mapping's
        except ValueError:
            continue
        moments.add(_moment_in_range(naive, zone, name, text))
    if len(moments) != 1:
        key = "import-ambiguous-time" if moments else "import-unreadable-time"
        raise _WrongCellError(key, field=name, value=text)
    return moments.pop()


def _moment_in_range(naive: datetime, zone: ZoneInfo, name: str, text: str) -> datetime:
    """Converts a time to the zone; raises _WrongCellError if it is outside the years that we calculate in."""
    try:
        moment = naive.astimezone(zone) if naive.tzinfo else resolve_local_time(zone, naive)
    except OverflowError:
        moment = naive
    if not is_in_range(moment):
        raise _WrongCellError("import-time-too-far", field=name, value=text, **RANGE_VALUES)
    return moment


def _parse_day(text: str, layouts: tuple[str, ...], zone: ZoneInfo, name: str) -> date:
    return _parse_time(text, layouts, zone, name).date()


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
        if value is not None and name not in {"closed", "promise"}
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
    if arrival.closed is None:
        return case
    event = closing_event(case, arrival.closed, (None, case.outcome))
    return _append_event(dataclasses.replace(case, status="closed"), event)


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
