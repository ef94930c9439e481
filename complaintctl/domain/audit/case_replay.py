"""The case around each of its events: what the clone knew that recorded the event."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import NamedTuple

from complaintctl.domain.audit import replayed_facts
from complaintctl.domain.audit.id_chain import KnownPlaces, find_predecessors
from complaintctl.domain.audit.records import CommitRecord, RecordedEvent
from complaintctl.domain.case import fields, old_names
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines.progress import GrowingHistory, Progress
from complaintctl.domain.deadlines.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True, slots=True)
class EventMoment:
    """An event with the case before and after it sets its fields, and the policy of its commit.

    The history of `before` and `after` is what the clone knew that recorded the event, without the event. `now` is the
    progress when it was `recorded`, `then` when it happened. Names are those of that policy. `merged`: another clone had
    recorded events that this one did not know. `place` is the index of the event in the history, `predecessor` that of
    the event that it was appended to (CASE_ITSELF at first, None: the id fits nothing).
    """

    place: int
    predecessor: int | None
    event: Event
    commit: CommitRecord | None
    rules: Rulebook
    before: Case
    after: Case
    now: Progress
    then: Progress
    merged: bool
    recorded: datetime


class ReplayedEvent(NamedTuple):
    """The event at a place of the history, and whether another clone had recorded events that its clone did not know.

    Several `moments` where merges leave open what its clone knew: one of them is true. They are made when they are asked
    for, before the next event.
    """

    place: int
    merged: bool
    moments: Iterator[EventMoment]


def replay_case(
    case: Case, events: Sequence[RecordedEvent], wanted: Container[int]
) -> Iterator[ReplayedEvent]:
    """Yields each event in the order of the file; only those at the places `wanted` have moments, the likeliest first.

    `case` has the `events` as its history.
    """
    if not events:
        return
    predecessors = find_predecessors(case.id, case.history)
    known = KnownPlaces(predecessors, events)
    replay = _Replay(case, events[0].rules)
    for place, recorded in enumerate(events):
        replay = replay.by_rules(recorded.rules, place)
        likely = known.next_likely()
        choices = chain((likely,), known.others(place)) if place in wanted else ()
        moment = partial(replay.moment, place, predecessors[place], recorded)
        yield ReplayedEvent(place, len(likely) != place, map(moment, choices))
        replay.append(place)


class _Replay:
    """The fields and the progress of a case after the events so far, by the names of one policy."""

    def __init__(self, original: Case, rules: Rulebook) -> None:
        self.original = original
        self.names = rules.old_names
        self.case = old_names.with_current_names(original, rules.old_names)
        self.grown = GrowingHistory(rules)
        self.facts = replayed_facts.fields_at_start(self.case)
        self._next: Case | None = None

    def by_rules(self, rules: Rulebook, place: int) -> "_Replay":
        """Returns the replay of the events before `place` by another policy."""
        if self.names == rules.old_names:
            self.grown.use_rules(rules)
            return self
        other = _Replay(self.original, rules)
        for earlier in range(place):
            other.append(earlier)
        return other

    def append(self, place: int) -> None:
        """Adds the event at `place` to the history so far."""
        event = self.case.history[place]
        self.grown.add(event)
        self.facts = self._next or self._after(self.facts, event, self.grown.events)
        self._next = None

    def _after(self, facts: Case, event: Event, past: tuple[Event, ...]) -> Case:
        facts = replayed_facts.fields_after(self.case, facts, event)
        return (
            replayed_facts.with_entries(self.case, facts, past)
            if replayed_facts.changes_entries(event)
            else facts
        )

    def moment(
        self, place: int, predecessor: int | None, recorded: RecordedEvent, known: Sequence[int]
    ) -> EventMoment:
        """Returns the event at `place` with the case as it was after the events at the places `known`."""
        event = self.case.history[place]
        is_merged = len(known) != place
        grown, facts = self._after_some(known) if is_merged else (self.grown, self.facts)
        before = fields.replaced(facts, {"history": grown.events, "status": grown.status})
        moment = event.recorded or event.at
        now = grown.progress(before, moment)
        then = now if event.recorded is None else grown.progress(before, event.at)
        if before.status != now.status:
            before = fields.replaced(before, {"status": now.status})
        after = self._after(before, event, (*grown.events, event))
        self._next = None if is_merged else after
        return EventMoment(
            place=place,
            predecessor=predecessor,
            event=event,
            commit=recorded.commit,
            rules=grown.rules,
            before=before,
            after=after,
            now=now,
            then=then,
            merged=is_merged,
            recorded=moment,
        )

    def _after_some(self, known: Sequence[int]) -> tuple[GrowingHistory, Case]:
        grown = GrowingHistory(self.grown.rules)
        facts = replayed_facts.fields_at_start(self.case)
        for place in known:
            event = self.case.history[place]
            grown.add(event)
            facts = self._after(facts, event, grown.events)
        return grown, facts
