"""Clocks: what is due when, as a pure function of a case, a rulebook and a moment.

An open due time is never stored, so it cannot drift; a verdict stands in the event that took the step, so a
later policy cannot repaint it. The numbered decisions are those of docs/deadlines.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from complaintctl.domain import fields, limits, worktime
from complaintctl.domain.case import Case, Event, Promise
from complaintctl.domain.endings import Ending, due_at
from complaintctl.domain.limits import Limit
from complaintctl.domain.policy import Step, Texts
from complaintctl.domain.progress import Interval, Progress, progress, retracted
from complaintctl.domain.rulebook import Rulebook, possible_limits, timetable_of

State = Literal["met", "late", "unjudged", "running", "overdue", "paused", "ahead", "settled"]
PROMISE = "promise"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """One promise and how it stands.

    `key` is the policy key that chose the limit ("" for a plain value), `origin` names the starting point.
    `remaining` is open time in seconds where the clock is paused. `met`, `late`: the step was taken;
    `unjudged`: taken without a limit; `ahead`: its starting point has not come; `settled`: closing ended it.
    """

    step: str
    what: str
    state: State
    origin: str
    start: datetime | None
    due: datetime | None
    taken: datetime | None
    limit: Limit | None
    key: str
    remaining: int | None
    known: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A case at a moment: the facts as they were, how far it had come, and its clocks."""

    case: Case
    progress: Progress
    clocks: tuple[Clock, ...]
    as_of: datetime


def applies(case: Case, step: Step) -> bool:
    """Whether the step's `when:` holds for the facts; a class includes those below it."""
    for field, wanted in step.when.items():
        choices = (wanted,) if isinstance(wanted, str) else wanted
        value = fields.text_at(case, field) or ""
        is_class = field == "category"
        if not any(value == choice or (is_class and value.startswith(f"{choice}/")) for choice in choices):
            return False
    return True


def judged(case: Case, book: Rulebook, as_of: datetime) -> Judged:
    """Every clock of the case as it stood at `as_of`, seen with today's policy.

    `case` holds the facts of that moment (history.as_of undoes later ones).
    """
    return judged_after(case, book, progress(case, book, as_of), as_of)


def judged_after(case: Case, book: Rulebook, done: Progress, as_of: datetime) -> Judged:
    """The same, where the progress of the case up to `as_of` is known."""
    clocks = [
        clock
        for step in book.policy.steps
        if applies(case, step)
        for clock in (_clock(case, book, done, step, as_of),)
        if clock is not None
    ]
    clocks.extend(_promise_clock(done, promise, as_of) for promise in _standing(case, as_of))
    return Judged(case=case, progress=done, clocks=tuple(clocks), as_of=as_of)


def _standing(case: Case, as_of: datetime) -> Iterator[Promise]:
    """The promises made by then, without those of events that were taken back."""
    gone = retracted(tuple(event for event in case.history if event.at <= as_of))
    void = {moment for event in case.history if event.id in gone for moment in event.promise}
    return (promise for promise in case.promised if promise.made <= as_of and promise.by not in void)


def overdue(clocks: Iterable[Clock]) -> tuple[Clock, ...]:
    """The clocks that are past due, the longest overdue first."""
    late = [clock for clock in clocks if clock.state == "overdue" and clock.due is not None]
    return tuple(sorted(late, key=_due))


def next_due(clocks: Iterable[Clock]) -> Clock | None:
    """The clock that is due first (decision 12): the earliest one still running or overdue."""
    going = [clock for clock in clocks if clock.state in {"running", "overdue"} and clock.due is not None]
    return min(going, key=_due, default=None)


def _due(clock: Clock) -> datetime:
    return clock.due or datetime.max.replace(tzinfo=UTC)


def starting_point(case: Case, book: Rulebook, done: Progress, step: Step) -> tuple[str, datetime] | None:
    """Where the step's clock starts and what that point is called; None while it has not come.

    A step made due again starts at the reopening, unless it counts from a step taken since (decision 2).
    """
    names = (step.from_,) if isinstance(step.from_, str) else step.from_
    points = [(name, moment) for name in names if (moment := _point(case, book, done, name))]
    if step.step == "update":
        points.extend(_words(done))
        if not _first_answered(book, done):
            return None
    if step.every and (last := done.taken.get(step.step)):
        points.append((step.step, last.at))
    again = done.again.get(step.step)
    if again is not None and points:
        points.append(("reopen", again))
    return max(points, key=_moment_of_point, default=None)


def _moment_of_point(point: tuple[str, datetime]) -> datetime:
    return point[1]


