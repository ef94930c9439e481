"""Turns the rows of an event log into cases: each row becomes one event, in order of time."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import Status
from complaintctl.domain.case.row_marks import FINGERPRINT_SEPARATOR
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.exchange.imports import rows
from complaintctl.exchange.imports.formats.csvrows import CsvRow
from complaintctl.exchange.imports.mapping import EVENT_PREFIX
from complaintctl.exchange.imports.rows import ImportedRow, RowLayout, value_fingerprint

LATEST_TIME: Final = datetime.max.replace(tzinfo=UTC)
# Events that change the status of a case.
STATUS_EVENTS: Final = frozenset({"close", "reopen", "resume", "wait"})
# Fields of the whole case, whose changes between rows are not recorded as changes by events.
_WHOLE_CASE_FIELDS: Final = frozenset({"received", "closed", "promise", "outcome", "title"})


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedEvent:
    """The event of one row. `word` is the activity in the source; `changes` are fields that change with this row.

    `mark` is its fingerprint. An event made from the `closed` column has neither `mark` nor `line`.
    """

    at: datetime
    did: str
    by: str | None
    word: str | None
    owner: str | None
    changes: dict[str, Any]
    line: int | None
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseLog:
    """All rows of one case: its fields at the start (`first`) and at the end (`arrival`), and its events by time.

    Events at the same time are in the order of the file.
    """

    arrival: ImportedRow
    first: dict[str, Any]
    happenings: tuple[LoggedEvent, ...]
    rows: tuple[ImportedRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayedCase:
    """A case after its events were replayed, and the lines of events that break a rule, by rule."""

    case: Case
    irregular: dict[str, list[int]]


def case_layout(ready: RowLayout) -> RowLayout:
    """Returns the layout without the event columns."""
    targets = tuple(target for target in ready.targets if not target.name.startswith(EVENT_PREFIX))
    names = "\n".join(target.name for target in targets)
    return dataclasses.replace(ready, targets=targets, mark=value_fingerprint(names))


def read_case_logs(
    ready: RowLayout, groups: Iterable[list[CsvRow | RejectedRecord]], now: datetime
) -> Iterator[CaseLog | tuple[RejectedRecord, ...]]:
    """Yields the case of each group of rows. If one row is faulty, all are rejected: half a case would mislead."""
    for group in groups:
        read = [
            (row, parsed)
            for row in group
            for parsed in (
                [row] if isinstance(row, RejectedRecord) else rows.parse_rows(ready, iter([row]), now)
            )
        ]
        read = [(row, _require_event(parsed)) for row, parsed in read]
        # D-066
        bad = next((parsed.line for _row, parsed in read if isinstance(parsed, RejectedRecord)), None)
        if bad is None:
            yield make_case_log(ready, [parsed for _row, parsed in read if isinstance(parsed, ImportedRow)])
        else:
            yield tuple(
                parsed
                if isinstance(parsed, RejectedRecord)
                else _reject_with_case(parsed.line, parsed.cells, bad)
                for _row, parsed in read
            )


def _require_event(parsed: ImportedRow | RejectedRecord) -> ImportedRow | RejectedRecord:
    is_complete = isinstance(parsed, RejectedRecord) or (
        parsed.values[f"{EVENT_PREFIX}time"] is not None
        and parsed.values[f"{EVENT_PREFIX}activity"] is not None
    )
    return (
        parsed if is_complete else RejectedRecord(line=parsed.line, key="import-no-event", cells=parsed.cells)
    )


def _reject_with_case(line: int, cells: tuple[str, ...], bad: int) -> RejectedRecord:
    return RejectedRecord(line=line, key="import-case-incomplete", values={"line": bad}, cells=cells)


def reject_case_log(log: CaseLog, key: str, values: Any) -> tuple[RejectedRecord, ...]:
    """Returns all rows of a case as rejected."""
    return tuple(RejectedRecord(line=row.line, key=key, values=values, cells=row.cells) for row in log.rows)


def make_case_log(ready: RowLayout, arrivals: Iterable[ImportedRow]) -> CaseLog:
    """Returns the case of some rows with one id; `ready` is the layout with the event columns."""
    arrivals = sorted(arrivals, key=_time_and_line)
    layout = case_layout(ready)
    names = [target.name for target in layout.targets]
    first: dict[str, Any] = {}
    last: dict[str, Any] = dict.fromkeys(names)
    happenings = []
    for arrival in arrivals:
        present = {name: arrival.values[name] for name in names if arrival.values[name] is not None}
        changes = {name: value for name, value in present.items() if value != last[name]}
        last |= present
        if arrival is arrivals[0]:
            first = dict(last)
            changes = {}
        changes = {name: value for name, value in changes.items() if name not in _WHOLE_CASE_FIELDS}
        happenings.append(_make_logged_event(ready, arrival, changes))
    last["received"] = min(arrival.received for arrival in arrivals)
    first |= {name: last[name] for name in _WHOLE_CASE_FIELDS if name in last}
    if (closed := last.get("closed")) is not None:
        happenings = _insert_closing(happenings, closed, last.get("outcome"))
    first |= {name: None for name in ("closed", "outcome") if name in first}
    source = dataclasses.replace(arrivals[0].source, row=_log_fingerprint(layout, last, happenings))
    return CaseLog(
        arrival=ImportedRow(
            line=arrivals[0].line,
            source=source,
            values=last,
            cells=arrivals[0].cells,
            warnings=tuple(warning for arrival in arrivals for warning in arrival.warnings),
        ),
        first=first,
        happenings=tuple(happenings),
        rows=tuple(arrivals),
    )


def _time_and_line(arrival: ImportedRow) -> tuple[datetime, int]:
    return arrival.values[f"{EVENT_PREFIX}time"], arrival.line


def _make_logged_event(ready: RowLayout, arrival: ImportedRow, changes: dict[str, Any]) -> LoggedEvent:
    values = arrival.values
    index = next(target.place for target in ready.targets if target.name == f"{EVENT_PREFIX}activity")
    word = arrival.cells[index].strip()
    at, by, owner = (values.get(f"{EVENT_PREFIX}{name}") for name in ("time", "by", "owner"))
    texts = (at.isoformat() if at else "", word, by or "", owner or "")
    return LoggedEvent(
        at=values[f"{EVENT_PREFIX}time"],
        did=values[f"{EVENT_PREFIX}activity"],
        by=by,
        word=word,
        owner=owner,
        changes=changes,
        line=arrival.line,
        mark=value_fingerprint("\n".join(texts)),
    )


def _insert_closing(happenings: list[LoggedEvent], closed: datetime, outcome: Any) -> list[LoggedEvent]:
    """Insert the closing from the `closed` column, after all events at the same time."""
    changes = {"outcome": outcome} if outcome is not None else {}
    closing = LoggedEvent(
        at=closed, did="close", by=None, word=None, owner=None, changes=changes, line=None, mark=""
    )
    index = sum(happening.at <= closed for happening in happenings)
    return [*happenings[:index], closing, *happenings[index:]]


def _log_fingerprint(layout: RowLayout, values: dict[str, Any], happenings: list[LoggedEvent]) -> str:
    head = layout.mark + "".join(
        value_fingerprint(fields.value_text(value) or "") for value in values.values()
    )
    return head + FINGERPRINT_SEPARATOR + "".join(sorted(happening.mark for happening in happenings))


def simultaneous_lines(happenings: Iterable[LoggedEvent]) -> list[int]:
    """The lines of events with the same time: only the order in the file is known."""
    lines: dict[datetime, list[int]] = defaultdict(list)
    for happening in happenings:
        if happening.line is not None:
            lines[happening.at].append(happening.line)
    return [line for same_time in lines.values() if len(same_time) > 1 for line in same_time]


def case_from_log(log: CaseLog, layout: RowLayout, case_id: str, rules: Rulebook) -> ReplayedCase:
    """Returns a new case with all events of its log."""
    start = dataclasses.replace(log.arrival, values=log.first)
    case = rows.case_from_row(start, layout, case_id)
    # The time of the promise depends on `closed`, which only the final values (`arrival`) have.
    case = dataclasses.replace(case, promised=rows.row_promises(log.arrival, layout))
    return replay_logged_events(case, log.happenings, rules, recorded=None, held=False, arrival=log.arrival)


def replay_logged_events(
    case: Case,
    happenings: Iterable[LoggedEvent],
    rules: Rulebook,
    *,
    recorded: datetime | None,
    held: bool,
    arrival: ImportedRow,
) -> ReplayedCase:
    """Appends events to the case in their order; with `held`, events that would change its status become notes.

    `arrival` has the closing time of a column. The events at that time come before the closing, even if the
    closing was imported earlier.
    """
    irregular: dict[str, list[int]] = defaultdict(list)
    if early := next((event.irregular for event in case.history if event.irregular and not recorded), None):
        irregular[early] = []
    for happening in happenings:
        status = _status_before(case, happening, rules, arrival)
        event, case = _replay_event(case, happening, status, recorded, held=held)
        if event.irregular:
            irregular[event.irregular] += [happening.line] if happening.line else []
        done = history.identify_event(case.id, case.history, event)
        case = dataclasses.replace(case, history=(*case.history, done))
    case = dataclasses.replace(case, status=fold_history(case, rules, LATEST_TIME).status)
    return ReplayedCase(case=case, irregular=irregular)


def _status_before(case: Case, happening: LoggedEvent, rules: Rulebook, arrival: ImportedRow) -> Status:
    """The status of the case when an entry of the log happened; of the closings by a column, only the last counts."""
    if "closed" in arrival.values:
        history = tuple(event for event in case.history if not _is_past_closing(event, happening.at, arrival))
        case = dataclasses.replace(case, history=history)
    return fold_history(case, rules, happening.at).status


def _is_past_closing(event: Event, moment: datetime, arrival: ImportedRow) -> bool:
    """Whether an event is a closing by the column that the source has moved, or that is not before `moment`."""
    is_own = event.did == "close" and event.by == arrival.source.system
    return is_own and not (event.at == arrival.closed and event.at < moment)


def _replay_event(
    case: Case, happening: LoggedEvent, status: Status, recorded: datetime | None, *, held: bool
) -> tuple[Event, Case]:
    """Returns the event of a log entry, and the case with its field changes."""
    system = case.source.system if case.source else ""
    did, irregular = _recordable_event(happening, status, case.received)
    if held and did in STATUS_EVENTS:
        did, irregular = "note", "state-kept"
    changes = {
        name: value for name, value in happening.changes.items() if value != fields.value_at(case, name)
    }
    if did == "assign" and happening.owner and happening.owner != case.owner:
        changes["owner"] = happening.owner
    event = Event(
        at=happening.at,
        by=happening.by or system,
        did=did,
        set={
            name: (fields.plain_value(fields.value_at(case, name)), fields.plain_value(value))
            for name, value in changes.items()
            if not fields.is_personal(name)
        },
        changed=tuple(name for name in changes if fields.is_personal(name)),
        text=happening.word if happening.word != did else None,
        irregular=irregular,
        recorded=recorded,
        recorded_by=system if happening.by and happening.by != system else None,
    )
    for name, value in changes.items():
        case = fields.with_value(case, name, value)
    return event, case


def _recordable_event(happening: LoggedEvent, status: Status, received: datetime) -> tuple[str, str | None]:
    """Returns the activity to record and the rule it breaks, or None; an impossible change of status becomes a note."""
    did = happening.did
    # D-065: kept, marked, and reopens nothing.
    if status == "closed" and did != "reopen":
        return ("note" if did in STATUS_EVENTS else did), "after-close"
    if did == "reopen" and status != "closed":
        return "note", "not-closed"
    if did == "wait" and status == "waiting":
        return "note", "already-waiting"
    if did == "resume" and status != "waiting":
        return "note", "not-waiting"
    early = "closed-before-receipt" if did == "close" else "event-before-receipt"
    return did, early if happening.at < received else None
