"""The entries of a calendar file: what runs, and what ended lately, so that a subscriber drops it."""

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import Clock, JudgedCase
from complaintctl.domain.deadlines.history import rewind_history
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.sending.clock_names import name_clocks

RUNNING_STATES: Final = frozenset({"running", "overdue", "paused"})
# One event or one version of the policy raises the revision of an entry by this much; the end of a wait that nobody
# records raises it by one.
_EVENT_WEIGHT: Final = 10
EntryStatus = Literal["open", "paused", "completed", "cancelled"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarScope:
    """What a calendar shows: entries that ended after `since`, cases of `owner` (None: all).

    `versions` counts the recorded versions of the policy, `policy_at` is when the last one was recorded: due times may
    move with the policy, although nothing happened in the case.
    """

    since: datetime
    owner: str | None
    versions: int
    policy_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarEntry:
    """One clock in a calendar. `revision` never falls, and rises with every change (SEQUENCE of RFC 5545).

    `changed` is the time of the last change, `ended` when the step was taken. While the clock is paused, `clock.due` is
    the due time if the pause had ended with the last event.
    """

    case: Case
    name: str
    clock: Clock
    status: EntryStatus
    revision: int
    changed: datetime
    ended: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarItem:
    """An entry in words, as a calendar file needs it; `alarms` are moments. `uid` identifies it for ever."""

    uid: str
    status: EntryStatus
    due: datetime
    summary: str
    description: str
    categories: tuple[str, ...]
    alarms: tuple[datetime, ...]
    revision: int
    changed: datetime
    ended: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ended:
    """A clock that ran and does not run any more, the case then, and when its step was taken (None: it was not)."""

    case: Case
    clock: Clock
    taken: datetime | None


def list_entries(judged: JudgedCase, scope: CalendarScope) -> Iterator[CalendarEntry]:
    """Yields the running clocks of a case and those that ended lately, by name.

    Everything follows from the history of the case and the policy: an unchanged casebook gives the same entries.
    """
    running = _running_clocks(judged, scope)
    known = [_known_since(event, judged.as_of) for event in judged.case.history]
    changed = max(filter(None, (*known, scope.policy_at)), default=judged.case.received)
    revision = (len(judged.case.history) + scope.versions) * _EVENT_WEIGHT
    for name, clock in sorted(running.items()):
        is_paused = clock.state == "paused"
        yield CalendarEntry(
            case=judged.case,
            name=name,
            clock=_settled_clock(judged, name) if is_paused else clock,
            status="paused" if is_paused else "open",
            # A wait may end by itself, without an event.
            revision=revision + (judged.progress.waiting is not None and not is_paused),
            changed=changed,
        )
    for name, ended in sorted(_ended_clocks(judged, scope).items()):
        if name not in running:
            yield CalendarEntry(
                case=ended.case,
                name=name,
                clock=ended.clock,
                status="cancelled" if ended.taken is None else "completed",
                revision=revision,
                changed=changed,
                ended=ended.taken,
            )


def _known_since(event: Event, as_of: datetime) -> datetime:
    """Returns when an event was recorded, which may be later than when it happened.

    A look at the past takes an event that was recorded later from when it happened, as every judgement does.
    """
    return event.recorded if event.recorded is not None and event.at < event.recorded <= as_of else event.at


def _running_clocks(judged: JudgedCase, scope: CalendarScope) -> dict[str, Clock]:
    if scope.owner is not None and judged.case.owner != scope.owner:
        return {}
    return {name: clock for name, clock in name_clocks(judged).items() if clock.state in RUNNING_STATES}


def _settled_clock(judged: JudgedCase, name: str) -> Clock:
    """Returns a paused clock as of the last event: its due time would otherwise move with every run."""
    last = max((event.at for event in judged.case.history), default=judged.as_of)
    then = deadlines.judge_case(judged.case, judged.rules, last)
    return name_clocks(then).get(name) or name_clocks(judged)[name]


def _ended_clocks(judged: JudgedCase, scope: CalendarScope) -> dict[str, _Ended]:
    """Returns the clocks that ran at some time after `scope.since` and stopped, by name, as they last ran."""
    ended: dict[str, _Ended] = {}
    for before, after in itertools.pairwise(_recent_states(judged, scope.since)):
        running = _running_clocks(after, scope)
        for name, clock in _running_clocks(before, scope).items():
            if name not in running:
                taken = _taken_at(clock, name, before, after)
                ended[name] = _Ended(case=before.case, clock=clock, taken=taken)
    return ended


def _recent_states(judged: JudgedCase, since: datetime) -> list[JudgedCase]:
    """Returns the case after each recorded event since then, the oldest first, as it was judged after that event.

    Of several events recorded at the same moment only the last one counts: nobody saw the case between them.
    """
    states = [judged]
    until: datetime | None = None
    for event, _before, after in rewind_history(judged.case):
        recorded = _known_since(event, judged.as_of)
        if until is not None:
            if until < since:
                break
            if recorded < until:
                # The rewound history ends before the event.
                case = dataclasses.replace(after, history=(*after.history, event))
                states.append(deadlines.judge_case(case, judged.rules, recorded))
        until = recorded
    return states[::-1]


def _taken_at(clock: Clock, name: str, before: JudgedCase, after: JudgedCase) -> datetime | None:
    """Returns when the step of a clock was taken that does not run any more; None if the clock just stopped."""
    dated = name_clocks(after).get(name)
    if dated is not None and dated.state not in RUNNING_STATES:
        return dated.taken
    event = after.progress.taken.get(clock.step)
    is_new = event is not None and event != before.progress.taken.get(clock.step)
    return event.at if event is not None and is_new else None


def months_to_search(rules: Rulebook, since: datetime, as_of: datetime) -> tuple[str, ...]:
    """Returns the months (`2026-11`) of which an archived case must have an event to have an entry that ended lately."""
    first, last = since.astimezone(rules.zone), as_of.astimezone(rules.zone)
    count = (last.year - first.year) * 12 + last.month - first.month
    months = (divmod(first.year * 12 + first.month - 1 + shift, 12) for shift in range(count + 1))
    return tuple(f"{year:04}-{month + 1:02}" for year, month in months)
