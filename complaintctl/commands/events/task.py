"""Gives tasks on a case to departments or people, and reports them done."""

from typing import Annotated

import typer

from complaintctl.commands import completion
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.recording import recording
from complaintctl.commands.session import Session, parse_receiver, print_message
from complaintctl.domain.case.case import Task
from complaintctl.domain.deadlines import tasks
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import _


@with_event_options
def task(
    cases: Cases = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="NAME",
            help=_("The department or person who must do it."),
            autocompletion=completion.complete_receivers,
        ),
    ] = None,
    what: Annotated[str | None, typer.Option("--what", metavar="TEXT", help=_("What must be done."))] = None,
    due: Annotated[
        str | None,
        typer.Option(
            "--due",
            metavar="TIME",
            help=_("When the task is due, with its own clock that never pauses: +24h or an ISO time."),
        ),
    ] = None,
    planned: Annotated[
        bool,
        typer.Option(
            "--planned", help=_("Give every task that the policy names for the case."), show_default=False
        ),
    ] = False,
    done: Annotated[
        str | None,
        typer.Option(
            "--done",
            metavar="NAME",
            help=_("Report a task as done: the department, or the number of the task on the case."),
            autocompletion=completion.complete_receivers,
        ),
    ] = None,
    result: Annotated[
        str | None, typer.Option("--result", metavar="TEXT", help=_("The result of the task; with --done."))
    ] = None,
    *,
    write_options: EventOptions,
) -> None:
    """Give a task to a department or a person, give the tasks of the policy, or report a task done."""
    is_complete = bool((to or "").strip() and (what or "").strip())
    has_new_task = any(option is not None for option in (to, what, due))
    if (
        [has_new_task, planned, done is not None].count(True) != 1
        or has_new_task != is_complete
        or (result and done is None)
    ):
        raise InvalidInput("task-which")

    def request(session: Session) -> Request:
        if done is not None:
            return Request(did=tasks.TASK_DONE, task=parse_receiver(session, done), text=result)
        new_tasks = (
            ()
            if planned
            else (_parse_task(session, write_options, (to or "").strip(), (what or "").strip(), due),)
        )
        return Request(did=tasks.TASK_GIVEN, tasks=new_tasks, planned=planned)

    recorded = recorder.record_event(cases, write_options, request)
    if done is None and not write_options.as_json and len(recorded) == 1:
        for new_task in recorded[0].case.history[-1].tasks:
            _print_task(recorded[0].policy, new_task)


def _parse_task(session: Session, write_options: EventOptions, to: str, what: str, due: str | None) -> Task:
    """Returns the task as typed; raises InvalidInput if it is due before it is given."""
    given = recording.parse_attribution(session, write_options.at, write_options.by).at
    due_time = typed_times.parse_future_time(due, given, session.rules.zone) if due is not None else None
    if due_time is not None and due_time <= given:
        raise InvalidInput("task-due-past", time=due_time, at=given)
    return Task(to=parse_receiver(session, to), what=what, given=given, due=due_time)


def _print_task(policy: Policy, new_task: Task) -> None:
    if new_task.due is None:
        print_message(
            _("{what}: {which}").format(what=labels.party_label(policy, new_task.to), which=new_task.what)
        )
    else:
        template = _("{to}: {what}, due {due}")
        print_message(
            template.format(
                to=labels.party_label(policy, new_task.to),
                what=new_task.what,
                due=values.moment_text(new_task.due, None),
            )
        )
