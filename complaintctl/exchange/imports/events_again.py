"""A case of an event log that was imported before: events new in the table are added, none is taken away."""

import dataclasses
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.case.case import Case, ImportSource
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.exchange.imports import events, rows_again
from complaintctl.exchange.imports.events import BETWEEN, TURNS, Happening, Log, Told
from complaintctl.exchange.imports.rows import MARK_LENGTH, Layout
from complaintctl.exchange.imports.rows_again import Revision

# What somebody here may have done to the state of a case.
_TURNS_HERE: Final = frozenset({*TURNS, "heard", "retract"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Grown:
    """The revision, the happenings that are new, the lines of irregular ones, and how many the table has no more."""

    revision: Revision
    added: tuple[Happening, ...]
    irregular: dict[str, list[int]]
    gone: int


def revise(case: Case, log: Log, facts: Layout, rules: Rulebook, now: datetime) -> Grown:
    """The case with the events that its log has by now. Never refuses.

    Where events known here are not in the table, it is not the whole log: then its facts are not taken over.
    """
    source = case.source or log.arrival.source
    head, _, marks = source.row.partition(BETWEEN)
    known = Counter(_parts(marks))
    added = []
    for happening in log.happenings:
        if known[happening.mark] > 0:
            known[happening.mark] -= 1
        elif happening.mark:
            added.append(dataclasses.replace(happening, changes={}))
    gone = known.total()
    if gone:
        grown = "".join(sorted([*_parts(marks), *(happening.mark for happening in added)]))
        kept = dataclasses.replace(source, row=head + BETWEEN + grown)
        base = _untouched(case, kept)
    else:
        base = _facts_taken(case, log, facts, rules, now)
    revision, irregular = _with_added(case, base, added, rules, now)
    return Grown(revision=revision, added=tuple(added), irregular=irregular, gone=gone)


def _parts(marks: str) -> list[str]:
    return [marks[place : place + MARK_LENGTH] for place in range(0, len(marks), MARK_LENGTH)]


def _untouched(case: Case, source: ImportSource) -> Revision:
    return Revision(
        case=dataclasses.replace(case, source=source),
        facts={"source": source},
        events=(),
        kept=(),
        taken=(),
        columns_changed=False,
    )


def _facts_taken(case: Case, log: Log, facts: Layout, rules: Rulebook, now: datetime) -> Revision:
    """The facts of the log's last rows, as those of a row; an import event only where one of them changed."""
    whole = log.arrival.source
    arrival = dataclasses.replace(log.arrival, source=_head(whole))
    before = dataclasses.replace(case, source=_head(case.source or whole))
    found = rows_again.revise(before, arrival, facts, rules, now)
    if not found.taken:
        return dataclasses.replace(
            _untouched(case, whole), kept=found.kept, columns_changed=found.columns_changed
        )
    return dataclasses.replace(
        found,
        case=dataclasses.replace(found.case, source=whole),
        facts={**found.facts, "source": whole},
    )


def _head(source: ImportSource) -> ImportSource:
    return dataclasses.replace(source, row=source.row.partition(BETWEEN)[0])


def _with_added(
    case: Case, base: Revision, added: list[Happening], rules: Rulebook, now: datetime
) -> tuple[Revision, dict[str, list[int]]]:
    """The revision with the added events; what somebody here did to the state or the owner of the case stays."""
    kept = list(base.kept)
    system = base.case.source.system if base.case.source else ""
    if any(happening.owner for happening in added) and _owner_is_ours(case, system):
        added = [dataclasses.replace(happening, owner=None) for happening in added]
        kept.append("owner")
    found = events.told(base.case, added, rules, recorded=now, held=False)
    if found.case.status != base.case.status and _state_is_ours(case, system):
        found = events.told(base.case, added, rules, recorded=now, held=True)
        kept.append("closed")
    return _revision(case, base, found, kept), found.irregular


def _revision(case: Case, base: Revision, found: Told, kept: list[str]) -> Revision:
    facts: dict[str, Any] = dict(base.facts)
    facts |= {
        name: getattr(found.case, name)
        for name in ("status", "owner")
        if getattr(found.case, name) != getattr(case, name)
    }
    return dataclasses.replace(
        base,
        case=found.case,
        facts=facts,
        events=found.case.history[len(case.history) :],
        kept=tuple(dict.fromkeys(kept)),
    )


def _owner_is_ours(case: Case, system: str) -> bool:
    """Whether somebody here, by a command or in an editor, made the owner what it is."""
    setters = [event for event in case.history if "owner" in event.set]
    by_command = bool(setters) and system not in {setters[-1].by, setters[-1].recorded_by}
    return by_command or history.recorded_value(case, "owner") != case.owner


def _state_is_ours(case: Case, system: str) -> bool:
    """Whether somebody here closed, reopened, paused or took back something."""
    return any(
        event.did in _TURNS_HERE and system not in {event.by, event.recorded_by} for event in case.history
    )
