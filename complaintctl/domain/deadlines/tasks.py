"""Tasks given to departments on a case: what the history tells of them, and how their clocks stand."""

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

# What tells one task of a case from the others.
TaskKey = tuple[str, str, datetime]


def task_key(task: Task) -> TaskKey:
    """What tells the task from the others of its case: whose it is, what it asks, and since when."""
    return task.to, task.what, task.given


def strip_reports(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """The tasks as they were given: how events name them, so that what was reported stays free to be erased."""
    return tuple(dataclasses.replace(task, done=None, result=None) for task in tasks)


def tasks_after_event(case: Case, did: str, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """The tasks of the case when these were given to it, or reported done."""
    if did == TASK_GIVEN:
        return (*case.tasks, *tasks)
    reported = {task_key(task): task for task in tasks}
    return tuple(reported.get(task_key(task), task) for task in case.tasks)


def _tasks_by_key(events: tuple[Event, ...]) -> dict[TaskKey, Task]:
    """The tasks that the events tell of, with what was reported; events taken back tell nothing."""
    gone = retracted_ids(events)
    found: dict[TaskKey, Task] = {}
    for event in events:
        if not event.tasks or event.id in gone:
            continue
        for task in event.tasks:
            if event.did == TASK_DONE and task_key(task) in found:
                found[task_key(task)] = dataclasses.replace(
                    found[task_key(task)], done=event.at, result=event.text
                )
            elif event.did == TASK_GIVEN:
                found[task_key(task)] = task
    return found


def tasks_in_history(case: Case, events: tuple[Event, ...]) -> tuple[Task, ...]:
    """The tasks of the case as a part of its history tells them, in the order of the file.

    A task that no event of the whole history tells of was written by hand: it stays.
    """
    everything, then = _tasks_by_key(case.history), _tasks_by_key(events)
    now = {task_key(task): task for task in case.tasks}
    kept = [
        _keep_same_report(task, then[task_key(task)]) if task_key(task) in then else task
        for task in case.tasks
        if task_key(task) in then or task_key(task) not in everything
    ]
    return (*kept, *(task for name, task in then.items() if name not in now))


def _keep_same_report(now: Task, then: Task) -> Task:
    """The task of then; what was reported in the words of the file, where that is the same report."""
    return now if now.done == then.done else then


def unrecorded_task_faults(case: Case) -> Iterator[Fault]:
    """Tasks that were written, changed or taken out by hand, without an event."""
    told = _tasks_by_key(case.history)
    for place, task in enumerate(case.tasks):
        known = told.pop(task_key(task), None)
        facts = {"to": task.to, "number": place + 1}
        if known is None or known.due != task.due:
            yield Fault(key="task-without-event", path=("tasks", place), values=facts)
        elif known.done != task.done:
            yield Fault(key="task-report-without-event", path=("tasks", place), values=facts)
    for task in told.values():
        yield Fault(key="task-gone", path=("tasks",), values={"to": task.to})


def task_clocks(case: Case, rules: Rulebook, done: Progress, as_of: datetime) -> Iterator[Clock]:
    """A clock for each task given by then; one without a date runs and is never late."""
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
    """What the clock of a task is about: the department and what it was asked."""
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
    """Whether the case was closed since the task was given; a reopening does not bring it back."""
    return any(event.did == "close" and event.at >= task.given for event in done.events)


def open_tasks(case: Case, done: Progress) -> tuple[tuple[int, Task], ...]:
    """The tasks that nobody has reported done, each with its number on the case (from 1)."""
    return tuple(
        (place, task)
        for place, task in enumerate(case.tasks, 1)
        if task.done is None and not _is_settled(task, done)
    )


def name_task(case: Case, done: Progress, clock: Clock) -> tuple[str, str]:
    """Whose the open task of a clock is, and what to call it: by the department, by its number if that has several."""
    found = open_tasks(case, done)
    number, task = next(
        (number, task)
        for number, task in found
        if (task_words(task), task.given) == (clock.what, clock.start)
    )
    alone = sum(one.to == task.to for _number, one in found) == 1
    return task.to, task.to if alone else str(number)


def report_task(case: Case, done: Progress, called: str, at: datetime, result: str | None) -> Task:
    """The open task of that number, or of that department where it has one, with its report.

    Raises InvalidInput where there is none or several, Refused before it was given or where it was reported.
    """
    wanted = called.strip()
    open_now = open_tasks(case, done)
    fitting = [task for number, task in open_now if wanted in {str(number), task.to}]
    if not fitting and any(wanted in {str(number), task.to} for number, task in enumerate(case.tasks, 1)):
        raise Refused("task-not-open", task=wanted, case=case.id)
    if len(fitting) != 1:
        choices = [f"{number} ({task.to})" for number, task in open_now]
        failure = "several-tasks" if fitting else "no-such-task"
        raise InvalidInput(failure, task=wanted, case=case.id, choices=choices)
    if at < fitting[0].given:
        raise Refused("before-step", time=at, step=TASK_GIVEN, at=fitting[0].given)
    return dataclasses.replace(fitting[0], done=at, result=result)
