"""Explains a deadline line by line: start, limit, every open span, holiday and pause, and their sum."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from complaintctl.domain.deadlines import deadlines, limit_ends, verdicts
from complaintctl.domain.deadlines.clocks import (
    ACTION,
    ACTION_CHECK,
    CONTACT,
    DATED_CLOCKS,
    PROMISE,
    TASK,
    Clock,
    JudgedCase,
)
from complaintctl.domain.deadlines.limit_choice import ClockChoice
from complaintctl.domain.deadlines.progress import Interval
from complaintctl.domain.deadlines.rulebook import Rulebook, step_timetable
from complaintctl.domain.worktime import calendars, worktime
from complaintctl.domain.worktime.calendars import ONE_DAY
from complaintctl.domain.worktime.worktime import CountingRule, Timetable

# Sentence for each kind of fixed date: why it does not move.
_FIXED_DATE_SENTENCES: Final[Mapping[str, str]] = {
    PROMISE: "fixed",
    CONTACT: "fixed-contact",
    TASK: "fixed-task",
    ACTION: "fixed-action",
    ACTION_CHECK: "fixed-action-check",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplanationLine:
    """One line of an explanation: `key` names its sentence, `values` fill it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockExplanation:
    """A clock and the lines that explain it; `policy_path` is the path of its limit in the policy file."""

    clock: Clock
    policy_path: tuple[str | int, ...]
    lines: tuple[ExplanationLine, ...]


def explain_clocks(judged: JudgedCase, rules: Rulebook) -> tuple[ClockExplanation, ...]:
    """Returns the explanation of every clock of a case, in the order of `judged.clocks`."""
    return tuple(_explain_clock(clock, judged, rules) for clock in judged.clocks)


def _explain_clock(clock: Clock, judged: JudgedCase, rules: Rulebook) -> ClockExplanation:
    """Explains one clock; for a step taken, the clock that ran when it was taken."""
    if clock.taken is None:
        lines = tuple(_lines(clock, judged, rules))
        return ClockExplanation(clock=clock, policy_path=_policy_path(clock, judged, rules), lines=lines)
    verdict = ExplanationLine(key=f"taken-{clock.state}", values={"at": clock.taken, "due": clock.due})
    event = judged.progress.taken.get(clock.step)
    if event is None or event.due is None:
        return ClockExplanation(clock=clock, policy_path=_policy_path(clock, judged, rules), lines=(verdict,))
    before = verdicts.judge_recorded_step(judged.case, rules, event)
    then = next(iter(before.clocks), None)
    path = _policy_path(then or clock, before, rules)
    if then is None or then.due is None or then.due.replace(microsecond=0) != event.due:
        unexplained = ExplanationLine(key="verdict-stands", values={"due": then.due if then else None})
        return ClockExplanation(clock=clock, policy_path=path, lines=(verdict, unexplained))
    lines = (verdict, *_sum_lines(then, before, rules))
    return ClockExplanation(clock=clock, policy_path=path, lines=lines)


def add_actual_due(account: ClockExplanation, known: Clock | None) -> ClockExplanation:
    """Adds the actual due time to the explanation of a what-if question, if it is a different one."""
    actual = known.due if known else None
    if account.clock.due == actual:
        return account
    key = "instead-of" if actual else "no-clock-before"
    return dataclasses.replace(
        account, lines=(*account.lines, ExplanationLine(key=key, values={"due": actual}))
    )


def _policy_path(clock: Clock, judged: JudgedCase, rules: Rulebook) -> tuple[str | int, ...]:
    if clock.step not in rules.order:
        return ()
    step = rules.steps[clock.step]
    path: tuple[str | int, ...] = ("steps", rules.order[clock.step])
    if clock.limit is None:
        return path
    again = deadlines.limit_texts(judged.progress, step) is step.again
    path = (*path, "again" if again else "every" if step.every is not None else "within")
    return (*path, clock.key) if clock.key else path


