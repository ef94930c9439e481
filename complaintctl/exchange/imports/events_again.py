"""Imports an event log again: adds new events to its case, never removes one."""

import dataclasses
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.case.case import Case, ImportSource
from complaintctl.domain.case.row_marks import FINGERPRINT_SEPARATOR, split_fingerprints
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.exchange.imports import events, rows_again
from complaintctl.exchange.imports.events import (
    STATUS_EVENTS,
    CaseLog,
    LoggedEvent,
    ReplayedCase,
)
from complaintctl.exchange.imports.rows import ImportedRow, RowLayout
from complaintctl.exchange.imports.rows_again import CaseRevision

# Local events that affect the status of a case.
_LOCAL_STATUS_EVENTS: Final = frozenset({*STATUS_EVENTS, "heard", "retract"})


@dataclass(frozen=True, kw_only=True, slots=True)
class LogRevision:
    """The revision, the added events, lines of irregular ones by rule, and how many known events are `gone`."""

    revision: CaseRevision
    added: tuple[LoggedEvent, ...]
    irregular: dict[str, list[int]]
    gone: int


def revise_from_log(
    case: Case, log: CaseLog, layout: RowLayout, rules: Rulebook, now: datetime
) -> LogRevision:
    """Returns the case with the new events of its log; always succeeds.

    If the table lacks events that are known here, it is not the whole log, and its fields are not imported.
    """
    source = case.source or log.arrival.source
    new, gone = _compare_events(case, log)
    added = [dataclasses.replace(happening, changes={}) for happening in new]
    if gone:
        head, _, marks = source.row.partition(FINGERPRINT_SEPARATOR)
        grown = "".join(sorted([*split_fingerprints(marks), *(happening.mark for happening in added)]))
        kept = dataclasses.replace(source, row=head + FINGERPRINT_SEPARATOR + grown)
        base = _unchanged_revision(case, kept)
    else:
        base = _take_fields(case, log, layout, rules, now)
    revision, irregular = _add_events(case, base, added, rules, now, log.arrival)
    return LogRevision(revision=revision, added=tuple(added), irregular=irregular, gone=gone)


def split_known_rows(
    case: Case, log: CaseLog, ready: RowLayout
) -> tuple[CaseLog | None, tuple[LoggedEvent, ...]]:
    """Returns the case of the rows that earlier imports have read, and the events of the other rows.

    The case is None if none of the rows is known, or if a known row is gone. `ready` has the event columns.
    """
    added, gone = _compare_events(case, log)
    lines = {happening.line for happening in added}
    rows = [row for row in log.rows if row.line not in lines]
    return (None if gone or not rows else events.make_case_log(ready, rows)), added


def _compare_events(case: Case, log: CaseLog) -> tuple[tuple[LoggedEvent, ...], int]:
    """Returns the events that the case does not have yet, and how many of its events the log does not have."""
    # D-067: two equal rows are two events; the first ones in the file are the known ones.
    known = Counter(
        split_fingerprints(case.source.row.partition(FINGERPRINT_SEPARATOR)[2] if case.source else "")
    )
    added = []
    for happening in log.happenings:
        if known[happening.mark] > 0:
            known[happening.mark] -= 1
        elif happening.mark:
            added.append(happening)
    return tuple(added), known.total()


def _unchanged_revision(case: Case, source: ImportSource) -> CaseRevision:
    return CaseRevision(
        case=dataclasses.replace(case, source=source),
        fields={"source": source},
        events=(),
        kept=(),
        taken=(),
        columns_changed=False,
    )


def _take_fields(case: Case, log: CaseLog, layout: RowLayout, rules: Rulebook, now: datetime) -> CaseRevision:
    """Imports the final fields of the log like those of a row; adds an import event only if one of them changed."""
    whole = log.arrival.source
    arrival = dataclasses.replace(log.arrival, source=_without_event_fingerprints(whole))
    before = dataclasses.replace(case, source=_without_event_fingerprints(case.source or whole))
    revision = rows_again.revise_from_row(before, arrival, layout, rules, now)
    if not revision.taken:
        return dataclasses.replace(
            _unchanged_revision(case, whole), kept=revision.kept, columns_changed=revision.columns_changed
        )
    return dataclasses.replace(
        revision,
        case=dataclasses.replace(revision.case, source=whole),
        fields={**revision.fields, "source": whole},
    )


def _without_event_fingerprints(source: ImportSource) -> ImportSource:
    return dataclasses.replace(source, row=source.row.partition(FINGERPRINT_SEPARATOR)[0])


def _add_events(
    case: Case,
    base: CaseRevision,
    added: list[LoggedEvent],
    rules: Rulebook,
    now: datetime,
    arrival: ImportedRow,
) -> tuple[CaseRevision, dict[str, list[int]]]:
    """Adds the events to the revision; a status or owner that was set locally stays."""
    kept = list(base.kept)
    system = base.case.source.system if base.case.source else ""
    if any(happening.owner for happening in added) and _is_owner_set_here(case, system):
        added = [dataclasses.replace(happening, owner=None) for happening in added]
        kept.append("owner")
    replayed = events.replay_logged_events(base.case, added, rules, recorded=now, held=False, arrival=arrival)
    if replayed.case.status != base.case.status and _is_status_set_here(case, system):
        replayed = events.replay_logged_events(
            base.case, added, rules, recorded=now, held=True, arrival=arrival
        )
        kept.append("closed")
    return _final_revision(case, base, replayed, kept), replayed.irregular


def _final_revision(case: Case, base: CaseRevision, replayed: ReplayedCase, kept: list[str]) -> CaseRevision:
    fields: dict[str, Any] = dict(base.fields)
    fields |= {
        name: getattr(replayed.case, name)
        for name in ("status", "owner")
        if getattr(replayed.case, name) != getattr(case, name)
    }
    return dataclasses.replace(
        base,
        case=replayed.case,
        fields=fields,
        events=replayed.case.history[len(case.history) :],
        kept=tuple(dict.fromkeys(kept)),
    )


def _is_owner_set_here(case: Case, system: str) -> bool:
    """Whether the owner was set locally, by a command or in an editor."""
    setters = [event for event in case.history if "owner" in event.set]
    by_command = bool(setters) and system not in {setters[-1].by, setters[-1].recorded_by}
    return by_command or history.recorded_value(case, "owner") != case.owner


def _is_status_set_here(case: Case, system: str) -> bool:
    """Whether an event that affects the status was recorded locally."""
    return any(
        event.did in _LOCAL_STATUS_EVENTS and system not in {event.by, event.recorded_by}
        for event in case.history
    )
