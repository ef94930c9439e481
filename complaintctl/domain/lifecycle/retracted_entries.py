"""Takes out of a merged case what a retraction took back and the merge of the lists brought in again."""

import dataclasses

from complaintctl.domain.case.case import Case, Event, Task
from complaintctl.domain.deadlines.progress import retracted_ids
from complaintctl.domain.deadlines.tasks import TASK_DONE, TASK_GIVEN, TaskKey, task_key


def drop_retracted_entries(case: Case) -> Case:
    """Returns the case without the tasks, reports, links and attachments of which every event is retracted.

    After two clones merged each other, the earlier version of a file may lack an event that both sides have. An entry
    of that event then looks like a new one of the side that has it, and the other side seems never to have had it.
    """
    retracted = retracted_ids(case.history)
    taken_back = [event for event in case.history if event.id in retracted]
    standing = [event for event in case.history if event.id not in retracted]
    links = {event.link for event in taken_back} - {event.link for event in standing}
    files = _files(taken_back) - _files(standing)
    return dataclasses.replace(
        case,
        tasks=_standing_tasks(case, taken_back, standing),
        links=tuple(link for link in case.links if links.isdisjoint(link.values())),
        attachments=tuple(entry for entry in case.attachments if entry.file not in files),
    )


def _files(events: list[Event]) -> set[str]:
    return {name for event in events for name in event.files}


def _standing_tasks(case: Case, taken_back: list[Event], standing: list[Event]) -> tuple[Task, ...]:
    gone = _keys(taken_back, TASK_GIVEN) - _keys(standing, TASK_GIVEN)
    undone = _keys(taken_back, TASK_DONE) - _keys(standing, TASK_DONE)
    times = {event.at for event in taken_back if event.did == TASK_DONE}
    return tuple(
        dataclasses.replace(task, done=None, result=None)
        if task_key(task) in undone and task.done in times
        else task
        for task in case.tasks
        if task_key(task) not in gone
    )


def _keys(events: list[Event], did: str) -> set[TaskKey]:
    return {task_key(task) for event in events if event.did == did for task in event.tasks}
