"""Tasks: their state in the history, their clocks, and the steps that they block."""

import dataclasses
from typing import Any

import pytest

from complaintctl.domain.case.case import Case, Task
from complaintctl.domain.deadlines import deadlines, history, tasks
from complaintctl.domain.deadlines.clocks import Clock
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle import planned_tasks
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.policy.policy import LabelledKey, Policy, Rung, Step, TaskRule
from complaintctl.domain.policy_check.policy_faults import find_policy_faults
from complaintctl.errors import InvalidInput, Refused
from tests.domain.building import LEVELS, a_book, a_case, a_policy, at, did, recorded

BOOK = a_book(Step(step="plan", needs=("tasks",)))


def asked(to: str, given: str, due: str | None = None) -> Task:
    return Task(to=to, what="look", given=at(given), due=at(due) if due else None)


def given(case: Case, task: Task) -> Case:
    return recorded(case, BOOK, task.given, Request(did="task", tasks=(task,))).case


def reported(case: Case, name: str, when: str, result: str) -> Case:
    return recorded(case, BOOK, at(when), Request(did="task-done", task=name, text=result)).case


def clocks(case: Case, when: str, rules: Rulebook = BOOK) -> list[Clock]:
    return [clock for clock in deadlines.judge_case(case, rules, at(when)).clocks if clock.step == "task"]


def story() -> Case:
    """A case with a task for the warehouse (10:00, reported at 12:00) and one for quality (11:00)."""
    case = given(a_case(did("open", "09:00")), asked("warehouse", "10:00", "13:00"))
    case = given(case, asked("quality", "11:00"))
    return reported(case, "warehouse", "12:00", "none left")


@pytest.mark.parametrize(
    ("when", "known"),
    [
        ("09:30", []),
        ("10:30", [("warehouse", False)]),
        ("11:30", [("warehouse", False), ("quality", False)]),
        ("12:00", [("warehouse", True), ("quality", False)]),
    ],
)
def test_the_tasks_of_any_moment_are_those_of_then(when: str, known: list[tuple[str, bool]]) -> None:
    then = history.case_as_of(story(), BOOK, at(when))
    assert then is not None
    assert [(task.to, task.done is not None) for task in then.tasks] == known


def test_retelling_the_history_gives_the_tasks_before_and_after_each_event() -> None:
    told = [
        (len(before.tasks), len(after.tasks)) for _event, before, after in history.rewind_history(story())
    ]
    assert told == [(2, 2), (1, 2), (0, 1), (0, 0)]


def test_an_event_holds_the_task_without_what_was_reported() -> None:
    event = story().history[-1]
    assert (event.did, event.to, event.text) == ("task-done", "warehouse", "none left")
    assert event.tasks == (asked("warehouse", "10:00", "13:00"),)
    assert (event.due, event.met) == (at("13:00"), True)


def test_erasing_a_result_leaves_the_chain_whole() -> None:
    event = story().history[-1]
    previous = story().history[-2].id
    assert history.compute_event_id(dataclasses.replace(event, text=None), previous) == event.id


@pytest.mark.parametrize(
    ("when", "states"),
    [
        # due 13:00; reported at 12:00
        ("10:30", ["running"]),
        ("11:30", ["running", "running"]),
        ("12:30", ["met", "running"]),
        ("20:00", ["met", "running"]),
    ],
)
def test_the_clocks_of_tasks(when: str, states: list[str]) -> None:
    assert [clock.state for clock in clocks(story(), when)] == states


def test_a_task_is_in_time_up_to_its_due_time_and_late_after_it() -> None:
    case = given(a_case(did("open", "09:00")), asked("warehouse", "10:00", "13:00"))
    assert [clock.state for clock in clocks(case, "13:00")] == ["running"]
    assert [clock.state for clock in clocks(case, "13:01")] == ["overdue"]
    assert [clock.state for clock in clocks(reported(case, "1", "13:00", ""), "13:01")] == ["met"]
    assert [clock.state for clock in clocks(reported(case, "1", "13:01", ""), "13:01")] == ["late"]


def test_warnings_and_the_ladder_hold_for_a_task() -> None:
    book = a_book(warn=("50%",), escalation=(Rung(to="manager", late="1h"),))
    case = given(a_case(did("open", "09:00")), asked("warehouse", "10:00", "14:00"))
    # 10:00 – 14:00 is 4 h: half of it is gone at 12:00; an hour late is 15:00
    (clock,) = clocks(case, "12:00", book)
    assert [point.at for point in clock.warnings] == [at("12:00")]
    assert clock.warned
    assert [(point.at, point.to) for point in clock.ladder] == [(at("15:00"), "manager")]


def test_closing_settles_an_open_task_and_a_reopening_does_not_bring_it_back() -> None:
    case = given(a_case(did("open", "09:00")), asked("warehouse", "10:00", "13:00"))
    case = recorded(
        case, BOOK, at("11:00"), Request(did="close", fields={"outcome": "upheld"}, force=True, reason="x")
    ).case
    assert [clock.state for clock in clocks(case, "14:00")] == ["settled"]
    case = recorded(case, BOOK, at("12:00"), Request(did="reopen", to="plan")).case
    assert [clock.state for clock in clocks(case, "14:00")] == ["settled"]
    case = given(case, asked("warehouse", "12:30"))
    assert [clock.state for clock in clocks(case, "14:00")] == ["settled", "running"]


def test_the_same_task_is_not_given_twice() -> None:
    with pytest.raises(Refused, match="nothing-changed"):
        given(story(), asked("quality", "11:00"))


