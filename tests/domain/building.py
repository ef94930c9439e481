"""Builders for tests: moments in Shanghai, small policies, cases with a chained history."""

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
    """Converts `2026-11-16 09:00` to a moment in the zone; `09:00` alone means 2026-11-16, the day of receipt."""
    written = text if " " in text else f"2026-11-16 {text}"
    return zones.resolve_local_time(ZoneInfo(zone), datetime.fromisoformat(written))


def utc(text: str) -> datetime:
    """Converts `2026-11-16 09:00` to a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_policy(*steps: Step, **rest: Any) -> Policy:
    """Builds a policy with the steps, in the zone of Shanghai, with an `office` calendar that steps may use."""
    settings: dict[str, Any] = {
        "complaintctl": "1",
        "name": "test",
        "timezone": SHANGHAI,
        "calendars": {"office": OFFICE},
    }
    return Policy(steps=steps, **{**settings, **rest})


def a_book(*steps: Step, **rest: Any) -> Rulebook:
    """Builds the rulebook of `a_policy`."""
    return build_rulebook(a_policy(*steps, **rest))


def did(what: str, when: str, **rest: Any) -> Event:
    """Builds an event at `when`, a text for `at`."""
    return Event(at=at(when), did=what, **{"by": "li.wei", **rest})


def a_case(*events: Event, **values: Any) -> Case:
    """Builds a case received on Monday at 09:00, and gives its events their chained ids."""
    settings: dict[str, Any] = {
        "id": CASE_ID,
        "title": "Battery swells",
        "received": at("09:00"),
        "status": "open",
    }
    case = Case(**{**settings, **values})
    chain: tuple[Event, ...] = ()
    for event in events:
        chain = (*chain, history.identify_event(case.id, chain, event))
    return Case(**{**settings, **values, "history": chain})


def clock(case: Case, rules: Rulebook, as_of: datetime, step: str) -> Clock:
    """Returns the only clock of a step (or of `promise` and so on)."""
    (step_clock,) = (entry for entry in deadlines.judge_case(case, rules, as_of).clocks if entry.step == step)
    return step_clock


def due(case: Case, rules: Rulebook, as_of: datetime, step: str) -> datetime | None:
    """Returns the due time of the only clock of a step."""
    return clock(case, rules, as_of, step).due


def recorded(case: Case, rules: Rulebook, when: datetime, request: Request) -> Decision:
    """Records a request at `when` and returns the decision."""
    return decide_request(
        case, rules, request, Attribution(at=when, now=when, by="li.wei", given=False, recorder=None)
    )
