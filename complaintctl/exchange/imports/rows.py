"""A row becomes a case: what is taken from which column, its fingerprint, and what the source says happened."""

import dataclasses
import difflib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event, ImportSource, Promise
from complaintctl.domain.deadlines import history
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.domain.zones import resolve_local_time
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports.csvrows import REJECT_COLUMNS, CsvRow
from complaintctl.exchange.imports.mapping import EVENT_PREFIX, ColumnSource, ImportMapping, column_sources

FINGERPRINT_LENGTH: Final = 4
# A digest has room for ten times five characters.
ID_DIGEST_OFFSETS: Final = range(0, 46, history.CASE_ID_LENGTH)
# Facts that the first event of a case carries, as lifecycle.create_case has them; the outcome comes with closing.
_OPENING_FIELDS: Final = ("received", "level", "category", "owner", "department")


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportTarget:
    """What one column (or constant) fills: `received`, `closed`, `promise`, a field of a case, or `x.NAME`."""

    name: str
    place: int
    taking: ColumnSource
    constant: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RowLayout:
    """A mapping made ready for one table: its targets in order, and the fingerprint of their names."""

    mapping: ImportMapping
    zone: ZoneInfo
    id_place: int
    targets: tuple[ImportTarget, ...]
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedRow:
    """What a row says: a typed value (None for none) per target, in the order of the layout."""

    line: int
    source: ImportSource
    values: dict[str, Any]
    cells: tuple[str, ...]

    @property
    def received(self) -> datetime:
        """When the complaint came in."""
        moment: datetime = self.values["received"]
        return moment

    @property
    def closed(self) -> datetime | None:
        """When the source closed it."""
        return self.values.get("closed")


class _WrongCellError(ValueError):
    """A cell that its target cannot take."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def build_row_layout(mapping: ImportMapping, header: tuple[str, ...], name: str) -> RowLayout:
    """The mapping made ready for a table with this header.

    Raises InvalidInput naming every column that the mapping needs and the table `name` does not have. The table's
    own header is not told: in a file without one it would be a customer's record.
    """
    places = {column: place for place, column in enumerate(header)}
    missing: list[str] = []
    used: set[str] = set()
    found: list[ImportTarget] = []
    for target, taking in column_sources(mapping):
        column = next((column for column in taking.column if column in places), None)
        if column is not None:
            used.add(column)
            found.append(ImportTarget(name=target, place=places[column], taking=taking, constant=None))
        elif not taking.optional:
            missing.append(" | ".join(taking.column))
    if missing:
        values = {"missing": list(dict.fromkeys(missing)), "near": _similar_columns(missing, header)}
        raise InvalidInput("import-columns", file=name, **values)
    plain = ColumnSource(column=())
    found += [
        ImportTarget(name=target, place=-1, taking=plain, constant=text)
        for target, text in mapping.constants.items()
    ]
    spare = {*used, *mapping.ignore, *REJECT_COLUMNS}
    found += [
        ImportTarget(name=f"x.{column}", place=place, taking=plain, constant=None)
        for column, place in places.items()
        if column not in spare
    ]
    targets = tuple(found[1:])
    return RowLayout(
        mapping=mapping,
        zone=ZoneInfo(mapping.timezone),
        id_place=found[0].place,
        targets=targets,
        mark=value_fingerprint("\n".join(target.name for target in targets)),
    )


def _similar_columns(missing: list[str], header: tuple[str, ...]) -> list[str]:
    spelt = {column.casefold(): column for column in header}
    hits = (difflib.get_close_matches(column.casefold(), spelt, 1) for column in missing)
    return list(dict.fromkeys(spelt[hit] for found in hits for hit in found))


@lru_cache(maxsize=1 << 14)
def value_fingerprint(text: str) -> str:
    """The fingerprint of one value's text: twenty bits, enough to see a change, too few to tell the value."""
    return history.encode_base32(hashlib.sha256(text.encode()).digest(), FINGERPRINT_LENGTH, 0)


