"""Whether the fields of a case at HEAD are those that its history recorded, and each change begins where the last ended."""

from collections.abc import Iterator
from typing import Any, Final

from complaintctl.domain.audit import replayed_facts
from complaintctl.domain.audit.case_replay import EventMoment
from complaintctl.domain.audit.id_chain import CASE_ITSELF, find_predecessors
from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.audit.sources import is_source_event
from complaintctl.domain.case import fields, old_names
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.three_way import LIST_KEYS
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.progress import status_after_history
from complaintctl.domain.deadlines.rulebook import Rulebook

_STATUS: Final = "status"


def judge_change(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a finding for each change whose old value is not the value before it.

    It is a warning for a field that no deadline depends on: anybody may correct it by hand, and the next command
    records what it finds. After a merge, the value of either clone is right.
    """
    event = moment.event
    for name, (old, _new) in event.set.items():
        if name == _STATUS or not fields.is_recordable(name) or (moment.merged and name in LIST_KEYS):
            continue
        was = fields.plain_value(fields.value_at(moment.before, name))
        if _same(name, old, was) or (name == "received" and old is None):
            continue
        if moment.merged and any(_same(name, old, value) for value in _recorded_values(moment, name)):
            continue
        values = {"field": name, "event": event.id, "was": _words(old), "value": _words(was)}
        yield AuditFinding(key="audit-old-value", values=values, warning=name not in fields.JUDGED_FIELDS)


def _recorded_values(moment: EventMoment, name: str) -> Iterator[Any]:
    for event in moment.before.history:
        yield from event.set.get(name, ())


def _same(name: str, one: Any, other: Any) -> bool:
    """Whether two recorded values are one, also where one is empty or spelt in another way (times in another zone)."""
    if one == other or (one in (None, [], ()) and other in (None, [], ())):
        return True
    left, right = (replayed_facts.recorded_value(name, value) for value in (one, other))
    return left is not None and left == right


def judge_facts(case: Case, rules: Rulebook, *, merged: bool) -> Iterator[AuditFinding]:
    """Yields a finding for each field at HEAD that is not as its last event recorded it, and for the status.

    `rules` are those of HEAD; `merged`: the history has events of several clones.
    """
    case = old_names.with_current_names(case, rules.old_names)
    told = status_after_history(case)
    if told != case.status:
        yield AuditFinding(key="status-against-history", values={"status": case.status, "history": told})
    # Fields that an event never recorded are found below, with every other recorded field.
    for fault in history.unrecorded_entry_faults(case):
        yield AuditFinding(key=fault.key, values=fault.values)
    yield from _unrecorded_findings(case)
    yield from _field_findings(case, merged=merged)
    yield from _promise_findings(case)


def _unrecorded_findings(case: Case) -> Iterator[AuditFinding]:
    """Yields a warning for each attachment and link that no event recorded: somebody added it by hand."""
    files = {name for event in case.history for name in event.files}
    links = {event.link for event in case.history}
    names = [entry.file for entry in case.attachments if entry.file not in files]
    names += [other for link in case.links for other in link.values() if other not in links]
    for name in names:
        yield AuditFinding(key="audit-entry-unrecorded", values={"name": name}, warning=True)


def _field_findings(case: Case, *, merged: bool) -> Iterator[AuditFinding]:
    recorded = {name: new for event in case.history for name, (_old, new) in event.set.items()}
    known = (name for name in fields.JUDGED_FIELDS if name != "received")
    for name in dict.fromkeys((*recorded, *known)):
        if name in {_STATUS, "promised", "actions"} or not fields.is_recordable(name):
            continue
        now = fields.plain_value(fields.value_at(case, name))
        if _same(name, now, recorded.get(name)) or (merged and _is_of_a_clone(case, name, now)):
            continue
        values = {"field": name, "value": _words(now), "recorded": _words(recorded.get(name))}
        is_decided = merged and _was_decided_in_merge(case, name, now)
        yield AuditFinding(key="audit-fact", values=values, warning=is_decided)


def _was_decided_in_merge(case: Case, name: str, now: Any) -> bool:
    """Whether an event that the last one of the field does not follow from recorded this value.

    Of two values of two clones a person keeps one. That need not be the one recorded last (docs/merging.md).
    """
    setters = [place for place, event in enumerate(case.history) if name in event.set]
    predecessors = find_predecessors(case.id, case.history)
    followed = set[int]()
    place = setters[-1] if setters else None
    while place is not None and place != CASE_ITSELF:
        followed.add(place)
        place = predecessors[place]
    return any(
        _same(name, now, case.history[setter].set[name][1]) for setter in setters if setter not in followed
    )


def _is_of_a_clone(case: Case, name: str, now: Any) -> bool:
    """Whether a merge may have left this value of a field that no deadline depends on, or this list."""
    if name in LIST_KEYS:
        return True
    sides = (pair for event in case.history for pair in (event.set.get(name, ()),))
    return name not in fields.JUDGED_FIELDS and any(
        _same(name, now, value) for pair in sides for value in pair
    )


def _promise_findings(case: Case) -> Iterator[AuditFinding]:
    """Yields a finding for each recorded promise that the case does not have any more."""
    if any("promised" in event.set for event in case.history):
        return
    present = {promise.by for promise in case.promised}
    for event in case.history:
        if is_source_event(case, event):
            continue
        for moment in event.promise:
            if moment not in present:
                yield AuditFinding(key="audit-promise-gone", values={"event": event.id, "due": moment})


def _words(value: Any) -> str | list[str]:
    """A value as a sentence takes it: a list of names stays one, so that the reader's language joins it."""
    if value in (None, [], ()):
        return "–"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    return value if isinstance(value, str) else fields.value_text(value) or "–"
