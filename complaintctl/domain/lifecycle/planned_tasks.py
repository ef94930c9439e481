"""The tasks that the policy plans for a case: those still to be given, and those that block a step or the closing."""

from datetime import datetime
from typing import Final

from complaintctl.domain.case.case import Case, Task
from complaintctl.domain.deadlines import deadlines, tasks
from complaintctl.domain.deadlines.progress import Progress
from complaintctl.domain.deadlines.rulebook import Rulebook, select_entry, to_policy_zone
from complaintctl.domain.policy.policy import TaskRule, labelled_role
from complaintctl.errors import Refused

# Entry of `needs:` for a step or an outcome that requires all tasks to be reported.
TASKS_NEED: Final = "tasks"


def ungiven_task_rules(case: Case, rules: Rulebook) -> tuple[TaskRule, ...]:
    """Returns the task rules that apply to the case and whose tasks have not been given yet.

    A task with the text of the rule counts as given; otherwise any other task of the same department does (D-049).
    """
    applying = [rule for rule in rules.policy.tasks if deadlines.rule_applies(case, rule)]
    given = list(case.tasks)
    missing = []
    for rule in applying:
        same = next((task for task in given if task.to == rule.to and task.what in _texts(rule)), None)
        if same is None:
            missing.append(rule)
        else:
            given.remove(same)
    ungiven = []
    for rule in missing:
        substitute = next((task for task in given if task.to == rule.to), None)
        if substitute is None:
            ungiven.append(rule)
        else:
            given.remove(substitute)
    return tuple(ungiven)


def _texts(rule: TaskRule) -> tuple[str, ...]:
    return (rule.what,) if isinstance(rule.what, str) else tuple(rule.what.values())


def tasks_to_give(case: Case, rules: Rulebook, at: datetime) -> tuple[Task, ...]:
    """Returns the planned tasks not given yet, with due times for giving them at `at`."""
    return tuple(_planned_task(case, rules, rule, at) for rule in ungiven_task_rules(case, rules))


def _planned_task(case: Case, rules: Rulebook, rule: TaskRule, at: datetime) -> Task:
    what = rule.what if isinstance(rule.what, str) else rule.what.get(rules.policy.language, _texts(rule)[0])
    entry = select_entry(rule.within, case.level, case.category) if rule.within is not None else None
    due = deadlines.promise_due_time(case, rules, entry[1], at) if entry and entry[1] else None
    return Task(to=rule.to, what=what, given=at, due=to_policy_zone(rules, due) if due else None)


def check_tasks_done(case: Case, rules: Rulebook, done: Progress, did: str, at: datetime) -> None:
    """Raises Refused if a planned task is not given, a task is not reported, or `at` is before the last report."""
    if ungiven := ungiven_task_rules(case, rules):
        to = [labelled_role(rules.policy, rule.to) for rule in ungiven]
        raise Refused("tasks-not-given", step=did, to=to, case=case.id)
    if open_now := tasks.open_tasks(case, done):
        names = [task.to for _number, task in open_now]
        number, task = open_now[0]
        called = task.to if names.count(task.to) == 1 else str(number)
        to = [labelled_role(rules.policy, name) for name in names]
        raise Refused("tasks-open", step=did, to=to, task=called, case=case.id)
    last = max((task.done for task in case.tasks if task.done), default=None)
    if last is not None and at < last:
        raise Refused("before-step", time=at, step=tasks.TASK_DONE, at=last)


def missing_tasks(case: Case, rules: Rulebook, done: Progress, *, planned: bool) -> tuple[str, ...]:
    """Returns what a closing would leave out: open tasks, and with `planned` also planned tasks never given."""
    ungiven = ungiven_task_rules(case, rules) if planned else ()
    return tuple(
        f"task {to}"
        for to in (
            *(task.to for _number, task in tasks.open_tasks(case, done)),
            *(rule.to for rule in ungiven),
        )
    )
