"""Sentences about tasks of departments and recurring duties of the desk."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

TASK_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "task-which": N_(
        "Use one of these: --to NAME --what TEXT to give a task, --planned to give those of the policy, "
        "--done NAME to report one."
    ),
    "task-due-past": N_("A task given at {at} cannot be due at {time}. Give a later time, such as +24h."),
    "no-such-task": N_("{case} has no open task {task}. Open: {choices}."),
    "several-tasks": N_("{case} has several open tasks of {task}. Choose one by its number: {choices}."),
    # refused (exit 3)
    "task-not-open": N_("Task {task} of {case} is done or was settled by closing. Nothing was recorded."),
    "no-task-planned": N_("All tasks that the policy sets for {case} have been given."),
    "tasks-not-given": N_(
        "{step} waits for tasks that were not given yet: {to}. Give them: complaintctl task {case} --planned"
    ),
    "tasks-open": N_(
        "{step} waits for the report of: {to}. Record it: complaintctl task {case} --done {task} --result …"
    ),
    # problems of files
    "task-without-event": N_(
        "this task for {to} has no event in the history. Remove it and record it with: complaintctl task "
        "CASE --to {to} --what …"
    ),
    "task-report-without-event": N_(
        "the report on this task has no event in the history. Remove it and record it with: complaintctl "
        "task CASE --done {number}"
    ),
    "task-gone": N_(
        "the history has a task for {to} that is missing here. Restore it, or retract it: complaintctl "
        "retract CASE EVENT --reason …"
    ),
    # problems of policies
    "policy-task-empty": N_("a task needs to: and what:"),
    "policy-task-twice": N_("this task for {to} is here twice. Keep one."),
    # explanations
    "fixed-task": N_("the date of the task; fixed, never paused"),
    "no-date": N_("no date was set"),
}

DUTY_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "duty-which": N_("Name the duty that was done: {choices}."),
    "duty-as-of": N_("--as-of is for the list of duties. To record a duty at an earlier time, use --at."),
    # refused (exit 3)
    "duty-role": N_("{duty} belongs to {role}, and {who} does not hold that role. Who could: {could}."),
    # broken (exit 4)
    "duties-faulty": N_("{path} has errors, so nothing was recorded. Correct them first."),
    # problems of policies
    "policy-duty-interval": N_("{value} is no interval: the duty would always be due"),
}