def parse_rows(
    ready: RowLayout, rows: Iterator[CsvRow | RejectedRecord], now: datetime
) -> Iterator[ImportedRow | RejectedRecord]:
    """What each record says; a source id that comes a second time is rejected, and so is what is yet to happen.

    Of each id eight bytes are remembered, so that memory stays small.
    """
    seen: set[bytes] = set()
    for row in rows:
        found = row if isinstance(row, RejectedRecord) else _parse_row(ready, row)
        if isinstance(found, ImportedRow):
            found = _reject_future_time(found, now) or found
        if isinstance(found, ImportedRow):
            key = hashlib.blake2b(found.source.id.encode(), digest_size=8).digest()
            if key in seen:
                values = {"id": found.source.id}
                found = RejectedRecord(line=row.line, key="import-id-twice", values=values, cells=row.cells)
            seen.add(key)
        yield found


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
    source_id = row.cells[ready.id_place].strip()
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
    print_of_row = ready.mark + "".join(
        value_fingerprint(fields.value_text(value) or "") for value in values.values()
    )
    source = ImportSource(system=ready.mapping.system, id=source_id, row=print_of_row)
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
    if target.place >= 0 and (reader := _time_parser(target.name)):
        return reader(text, target.taking.times or ready.mapping.times, ready.zone, target.name)
    try:
        return fields.parse_value(target.name, text)
    except fields.WrongValueError as error:
        values = {"field": target.name, "kind": str(error)}
        raise _WrongCellError("import-wrong-value", **values) from error


@lru_cache(maxsize=1 << 10)
def _time_parser(name: str) -> Callable[[str, tuple[str, ...], ZoneInfo, str], Any] | None:
    """How a time or a day is read; None for any other value."""
    if name in {"closed", "promise", f"{EVENT_PREFIX}time"} or fields.field_kinds().get(name) == "moment":
        return _parse_time
    return _parse_day if fields.field_kinds().get(name) == "day" else None


@lru_cache(maxsize=1 << 12)
def _parse_time(text: str, layouts: tuple[str, ...], zone: ZoneInfo, name: str) -> datetime:
    """The moment a cell names; layouts that read it differently are no answer."""
    found = set()
    for layout_ in layouts:
        try:
            naive = datetime.strptime(text, layout_)  # noqa: DTZ007 - the zone is the mapping's
        except ValueError:
            continue
        found.add(naive.astimezone(zone) if naive.tzinfo else resolve_local_time(zone, naive))
    if len(found) != 1:
        key = "import-ambiguous-time" if found else "import-unreadable-time"
        raise _WrongCellError(key, field=name, value=text)
    return found.pop()


def _parse_day(text: str, layouts: tuple[str, ...], zone: ZoneInfo, name: str) -> date:
    return _parse_time(text, layouts, zone, name).date()


def candidate_case_ids(source: ImportSource, received: datetime) -> Iterator[str]:
    """The ids a case of this source may have, the first one unless another source's case has taken it."""
    digest = hashlib.sha256(f"{source.system}\0{source.id}".encode()).digest()
    day = received.strftime("%Y%m%d")
    return (
        f"C-{day}-{history.encode_base32(digest, history.CASE_ID_LENGTH, offset)}"
        for offset in ID_DIGEST_OFFSETS
    )


def case_from_row(arrival: ImportedRow, ready: RowLayout, case_id: str) -> Case:
    """The case of a row that was never imported: opened by the source, and closed by it where it says so."""
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
    """The promise of a row: made at receipt, or at the closing where the source puts that before."""
    by: datetime | None = arrival.values.get("promise")
    if by is None or ready.mapping.promise is None:
        return ()
    made = min(arrival.received, arrival.closed or arrival.received)
    return (Promise(by=by, what=ready.mapping.promise.what, made=made),)


def opening_event(case: Case) -> Event:
    """The first event: what the source said at receipt. No verdict: nobody here registered it in time or late."""
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
    """The source's closing, whatever the life cycle would say to it; an irregular order is named."""
    return Event(
        at=at,
        by=case.source.system if case.source else "",
        did="close",
        set={"outcome": outcome} if outcome[0] != outcome[1] else {},
        irregular="closed-before-receipt" if at < case.received else None,
    )
