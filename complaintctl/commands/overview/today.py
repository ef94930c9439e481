"""Lists the next due step of each open case, most urgent first."""

import collections
import itertools
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, matches_fields
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.overview.today_duties import due_duties, today_duties_text
from complaintctl.commands.overview.today_waiting import wait_order, waiting_entry, waiting_text
from complaintctl.commands.session import (
    Session,
    current_person,
    open_session,
    parse_as_of,
    parse_department,
    parse_person,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.domain.case import vocabulary
from complaintctl.domain.deadlines import actions, tasks
from complaintctl.domain.deadlines.clocks import (
    ACTION,
    ACTION_CHECK,
    CONTACT,
    PROMISE,
    TASK,
    Clock,
    JudgedCase,
)
from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview import board
from complaintctl.render.overview.duties import duties_json
from complaintctl.render.sentences.command_lines import step_command
from complaintctl.render.text import colours, labels, tables, values
from complaintctl.render.text.language import _, ngettext

# The step shown in a row for a missing signature.
APPROVE_STEP = "approve"


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkFilter:
    """Whose work is listed; None does not restrict."""

    owner: str | None
    department: str | None
    role: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwedStep:
    """A row: the running clock, or the step to sign (`sign`) with the most urgent clock of the case, if any.

    `step` is the next step if no clock runs for it.
    """

    judged: JudgedCase
    clock: Clock | None
    sign: str | None
    step: str | None


_SortKey = tuple[bool, object, str]
_TodayRow = tuple[_SortKey, dict[str, object]]


def today(
    ctx: typer.Context,
    owner: options.Owner = None,
    mine: Annotated[
        bool, typer.Option("--mine", help=_("Only cases that I own."), show_default=False)
    ] = False,
    department: options.Department = None,
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help=_("Only steps that this role can take now, and steps that it must approve."),
            autocompletion=completion.complete_roles,
        ),
    ] = None,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """List the most urgent clock of each open case, overdue first, then the cases that wait for the customer.

    With a department or an owner, also their tasks in the cases of others; with an owner, also the steps that this
    person has to sign.
    """
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx))
    role = _parse_role(session, role)
    department = parse_department(session, department)
    owner = current_person(session) if mine else parse_person(session, owner)
    view = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=False)
    asked = WorkFilter(owner=owner, department=department, role=role)
    readable = output_format in tables.READABLE_FORMATS
    idle: collections.Counter[str] = collections.Counter()
    waits: list[tuple[JudgedCase, dict[str, Any]]] = []

    def take(_path: Path, judged: JudgedCase) -> list[_TodayRow]:
        if judged.progress.status == "closed":
            return []
        steps = _owed_steps(judged, session.rules, asked)
        if role is None and matches_fields(judged.case, owner=owner, department=department):
            idle[judged.progress.status] += not steps
            if entry := waiting_entry(judged):
                waits.append((judged, entry))
        return [
            (_sort_key(one), _entry(session, one) | (_readable_entry(session, one) if readable else {}))
            for one in steps
        ]

    owed = list(itertools.chain.from_iterable(view.results(take)))
    owed.sort(key=lambda row: row[0])
    entries = [entry for _key, entry in owed]
    waits.sort(key=wait_order)
    duties = due_duties(view, owner, department, role)
    _print_today(session, output_format, entries, waits, duties)
    print_problems(view.problems, session.casebook.root)
    print_message(_summary(len({entry["case"] for entry in entries}), len(waits), idle["open"]))
    return view.exit_code()


def _print_today(
    session: Session,
    output_format: str,
    entries: list[dict[str, object]],
    waits: list[tuple[JudgedCase, dict[str, Any]]],
    duties: list[JudgedDuty],
) -> None:
    """Print the steps to take, the waits and the duties; of the formats for programs, only JSON has room for all."""
    if output_format == "json":
        waiting = [entry for _judged, entry in waits]
        print_output(
            tables.flat_json_document({"today": entries, "waiting": waiting, "duties": duties_json(duties)})
        )
        return
    print_output(tables.format_rows(_columns(), entries, output_format))
    if output_format in tables.READABLE_FORMATS:
        print_output(waiting_text(session, waits, output_format), output_format)
        print_output(today_duties_text(session.rules, duties, output_format), output_format)


def _parse_role(session: Session, typed: str | None) -> str | None:
    role = vocabulary.parse_role(session.rules.policy, typed) if typed is not None else None
    if role is not None and role not in session.rules.policy.roles:
        raise vocabulary.unknown_role_error(session.rules.policy, role)
    return role


def _owed_steps(judged: JudgedCase, rules: Rulebook, asked: WorkFilter) -> list[OwedStep]:
    """Returns the rows of a case for the people in the filter: tasks, signatures, and the most urgent clock."""
    names = {name for name in (asked.owner, asked.department) if name is not None}
    rows = [OwedStep(judged=judged, clock=clock, sign=None, step=None) for clock in _tasks_for(judged, names)]
    most_urgent = board.most_urgent_clock(judged.clocks)
    rows += [
        OwedStep(judged=judged, clock=most_urgent, sign=step, step=None)
        for step in _signatures(judged, rules, asked)
    ]
    if not matches_fields(judged.case, owner=asked.owner, department=asked.department):
        return rows
    clock, sign, step = most_urgent, None, None
    if asked.role is not None:
        clock = board.most_urgent_clock(board.role_clocks(judged, rules, asked.role))
        # D-117: for a role, steps without a limit, too.
        step = None if clock else board.step_without_clock(judged, rules, asked.role)
    elif judged.progress.status == "open":
        sign = board.blocking_unsigned_step(judged, rules, most_urgent)
    if sign is not None and sign in {row.sign for row in rows}:
        return rows
    # For an owner who does not have to sign, the row shows the blocked clock instead of the signature.
    row = OwedStep(judged=judged, clock=clock, sign=sign if asked.owner is None else None, step=step)
    return [*rows, row] if (clock or row.sign or step) and row not in rows else rows


