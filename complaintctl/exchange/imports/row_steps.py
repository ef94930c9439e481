"""Makes events of columns that hold the time of a step, such as the first response."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines.progress import retracted_ids
from complaintctl.exchange.imports.mapping import STEP_PREFIX


def split_steps(
    case: Case, values: Mapping[str, Any], closed: datetime | None
) -> tuple[list[Event], list[Event]]:
    """Returns the steps of a new case until its closing and after it, each in order of time."""
    taken = sorted(
        (at, name) for name, at in values.items() if name.startswith(STEP_PREFIX) and at is not None
    )
    steps = [step_event(case, name, at, closed) for at, name in taken]
    last = len(steps) if closed is None else sum(at <= closed for at, _name in taken)
    return steps[:last], steps[last:]


def step_event(case: Case, name: str, at: datetime, closed: datetime | None) -> Event:
    """The step of a column; it has no verdict, because nobody there worked under this policy."""
    irregular = None
    if closed is not None and at > closed:
        irregular = "after-close"
    elif at < case.received:
        irregular = "event-before-receipt"
    return Event(
        at=at,
        by=case.source.system if case.source else "",
        did=name.removeprefix(STEP_PREFIX),
        irregular=irregular,
    )


def recorded_step(case: Case, name: str) -> Event | None:
    """The last event in a case of the step of a column, whoever took it; None if it was not taken."""
    retracted = retracted_ids(case.history)
    did = name.removeprefix(STEP_PREFIX)
    return next(
        (event for event in reversed(case.history) if event.did == did and event.id not in retracted), None
    )


def step_text(case: Case, name: str) -> str:
    """The time at which the step of a column was taken, as text; "" if it was not."""
    event = recorded_step(case, name)
    return (fields.value_text(event.at) or "") if event else ""


def revised_steps(case: Case, values: Mapping[str, Any], taken: list[str], now: datetime) -> Iterator[Event]:
    """Yields the events that take back and record the steps among the targets that the source has changed."""
    for name in taken:
        if not name.startswith(STEP_PREFIX):
            continue
        if earlier := recorded_step(case, name):
            yield Event(at=now, by=case.source.system if case.source else "", did="retract", event=earlier.id)
        if (at := values[name]) is not None:
            event = step_event(case, name, at, values.get("closed"))
            yield dataclasses.replace(event, recorded=now)