def _lines(clock: Clock, judged: JudgedCase, rules: Rulebook) -> Iterator[ExplanationLine]:
    if clock.state in {"ahead", "settled"}:
        step = rules.steps.get(clock.step)
        yield ExplanationLine(key=clock.state, values={"from": step.from_ if step else clock.origin})
        return
    yield from _sum_lines(clock, judged, rules)
    yield from _state_lines(clock, judged, rules)
    for point in clock.warnings:
        yield ExplanationLine(key="warn", values={"threshold": point.text, "at": point.at})
    for point in clock.ladder:
        yield ExplanationLine(key="rung", values={"at": point.at, "to": point.to})


def _sum_lines(clock: Clock, judged: JudgedCase, rules: Rulebook) -> Iterator[ExplanationLine]:
    """Yields the lines from the starting point to the due time, with all time counted and all time left out."""
    if clock.start is not None:
        yield ExplanationLine(key="start", values={"origin": clock.origin, "at": clock.start})
    if clock.step in DATED_CLOCKS:
        key = _FIXED_DATE_SENTENCES[clock.step] if clock.due else "no-date"
        yield ExplanationLine(key=key, values={"due": clock.due})
    elif clock.limit is not None and clock.start is not None and clock.due is not None:
        yield from _limit_lines(clock, judged, rules)
        if clock.limit.until is not None:
            return
        table = _clock_timetable(clock, judged, rules)
        yield from _Count(clock, judged, rules, table).lines()
        if not clock.known:
            yield ExplanationLine(
                key="not-published", values={"calendar": table.name, "until": table.known_until}
            )


def _clock_timetable(clock: Clock, judged: JudgedCase, rules: Rulebook) -> Timetable:
    if clock.choice is not None:
        return rules.timetables[clock.choice.calendar]
    return step_timetable(rules, rules.steps[clock.step], judged.case)


def _limit_lines(clock: Clock, judged: JudgedCase, rules: Rulebook) -> Iterator[ExplanationLine]:
    step = rules.steps[clock.step]
    table = _clock_timetable(clock, judged, rules)
    if clock.limit is None:
        return
    texts = deadlines.limit_texts(judged.progress, step)
    line_key = "limit" if clock.limit.until is None else "limit-date"
    yield ExplanationLine(
        key=line_key, values={"limit": clock.limit.text, "key": clock.key, "calendar": table.name}
    )
    if texts is step.again:
        yield ExplanationLine(key="limit-again")
    if clock.choice is not None:
        yield from _choice_lines(clock.choice)
    elif judged.case.level is None and isinstance(texts, dict):
        yield ExplanationLine(key="shortest")
    if step.source:
        yield ExplanationLine(key="demanded-by", values={"source": step.source})
    if clock.limit.working_days:
        yield from counting_lines(table.counting)


def _choice_lines(choice: ClockChoice) -> Iterator[ExplanationLine]:
    """Yields how limit and calendar were chosen, what was combined, and who extended the limit."""
    if choice.calendar_key:
        values = {"calendar": choice.calendar, "key": choice.calendar_key}
        yield ExplanationLine(key="calendar-chosen", values=values)
    for name in choice.unknown:
        key = "shortest" if name == "level" else "shortest-by"
        yield ExplanationLine(key=key, values={} if name == "level" else {"field": name})
    if choice.later is not None:
        for text, due in choice.ends:
            yield ExplanationLine(key="combined-end", values={"limit": text, "due": due})
        yield ExplanationLine(key="later-counts" if choice.later else "earlier-counts")
    if choice.extension is not None:
        event = choice.extension
        yield ExplanationLine(
            key="extended", values={"at": event.at, "who": event.by, "reason": event.reason or ""}
        )


