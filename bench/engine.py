"""How fast due times are computed: many clocks over an office calendar, against counting day by day."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bench import dayloop
from complaintctl.domain import deadlines, endings, limits, worktime, zones
from complaintctl.domain.case import Case, Event
from complaintctl.domain.limits import Limit
from complaintctl.domain.policy import Calendar, Policy, Step
from complaintctl.domain.progress import Interval
from complaintctl.domain.rulebook import rulebook
from complaintctl.domain.worktime import Timetable

CASES: Final = 100_000
# Every so many cases are counted day by day; the time of all is that many times as long.
SAMPLE: Final = 200
WAITING: Final = 4
ZONE: Final = ZoneInfo("Asia/Shanghai")
YEARS: Final = range(2007, 2027)
# Eight clocks as a procedure has them: registration to follow-up.
LIMITS: Final = ("1h", "2h", "4h", "24h", "48h", "72h", "10bd", "120h")
HOLIDAYS: Final = (
    "01-01",
    "01-02",
    "04-05",
    "05-01",
    "05-02",
    "05-03",
    "06-20",
    "09-25",
    "10-01",
    "10-02",
    "10-03",
)
OFFICE: Final = Calendar(
    hours={"mon-fri": ("09:00-12:00", "13:00-18:00")},
    holidays=tuple(f"{year}-{day}" for year in YEARS for day in HOLIDAYS),
    workdays=tuple(f"{year}-10-10" for year in YEARS),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Seconds of processor time; `by_days` is reckoned from a sample. `checked` due times agreed in both ways."""

    clocks: int
    loading: float
    due_times: float
    judging: float
    by_days: float
    checked: int

    @property
    def ratio(self) -> float:
        """How many times as long counting day by day takes for the same due times."""
        return self.by_days / self.due_times


Start = tuple[datetime, tuple[Interval, ...]]


def starts() -> Sequence[Start]:
    """When the cases were received, over twenty years; every fourth waited for the customer for two days."""
    chance = random.Random(20070101)  # noqa: S311 - invented cases, the same every time
    first = datetime(YEARS.start, 1, 1, tzinfo=UTC)
    span = int(timedelta(days=365 * len(YEARS)).total_seconds())
    found = []
    for number in range(CASES):
        received = zones.placed(first + timedelta(seconds=chance.randrange(span)), ZONE)
        begin = received + timedelta(hours=1)
        waits: tuple[Interval, ...] = ((begin, begin + timedelta(days=2)),) if number % WAITING == 0 else ()
        found.append((received, waits))
    return found


def measured() -> Figures:
    """Measure the due times of all cases, the whole judgement of them, and the day loop on a sample."""
    began = time.process_time()
    table = worktime.timetable("office", OFFICE, ZONE)
    worktime.elapsed(table, datetime(YEARS.start, 1, 1, tzinfo=UTC), datetime(YEARS.stop, 12, 31, tzinfo=UTC))
    parsed = [limit for text in LIMITS if (limit := limits.parsed(text))]
    loading = time.process_time() - began
    cases = starts()
    return Figures(
        clocks=len(cases) * len(parsed),
        loading=loading,
        due_times=_due_times(table, parsed, cases),
        judging=_judging(cases),
        by_days=_by_days(table, parsed, cases[::SAMPLE]) * SAMPLE,
        checked=sum(1 for _ in _compared(table, parsed, cases[::SAMPLE])),
    )


def _due_times(table: Timetable, parsed: Sequence[Limit], cases: Sequence[Start]) -> float:
    as_of = datetime(YEARS.stop, 12, 31, tzinfo=UTC)
    began = time.process_time()
    for received, waits in cases:
        for limit in parsed:
            endings.due_at(table, received, limit, waits, as_of)
    return time.process_time() - began


def _by_days(table: Timetable, parsed: Sequence[Limit], cases: Sequence[Start]) -> float:
    began = time.process_time()
    for received, waits in cases:
        for limit in parsed:
            _day_by_day(table, received, limit, waits)
    return time.process_time() - began


def _day_by_day(
    table: Timetable, received: datetime, limit: Limit, waits: tuple[Interval, ...]
) -> datetime | None:
    if limit.working_days:
        days = limit.working_days
        due = dayloop.closing_of_working_day(table.rules, ZONE, received, days)
        for begin, end in waits:
            if end is not None and due is not None and begin < due:
                days += dayloop.working_days_between(table.rules, ZONE, begin, end)
                due = dayloop.closing_of_working_day(table.rules, ZONE, received, days)
        return due
    cursor, left = received, limit.seconds
    for begin, end in waits:
        used = dayloop.between(table.rules, ZONE, cursor, begin)
        if used >= left or end is None:
            break
        cursor, left = end, left - used
    return dayloop.after(table.rules, ZONE, cursor, left)


def _compared(table: Timetable, parsed: Sequence[Limit], cases: Sequence[Start]) -> Iterator[datetime]:
    """The due times of the sample, each the same in both ways."""
    as_of = datetime(YEARS.stop, 12, 31, tzinfo=UTC)
    for received, waits in cases:
        for limit in parsed:
            due = endings.due_at(table, received, limit, waits, as_of).due
            if due != _day_by_day(table, received, limit, waits):
                raise AssertionError(received, limit.text)
            yield due


def _judging(cases: Sequence[Start]) -> float:
    """The whole judgement of every case: history folded, level looked up, eight clocks with their states."""
    steps = tuple(Step(step=f"s{place}", within=text) for place, text in enumerate(LIMITS))
    policy = Policy(
        complaintctl="1",
        name="bench",
        timezone=ZONE.key,
        calendar="office",
        calendars={"office": OFFICE},
        steps=steps,
    )
    book, as_of = rulebook(policy), datetime(YEARS.stop, 12, 31, tzinfo=UTC)
    made = [_case(received, waits) for received, waits in cases]
    worktime.elapsed(book.timetables["office"], made[0].received, as_of)
    began = time.process_time()
    for case in made:
        deadlines.judged(case, book, as_of)
    return time.process_time() - began


def _case(received: datetime, waits: tuple[Interval, ...]) -> Case:
    events = [Event(at=received, by="li.wei", did="open", id="00000000")]
    for begin, end in waits:
        events.append(Event(at=begin, by="li.wei", did="wait", id="00000001"))
        events.append(Event(at=end or begin, by="li.wei", did="resume", id="00000002"))
    return Case(id="C-20070101-00000", title="", received=received, status="open", history=tuple(events))
