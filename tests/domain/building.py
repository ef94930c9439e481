"""Plain values for the tests: moments of a Monday in Shanghai, small policies, cases with a chained history."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from complaintctl.domain import zones
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import deadlines, history
from complaintctl.domain.deadlines.clocks import Clock
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request, decide_request
from complaintctl.domain.policy.policy import Calendar, Policy, Step

SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
CASE_ID = "C-20261116-7K3FQ"
LEVELS = {"urgent": None, "general": None}
OFFICE = Calendar(hours={"mon-fri": ("09:00-12:00", "13:00-18:00")})


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """`2026-11-16 09:00` as a moment of the zone; `09:00` alone is the Monday all cases are received."""
    written = text if " " in text else f"2026-11-16 {text}"
    return zones.resolve_local_time(ZoneInfo(zone), datetime.fromisoformat(written))


def utc(text: str) -> datetime:
    """`2026-11-16 09:00` as a moment of universal time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_policy(*steps: Step, **rest: Any) -> Policy:
    """A policy of those steps in Shanghai, with an `office` calendar on offer."""
    settings: dict[str, Any] = {
        "complaintctl": "1",
        "name": "test",
        "timezone": SHANGHAI,
        "calendars": {"office": OFFICE},
    }
    return Policy(steps=steps, **{**settings, **rest})


def a_book(*steps: Step, **rest: Any) -> Rulebook:
    """The rulebook of such a policy."""
    return build_rulebook(a_policy(*steps, **rest))


def did(what: str, when: str, **rest: Any) -> Event:
    """Something that happened at `when`, as `at` reads it."""
    return Event(at=at(when), did=what, **{"by": "li.wei", **rest})


def a_case(*events: Event, **facts: Any) -> Case:
    """A case received on Monday at 09:00 whose events carry the ids of their place in the history."""
    settings: dict[str, Any] = {
        "id": CASE_ID,
        "title": "Battery swells",
        "received": at("09:00"),
        "status": "open",
    }
    case = Case(**{**settings, **facts})
    chain: tuple[Event, ...] = ()
    for event in events:
        chain = (*chain, history.identify_event(case.id, chain, event))
    return Case(**{**settings, **facts, "history": chain})


def clock(case: Case, rules: Rulebook, as_of: datetime, step: str) -> Clock:
    """The one clock of a step (or of the promises)."""
    (found,) = (entry for entry in deadlines.judge_case(case, rules, as_of).clocks if entry.step == step)
    return found


def due(case: Case, rules: Rulebook, as_of: datetime, step: str) -> datetime | None:
    """When that clock is due."""
    return clock(case, rules, as_of, step).due


def recorded(case: Case, rules: Rulebook, when: datetime, request: Request) -> Decision:
    """What the request makes of the case when it is recorded at that moment."""
    return decide_request(
        case, rules, request, Attribution(at=when, now=when, by="li.wei", given=False, recorder=None)
    )
