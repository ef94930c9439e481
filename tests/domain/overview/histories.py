"""Random histories of a case under a policy, played through the domain: what is refused is left out."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import Action, Bone, Case, Measure, Promise, Task
from complaintctl.domain.case.event_kinds import OUTCOMES
from complaintctl.domain.deadlines import actions, deadlines, tasks
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, TASK, JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.guards import step_needs
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.overview.next_step import NextStep, possible_steps
from complaintctl.domain.overview.step_search import APPROVE_STEP, CLOSE_STEP, PLANNED_TASKS
from complaintctl.domain.policy.policy import Person
from complaintctl.errors import Failure
from complaintctl.storage.policy.policyfile import find_shipped_policy, read_policy, shipped_policy_names
from tests.domain.building import at

POLICIES = shipped_policy_names()
# They hold every role, so that no step waits for somebody; whoever takes a step does not sign it.
DOER, SIGNER = "li.wei", "ma.li"
RECEIVED = at("09:00")
# Minutes since the last event, what is done, and which one of it.
Story = list[tuple[int, int, int]]
STORIES = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(0, 40), st.integers(0, 7)), min_size=1, max_size=14
)
SAMPLES: Mapping[str, Any] = {
    "truth": True,
    "day": date(2026, 11, 1),
    "moment": datetime(2027, 1, 1, tzinfo=UTC),
    "whole": 3,
    "texts": ("one",),
    "text": "words",
}


@cache
def shipped_rules(name: str) -> Rulebook:
    """The rulebook of a shipped policy, with people who hold every role."""
    file, _problems = read_policy(find_shipped_policy(name))
    assert file is not None
    roles = tuple(file.policy.roles)
    people: dict[str, Person | None] = {
        name: Person(email=f"{name}@example.com", roles=roles) for name in (DOER, SIGNER)
    }
    return build_rulebook(dataclasses.replace(file.policy, people=people))


def play_story(rules: Rulebook, story: Story, case_id: str = "C-20261116-7K3FQ") -> tuple[Case, datetime]:
    """Returns the case after everything in the story that is not refused, and the time then."""
    policy = rules.policy
    channel = next(iter(policy.channels), None)
    case = Case(id=case_id, title="t", received=RECEIVED, status="open", channel=channel)
    case = lifecycle.create_case(case, rules, attribution(RECEIVED), Request(did="open"))
    now = RECEIVED
    for later, kind, which in story:
        now += timedelta(minutes=later)
        judged = deadlines.judge_case(case, rules, now)
        # Two of three times what can be done now, so that a story gets far.
        make = MOVES[kind - 26] if kind >= 26 else take_possible
        try:
            request, by = make(rules, judged, which)
            case = lifecycle.decide_request(case, rules, request, attribution(now, by)).case
        except Failure:
            continue
    return case, now


def attribution(now: datetime, by: str = DOER) -> Attribution:
    """Who does it, at once."""
    return Attribution(at=now, now=now, by=by, given=False, recorder=None)


Move = tuple[Request, str]


def take_possible(rules: Rulebook, judged: JudgedCase, which: int) -> Move:
    """What is possible now, most often the next step."""
    possible = possible_steps(judged, rules)
    if not possible:
        return Request(did="reopen", to=rules.policy.reopen_to or "respond", reason="r"), DOER
    return request_for(rules, judged, possible[max(which - 4, 0) % len(possible)], which)


def request_for(rules: Rulebook, judged: JudgedCase, wanted: NextStep, which: int) -> Move:
    """The request that does what the case waits for, with all that it needs."""
    if wanted.step == APPROVE_STEP:
        return Request(did="approve", to=wanted.what), SIGNER
    if wanted.step == CLOSE_STEP:
        return Request(did="close", fields={} if judged.case.outcome else {"outcome": "upheld"}), DOER
    if wanted.step in {TASK, ACTION, ACTION_CHECK}:
        return _report(rules, judged, wanted)
    step = rules.steps.get(wanted.step)
    needs = step_needs(step.needs, judged.case) if step else ()
    if any(need.startswith("actions.") for need in needs) and not judged.case.actions:
        return _action(rules, judged, which)
    return step_request(rules, judged, wanted.step, which), DOER


def _report(rules: Rulebook, judged: JudgedCase, wanted: NextStep) -> Move:
    case, now = judged.case, judged.as_of
    if wanted.step == TASK and wanted.what == PLANNED_TASKS:
        return Request(did="task", planned=True), DOER
    if wanted.step == TASK:
        done = {tasks.task_words(task): number for number, task in tasks.open_tasks(case, judged.progress)}
        return Request(did="task-done", task=str(done[wanted.what]), text="done"), DOER
    number = actions.action_number_of(wanted.what)
    if wanted.step == ACTION:
        changed = actions.complete_action(case, number, now, DOER)
        return Request(did=actions.ACTION_DONE, fields={"actions": changed}), DOER
    changed = actions.verify_action(case, rules.policy, number, now, SIGNER, effective=True)
    return Request(did=actions.ACTION_VERIFIED, fields={"actions": changed}), SIGNER


def step_request(rules: Rulebook, judged: JudgedCase, name: str, which: int) -> Request:
    """A step with every field that it needs and that is not known yet."""
    case, step = judged.case, rules.steps.get(name)
    values: dict[str, Any] = {}
    # The class first: what a step needs can depend on it.
    for need in ("category", *(step_needs(step.needs, case) if step else ())):
        field = need.split("|")[0]
        listed = next((entry for entry in LISTED if field.startswith(entry)), field)
        if (
            listed not in {"actions", "tasks", "links", "attachments"}
            and fields.is_field(listed)
            and fields.value_at(case, listed) in (None, ())
        ):
            values |= {listed: a_value(rules, listed, which)} if listed != "category" or step else {}
    if step is not None and "category" in values:
        graded = fields.with_values(case, {"category": values["category"]})
        for need in step_needs(step.needs, graded):
            field = need.split("|")[0]
            if field not in values and fields.is_field(field) and fields.value_at(case, field) is None:
                values[field] = a_value(rules, field, which)
    return Request(did=name, fields={name: value for name, value in values.items() if value}, via="phone")


LISTED: Mapping[str, Any] = {
    "plan.measures": (Measure(what="check", who="warehouse", due="2026-12-01"),),
    "cause.fishbone": (Bone(branch="man", cause="tired"),),
    "actions": (),
}


def a_value(rules: Rulebook, field: str, which: int) -> Any:
    """Some value of a field, one of its choices if it has any."""
    if field in LISTED:
        return LISTED[field]
    if choices := list(vocabulary.field_choices(rules.policy, field)):
        return choices[which % len(choices)]
    return SAMPLES.get(fields.field_kinds().get(field, "text"), "words")


def _promise(_rules: Rulebook, judged: JudgedCase, which: int) -> Move:
    what = ("update", "respond", "close", "plan")[which % 4]
    by = judged.as_of + timedelta(hours=which * 9 + 1)
    promises = (Promise(by=by, what=what, made=judged.as_of),)
    return Request(did="update", via="phone", promises=promises), DOER


def _edit(rules: Rulebook, _judged: JudgedCase, which: int) -> Move:
    field = ("level", "category", "outcome", "channel")[which % 4]
    values = {field: OUTCOMES[which % len(OUTCOMES)] if field == "outcome" else a_value(rules, field, which)}
    return Request(did="edit", fields=values), DOER


def _task(_rules: Rulebook, judged: JudgedCase, which: int) -> Move:
    due = judged.as_of + timedelta(hours=which * 5) if which % 2 else None
    return Request(did="task", tasks=(Task(to="lab", what="test", given=judged.as_of, due=due),)), DOER


def _action(_rules: Rulebook, judged: JudgedCase, which: int) -> Move:
    today = judged.as_of.date()
    action = Action(
        what="new foil",
        kind="corrective",
        who=DOER,
        due=today + timedelta(days=which),
        given=judged.as_of,
        check=today + timedelta(days=which + 3),
        required=True,
    )
    return Request(did="action", fields={"actions": actions.add_action(judged.case, action)}), DOER


def _crisis(_rules: Rulebook, _judged: JudgedCase, which: int) -> Move:
    return Request(did="escalate", fields={"crisis": True if which % 3 else None}, reason="r"), DOER


def _retract(_rules: Rulebook, judged: JudgedCase, which: int) -> Move:
    event = judged.case.history[which % len(judged.case.history)].id
    return Request(did="retract", event=event, reason="r"), DOER


def _close(_rules: Rulebook, _judged: JudgedCase, which: int) -> Move:
    fields_of_closing = {"outcome": OUTCOMES[which % len(OUTCOMES)]}
    return Request(did="close", fields=fields_of_closing, force=which % 2 == 0, reason="r"), DOER


def _some_step(rules: Rulebook, judged: JudgedCase, which: int) -> Move:
    names = list(rules.steps) or ["respond"]
    return step_request(rules, judged, names[which * 3 % len(names)], which), DOER


def _plain(did: str, **rest: Any) -> Callable[[Rulebook, JudgedCase, int], Move]:
    return lambda _rules, _judged, _which: (Request(did=did, reason="r", **rest), DOER)


def _reopen(rules: Rulebook, _judged: JudgedCase, which: int) -> Move:
    names = [name for name in rules.steps if name != "open"] or ["respond"]
    return Request(did="reopen", to=names[which % len(names)], reason="r"), DOER


MOVES: tuple[Callable[[Rulebook, JudgedCase, int], Move], ...] = (
    _promise,
    _promise,
    _edit,
    _edit,
    _task,
    _action,
    _crisis,
    _crisis,
    _retract,
    _close,
    _some_step,
    _plain("wait"),
    _plain("heard", via="phone"),
    _plain("note"),
    _reopen,
)
