"""The chain of event ids: which event each one was appended to, and which ones its clone knew."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from complaintctl.domain.audit.records import RecordedEvent
from complaintctl.domain.case.case import Event
from complaintctl.domain.deadlines import history

# The place of an event that was appended to the case itself; place of an event whose id fits nothing before it.
CASE_ITSELF: Final = -1
NOTHING: Final = None
# How many possible pasts of an event are tried, where a rebase hides the true one.
_MOST_PASTS: Final = 64
# Many choices of events come to the same past, because an event brings those that it follows.
_MOST_CHOICES: Final = 1_024


def find_predecessors(case_id: str, events: Sequence[Event]) -> list[int | None]:
    """Returns for each event the place of the event that it was appended to (D-011).

    CASE_ITSELF for one that began the history, NOTHING if its content or an id before it was changed. An event that
    another clone appended follows an earlier event than the one before it.
    """
    return [_find_predecessor(case_id, events, place) for place in range(len(events))]


def _find_predecessor(case_id: str, events: Sequence[Event], place: int) -> int | None:
    content = history.canonical_content(events[place])
    wanted = events[place].id
    for earlier in range(place - 1, CASE_ITSELF - 1, -1):
        previous = case_id if earlier == CASE_ITSELF else events[earlier].id
        if history.chained_id(content, previous) == wanted:
            return earlier
    return NOTHING


class KnownPlaces:
    """Which earlier events the clone knew that recorded an event, by their places.

    A merge keeps the order of both sides. So the clone knew none that stands after the event that it appended to, and
    surely those that this one follows from. Of the others it knew those that the case had before the commit. A rebase
    brings more events before a commit than its clone knew; then it may have been any of them with what they follow.
    """

    def __init__(self, predecessors: Sequence[int | None], events: Sequence[RecordedEvent]) -> None:
        self._predecessors = predecessors
        self._events = events
        self._surely: list[Sequence[int]] = []
        self._likely: list[Sequence[int]] = []
        self._at_most: list[Sequence[int]] = []

    def next_likely(self) -> Sequence[int]:
        """Returns what the clone of the next event knew by its commit; if nobody can read that, what it surely knew."""
        place = len(self._surely)
        last = self._predecessors[place]
        surely: Sequence[int] = range(place) if last is NOTHING else range(last + 1)
        likely = at_most = surely
        if last is not NOTHING and last != CASE_ITSELF and len(self._surely[last]) < last:
            at_most = range(last + 1)
            likely = surely = (*self._surely[last], last)
            if len(self._likely[last]) == last:
                likely = at_most
            elif (ids := self._ids_before(place)) is not None:
                likely = at_most = self._places_of(ids, last, frozenset(surely))
        self._surely.append(surely)
        self._likely.append(likely)
        self._at_most.append(at_most)
        return likely

    def _ids_before(self, place: int) -> frozenset[str] | None:
        ids_before = self._events[place].ids_before
        return ids_before() if ids_before is not None else None

    def _places_of(self, ids: frozenset[str], last: int, surely: frozenset[int]) -> Sequence[int]:
        """Returns the places up to `last` of the events with these ids, and those that are known surely."""
        return [place for place in range(last + 1) if place in surely or self._events[place].event.id in ids]

    def others(self, place: int) -> Iterator[Sequence[int]]:
        """Yields what else the clone may have known that recorded the event at `place`."""
        return itertools.islice(self._pasts(place), _MOST_PASTS)

    def _pasts(self, place: int) -> Iterator[Sequence[int]]:
        surely = self._surely[place]
        doubtful = sorted(frozenset(self._at_most[place]).difference(surely))
        seen = {tuple(self._likely[place])}
        counts = (len(doubtful), *range(len(doubtful)))
        choices = itertools.chain.from_iterable(itertools.combinations(doubtful, count) for count in counts)
        for heads in itertools.islice(choices, _MOST_CHOICES):
            followed = itertools.chain.from_iterable(self._surely[head] for head in heads)
            past = tuple(sorted({*surely, *followed, *heads}))
            if past not in seen:
                seen.add(past)
                yield past
