"""Imports a changed row again: takes over what the source changed, keeps what was changed locally."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event, Promise
from complaintctl.domain.case.row_marks import FINGERPRINT_LENGTH, split_fingerprints
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.progress import fold_history, retracted_ids
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.exchange.imports import row_steps, rows
from complaintctl.exchange.imports.mapping import STEP_PREFIX
from complaintctl.exchange.imports.rows import ImportedRow, RowLayout, value_fingerprint

_LATEST_TIME: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRevision:
    """The case after an import, and the changes to its file.

    `fields` maps dotted fields to new values; `events` are appended. `taken` names the fields that were imported,
    `kept` those that differ from the source but were changed locally. `columns_changed`: the table has other
    columns than last time, so edits by hand without an event could not be detected.
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
    """Returns the case after a changed row; always succeeds."""
    taken, kept = _split_targets(case, arrival, ready)
    revision = _make_revision(case, arrival, ready, taken, kept, now)
    status = fold_history(revision.case, rules, _LATEST_TIME).status
    if "closed" in taken and (status != revision.case.status or _waits_since_closing(case, revision, rules)):
        # Local events since then (a wait, a reopening) give another status: keep them.
        taken, kept = [name for name in taken if name != "closed"], [*kept, "closed"]
        revision = _make_revision(case, arrival, ready, taken, kept, now)
    return revision


def _waits_since_closing(case: Case, revision: CaseRevision, rules: Rulebook) -> bool:
    """Whether the case waits for the customer since a moment after the imported closing."""
    closings = [event.at for event in revision.events if event.did == "close"]
    waits = fold_history(case, rules, _LATEST_TIME).waits
    return bool(closings and waits) and waits[-1][1] is None and waits[-1][0] >= closings[-1]


def _split_targets(case: Case, arrival: ImportedRow, ready: RowLayout) -> tuple[list[str], list[str]]:
    """Returns the targets to import, and those to keep because they were changed locally."""
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
    """The targets whose present value differs from what the last import wrote (D-062).

    If the columns have changed, fingerprints cannot be compared; then local events show what was changed.
    """
    row = case.source.row if case.source else ""
    names = [target.name for target in ready.targets]
    if _has_same_columns(row, ready):
        marks = split_fingerprints(row)[1:]
        return {
            name
            for name, old in zip(names, marks, strict=True)
            if value_fingerprint(_present_text(case, ready, name)) != old
        }
    others = [event for event in case.history if ready.mapping.system not in {event.by, event.recorded_by}]
    changed = {name for event in others for name in (*event.set, *event.changed)}
    changed |= {"closed"} if any(event.did in {"close", "reopen", "retract"} for event in others) else set()
    changed |= {"promise"} if any(event.promise for event in others) else set()
    changed |= {f"{STEP_PREFIX}{event.did}" for event in others}
    return changed & set(names)


def _has_same_columns(row: str, ready: RowLayout) -> bool:
    return row.startswith(ready.mark) and len(row) == FINGERPRINT_LENGTH * (len(ready.targets) + 1)


def _present_text(case: Case, ready: RowLayout, name: str) -> str:
    """The present value of a target in the case, as text."""
    if name == "closed":
        return (fields.value_text(last.at) or "") if (last := _last_close(case)) else ""
    if name == "promise":
        index = _promise_index(case, ready)
        return (fields.value_text(case.promised[index].by) or "") if index is not None else ""
    if name.startswith(STEP_PREFIX):
        return row_steps.step_text(case, name)
    return fields.text_at(case, name) or ""


def _promise_index(case: Case, ready: RowLayout) -> int | None:
    what = ready.mapping.promise.what if ready.mapping.promise else ""
    return next((index for index, entry in enumerate(case.promised) if entry.what == what), None)


def _revise_promises(case: Case, arrival: ImportedRow, ready: RowLayout) -> tuple[Promise, ...]:
    """The promises of the case with the imported one added, replaced or removed."""
    index = _promise_index(case, ready)
    first = len(case.promised) if index is None else index
    return (*case.promised[:first], *rows.row_promises(arrival, ready), *case.promised[first + 1 :])


def _last_close(case: Case) -> Event | None:
    if case.status != "closed":
        return None
    retracted = retracted_ids(case.history)
    closes = [event for event in case.history if event.did == "close" and event.id not in retracted]
    return closes[-1] if closes else None


def _make_revision(
    case: Case, arrival: ImportedRow, ready: RowLayout, taken: list[str], kept: list[str], now: datetime
) -> CaseRevision:
    changes: dict[str, Any] = {"source": arrival.source}
    changes |= {name: arrival.values[name] for name in taken if _is_field(name)}
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


def _is_field(name: str) -> bool:
    """Whether a target is a field of the case, not an event or a promise."""
    return name not in {"closed", "promise"} and not name.startswith(STEP_PREFIX)


def _revision_events(
    case: Case, after: Case, arrival: ImportedRow, taken: list[str], now: datetime
) -> Iterator[Event]:
    """Yields an import event with all changes, and events for a closing or reopening by the source."""
    names = [name for name in taken if _is_field(name)]
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
    yield from row_steps.revised_steps(case, arrival.values, taken, now)
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
    """The source's earlier closings and reopenings, which its new closing time replaces."""
    if arrival.closed is None:
        return
    retracted = retracted_ids(case.history)
    for event in case.history:
        is_own = event.by == arrival.source.system and event.id not in retracted
        if is_own and (event.did == "reopen" or (event.did == "close" and case.status == "closed")):
            yield event