def test_a_report_taken_back_opens_the_task_again() -> None:
    case = story()
    request = Request(did="retract", event=case.history[-1].id, reason="wrong case")
    case = recorded(case, BOOK, at("12:30"), request).case
    assert case.tasks == (asked("warehouse", "10:00", "13:00"), asked("quality", "11:00"))
    assert list(tasks.unrecorded_task_faults(case)) == []


def changed(case: Case, **facts: Any) -> Case:
    first, *rest = case.tasks
    return dataclasses.replace(case, tasks=(dataclasses.replace(first, **facts), *rest))


@pytest.mark.parametrize(
    ("facts", "keys"),
    [
        ({"due": at("17:00")}, ["task-without-event"]),
        ({"what": "look twice"}, ["task-without-event", "task-gone"]),
        ({"done": None}, ["task-report-without-event"]),
        ({"done": at("12:30")}, ["task-report-without-event"]),
        ({"result": "two left"}, []),
    ],
)
def test_what_was_changed_by_hand_is_named(facts: dict[str, Any], keys: list[str]) -> None:
    assert [fault.key for fault in tasks.unrecorded_task_faults(changed(story(), **facts))] == keys


def test_a_step_that_needs_tasks_waits_for_the_last_report() -> None:
    with pytest.raises(Refused) as refusal:
        recorded(story(), BOOK, at("13:00"), Request(did="plan"))
    assert refusal.value.values["to"] == [LabelledKey(key="quality", label={})]
    case = reported(story(), "quality", "14:00", "thin")
    with pytest.raises(Refused, match="before-step"):
        planned_tasks.check_tasks_done(case, BOOK, fold_history(case, BOOK, at("15:00")), "plan", at("13:59"))
    assert recorded(case, BOOK, at("14:00"), Request(did="plan")).event.did == "plan"


def test_a_case_without_tasks_waits_for_none() -> None:
    assert recorded(a_case(did("open", "09:00")), BOOK, at("10:00"), Request(did="plan")).event.did == "plan"


RULES = (
    TaskRule(to="warehouse", what={"en": "check", "zh": "核对"}, within={"urgent": "1h", "else": "4h"}),
    TaskRule(to="warehouse", what="count"),
    TaskRule(to="legal", what="look", when={"level": "urgent"}),
)


def test_the_policy_names_tasks_by_the_facts_of_the_case() -> None:
    book = a_book(tasks=RULES, levels=LEVELS, language="zh")
    general = planned_tasks.tasks_to_give(a_case(level="general"), book, at("10:00"))
    # 10:00 + 4 h by the clock; the second has no limit
    assert [(task.what, task.due) for task in general] == [("核对", at("14:00")), ("count", None)]
    urgent = planned_tasks.tasks_to_give(a_case(level="urgent"), book, at("10:00"))
    assert [(task.to, task.due) for task in urgent] == [
        ("warehouse", at("11:00")),
        ("warehouse", None),
        ("legal", None),
    ]


def test_a_task_of_the_same_department_counts_in_place_of_one() -> None:
    book = a_book(tasks=RULES)
    own = Task(to="warehouse", what="find it", given=at("09:30"))
    planned = Task(to="warehouse", what="count", given=at("09:30"))
    assert [rule.what for rule in planned_tasks.ungiven_task_rules(a_case(tasks=(own,)), book)] == ["count"]
    left = planned_tasks.ungiven_task_rules(a_case(tasks=(planned,)), book)
    assert [rule.to for rule in left] == ["warehouse"]
    assert planned_tasks.ungiven_task_rules(a_case(tasks=(planned, own)), book) == ()


def test_a_task_is_reported_by_its_number_or_its_department() -> None:
    case, done = story(), fold_history(story(), BOOK, at("13:00"))
    assert tasks.report_task(case, done, "2", at("13:00"), None).to == "quality"
    assert tasks.report_task(case, done, " quality ", at("13:00"), None).to == "quality"
    with pytest.raises(Refused, match="task-not-open"):
        tasks.report_task(case, done, "warehouse", at("13:00"), None)
    with pytest.raises(InvalidInput, match="no-such-task"):
        tasks.report_task(case, done, "legal", at("13:00"), None)
    with pytest.raises(Refused, match="before-step"):
        tasks.report_task(case, done, "2", at("10:59"), None)


def faults(policy: Policy) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(fault.key, fault.path) for fault in find_policy_faults(policy)]


def test_the_policy_check_names_what_is_wrong_with_a_task() -> None:
    wrong = a_policy(
        Step(step="plan", needs=("tasks",)),
        tasks=(
            TaskRule(to="warehouse", what="look", within="soon"),
            TaskRule(to="", what="look", when={"colour": "red"}),
            TaskRule(to="warehouse", what="look", within={"gold": "1h"}),
            TaskRule(to="", what="look", when={"colour": "red"}),
        ),
    )
    assert faults(wrong) == [
        ("policy-limit", ("tasks", 0, "within")),
        ("policy-task-empty", ("tasks", 1)),
        ("policy-unknown-field", ("tasks", 1, "when", "colour")),
        ("policy-unknown", ("tasks", 2, "within", "gold")),
        ("policy-task-empty", ("tasks", 3)),
        ("policy-task-twice", ("tasks", 3)),
        ("policy-unknown-field", ("tasks", 3, "when", "colour")),
    ]


@pytest.mark.parametrize("name", ["task", "task-done"])
def test_no_step_is_named_like_the_events_of_tasks(name: str) -> None:
    assert faults(a_policy(Step(step=name))) == [("policy-step-is-event", ("steps", 0, "step"))]
