"""What a case waits for next can be done: for random histories under every shipped policy."""

from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.deadlines import rule_applies
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.overview.next_step import NextStep, next_step, possible_steps
from complaintctl.domain.overview.step_search import CLOSE_STEP
from complaintctl.errors import Failure
from tests.domain.overview.histories import (
    POLICIES,
    STORIES,
    Story,
    attribution,
    play_story,
    request_for,
    shipped_rules,
)


@given(st.sampled_from(POLICIES), STORIES, st.integers(0, 7))
def test_whatever_a_case_waits_for_is_never_refused(name: str, story: Story, which: int) -> None:
    """The closing alone may still ask for a fact: an outcome given too early, the original of a duplicate."""
    rules = shipped_rules(name)
    case, now = play_story(rules, story)
    judged = deadlines.judge_case(case, rules, now)
    for place, wanted in enumerate(possible_steps(judged, rules)):
        if wanted.step == CLOSE_STEP and place > 0:
            continue
        request, by = request_for(rules, judged, wanted, which)
        assert lacking(case, rules, request, attribution(now, by), wanted) == []


def lacking(
    case: Case, rules: Rulebook, request: Request, doing: Attribution, wanted: NextStep
) -> list[object]:
    """Why the request is refused; nothing if it is not, or if a closing asks for a fact."""
    try:
        lifecycle.decide_request(case, rules, request, doing)
    except Failure as failure:
        missing = failure.values.get("missing", [])
        if wanted.step != CLOSE_STEP or not isinstance(missing, list):
            return [wanted.step, wanted.what, failure.key, failure.values]
        return [what for what in missing if not is_fact(case, rules, what)]
    return []


def is_fact(case: Case, rules: Rulebook, what: str) -> bool:
    """Whether what a closing lacks is a field, or a step that the facts of the case exclude."""
    return fields.is_field(what) or (what in rules.steps and not rule_applies(case, rules.steps[what]))


@given(st.sampled_from(POLICIES), STORIES)
def test_an_open_case_always_waits_for_something(name: str, story: Story) -> None:
    rules = shipped_rules(name)
    case, now = play_story(rules, story)
    judged = deadlines.judge_case(case, rules, now)
    awaited = next_step(judged, rules)
    assert awaited is not None or judged.progress.status == "closed"


@given(st.sampled_from(POLICIES), STORIES)
def test_no_overdue_clock_is_hidden_behind_a_later_one(name: str, story: Story) -> None:
    """An overdue clock that can be acted on, or waits for what can be done, is what comes next."""
    rules = shipped_rules(name)
    case, now = play_story(rules, story)
    judged = deadlines.judge_case(case, rules, now)
    awaited = next_step(judged, rules)
    if any(one.is_overdue for one in possible_steps(judged, rules)):
        assert awaited is not None
        assert awaited.is_overdue
