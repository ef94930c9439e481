"""Compares two versions of a case file, event by event, where the bytes do not prove that the history only grew."""

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines.history import compute_event_id
from complaintctl.domain.privacy import erased_fields
from complaintctl.storage.audit import case_text
from complaintctl.storage.audit.case_text import CaseTexts, FoundEvent
from complaintctl.storage.case import schema

ERASING: Final = "erase"
# Recorded by the import itself: the registration is dated like the first event of the source.
_BY_THE_IMPORT: Final = frozenset({"open", "import"})
# Fields that the activity of an event changes, or that another part of `verify` compares.
_OF_EVENTS: Final = frozenset(
    {b"id", b"status", b"promised", b"tasks", b"links", b"attachments", b"source", b"actions"}
)
_EVENTS_KEY: Final = b"history:\n"
_CUSTOMER: Final = b"customer"
_SEALED: Final = b" sealed: "


@dataclass(slots=True)
class Comparison:
    """What a newer version did to the events of an older one.

    `inserted` are new events before an older one, where uniting two histories would not put them. `erased` are those
    whose free text an erasing took out, `renewed` those that an import wrote anew. `changed` has both versions of an event.
    """

    added: list[FoundEvent] = field(default_factory=list)
    removed: list[FoundEvent] = field(default_factory=list)
    changed: list[tuple[FoundEvent, FoundEvent]] = field(default_factory=list)
    inserted: list[FoundEvent] = field(default_factory=list)
    moved: list[FoundEvent] = field(default_factory=list)
    erased: list[FoundEvent] = field(default_factory=list)
    renewed: list[FoundEvent] = field(default_factory=list)


def compare_versions(old: CaseTexts, new: CaseTexts, case_id: str) -> Comparison:
    """Returns what the newer version did to the history of the older one."""
    result = Comparison()
    pairs = _pair_events(old.events, new.events, result)
    _accept_renewed(new, result)
    for before, after in list(result.changed):
        # An erasing explains only what stands before it.
        names = erased_names(event for event in new.events if event.line > after.line)
        if names and erased_fields.explains_raw_change(before.raw, after.raw, names):
            result.changed.remove((before, after))
            result.erased.append(after)
    result.moved = _moved_events(pairs, new.events)
    result.inserted = list(_inserted_events(new, pairs, result.added, case_id))
    return result


def erased_names(events: Iterable[FoundEvent]) -> frozenset[str]:
    """Returns what events `erase` among these say that they erased."""
    return frozenset(
        name for event in events if event.did == ERASING for name in event.raw.get("changed") or ()
    )


def changed_keys(before: FoundEvent, after: FoundEvent) -> list[str]:
    """Returns the keys of an event whose values differ."""
    keys = dict.fromkeys((*before.raw, *after.raw))
    return [key for key in keys if before.raw.get(key) != after.raw.get(key)]


def _pair_events(
    old: Iterable[FoundEvent], new: Iterable[FoundEvent], result: Comparison
) -> list[tuple[FoundEvent, FoundEvent]]:
    """Returns the events that both versions have, by id; two notes of one second may share an id."""
    left: dict[str, list[FoundEvent]] = defaultdict(list)
    for event in new:
        left[event.id].append(event)
    pairs: list[tuple[FoundEvent, FoundEvent]] = []
    unequal: list[FoundEvent] = []
    for event in old:
        equal = next((other for other in left[event.id] if other.raw == event.raw), None)
        if equal is None:
            unequal.append(event)
        else:
            left[event.id].remove(equal)
            pairs.append((event, equal))
    for event in unequal:
        if left[event.id]:
            other = left[event.id].pop(0)
            pairs.append((event, other))
            result.changed.append((event, other))
        else:
            result.removed.append(event)
    result.added = sorted((event for rest in left.values() for event in rest), key=_line)
    return sorted(pairs, key=lambda pair: _line(pair[0]))


def _line(event: FoundEvent) -> int:
    return event.line


def _accept_renewed(new: CaseTexts, result: Comparison) -> None:
    """Takes out the events that an import wrote anew: with earlier events before them, the ids of the later ones change.

    The event of the source is the same: its time, person and activity.
    """
    source = new.root.get("source")
    system = source.get("system") if isinstance(source, dict) else None
    if system is None or not result.removed:
        return
    renewed: dict[str, str] = {}
    for event in list(result.removed):
        key = _source_key(event.raw, system)
        other = next((entry for entry in result.added if key and _source_key(entry.raw, system) == key), None)
        if other is not None:
            result.removed.remove(event)
            result.added.remove(other)
            result.renewed.append(other)
            renewed[event.id] = other.id
    for before, after in list(result.changed):
        if (
            changed_keys(before, after) == ["event"]
            and renewed.get(before.raw["event"]) == after.raw["event"]
        ):
            result.changed.remove((before, after))


def _source_key(raw: Mapping[str, Any], system: str) -> tuple[str, ...] | None:
    """Returns what identifies an imported event in its source; None if somebody here recorded it."""
    if system not in {raw.get("by"), raw.get("recorded_by")}:
        return None
    moment = "" if raw.get("did") in _BY_THE_IMPORT else recorded_time({"at": raw.get("at")})
    return moment, str(raw.get("by")), str(raw.get("text") or raw.get("did"))