def counting_lines(counting: CountingRule) -> Iterator[ExplanationLine]:
    """Yields the lines that describe how a calendar counts working days."""
    yield ExplanationLine(key="first-day-counted" if counting.counts_first else "first-day-not-counted")
    if counting.day_off != "stays":
        yield ExplanationLine(key="day-off-moves" if counting.day_off == "moves" else "day-off-opens")
    if counting.cutoff is not None:
        then = counting.then if counting.then is not None else counting.cutoff
        key = "cutoff-then" if counting.then is not None else "cutoff"
        yield ExplanationLine(
            key=key, values={"cutoff": _clock_time(counting.cutoff), "then": _clock_time(then)}
        )
    yield ExplanationLine(key="keeps-time" if counting.keeps_time else "ends-at-closing")


def _clock_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


class _Count:
    """Explains how the time of one clock is counted; the clock must have a start, a limit and a due time."""

    def __init__(self, clock: Clock, judged: JudgedCase, rules: Rulebook, table: Timetable) -> None:
        known: Any = clock
        self.limit, self.start, self.due = known.limit, known.start, known.due
        self.remaining = clock.remaining
        self.table, self.as_of = table, judged.as_of
        self.progress = judged.progress
        self.pauses = [pause for pause in _clock_pauses(clock, judged, rules) if pause[0] < self.due]
        # A paused clock is counted up to now.
        self.end = judged.as_of if clock.remaining is not None else self.due

    def lines(self) -> Iterator[ExplanationLine]:
        if self.limit.working_days:
            yield from self._working_days()
        elif limit_ends.is_day_limit(self.limit):
            due = limit_ends.unpaused_end(self.table, self.start, self.limit)
            yield ExplanationLine(key="same-time", values={"limit": self.limit.text, "due": due})
            yield from self._pauses(worktime.always_open(self.table.zone))
        else:
            yield from self._open_time()

    def _open_time(self) -> Iterator[ExplanationLine]:
        """Yields every open span that counts, the days off and pauses between them, and the sum."""
        counted, entries = 0, [(line.values["from"], line) for line in self._pauses(self.table)]
        for begin, end in self._running():
            for opening, closing in worktime.spans_between(self.table, begin, end):
                length = int((closing - opening).total_seconds())
                counted += length
                values = {"from": opening, "to": closing, "length": length}
                entries.append((opening, ExplanationLine(key="span", values=values)))
        entries += [(line.values["at"], line) for line in self._days_off()]
        entries += [(line.values["at"], line) for line in self._clock_changes()]
        yield from (line for _, line in sorted(entries, key=_first))
        sums = {"length": counted, "limit": self.limit.text, "remaining": self.remaining or 0}
        yield ExplanationLine(key="sum-remaining" if self.remaining else "sum", values=sums)

    def _running(self) -> Iterator[tuple[datetime, datetime]]:
        """Yields the intervals from start to end without the pauses."""
        cursor = self.start
        for begin, end in self.pauses:
            if begin > cursor:
                yield cursor, min(begin, self.end)
            cursor = max(cursor, self.end if end is None else min(end, self.end))
        if cursor < self.end:
            yield cursor, self.end

    def _pauses(self, calendar: Timetable) -> Iterator[ExplanationLine]:
        for begin, end in self.pauses:
            first, last = max(begin, self.start), min(end or self.as_of, self.as_of)
            key = "closed-time" if self._is_closure(begin) else "pause"
            values = {"from": first, "to": last, "length": worktime.working_seconds(calendar, first, last)}
            reasons = (event.reason for event in self.progress.events if event.at == begin and event.reason)
            yield ExplanationLine(key=key, values={**values, "reason": next(reasons, "")})

    def _is_closure(self, begin: datetime) -> bool:
        closures: tuple[Interval, ...] = self.progress.closures
        return any(closure[0] == begin for closure in closures)

    def _local_days(self) -> Iterator[date]:
        """Returns the local days from start to end.

        A clock that ends at midnight does not include the day that begins then, unless the calendar's working
        days keep the time of day.
        """
        keeps_time = self.limit.working_days and self.table.counting.keeps_time
        end = self.end if keeps_time else self.end - worktime.ONE_SECOND
        first, last = (worktime.shift_day(self.table, moment) for moment in (self.start, end))
        return (first + ONE_DAY * offset for offset in range((last - first).days + 1))

    def _days_off(self) -> Iterator[ExplanationLine]:
        if self.table.always:
            return
        for day in self._local_days():
            if (line := _day_note(self.table, day)) is not None:
                begin = worktime.closing_time(self.table, day - ONE_DAY) or worktime.day_start(
                    self.table, day
                )
                yield dataclasses.replace(line, values={**line.values, "at": max(begin, self.start)})

    def _clock_changes(self) -> Iterator[ExplanationLine]:
        """Yields a line for each change to or from daylight saving time between start and end."""
        for day in self._local_days():
            first, last = (worktime.day_start(self.table, local_day) for local_day in (day, day + ONE_DAY))
            shift = (last.utcoffset() or timedelta()) - (first.utcoffset() or timedelta())
            if shift and self.start < last and first < self.end:
                key = "clocks-forward" if shift > timedelta() else "clocks-back"
                values = {"day": day, "at": max(first, self.start), "length": int(abs(shift).total_seconds())}
                yield ExplanationLine(key=key, values=values)

    def _working_days(self) -> Iterator[ExplanationLine]:
        """Yields each day from start to due day with its number or why it does not count, then the sum of days."""
        yield from self._pauses(self.table)
        begin = worktime.counting_start(self.table, self.start, self.table.counting)
        number, first = 0, begin.day
        for day in self._local_days():
            note = _day_note(self.table, day)
            is_first = day < first or (day == first and not self.table.counting.counts_first)
            if calendars.is_working_day(self.table.rules, day) and not is_first:
                number += 1
                name = note.values["name"] if note else ""
                yield ExplanationLine(key="working-day", values={"day": day, "number": number, "name": name})
            elif note is not None:
                yield note
        waited = number - self.limit.working_days
        if self.remaining is None:
            key = "sum-days-waited" if waited > 0 else "sum-days"
            yield ExplanationLine(
                key=key, values={"days": number, "limit": self.limit.text, "waited": waited}
            )


