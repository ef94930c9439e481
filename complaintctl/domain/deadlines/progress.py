"""The progress of a case at a moment, computed from its history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import CUSTOMER_EVENTS, EXTENDED, OTHER_EVENTS, Status
from complaintctl.domain.deadlines import signatures
from complaintctl.domain.deadlines.rulebook import CRISIS, Rulebook
from complaintctl.domain.deadlines.signatures import VoidApproval
from complaintctl.domain.policy.policy import Step

Interval = tuple[datetime, datetime | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """The state of a case after the valid events so far.

    `taken` maps each step that is taken to its event, `again` a step to the moment when it became due again (by
    a reopening, a refused approval or a new crisis). `waits` and `closures` are the intervals that pause clocks
    (end None: not over; of a wait, the end may lie ahead). `waiting` is the event that began the wait that goes on.
    `crisis` is the start of the current crisis, `last_word` and `first_word` are the last
    and first message to the customer. `approvals` are those that hold, `void` those that a later change ended.
    `extended` maps a step that is due to the extension of its limit; `times` counts how often a step with a maximum was
    taken since it last became due again.
    """

    status: Status
    events: tuple[Event, ...]
    taken: Mapping[str, Event]
    again: Mapping[str, datetime]
    waits: tuple[Interval, ...]
    waiting: Event | None
    closures: tuple[Interval, ...]
    last_word: datetime | None
    first_word: datetime | None
    assigned: datetime | None
    approvals: Mapping[str, tuple[Event, ...]]
    void: tuple[VoidApproval, ...]
    reopenings: int
    crisis: datetime | None
    extended: Mapping[str, Event]
    times: Mapping[str, int]


def ordered_events(case: Case) -> list[Event]:
    """Returns the events sorted by time; events of the same moment stay in the order of recording."""
    return sorted(case.history, key=_moment)


def _moment(event: Event) -> datetime:
    return event.at


def retracted_ids(events: tuple[Event, ...]) -> frozenset[str]:
    """Returns the ids of the events that a `retract` event takes back."""
    return frozenset(event.event for event in events if event.did == "retract" and event.event)


def is_opened_waiting(event: Event) -> bool:
    """Whether the event opens a case with the status `waiting`."""
    return event.did == "open" and event.set.get("status", (None, None))[1] == "waiting"


class _Fold:
    """The state while the events are processed; one method per kind of event that changes it."""

    def __init__(self, steps: Mapping[str, Step], order: Mapping[str, int]) -> None:
        self.steps = steps
        self.order = order
        self.status: Status = "open"
        self.taken: dict[str, Event] = {}
        self.again: dict[str, datetime] = {}
        self.waits: list[Interval] = []
        self.wait_event: Event | None = None
        self.closures: list[Interval] = []
        self.messages: list[datetime] = []
        self.assigned: datetime | None = None
        self.approvals: dict[str, tuple[Event, ...]] = {}
        self.reopenings = 0
        self.crisis: datetime | None = None
        self.extended: dict[str, Event] = {}
        self.times: dict[str, int] = {}

    def see(self, event: Event) -> None:
        handler = _HANDLERS.get(event.did)
        if handler is not None:
            handler(self, event)
        elif event.did not in OTHER_EVENTS:
            self.take(event)
        if is_opened_waiting(event):
            self.wait(event)
        step = self.steps.get(event.did)
        is_message = event.via is not None and event.did not in CUSTOMER_EVENTS
        if is_message or (step is not None and step.first_answer):
            self.messages.append(event.at)
        if "owner" in event.set:
            self.assigned = event.at
        if CRISIS in event.set and event.did == "escalate":
            self.enter_crisis(event)

    def take(self, event: Event) -> None:
        """Keeps the first event of a step, or the last one if the step recurs."""
        step = self.steps.get(event.did)
        if event.did not in self.taken or (step is not None and (step.every or step.times)):
            self.taken[event.did] = event
        if step is not None and step.times:
            self.times[event.did] = self.times.get(event.did, 0) + 1
        self.extended.pop(event.did, None)

    def extend(self, event: Event) -> None:
        self.extended[event.to or ""] = event

    def enter_crisis(self, event: Event) -> None:
        """Begins or ends a crisis; a new crisis makes the steps that start at a crisis due again."""
        self.crisis = event.at if event.set[CRISIS][1] else None
        for name, step in self.steps.items():
            points = (step.from_,) if isinstance(step.from_, str) else step.from_
            if self.crisis is not None and CRISIS in points and name in self.taken:
                self.due_again(name, event.at)

    def wait(self, event: Event) -> None:
        """Begins a wait, or another one where the case waits already; a case that another clone had closed stays closed."""
        if self.status == "closed":
            return
        self.end_wait(event)
        self.status = "waiting"
        self.waits.append((event.at, event.until))
        self.wait_event = event

    def end_wait(self, event: Event) -> None:
        """Ends the pause, unless the wait had ended it by itself before."""
        if self.status == "waiting":
            begin, until = self.waits[-1]
            self.waits[-1] = (begin, event.at if until is None else min(event.at, until))
            self.status, self.wait_event = "open", None

    def close(self, event: Event) -> None:
        if self.status == "closed":
            return
        self.end_wait(event)
        self.status = "closed"
        self.closures.append((event.at, None))

    def reopen(self, event: Event) -> None:
        if self.status == "closed":
            self.closures[-1] = (self.closures[-1][0], event.at)
        self.end_wait(event)
        self.status = "open"
        self.reopenings += 1
        first = self.order.get(event.to or "", len(self.order))
        for step, index in self.order.items():
            if index >= first and step in self.taken:
                self.due_again(step, event.at)

    def approve(self, event: Event) -> None:
        step = event.to or ""
        if event.refused:
            self.due_again(step, event.at)
        else:
            self.approvals[step] = (*self.approvals.get(step, ()), event)

    def due_again(self, step: str, moment: datetime) -> None:
        self.taken.pop(step, None)
        self.approvals.pop(step, None)
        self.extended.pop(step, None)
        self.times.pop(step, None)
        self.again[step] = moment


_HANDLERS = {
    "wait": _Fold.wait,
    "resume": _Fold.end_wait,
    "heard": _Fold.end_wait,
    "close": _Fold.close,
    "reopen": _Fold.reopen,
    "approve": _Fold.approve,
    EXTENDED: _Fold.extend,
}


def fold_history(case: Case, rules: Rulebook, as_of: datetime) -> Progress:
    """Returns the progress after the events up to `as_of`, without those retracted by then."""
    past = tuple(event for event in ordered_events(case) if event.at <= as_of)
    retracted = retracted_ids(past)
    valid = tuple(event for event in past if event.id not in retracted) if retracted else past
    fold = _Fold(rules.steps, rules.order)
    for event in valid:
        fold.see(event)
    return _progress_after(fold, case, rules, valid)


def _progress_after(fold: _Fold, case: Case, rules: Rulebook, valid: tuple[Event, ...]) -> Progress:
    holding, void = (
        signatures.split_approvals(case, rules, valid, fold.taken, fold.approvals)
        if fold.approvals
        else ({}, ())
    )
    return Progress(
        status=fold.status,
        events=valid,
        taken=dict(fold.taken),
        again=dict(fold.again),
        waits=tuple(fold.waits),
        waiting=fold.wait_event,
        closures=tuple(fold.closures),
        last_word=max(fold.messages, default=None),
        first_word=min(fold.messages, default=None),
        assigned=fold.assigned,
        approvals=holding,
        void=void,
        reopenings=fold.reopenings,
        crisis=fold.crisis,
        extended=dict(fold.extended),
        times=dict(fold.times),
    )


class GrowingHistory:
    """A history that grows by one event at a time, and its progress. An event in order of time is folded in once."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.events: tuple[Event, ...] = ()
        self._valid: tuple[Event, ...] = ()
        self._retracted: frozenset[str] = frozenset()
        self._fold = _Fold(rules.steps, rules.order)
        self._last: datetime | None = None

    @property
    def status(self) -> Status:
        """The status after all events."""
        return self._fold.status

    def add(self, event: Event) -> None:
        """Appends an event."""
        is_in_order = self._last is None or event.at >= self._last
        self.events = (*self.events, event)
        # In a merged history a retraction may stand before what it takes back.
        is_retraction = event.did == "retract" or event.id in self._retracted
        if is_in_order and not is_retraction:
            self._fold.see(event)
            self._valid = (*self._valid, event)
        else:
            self._fold_again()
        self._last = event.at if is_in_order or self._last is None else self._last

    def use_rules(self, rules: Rulebook) -> None:
        """Judges the same history by another policy from now on."""
        if rules is not self.rules:
            self.rules = rules
            self._fold_again()

    def progress(self, case: Case, as_of: datetime) -> Progress:
        """Returns the progress at `as_of` like `fold_history`; `case` has these events as its history."""
        if self._last is not None and self._last > as_of:
            return fold_history(case, self.rules, as_of)
        return _progress_after(self._fold, case, self.rules, self._valid)

    def _fold_again(self) -> None:
        self._retracted = retracted_ids(self.events)
        ordered = sorted(self.events, key=_moment)
        self._valid = tuple(event for event in ordered if event.id not in self._retracted)
        self._fold = _Fold(self.rules.steps, self.rules.order)
        for event in self._valid:
            self._fold.see(event)