def recorded_time(raw: Mapping[str, Any]) -> str:
    """Returns when an event was recorded, in UTC, so that texts can be compared."""
    text = str(raw.get("recorded") or raw.get("at") or "")
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return text


def _moved_events(pairs: list[tuple[FoundEvent, FoundEvent]], new: Iterable[FoundEvent]) -> list[FoundEvent]:
    """Returns the events whose order changed."""
    places = {id(event): place for place, event in enumerate(new)}
    order = [places[id(after)] for _before, after in pairs]
    return [
        pairs[place][1]
        for place, (now, was) in enumerate(zip(order, sorted(order), strict=True))
        if now != was
    ]


def _inserted_events(
    new: CaseTexts, pairs: list[tuple[FoundEvent, FoundEvent]], added: list[FoundEvent], case_id: str
) -> Iterable[FoundEvent]:
    """Yields the events added before an older one, except where two clones' histories were united.

    Then each follows from an event before it, by its id, and was recorded before the next one.
    """
    last_old = max((after.line for _before, after in pairs), default=0)
    early = [event for event in added if event.line < last_old]
    if not early:
        return
    case, _faults = schema.case_from_texts(copy.deepcopy(new.root))
    events = case.history if case is not None and len(case.history) == len(new.events) else ()
    for event in early:
        place = new.events.index(event)
        following = new.events[place + 1]
        in_order = recorded_time(event.raw) <= recorded_time(following.raw)
        if not in_order or not events or not follows_earlier(case_id, events, place):
            yield event


def follows_earlier(case_id: str, events: tuple[Event, ...], place: int) -> bool:
    """Whether the id of an event follows from the id of the case or of an event before it."""
    earlier = (case_id, *(event.id for event in events[:place]))
    return any(compute_event_id(events[place], name) == events[place].id for name in reversed(earlier))


def read_case(texts: CaseTexts) -> Case | None:
    """Returns the case in texts; None if it has faults."""
    return schema.case_from_texts(copy.deepcopy(texts.root))[0]


def rewritten_fields(old: bytes, new: bytes, appended: bytes) -> dict[str, bool | None]:
    """Returns the fields that changed between two versions and that no appended event names.

    The value is whether a value was rewritten or removed; if not, an empty field was filled in. None for a customer
    that is sealed now: without its key, another customer looks like the same one sealed anew.
    """
    before, after = case_text.fields_section(old), case_text.fields_section(new)
    if before == after:
        return {}
    before, after = case_text.without_form(before), case_text.without_form(after)
    left, right = before.split(b"\n"), after.split(b"\n")
    gone, come = set(left) - set(right), set(right) - set(left)
    lost, added_lines = _by_field(left, gone), _by_field(right, come)
    if not (lost.keys() | added_lines.keys()) - _OF_EVENTS:
        return {}
    named = _named_fields(appended)
    found: dict[str, bool | None] = {}
    for key, lines in lost.items():
        if key not in named and key not in _OF_EVENTS:
            added = added_lines.get(key, [])
            found[key.decode()] = any(_has_value(line) and not _is_begun(line, added) for line in lines)
    for key in added_lines:
        if key not in named and key not in _OF_EVENTS:
            found.setdefault(key.decode(), False)
    if any(_SEALED in line for line in added_lines.get(_CUSTOMER, ())):
        found[_CUSTOMER.decode()] = None
    return found


def _named_fields(appended: bytes) -> frozenset[bytes]:
    """Returns the fields that appended events say they set or changed; nothing of events that cannot be read."""
    names = {
        str(name)
        for event in case_text.read_events(_EVENTS_KEY + appended)
        for key in ("set", "changed")
        for name in event.get(key) or ()
    }
    return frozenset(name.partition(".")[0].encode("utf-8", "surrogatepass") for name in names)


def _by_field(lines: list[bytes], wanted: set[bytes]) -> Mapping[bytes, list[bytes]]:
    """Returns the wanted lines by the field that they belong to; comments and blank lines belong to none."""
    found: dict[bytes, list[bytes]] = {}
    beginning, seen = b"", 0
    for index, line in enumerate(lines):
        if line in wanted and line.strip() and not line.lstrip().startswith(b"#"):
            # The line with the key begins with a letter. Most lines are not wanted, so only these look back for it.
            before = reversed(lines[seen : index + 1])
            beginning = next((other for other in before if other[:1].isalpha()), beginning)
            seen = index + 1
            found.setdefault(beginning.partition(b":")[0], []).append(line)
    return found


def _has_value(line: bytes) -> bool:
    """Whether a line says more than the name of a field."""
    return not line.rstrip().endswith(b":")


def _is_begun(line: bytes, added: list[bytes]) -> bool:
    """Whether one of the new lines only continues the old one, as a map with one more entry does."""
    beginning = line.rstrip().rstrip(b"}").rstrip()
    return any(entry.startswith(beginning + b",") for entry in added)