def _clock_pauses(clock: Clock, judged: JudgedCase, rules: Rulebook) -> tuple[Interval, ...]:
    """Returns the pauses of a step's clock that has started."""
    started: Any = clock.start
    table = _clock_timetable(clock, judged, rules)
    return deadlines.clock_pauses(rules, judged.progress, rules.steps[clock.step], started, table)


def _first(entry: tuple[Any, ExplanationLine]) -> Any:
    return entry[0]


def _day_note(table: Timetable, day: date) -> ExplanationLine | None:
    """Returns a line that says why a day is not an ordinary working day, with its name; None for an ordinary one."""
    kind, name = calendars.day_kind(table.rules, day)
    if kind == "open":
        return None
    keys = {"make-up": "make-up-day", "special": "special-hours", "closed": "day-off", "holiday": "holiday"}
    return ExplanationLine(key=keys[kind], values={"day": day, "name": name})


def _state_lines(clock: Clock, judged: JudgedCase, rules: Rulebook) -> Iterator[ExplanationLine]:
    if clock.due is None:
        return
    if clock.state == "paused":
        yield ExplanationLine(key="stands-still", values={"remaining": clock.remaining, "due": clock.due})
        ends = [end for _begin, end in _clock_pauses(clock, judged, rules) if end and end > judged.as_of]
        if ends:
            yield ExplanationLine(key="runs-again", values={"at": ends[-1]})
    elif clock.state == "overdue":
        late = int((judged.as_of - clock.due).total_seconds())
        yield ExplanationLine(key="overdue", values={"due": clock.due, "late": late})
    else:
        left = int((clock.due - judged.as_of).total_seconds())
        yield ExplanationLine(key="running", values={"due": clock.due, "left": left})