def progress_before_events(done: Progress, rules: Rulebook) -> Iterator[tuple[Event, Progress]]:
    """Yields each event of a progress with the progress before it, without events, pauses and approvals.

    The maps of the progress change with the next event; use it at once.
    """
    fold = _Fold(rules.steps, rules.order)
    for event in done.events:
        yield event, _progress_of(fold)
        fold.see(event)


def _progress_of(fold: _Fold) -> Progress:
    return Progress(
        status=fold.status,
        events=(),
        taken=fold.taken,
        again=fold.again,
        waits=(),
        waiting=fold.wait_event,
        closures=(),
        last_word=max(fold.messages, default=None),
        first_word=min(fold.messages, default=None),
        assigned=fold.assigned,
        approvals={},
        void=(),
        reopenings=fold.reopenings,
        crisis=fold.crisis,
        extended=fold.extended,
        times=fold.times,
    )


def status_after_history(case: Case) -> Status:
    """Returns the status after all events; no policy changes it."""
    retracted = retracted_ids(case.history)
    fold = _Fold({}, {})
    for event in ordered_events(case):
        if event.id not in retracted:
            fold.see(event)
    return fold.status


def forced_parts(done: Progress) -> tuple[str, ...]:
    """Returns what the closing left out if the case was closed by force; nothing if it was not, or is open."""
    if done.status != "closed":
        return ()
    return next((event.forced for event in reversed(done.events) if event.did == "close"), ())
