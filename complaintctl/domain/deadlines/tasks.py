"""Tasks given to departments for a case: their events, their faults and their clocks."""

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from complaintctl.domain.case.case import Case, Event, Task
from complaintctl.domain.deadlines.clocks import TASK, Clock, ClockState, add_warnings, clock_without_limit
from complaintctl.domain.deadlines.progress import Progress, retracted_ids
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.problems import Fault
from complaintctl.errors import InvalidInput, Refused

TASK_GIVEN: Final = "task"
TASK_DONE: Final = "task-done"

# Identifies a task within its case: department, text, time of giving (D-048).
TaskKey = tuple[str, str, datetime]


def task_key(task: Task) -> TaskKey:
    """Returns the key that identifies the task within its case: department, text, time of giving."""
    return task.to, task.what, task.given


def strip_reports(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Returns the tasks without their reports. Events store them so, because a report may have to be erased (D-048)."""
    return tuple(dataclasses.replace(task, done=None, result=None) for task in tasks)


def tasks_after_event(case: Case, did: str, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Returns the tasks of the case after an event (`did`) that gives `tasks` or reports them done."""
    if did == TASK_GIVEN:
        return (*case.tasks, *tasks)
    reported = {task_key(task): task for task in tasks}
    return tuple(reported.get(task_key(task), task) for task in case.tasks)


def _tasks_by_key(events: tuple[Event, ...]) -> dict[TaskKey, Task]:
    """Returns the tasks given in the events, with their reports, by key. Retracted events do not count."""
    retracted = retracted_ids(events)
    by_key: dict[TaskKey, Task] = {}
    for event in events:
        if not event.tasks or event.id in retracted:
            continue
        for task in event.tasks:
            if event.did == TASK_DONE and task_key(task) in by_key:
                by_key[task_key(task)] = dataclasses.replace(
                    by_key[task_key(task)], done=event.at, result=event.text
                )
            elif event.did == TASK_GIVEN:
                by_key[task_key(task)] = task
    return by_key


def tasks_in_history(case: Case, events: tuple[Event, ...]) -> tuple[Task, ...]:
    """Returns the tasks as of `events`, a part of the history of the case, in the order of the file.

    A task without an event in the whole history was written by hand and is kept.
    """
    everything, then = _tasks_by_key(case.history), _tasks_by_key(events)
    now = {task_key(task): task for task in case.tasks}
    kept = [
        _keep_same_report(task, then[task_key(task)]) if task_key(task) in then else task
        for task in case.tasks
        if task_key(task) in then or task_key(task) not in everything
    ]
    return (*kept, *(task for key, task in then.items() if key not in now))


def _keep_same_report(now: Task, then: Task) -> Task:
    """Returns `now` (with the report text of the file) if both were reported at the same time, otherwise `then`."""
    return now if now.done == then.done else then


def unrecorded_task_faults(case: Case) -> Iterator[Fault]:
    """Yields a fault for each task that was added, changed or removed by hand, without an event."""
    unmatched = _tasks_by_key(case.history)
    for index, task in enumerate(case.tasks):
        recorded = unmatched.pop(task_key(task), None)
        values = {"to": task.to, "number": index + 1}
        if recorded is None or recorded.due != task.due:
            yield Fault(key="task-without-event", path=("tasks", index), values=values)
        elif recorded.done != task.done:
            yield Fault(key="task-report-without-event", path=("tasks", index), values=values)
    for task in unmatched.values():
        yield Fault(key="task-gone", path=("tasks",), values={"to": task.to})


def task_clocks(case: Case, rules: Rulebook, done: Progress, as_of: datetime) -> Iterator[Clock]:
    """Yields a clock for each task given by `as_of`; a task without a due date runs and is never late."""
    for task in case.tasks:
        if task.given <= as_of:
            yield _make_clock(task, rules, done, as_of)


def _make_clock(task: Task, rules: Rulebook, done: Progress, as_of: datetime) -> Clock:
    state = _clock_state(task, done, as_of)
    clock = clock_without_limit(
        step=TASK,
        what=task_words(task),
        state=state,
        origin="given",
        start=task.given,
        due=None if state == "settled" else task.due,
        taken=task.done if state in {"met", "late", "unjudged"} else None,
    )
    return add_warnings(clock, rules, as_of)


def task_words(task: Task) -> str:
    """Returns the label of a task's clock: department and text."""
    return f"{task.to}: {task.what}"


def _clock_state(task: Task, done: Progress, as_of: datetime) -> ClockState:
    if task.done is not None and task.done <= as_of:
        if task.due is None:
            return "unjudged"
        return "met" if task.done <= task.due else "late"
    if _is_settled(task, done):
        return "settled"
    return "overdue" if task.due is not None and as_of > task.due else "running"


def _is_settled(task: Task, done: Progress) -> bool:
    """Whether the case was closed after the task was given; reopening the case does not reopen the task (D-050)."""
    return any(event.did == "close" and event.at >= task.given for event in done.events)


def open_tasks(case: Case, done: Progress) -> tuple[tuple[int, Task], ...]:
    """Returns the tasks neither reported done nor settled, each with its number in the case (from 1)."""
    return tuple(
        (number, task)
        for number, task in enumerate(case.tasks, 1)
        if task.done is None and not _is_settled(task, done)
    )


def name_task(case: Case, done: Progress, clock: Clock) -> tuple[str, str]:
    """Returns the department of a clock's open task and how a command names the task.

    The name is the department, or the number of the task if the department has several open tasks.
    """
    open_now = open_tasks(case, done)
    number, task = next(
        (number, task)
        for number, task in open_now
        if (task_words(task), task.given) == (clock.what, clock.start)
    )
    is_only_task = sum(other.to == task.to for _number, other in open_now) == 1
    return task.to, task.to if is_only_task else str(number)


def report_task(case: Case, done: Progress, called: str, at: datetime, result: str | None) -> Task:
    """Returns the open task with that number, or the only open one of that department, with its report.

    Raises InvalidInput if no task or several match, Refused if it is not open or `at` is before it was given.
    """
    wanted = called.strip()
    open_now = open_tasks(case, done)
    matching = [task for number, task in open_now if wanted in {str(number), task.to}]
    if not matching and any(wanted in {str(number), task.to} for number, task in enumerate(case.tasks, 1)):
        raise Refused("task-not-open", task=wanted, case=case.id)
    if len(matching) != 1:
        choices = [f"{number} ({task.to})" for number, task in open_now]
        failure = "several-tasks" if matching else "no-such-task"
        raise InvalidInput(failure, task=wanted, case=case.id, choices=choices)
    if at < matching[0].given:
        raise Refused("before-step", time=at, step=TASK_GIVEN, at=matching[0].given)
    return dataclasses.replace(matching[0], done=at, result=result)
