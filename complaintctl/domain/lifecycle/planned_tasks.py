"""The tasks a policy names for a case: which of them still have to be given, and what a step waits for."""

from datetime import datetime
from typing import Final

from complaintctl.domain.case.case import Case, Task
from complaintctl.domain.deadlines import deadlines, tasks
from complaintctl.domain.deadlines.progress import Progress
from complaintctl.domain.deadlines.rulebook import Rulebook, select_entry, to_policy_zone
from complaintctl.domain.policy.policy import TaskRule, labelled_role
from complaintctl.errors import Refused

# What a step or an outcome needs when every department must have reported.
TASKS_NEED: Final = "tasks"


def ungiven_task_rules(case: Case, rules: Rulebook) -> tuple[TaskRule, ...]:
    """The tasks that the policy names for the facts of the case and that nobody has given yet.

    A task in the words of the policy counts, and so does another one of the same department in its place.
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
    left = []
    for rule in missing:
        instead = next((task for task in given if task.to == rule.to), None)
        if instead is None:
            left.append(rule)
        else:
            given.remove(instead)
    return tuple(left)


def _texts(rule: TaskRule) -> tuple[str, ...]:
    return (rule.what,) if isinstance(rule.what, str) else tuple(rule.what.values())


def tasks_to_give(case: Case, rules: Rulebook, at: datetime) -> tuple[Task, ...]:
    """The tasks the policy names that were not given yet, due as it says when they are given at that moment."""
    return tuple(_planned_task(case, rules, rule, at) for rule in ungiven_task_rules(case, rules))


def _planned_task(case: Case, rules: Rulebook, rule: TaskRule, at: datetime) -> Task:
    what = rule.what if isinstance(rule.what, str) else rule.what.get(rules.policy.language, _texts(rule)[0])
    found = select_entry(rule.within, case.level, case.category) if rule.within is not None else None
    due = deadlines.promise_due_time(rules, found[1], at) if found and found[1] else None
    return Task(to=rule.to, what=what, given=at, due=to_policy_zone(rules, due) if due else None)


def check_tasks_done(case: Case, rules: Rulebook, done: Progress, did: str, at: datetime) -> None:
    """Raise Refused unless every task of the case is reported, and those of the policy were given.

    Nor may the step stand before a report on which it builds.
    """
    if left := ungiven_task_rules(case, rules):
        to = [labelled_role(rules.policy, rule.to) for rule in left]
        raise Refused("tasks-not-given", step=did, to=to, case=case.id)
    if left_open := tasks.open_tasks(case, done):
        names = [task.to for _number, task in left_open]
        number, task = left_open[0]
        called = task.to if names.count(task.to) == 1 else str(number)
        to = [labelled_role(rules.policy, name) for name in names]
        raise Refused("tasks-open", step=did, to=to, task=called, case=case.id)
    last = max((task.done for task in case.tasks if task.done), default=None)
    if last is not None and at < last:
        raise Refused("before-step", time=at, step=tasks.TASK_DONE, at=last)


def missing_tasks(case: Case, rules: Rulebook, done: Progress, *, planned: bool) -> tuple[str, ...]:
    """What a closing would leave out: tasks that are open, and with `planned` those that were never given."""
    not_given_yet = ungiven_task_rules(case, rules) if planned else ()
    return tuple(
        f"task {to}"
        for to in (
            *(task.to for _number, task in tasks.open_tasks(case, done)),
            *(rule.to for rule in not_given_yet),
        )
    )