def _signatures(judged: JudgedCase, rules: Rulebook, asked: WorkFilter) -> Iterator[str]:
    """Yields the steps that the role, or else the owner, has to sign."""
    owner = asked.owner if asked.role else None
    if not matches_fields(judged.case, owner=owner, department=asked.department):
        return
    for step, roles in board.unsigned_steps(judged, rules).items():
        if asked.role in roles or (
            asked.role is None
            and asked.owner is not None
            and board.is_asked_to_sign(judged, rules, step, asked.owner)
        ):
            yield step


def _tasks_for(judged: JudgedCase, names: set[str]) -> Iterator[Clock]:
    """Yields the clocks of open tasks and actions that are assigned to exactly these names."""
    for clock in judged.clocks:
        if clock.step == TASK and clock.state in {"running", "overdue"}:
            receiver, _called = tasks.name_task(judged.case, judged.progress, clock)
            if names == {receiver}:
                yield clock
        if (
            clock.step == ACTION
            and clock.state in {"running", "overdue"}
            and names == {actions.find_action(judged.case, actions.action_number_of(clock)).who}
        ):
            yield clock


def _sort_key(one: OwedStep) -> _SortKey:
    return one.clock is None, board.clock_urgency(one.clock) if one.clock else None, one.judged.case.id


def _columns() -> dict[str, str]:
    return {
        "due": _("due"),
        "left": _("left"),
        "case": _("case"),
        "step": _("step"),
        "level": _("level"),
        "owner": _("owner"),
        "title": _("title"),
        "command": _("do it with"),
    }


def _entry(session: Session, owed_step: OwedStep) -> dict[str, object]:
    case, clock = owed_step.judged.case, owed_step.clock
    due = clock.due.astimezone(session.rules.zone) if clock and clock.due else None
    left = int((due - owed_step.judged.as_of).total_seconds()) if due else None
    return {
        "due": values.iso_time(due),
        "left": left,
        "state": clock.state if clock else None,
        "warned": clock is not None and clock.warned,
        "case": case.id,
        "step": APPROVE_STEP if owed_step.sign else clock.step if clock else owed_step.step,
        "what": owed_step.sign or (clock.what if clock else owed_step.step),
        "level": case.level,
        "owner": case.owner,
        "title": case.title,
        "command": owed_step_command(owed_step),
    }


def owed_step_command(one: OwedStep) -> str:
    """Returns the command that takes the step, reports the task or action, or signs the step."""
    judged, clock, case_id = one.judged, one.clock, one.judged.case.id
    if one.sign:
        return f"complaintctl approve {case_id} {one.sign}"
    if clock is None:
        return step_command(str(one.step), case_id)
    if clock.step == TASK:
        _to, called = tasks.name_task(judged.case, judged.progress, clock)
        return f"complaintctl task {case_id} --done {shlex.quote(called)}"
    if clock.step == CONTACT:
        channel = judged.case.channel if clock.what == CONTACT else clock.what
        return f"complaintctl update {case_id} --via {channel or '…'}"
    if clock.step in {ACTION, ACTION_CHECK}:
        doing = "--done {number}" if clock.step == ACTION else "--verify {number} --effective yes|no"
        return f"complaintctl action {case_id} {doing.format(number=actions.action_number_of(clock))}"
    step = clock.what if clock.step == PROMISE else clock.step
    return step_command(step, case_id)


def _readable_entry(session: Session, owed_step: OwedStep) -> dict[str, object]:
    judged, clock, policy = owed_step.judged, owed_step.clock, session.rules.policy
    due, left, step = (
        "",
        "",
        labels.clock_label(policy, clock) if clock else labels.step_label(policy, owed_step.step or ""),
    )
    if owed_step.sign:
        step = _("sign {step}").format(step=labels.step_label(policy, owed_step.sign))
    if clock and clock.due is not None:
        seconds = (clock.due - judged.as_of).total_seconds()
        length = values.duration_text(int(seconds))
        words = length if seconds >= 0 else _("{length} late").format(length=length)
        due, left = (
            values.moment_text(clock.due, session.rules.zone),
            colours.paint_text(words, colours.time_left_colour(seconds)),
        )
    return {
        "due": due,
        "left": left,
        "step": step,
        "level": labels.word_label(policy, "level", judged.case.level),
    }


def _summary(owed: int, waiting: int, quiet: int) -> str:
    owed_text = ngettext("{count} case has a step to take", "{count} cases have a step to take", owed).format(
        count=owed
    )
    template = _("; {waiting} waiting for the customer, {quiet} without a running clock.")
    return owed_text + template.format(waiting=waiting, quiet=quiet)
