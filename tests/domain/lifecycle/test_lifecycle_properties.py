"""Any request is refused, or leaves status, history and fields of the case consistent."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines, history, verdicts
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.policy.policy import Step
from complaintctl.errors import Failure
from tests.domain.building import a_book, at

BOOK = a_book(
    Step(step="open", within="1h"),
    Step(step="ack", within={"urgent": "30m", "else": "2h"}, first_answer=True),
    Step(step="classify", within="4h"),
    Step(step="plan", within={"urgent": "8h", "general": "2d"}),
    Step(step="execute", within="3d", from_="plan"),
    Step(step="respond", within="24h", from_="execute"),
    Step(step="update", every={"urgent": "8h", "else": "24h"}),
    Step(step="follow-up", every="7d", from_="respond", until="satisfaction.overall"),
    levels=dict.fromkeys(("urgent", "general")),
)
RECEIVED = at("09:00")

REQUESTS = st.one_of(
    st.builds(
        Request,
        did=st.sampled_from(["ack", "plan", "execute", "update"]),
        via=st.sampled_from([None, "phone"]),
    ),
    st.builds(
        lambda level: Request(did="classify", fields={"level": level}), st.sampled_from(["urgent", "general"])
    ),
    st.builds(
        lambda outcome: Request(did="respond", fields={"outcome": outcome}),
        st.sampled_from(["upheld", "invalid"]),
    ),
    st.builds(
        lambda score: Request(did="follow-up", fields={"satisfaction.overall": score}), st.integers(1, 5)
    ),
    st.builds(
        lambda to: Request(did="reopen", to=to, reason="again"),
        st.sampled_from(["plan", "respond", "classify"]),
    ),
    st.builds(Request, did=st.sampled_from(["wait", "resume", "heard", "note"]), reason=st.just("why")),
    st.builds(
        lambda outcome, force: Request(did="close", fields={"outcome": outcome}, force=force, reason="r"),
        st.sampled_from(["upheld", "withdrawn"]),
        st.booleans(),
    ),
    st.builds(
        lambda level: Request(did="escalate", fields={"level": level}, reason="r"),
        st.sampled_from(["urgent", "general"]),
    ),
    st.builds(lambda place: Request(did="retract", event=f"#{place}", reason="r"), st.integers(0, 12)),
    st.builds(lambda title: Request(did="edit", fields={"title": title}), st.sampled_from(["a", "b"])),
)
FORCED_CLOSING = Request(did="close", fields={"outcome": "upheld"}, force=True, reason="r")
STORIES = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 300), REQUESTS), min_size=1, max_size=14)


def told(story: list[tuple[int, int, Request]]) -> list[Case]:
    """Returns the case after its opening and after each accepted request."""
    opening = Attribution(at=RECEIVED, now=RECEIVED, by="li.wei", given=False, recorder=None)
    case = Case(id="C-20261116-7K3FQ", title="t", received=RECEIVED, status="open")
    cases = [lifecycle.create_case(case, BOOK, opening, Request(did="open"))]
    now = RECEIVED
    for later, back, asked in story:
        now += timedelta(minutes=later)
        happened = now - timedelta(minutes=back)
        doing = Attribution(at=happened, now=now, by="li.wei", given=back > 0, recorder=None)
        try:
            cases.append(lifecycle.decide_request(cases[-1], BOOK, named(cases[-1], asked), doing).case)
        except Failure:
            continue
    return cases


def named(case: Case, asked: Request) -> Request:
    """Replaces the number in a retraction (`#3`, modulo the number of events) by the id of that event."""
    if asked.did != "retract" or asked.event is None:
        return asked
    place = int(asked.event.removeprefix("#"))
    event = case.history[place % len(case.history)].id
    return Request(did="retract", event=event, reason="r")


def latest(case: Case) -> datetime:
    return max(event.recorded or event.at for event in case.history)


@given(STORIES)
@example([(1, 0, Request(did="reopen", to="plan", reason="again")), (0, 1, FORCED_CLOSING)])
@example(
    [(1, 0, Request(did="wait", reason="why")), (0, 1, Request(did="reopen", to="plan", reason="again"))]
)
def test_status_history_and_facts_agree_after_every_command(story: list[tuple[int, int, Request]]) -> None:
    for case in told(story):
        status = fold_history(case, BOOK, latest(case)).status
        assert list(history.history_faults(case, status, in_closed=case.status == "closed")) == []
        assert len({event.id for event in case.history}) == len(case.history)


@given(STORIES)
def test_history_only_grows_and_earlier_verdicts_stay(story: list[tuple[int, int, Request]]) -> None:
    cases = told(story)
    for before, after in pairwise(cases):
        assert after.history[: len(before.history)] == before.history
        assert len(after.history) == len(before.history) + 1


@given(STORIES)
def test_going_back_in_time_gives_the_facts_of_then(story: list[tuple[int, int, Request]]) -> None:
    in_order = [(later, 0, asked) for later, _back, asked in story if asked.did != "retract"]
    cases = told(in_order)
    for case in cases:
        moment = latest(case)
        then = history.case_as_of(cases[-1], BOOK, moment)
        same = [other for other in cases if latest(other) == moment][-1]
        assert then is not None
        assert (then.level, then.outcome, then.title, then.status) == (
            same.level,
            same.outcome,
            same.title,
            same.status,
        )


@given(STORIES)
def test_judging_a_history_again_by_the_same_policy_gives_every_verdict_that_was_recorded(
    story: list[tuple[int, int, Request]],
) -> None:
    case = told(story)[-1]
    for event, before, after in history.rewind_history(case):
        found = verdicts.step_verdict(verdicts.judge_step(before, after, BOOK, event.did, event.at), BOOK)
        assert (found or (None, None)) == (event.due, event.met)


@given(STORIES, st.integers(1, 600))
def test_a_later_receipt_never_gives_an_earlier_due(
    story: list[tuple[int, int, Request]], later: int
) -> None:
    case = told(story)[-1]
    moment = latest(case)
    moved: dict[str, Any] = {
        name: getattr(case, name)
        for name in ("id", "title", "status", "level", "outcome", "satisfaction", "history")
    }
    other = Case(**moved, received=case.received + timedelta(minutes=later))
    dues = {
        clock.step: clock.due
        for clock in deadlines.judge_case(case, BOOK, moment).clocks
        if clock.taken is None
    }
    for clock in deadlines.judge_case(other, BOOK, moment).clocks:
        before = dues.get(clock.step)
        if clock.taken is None and before is not None and clock.due is not None:
            assert clock.due >= before
