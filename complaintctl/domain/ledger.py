"""Why a deadline is what it is: lines that name the start, the limit, every open span, holiday and pause."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from complaintctl.domain import worktime
from complaintctl.domain.deadlines import PROMISE, Clock, Judged, pauses_of
from complaintctl.domain.rulebook import Rulebook, timetable_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of an explanation: `key` names its sentence, `facts` fill it."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A clock with the lines that explain it; `policy_path` leads to the limit in the policy."""

    clock: Clock
    policy_path: tuple[str | int, ...]
    lines: tuple[Line, ...]


def accounts(judged: Judged, book: Rulebook) -> tuple[Account, ...]:
    """The explanation of every clock of a case, in the order of the policy."""
    return tuple(
        Account(clock=clock, policy_path=_policy_path(clock, book), lines=tuple(_lines(clock, judged, book)))
        for clock in judged.clocks
    )


def _policy_path(clock: Clock, book: Rulebook) -> tuple[str | int, ...]:
    if clock.step not in book.order:
        return ()
    step = book.steps[clock.step]
    path: tuple[str | int, ...] = ("steps", book.order[clock.step])
    if clock.limit is None:
        return path
    path = (*path, "every" if step.every is not None else "within")
    return (*path, clock.key) if clock.key else path


def _lines(clock: Clock, judged: Judged, book: Rulebook) -> Iterator[Line]:
    if clock.taken is not None:
        yield Line(key=f"taken-{clock.state}", facts={"at": clock.taken, "due": clock.due})
        return
    if clock.state in {"ahead", "settled"}:
        yield Line(key=clock.state, facts={"from": book.steps[clock.step].from_})
        return
    if clock.start is not None:
        yield Line(key="start", facts={"origin": clock.origin, "at": clock.start})
    if clock.step == PROMISE:
        yield Line(key="fixed", facts={"due": clock.due})
    else:
        yield from _limit_lines(clock, judged, book)
    yield from _standing(clock, judged)


def _limit_lines(clock: Clock, judged: Judged, book: Rulebook) -> Iterator[Line]:
    step = book.steps[clock.step]
    table = timetable_of(book, step)
    if clock.limit is None or clock.start is None or clock.due is None:
        return
    yield Line(key="limit", facts={"limit": clock.limit.text, "key": clock.key, "calendar": table.name})
    if judged.case.level is None and isinstance(step.within if step.every is None else step.every, dict):
        yield Line(key="shortest", facts={})
    yield from _pause_lines(clock, judged, book)
    if table.hours is not None:
        yield from _calendar_lines(table, clock.start, clock.due, counted=clock.limit.seconds > 0)
    if not clock.known:
        yield Line(key="not-published", facts={"calendar": table.name, "until": table.known_until})


def _pause_lines(clock: Clock, judged: Judged, book: Rulebook) -> Iterator[Line]:
    if clock.start is None or clock.due is None:
        return
    for begin, end in pauses_of(judged.progress, book.steps[clock.step], clock.start):
        if begin >= clock.due:
            break
        shown = end or judged.as_of
        table = timetable_of(book, book.steps[clock.step])
        seconds = worktime.elapsed(table, max(begin, clock.start), shown)
        closed = (begin, end) in judged.progress.closures
        yield Line(
            key="closed-time" if closed else "pause",
            facts={"from": max(begin, clock.start), "to": shown, "length": seconds, "running": end is None},
        )


def _calendar_lines(
    table: worktime.Timetable, start: datetime, due: datetime, *, counted: bool
) -> Iterator[Line]:
    """Every open span that was used, and every day off or make-up day between start and due."""
    first, last = start.astimezone(table.zone).date(), due.astimezone(table.zone).date()
    spans = [span for span in worktime.spans(table, start, (last - first).days + 1) if span[0] < due]
    for offset in range((last - first).days + 1):
        day = first + worktime.ONE_DAY * offset
        yield from _day_note(table, day)
        for opening, closing in spans:
            if counted and opening.date() == day:
                end = min(closing, due)
                seconds = int((end - opening).total_seconds())
                yield Line(key="span", facts={"day": day, "from": opening, "to": end, "length": seconds})


def _day_note(table: worktime.Timetable, day: date) -> Iterator[Line]:
    if day in table.workdays:
        yield Line(key="make-up-day", facts={"day": day})
    elif day in table.holidays:
        yield Line(key="holiday", facts={"day": day})
    elif not worktime.is_working_day(table, day):
        yield Line(key="day-off", facts={"day": day})


def _standing(clock: Clock, judged: Judged) -> Iterator[Line]:
    if clock.due is None:
        return
    if clock.state == "paused":
        yield Line(key="stands-still", facts={"remaining": clock.remaining, "due": clock.due})
    elif clock.state == "overdue":
        late = int((judged.as_of - clock.due).total_seconds())
        yield Line(key="overdue", facts={"due": clock.due, "late": late})
    else:
        left = int((clock.due - judged.as_of).total_seconds())
        yield Line(key="running", facts={"due": clock.due, "left": left})
