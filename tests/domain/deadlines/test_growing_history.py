"""A history that grows event by event has the same progress as one that is folded at once."""

import dataclasses
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines.progress import GrowingHistory, fold_history
from complaintctl.domain.deadlines.rulebook import build_rulebook
from complaintctl.domain.policy.policy import Policy, Step

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STEPS = (Step(step="ack"), Step(step="plan", approve=("boss",)), Step(step="update", every="8h"))
RULES = build_rulebook(Policy(complaintctl="1", name="p", timezone="UTC", steps=STEPS))
OTHER = build_rulebook(Policy(complaintctl="1", name="p", timezone="UTC", steps=STEPS[:2]))
KINDS = ("ack", "plan", "update", "approve", "wait", "heard", "close", "reopen", "note", "retract")

events = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(-30, 60), st.integers(0, 9)), max_size=12)


@given(events, st.integers(0, 12), st.integers(0, 600))
# Another clone took back an event that stands after the retraction here.
@example([("ack", 0, 0), ("retract", 0, 2), ("ack", 0, 0)], 0, 0)
def test_a_grown_history_is_a_folded_one(drawn: list[tuple[str, int, int]], change: int, as_of: int) -> None:
    case, grown, minutes = Case(id="C", title="", received=START, status="open"), GrowingHistory(RULES), 0
    rules = RULES
    for place, (did, step, other) in enumerate(drawn):
        minutes += step
        event = Event(
            at=START + timedelta(minutes=minutes),
            by="li.wei",
            did=did,
            to="plan" if did in {"approve", "reopen"} else None,
            event=f"E{other}" if did == "retract" else None,
            set={"plan.remedy": (None, "refund")} if did == "plan" else {},
            id=f"E{place}",
        )
        if place == change:
            rules = OTHER
            grown.use_rules(OTHER)
        grown.add(event)
        case = dataclasses.replace(case, history=(*case.history, event))
        for moment in (START + timedelta(minutes=as_of), START + timedelta(days=9)):
            assert grown.progress(case, moment) == fold_history(case, rules, moment)
