"""Measures how fast due times are computed over an office calendar, compared with counting day by day."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bench import dayloop
from complaintctl.domain import zones
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import deadlines, limit_ends
from complaintctl.domain.deadlines.progress import Interval
from complaintctl.domain.deadlines.rulebook import build_rulebook
from complaintctl.domain.policy.policy import Calendar, Policy, Step
from complaintctl.domain.worktime import limits, worktime
from complaintctl.domain.worktime.limits import Limit
from complaintctl.domain.worktime.worktime import Timetable

CASES: Final = 100_000
# One of 200 cases is counted day by day; the time for all cases is extrapolated from this sample.
SAMPLE: Final = 200
WAITING: Final = 4
# Each measurement is the minimum of three rounds, to exclude disturbance by other processes.
ROUNDS: Final = 3
ZONE: Final = ZoneInfo("Asia/Shanghai")
YEARS: Final = range(2007, 2027)
# Eight clocks of a complaint, in open hours: from the first answer over the eight weeks of a final response (320) and the
# check of a corrective action after twelve (480) to a last question after half a year (1040).
LIMITS: Final = ("1h", "4h", "24h", "48h", "72h", "320h", "480h", "1040h")
# The limits of the design: seconds of processor time, and how many times longer counting day by day must take.
MOST_SECONDS: Final = 3.0
LEAST_RATIO: Final = 30.0
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
    """Seconds of processor time, minimum of three rounds; `by_days` is extrapolated for each limit from a sample.

    `checked` is the number of due times that were equal in both ways. `judging` is the time of the whole judgement:
    history, states, due times.
    """

    clocks: int
    loading: float
    due_times: float
    by_days: Mapping[str, float]
    judging: float
    checked: int

    def kept(self) -> bool:
        """Whether both limits are kept."""
        return self.due_times <= MOST_SECONDS and self.ratio >= LEAST_RATIO

    @property
    def ratio(self) -> float:
        """How many times longer counting the same due times day by day takes."""
        return sum(self.by_days.values()) / self.due_times


Start = tuple[datetime, tuple[Interval, ...]]
Measure = Callable[[Timetable, Sequence[Limit], Sequence[Start]], float]


def starts() -> Sequence[Start]:
    """Returns the receipt times of the cases, over twenty years; every fourth case waited two days for the customer."""
    chance = random.Random(20070101)  # noqa: S311 - invented cases, the same every time
    first = datetime(YEARS.start, 1, 1, tzinfo=UTC)
    span = int(timedelta(days=365 * len(YEARS)).total_seconds())
    cases = []
    for number in range(CASES):
        received = zones.convert_to_zone(first + timedelta(seconds=chance.randrange(span)), ZONE)
        begin = received + timedelta(hours=1)
        waits: tuple[Interval, ...] = ((begin, begin + timedelta(days=2)),) if number % WAITING == 0 else ()
        cases.append((received, waits))
    return cases


def measured() -> Figures:
    """Measure the due times and the whole judgement of all cases, and the day loop on a sample."""
    began = time.process_time()
    table = worktime.build_timetable("office", OFFICE, ZONE)
    worktime.working_seconds(
        table, datetime(YEARS.start, 1, 1, tzinfo=UTC), datetime(YEARS.stop, 12, 31, tzinfo=UTC)
    )
    loading = time.process_time() - began
    cases = starts()
    sample = cases[::SAMPLE]
    factor = len(cases) / len(sample)
    by_days = {text: _least(_by_days, table, (_parsed(text),), sample) * factor for text in LIMITS}
    due_times = _least(_due_times, table, [_parsed(text) for text in LIMITS], cases)
    return Figures(
        clocks=len(cases) * len(LIMITS),
        loading=loading,
        due_times=due_times,
        by_days=by_days,
        judging=_judging(cases),
        checked=sum(1 for _ in compared(sample)),
    )


def _parsed(text: str) -> Limit:
    limit = limits.parse_limit(text)
    if limit is None:
        raise ValueError(text)
    return limit


def _least(measure: Measure, table: Timetable, chosen: Sequence[Limit], cases: Sequence[Start]) -> float:
    return min(measure(table, chosen, cases) for _ in range(ROUNDS))


def _due_times(table: Timetable, chosen: Sequence[Limit], cases: Sequence[Start]) -> float:
    """Measures the due times; all clocks of a case share one track, as in `judge_case`."""
    as_of = datetime(YEARS.stop, 12, 31, tzinfo=UTC)
    began = time.process_time()
    for received, waits in cases:
        track = limit_ends.place_track(table, received, waits, as_of)
        for limit in chosen:
            limit_ends.limit_end(track, limit)
    return time.process_time() - began


def _by_days(table: Timetable, chosen: Sequence[Limit], cases: Sequence[Start]) -> float:
    began = time.process_time()
    for received, waits in cases:
        for limit in chosen:
            _day_by_day(table, received, limit, waits)
    return time.process_time() - began


def _day_by_day(
    table: Timetable, received: datetime, limit: Limit, waits: tuple[Interval, ...]
) -> datetime | None:
    cursor, left = received, limit.seconds
    for begin, end in waits:
        used = dayloop.between(table.rules, ZONE, cursor, begin)
        if used >= left or end is None:
            break
        cursor, left = end, left - used
    return dayloop.after(table.rules, ZONE, cursor, left)


def compared(cases: Sequence[Start]) -> Iterator[datetime]:
    """Yields the due times of the cases; raises AssertionError if a due time differs from counting day by day."""
    table = worktime.build_timetable("office", OFFICE, ZONE)
    as_of = datetime(YEARS.stop, 12, 31, tzinfo=UTC)
    for received, waits in cases:
        track = limit_ends.place_track(table, received, waits, as_of)
        for limit in map(_parsed, LIMITS):
            due = limit_ends.limit_end(track, limit).due
            if due != _day_by_day(table, received, limit, waits):
                raise AssertionError(received, limit.text)
            yield due


def _judging(cases: Sequence[Start]) -> float:
    """Measures the whole judgement of all cases: history, level, and eight clocks with their states."""
    steps = tuple(Step(step=f"s{index}", within=text) for index, text in enumerate(LIMITS))
    policy = Policy(
        complaintctl="1",
        name="bench",
        timezone=ZONE.key,
        calendar="office",
        calendars={"office": OFFICE},
        steps=steps,
    )
    rules, as_of = build_rulebook(policy), datetime(YEARS.stop, 12, 31, tzinfo=UTC)
    cases_to_judge = [_case(received, waits) for received, waits in cases]
    worktime.working_seconds(rules.timetables["office"], cases_to_judge[0].received, as_of)
    began = time.process_time()
    for case in cases_to_judge:
        deadlines.judge_case(case, rules, as_of)
    return time.process_time() - began


def _case(received: datetime, waits: tuple[Interval, ...]) -> Case:
    events = [Event(at=received, by="li.wei", did="open", id="00000000")]
    for begin, end in waits:
        events.append(Event(at=begin, by="li.wei", did="wait", id="00000001"))
        events.append(Event(at=end or begin, by="li.wei", did="resume", id="00000002"))
    return Case(id="C-20070101-00000", title="", received=received, status="open", history=tuple(events))
