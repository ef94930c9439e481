"""Compares our results with the expected deadlines of fourteen other projects (tests/oracle).

To run another file of the same format: COMPLAINTCTL_VECTORS=other.json make test-vectors.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain import zones
from complaintctl.domain.policy.policy import Calendar
from complaintctl.domain.worktime import worktime
from complaintctl.domain.worktime.worktime import CountingRule, Timetable

OURS = Path(__file__).parents[2] / "oracle" / "deadline_vectors.json"
ORACLE = json.loads(Path(os.environ.get("COMPLAINTCTL_VECTORS") or OURS).read_text(encoding="utf-8"))
NUMERIC = [vector for vector in ORACLE["vectors"] if vector["kind"] != "scenario"]


def table_of(vector: dict[str, Any]) -> Timetable:
    """Returns the calendar of a vector as a timetable."""
    found = ORACLE["calendars"][vector["calendar"]]
    calendar = Calendar(
        hours={day: spans(entries) for day, entries in found["weekly"].items()},
        timezone=found["tz"],
        holidays=(*found["holidays"], *found["annual_holidays"]),
        special_hours={day: spans(entries) for day, entries in found["date_hours"].items()},
        breaks={day: spans(entries) for day, entries in found["breaks"].items()},
    )
    return worktime.build_timetable(vector["calendar"], calendar, ZoneInfo(found["tz"]))


def spans(entries: list[list[str]]) -> tuple[str, ...]:
    return tuple(f"{start}-{end}" for start, end in entries)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def paused(table: Timetable, vector: dict[str, Any]) -> int:
    """Returns the open seconds of the pauses; checks them if the vector has an expected number."""
    pauses = [(moment(begin), moment(end)) for begin, end in vector.get("pauses", ())]
    found = sum(worktime.working_seconds(table, begin, end) for begin, end in pauses)
    assert vector.get("expected_pause_seconds", found) == found
    return found


def due(table: Timetable, vector: dict[str, Any]) -> datetime:
    """Adds the open time and the pauses to the start; some projects answer the next opening, not the closing time."""
    end = worktime.add_working_time(
        table, moment(vector["start"]), vector["work_seconds"] + paused(table, vector)
    )
    return worktime.add_working_time(table, end, 0) if vector.get("boundary") == "next_period_start" else end


def due_days(table: Timetable, vector: dict[str, Any]) -> datetime:
    """Adds working days with the same time of day (or end of day), then the pauses as open time."""
    end = working_days(table, moment(vector["start"]), vector["days"], vector.get("end_of_day", False))
    if vector["day_rule"] == "biz":
        return worktime.add_working_time(table, end, 0)
    seconds = paused(table, vector)
    return worktime.add_working_time(table, end, seconds) if seconds else end


def working_days(table: Timetable, start: datetime, days: int, end_of_day: bool) -> datetime:
    counting = CountingRule(
        counts_first=False, day_off="stays", keeps_time=not end_of_day, cutoff=None, then=None
    )
    return worktime.add_working_days(table, start, days, counting)


def shifted(table: Timetable, start: datetime, shift: dict[str, Any]) -> datetime:
    """Returns the moment of an escalation: open time, or working days, after or before a due time."""
    if "days" in shift:
        return working_days(table, start, shift["days"], False)
    return worktime.add_working_time(table, start, shift["work_seconds"])


def elapsed(table: Timetable, vector: dict[str, Any]) -> int:
    return worktime.working_seconds(table, moment(vector["start"]), moment(vector["end"])) - paused(
        table, vector
    )


def local_time(vector: dict[str, Any]) -> datetime:
    """Returns a local time as a moment; 24:00 is the start of the next day."""
    day, clock = vector["local"].split(" ")
    naive = datetime.fromisoformat(day)
    if clock.startswith("24"):
        naive += timedelta(days=1)
    else:
        naive = datetime.combine(naive, time.fromisoformat(clock))
    return zones.resolve_local_time(ZoneInfo(vector["tz"]), naive)


def next_open(table: Timetable, vector: dict[str, Any]) -> datetime:
    return worktime.add_working_time(table, moment(vector["start"]), 0)


ANSWERS = {"due": due, "due_days": due_days, "next_open": next_open}


def answers(vector: dict[str, Any]) -> Iterator[tuple[datetime, datetime]]:
    """Yields (our moment, expected moment): the answer, and the escalation counted from the expected answer."""
    if vector["kind"] == "local_time":
        yield local_time(vector), moment(vector["expected"])
        return
    table = table_of(vector)
    yield ANSWERS[vector["kind"]](table, vector), moment(vector["expected"])
    if shift := vector.get("then_shift"):
        yield shifted(table, moment(vector["expected"]), shift), moment(shift["expected"])


@pytest.mark.parametrize("vector", NUMERIC, ids=[vector["id"] for vector in NUMERIC])
def test_we_answer_what_the_other_project_expects(vector: dict[str, Any]) -> None:
    if vector["kind"] == "elapsed":
        assert elapsed(table_of(vector), vector) == vector["expected_seconds"]
        return
    for ours, theirs in answers(vector):
        tolerance = timedelta(seconds=vector.get("tolerance_seconds", 0))
        assert abs(ours - theirs) <= tolerance, f"{ours} is not {theirs}"
