"""A changed row and its case: what the source changed is taken over, what somebody here changed stays."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event, Promise
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.progress import fold_history, retracted_ids
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.exchange.imports import rows
from complaintctl.exchange.imports.rows import FINGERPRINT_LENGTH, ImportedRow, RowLayout, value_fingerprint

_LATEST_TIME: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRevision:
    """The case after the row, and what changed of its file.

    `fields` maps dotted fields to new values; `events` are appended; `kept` names what stays as somebody here
    left it although the source says otherwise; `taken` what the source changed. `columns_changed`: the table
    has other columns than last time, so an edit by hand that left no event could not be told from an old value.
    """

    case: Case
    fields: Mapping[str, Any]
    events: tuple[Event, ...]
    kept: tuple[str, ...]
    taken: tuple[str, ...]
    columns_changed: bool


def revise_from_row(
    case: Case, arrival: ImportedRow, ready: RowLayout, rules: Rulebook, now: datetime
) -> CaseRevision:
    """The case of a row that was imported before and reads differently now. Never refuses."""
    taken, kept = _split_targets(case, arrival, ready)
    found = _make_revision(case, arrival, ready, taken, kept, now)
    if "closed" in taken and fold_history(found.case, rules, _LATEST_TIME).status != found.case.status:
        # Somebody waited for the customer or reopened since: their order of events stays.
        taken, kept = [name for name in taken if name != "closed"], [*kept, "closed"]
        found = _make_revision(case, arrival, ready, taken, kept, now)
    return found


def _split_targets(case: Case, arrival: ImportedRow, ready: RowLayout) -> tuple[list[str], list[str]]:
    """The targets to take from the row, and those that differ from it because of somebody here."""
    taken: list[str] = []
    kept: list[str] = []
    by_hand = _targets_changed_by_hand(case, ready)
    for target in ready.targets:
        present = _present_text(case, ready, target.name)
        if present == (fields.value_text(arrival.values[target.name]) or ""):
            continue
        (kept if target.name in by_hand else taken).append(target.name)
    return taken, kept


def _targets_changed_by_hand(case: Case, ready: RowLayout) -> set[str]:
    """The targets whose present value is not what the last import wrote.

    With other columns than then the fingerprints do not line up; then an event of somebody else must tell.
    """
    row = case.source.row if case.source else ""
    names = [target.name for target in ready.targets]
    if _has_same_columns(row, ready):
        marks = [
            row[place : place + FINGERPRINT_LENGTH]
            for place in range(FINGERPRINT_LENGTH, len(row), FINGERPRINT_LENGTH)
        ]
        return {
            name
            for name, old in zip(names, marks, strict=True)
            if value_fingerprint(_present_text(case, ready, name)) != old
        }
    others = [event for event in case.history if ready.mapping.system not in {event.by, event.recorded_by}]
    told = {name for event in others for name in (*event.set, *event.changed)}
    told |= {"closed"} if any(event.did in {"close", "reopen", "retract"} for event in others) else set()
    told |= {"promise"} if any(event.promise for event in others) else set()
    return told & set(names)


def _has_same_columns(row: str, ready: RowLayout) -> bool:
    return row.startswith(ready.mark) and len(row) == FINGERPRINT_LENGTH * (len(ready.targets) + 1)


def _present_text(case: Case, ready: RowLayout, name: str) -> str:
    """The text of a target as the case has it now."""
    if name == "closed":
        return (fields.value_text(last.at) or "") if (last := _last_close(case)) else ""
    if name == "promise":
        place = _promise_index(case, ready)
        return (fields.value_text(case.promised[place].by) or "") if place is not None else ""
    return fields.text_at(case, name) or ""


def _promise_index(case: Case, ready: RowLayout) -> int | None:
    what = ready.mapping.promise.what if ready.mapping.promise else ""
    return next((place for place, entry in enumerate(case.promised) if entry.what == what), None)


def _revise_promises(case: Case, arrival: ImportedRow, ready: RowLayout) -> tuple[Promise, ...]:
    """The promises with the imported one replaced, or taken out."""
    place = _promise_index(case, ready)
    first = len(case.promised) if place is None else place
    return (*case.promised[:first], *rows.row_promises(arrival, ready), *case.promised[first + 1 :])


def _last_close(case: Case) -> Event | None:
    if case.status != "closed":
        return None
    gone = retracted_ids(case.history)
    closes = [event for event in case.history if event.did == "close" and event.id not in gone]
    return closes[-1] if closes else None


def _make_revision(
    case: Case, arrival: ImportedRow, ready: RowLayout, taken: list[str], kept: list[str], now: datetime
) -> CaseRevision:
    changes: dict[str, Any] = {"source": arrival.source}
    changes |= {name: arrival.values[name] for name in taken if name not in {"closed", "promise"}}
    if "promise" in taken:
        changes["promised"] = _revise_promises(case, arrival, ready)
    after = case
    for name, value in changes.items():
        after = fields.with_value(after, name, value)
    events = list(_revision_events(case, after, arrival, taken, now))
    if "closed" in taken:
        changes["status"] = "closed" if arrival.closed else "open"
        after = dataclasses.replace(after, status=changes["status"])
    chain = case.history
    for event in events:
        chain = (*chain, history.identify_event(case.id, chain, event))
    return CaseRevision(
        case=dataclasses.replace(after, history=chain),
        fields=changes,
        events=chain[len(case.history) :],
        kept=tuple(kept),
        taken=tuple(taken),
        columns_changed=not _has_same_columns(case.source.row if case.source else "", ready),
    )


def _revision_events(
    case: Case, after: Case, arrival: ImportedRow, taken: list[str], now: datetime
) -> Iterator[Event]:
    """One import event with what changed; where the source closed, reopened or moved its closing, that too."""
    names = [name for name in taken if name not in {"closed", "promise"}]
    closes = "closed" in taken and arrival.closed is not None
    outcome = (case.outcome, after.outcome)
    changes = {
        name: (
            fields.plain_value(fields.value_at(case, name)),
            fields.plain_value(fields.value_at(after, name)),
        )
        for name in names
        if not fields.is_personal(name) and not (closes and name == "outcome")
    }
    if "promise" in taken:
        changes["promised"] = (fields.plain_value(case.promised), fields.plain_value(after.promised))
    old = {entry.by for entry in case.promised}
    yield Event(
        at=now,
        by=arrival.source.system,
        did="import",
        set=changes,
        changed=tuple(name for name in names if fields.is_personal(name)),
        promise=tuple(entry.by for entry in after.promised if entry.by not in old),
    )
    if "closed" not in taken:
        return
    for event in _superseded_events(case, arrival):
        yield Event(at=now, by=arrival.source.system, did="retract", event=event.id)
    if arrival.closed is None:
        yield Event(at=now, by=arrival.source.system, did="reopen")
    else:
        event = rows.closing_event(after, arrival.closed, outcome)
        yield dataclasses.replace(event, recorded=now)


def _superseded_events(case: Case, arrival: ImportedRow) -> Iterator[Event]:
    """The source's own closings and reopenings that its new closing time replaces."""
    if arrival.closed is None:
        return
    gone = retracted_ids(case.history)
    for event in case.history:
        own = event.by == arrival.source.system and event.id not in gone
        if own and (event.did == "reopen" or (event.did == "close" and case.status == "closed")):
            yield event