def _words(done: Progress) -> Iterator[tuple[str, datetime]]:
    """The update clock counts from the last word to the customer (decision 9)."""
    if done.last_word is not None:
        yield "last-word", done.last_word


def _first_answered(book: Rulebook, done: Progress) -> bool:
    answers = [step.step for step in book.policy.steps if step.first_answer]
    if answers:
        return any(name in done.taken for name in answers)
    return done.first_word is not None


def _point(case: Case, book: Rulebook, done: Progress, name: str) -> datetime | None:
    if name == "receipt":
        return case.received
    if name == "assignment":
        return done.assigned
    if name == "last-word":
        return done.last_word
    if name in book.steps:
        event = done.taken.get(name)
        return event.at if event else None
    return fields.moment_at(case, name, book.zone)


def _clock(case: Case, book: Rulebook, done: Progress, step: Step, as_of: datetime) -> Clock | None:
    event = done.taken.get(step.step)
    if event is not None and step.every is None:
        return _taken(step, event)
    texts = step.within if step.every is None else step.every
    ended = step.until is not None and fields.is_known(case, step.until)
    if texts is None or ended:
        return _taken(step, event) if event is not None else None
    if done.status == "closed":
        return _taken(step, event) if event is not None else _idle(step, "settled")
    point = starting_point(case, book, done, step)
    if point is None:
        return _idle(step, "ahead")
    return _going(case, book, done, step, texts, point, as_of)


def _taken(step: Step, event: Event) -> Clock:
    state: State = "unjudged" if event.met is None else "met" if event.met else "late"
    return Clock(
        step=step.step,
        what=step.step,
        state=state,
        origin="",
        start=None,
        due=event.due,
        taken=event.at,
        limit=None,
        key="",
        remaining=None,
        known=True,
    )


def _idle(step: Step, state: State) -> Clock:
    return Clock(
        step=step.step,
        what=step.step,
        state=state,
        origin="",
        start=None,
        due=None,
        taken=None,
        limit=None,
        key="",
        remaining=None,
        known=True,
    )


def _going(
    case: Case,
    book: Rulebook,
    done: Progress,
    step: Step,
    texts: Texts,
    point: tuple[str, datetime],
    as_of: datetime,
) -> Clock | None:
    table = timetable_of(book, step)
    pauses = pauses_of(done, step, point[1])
    candidates = [
        (due_at(table, point[1], limit, pauses, as_of), key, limit)
        for key, limit in possible_limits(book, texts, case.level, case.category)
    ]
    if not candidates:
        return None
    ending, key, limit = min(candidates, key=_ending)
    state: State = (
        "overdue" if as_of > ending.due else "paused" if ending.remaining is not None else "running"
    )
    return Clock(
        step=step.step,
        what=step.step,
        state=state,
        origin=point[0],
        start=point[1],
        due=ending.due,
        taken=None,
        limit=limit,
        key=key,
        remaining=ending.remaining,
        known=worktime.is_known(table, ending.due),
    )


def pauses_of(done: Progress, step: Step, start: datetime) -> tuple[Interval, ...]:
    """The intervals that stop this clock, those that ended before `start` left out.

    Waiting for the customer stops every clock but the first answer (decision 3), having been closed stops
    all (decision 2).
    """
    pausing = (not step.first_answer) if step.pauses is None else step.pauses
    every = (*(done.waits if pausing else ()), *done.closures)
    return tuple(sorted((pause for pause in every if pause[1] is None or pause[1] > start), key=_begin))


def _begin(interval: Interval) -> datetime:
    return interval[0]


def _ending(candidate: tuple[Ending, str, Limit]) -> datetime:
    return candidate[0].due


def _promise_clock(done: Progress, promise: Promise, as_of: datetime) -> Clock:
    """A date told to the customer: kept by the first later event of its step, settled by closing."""
    keeping = next(
        (
            event
            for event in done.events
            if event.did in {promise.what, "close"}
            and promise.made <= event.at <= as_of
            and promise.by not in event.promise
        ),
        None,
    )
    state: State = "overdue" if as_of > promise.by else "running"
    if keeping is not None:
        state = "met" if keeping.at <= promise.by else "late"
    return Clock(
        step=PROMISE,
        what=promise.what,
        state=state,
        origin="promised",
        start=promise.made,
        due=promise.by,
        taken=keeping.at if keeping else None,
        limit=None,
        key="",
        remaining=None,
        known=True,
    )


def promised_due(book: Rulebook, text: str, moment: datetime) -> datetime | None:
    """The date a policy's `promise:` limit comes to when it is told to the customer at `moment`."""
    limit = limits.parsed(text)
    if limit is None:
        return None
    return due_at(timetable_of(book, None), moment, limit, (), moment).due
