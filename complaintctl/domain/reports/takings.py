"""Every taking of a step in a case, each with its own verdict and the time since the start of its own clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from complaintctl.domain.case.case import Event
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS, ClockState, JudgedCase
from complaintctl.domain.deadlines.deadlines import starting_point
from complaintctl.domain.deadlines.progress import Interval, Progress, progress_before_events

_TAKEN: Final = frozenset({"met", "late", "unjudged"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Taking:
    """A step that was taken, or a fixed date that was kept: its verdict, when, and how long it took.

    `start` is that of its own clock, None if the clock had none, and `seconds` count from it; of a step without the time
    while the case was closed, which does not pause fixed dates. State `unjudged`: no limit ran.
    """

    step: str
    state: ClockState
    at: datetime
    start: datetime | None
    seconds: int | None


def list_takings(judged: JudgedCase) -> Iterator[Taking]:
    """Yields every taking by `as_of`: also those before a reopening, a refusal or the next taking of a recurring step.

    A further event of a step that is taken already, without a verdict of its own, takes nothing.
    """
    rules, closures = judged.rules, judged.progress.closures
    for event, before in progress_before_events(judged.progress, rules):
        step = rules.steps.get(event.did)
        if step is None or not _is_taking(event, before, recurs=bool(step.every or step.times)):
            continue
        point = starting_point(judged.case, rules, before, step)
        yield Taking(
            step=event.did,
            state="unjudged" if event.met is None else "met" if event.met else "late",
            at=event.at,
            start=None if point is None else point[1],
            seconds=None if point is None else elapsed_seconds(point[1], event.at, closures),
        )
    for clock in judged.clocks:
        if clock.step in DATED_CLOCKS and clock.state in _TAKEN and clock.taken is not None:
            seconds = elapsed_seconds(clock.start, clock.taken) if clock.start else None
            yield Taking(
                step=clock.step, state=clock.state, at=clock.taken, start=clock.start, seconds=seconds
            )


def _is_taking(event: Event, before: Progress, *, recurs: bool) -> bool:
    return event.met is not None or recurs or event.did not in before.taken


def elapsed_seconds(start: datetime, end: datetime, without: Iterable[Interval] = ()) -> int:
    """Returns the seconds from `start` to `end` that lie in none of the intervals; 0 if `end` comes first."""
    return int(time_outside(start, end, without, timedelta()).total_seconds())


def time_outside(start: Any, end: Any, without: Iterable[tuple[Any, Any]], nothing: Any) -> Any:
    """Returns the time from `start` to `end` that lies in none of the intervals, or `nothing` if `end` comes first.

    Moments are datetimes or numbers. The end None of an interval is without limit; intervals may overlap.
    """
    total, reached = end - start, start
    for begin, until in sorted(without, key=_begin):
        first, last = max(begin, reached), end if until is None else min(until, end)
        if last > first:
            total -= last - first
            reached = last
    return max(total, nothing)


def _begin(interval: tuple[Any, Any]) -> Any:
    return interval[0]
