"""Lists what each open case waits for next, most urgent first."""

import functools
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, matches_fields, run_through
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.input.questions import list_of_part, question_label
from complaintctl.commands.output.printed_rows import print_json, print_texts
from complaintctl.commands.overview.today_duties import due_duties, today_duties_text
from complaintctl.commands.overview.today_waiting import (
    WaitKey,
    readable_wait_times,
    wait_order,
    waiting_entry,
    waiting_texts,
)
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
from complaintctl.domain.case.event_kinds import Outcome
from complaintctl.domain.deadlines import actions, tasks
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, CONTACT, TASK, JudgedCase
from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle.guards import is_freed_by, missing_roles
from complaintctl.domain.lifecycle.missing_facts import fields_to_grade, missing_for_step
from complaintctl.domain.overview import board
from complaintctl.domain.overview.next_step import NextStep, clock_urgency, possible_steps
from complaintctl.domain.overview.step_search import APPROVE_STEP, PLANNED_TASKS
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.overview.duties import duties_json
from complaintctl.render.overview.next_step import next_step_json, next_step_text
from complaintctl.render.sentences.command_lines import step_command
from complaintctl.render.text import colours, labels, tables, values
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.case.casebook import case_id_shortener
from complaintctl.storage.disk.spooled_rows import SpooledRows

# The outcome of a refusal, which may need other steps than the others.
_REFUSAL: Final[Outcome] = "not-upheld"
# What is asked for when an action is checked.
EFFECTIVE = "effective"


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkFilter:
    """Whose work is listed; None does not restrict."""

    owner: str | None
    department: str | None
    role: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwedStep:
    """A row: a case, and what is to be done with it."""

    judged: JudgedCase
    awaited: NextStep


_SortKey = tuple[bool, object, bool, str]
_TodayRow = tuple[_SortKey, dict[str, object]]


class _Work:
    """The steps to take and the waits, and what is counted of their cases; cases come one after the other."""

    def __init__(self) -> None:
        self.steps: SpooledRows[_SortKey] = SpooledRows()
        self.waits: SpooledRows[WaitKey] = SpooledRows()
        self.cases = self.unlimited = 0
        self.refusals = self.asks = False

    def add_steps(self, owed: list[_TodayRow]) -> None:
        """Adds all steps of one case."""
        for key, entry in owed:
            self.steps.add(key, entry)
        self.cases += bool(owed)
        self.unlimited += bool(owed) and not any(entry["due"] for _key, entry in owed)
        self.refusals = self.refusals or any(entry["if_not_upheld"] for _key, entry in owed)
        self.asks = self.asks or any(entry["asks"] for _key, entry in owed)


def today(
    ctx: typer.Context,
    owner: options.Owner = None,
    mine: options.Mine = False,
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
    no_index: options.NoIndex = False,
) -> int:
    """List what each open case waits for: overdue first, then past a warning, then running, then without a limit.

    The cases that wait for the customer follow.

    With a department or an owner, also their tasks in the cases of others; with an owner, also the steps that this
    person has to sign.
    """
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx), index=not no_index)
    role = _parse_role(session, role)
    department = parse_department(session, department)
    owner = current_person(session) if mine else parse_person(session, owner)
    view = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=False)
    asked = WorkFilter(owner=owner, department=department, role=role)
    readable = output_format in tables.READABLE_FORMATS
    work = _Work()

    def take(_path: Path, judged: JudgedCase) -> None:
        if judged.progress.status == "closed":
            return
        owed = [
            (_sort_key(one), _entry(session, one, readable=readable))
            for one in _owed_steps(judged, session.rules, asked)
        ]
        is_listed = role is None and matches_fields(judged.case, owner=owner, department=department)
        if is_listed and (entry := waiting_entry(judged)):
            times = readable_wait_times(session, judged) if readable else {}
            work.waits.add(wait_order(entry), entry | times)
        work.add_steps(owed)

    run_through(view.results(take))
    work.steps.sort()
    work.waits.sort()
    duties = due_duties(view, owner, department, role)
    _print_today(session, output_format, work, duties)
    print_problems(view.problems, session.casebook.root)
    print_message(_summary(work.cases, len(work.waits), work.unlimited))
    return view.exit_code()


def _print_today(session: Session, output_format: str, work: _Work, duties: list[JudgedDuty]) -> None:
    """Print the steps to take, the waits and the duties; of the formats for programs, only JSON has room for all."""
    if output_format == "json":
        print_json({"today": iter(work.steps), "waiting": iter(work.waits), "duties": duties_json(duties)})
        return
    readable = output_format in tables.READABLE_FORMATS
    steps: tables.Rows = work.steps
    if readable and work.cases:
        shorten = functools.partial(_shorten_commands, case_id_shortener(session.casebook))
        steps = tables.NewRows(lambda: map(shorten, work.steps))
    columns = _columns(refusals=work.refusals or not readable, asks=work.asks or not readable)
    print_texts(tables.row_texts(columns, steps, output_format))
    if readable:
        print_texts(waiting_texts(work.waits, output_format), output_format)
        print_output(today_duties_text(session.rules, duties, output_format), output_format)


def _parse_role(session: Session, typed: str | None) -> str | None:
    role = vocabulary.parse_role(session.rules.policy, typed) if typed is not None else None
    if role is not None and role not in session.rules.policy.roles:
        raise vocabulary.unknown_role_error(session.rules.policy, role)
    return role


def _owed_steps(judged: JudgedCase, rules: Rulebook, asked: WorkFilter) -> list[OwedStep]:
    """Returns the rows of a case for the people in the filter: tasks, signatures, and what it waits for next."""
    possible = possible_steps(judged, rules)
    names = {name for name in (asked.owner, asked.department) if name is not None}
    found = [one for one in possible if _is_task_for(judged, one, names)]
    found += [one for one in possible if _is_to_sign(judged, rules, one, asked)]
    if matches_fields(judged.case, owner=asked.owner, department=asked.department):
        mine = [one for one in possible if asked.role is None or _can_take(rules, one, asked.role)]
        # A case that waits for the customer is owed only what has a due time.
        is_waiting = judged.progress.status == "waiting"
        found += [one for one in mine[:1] if one not in found and not (is_waiting and one.due is None)]
    return [OwedStep(judged=judged, awaited=one) for one in found]


def _can_take(rules: Rulebook, awaited: NextStep, role: str) -> bool:
    step = rules.steps.get(awaited.opens or "")
    return step is not None and role in step.roles


def _is_to_sign(judged: JudgedCase, rules: Rulebook, awaited: NextStep, asked: WorkFilter) -> bool:
    """Whether the role, or else the owner, has to sign this."""
    owner = asked.owner if asked.role else None
    if awaited.step != APPROVE_STEP or not matches_fields(
        judged.case, owner=owner, department=asked.department
    ):
        return False
    if asked.role is not None:
        return asked.role in missing_roles(judged, rules, awaited.what)
    return asked.owner is not None and board.is_asked_to_sign(judged, rules, awaited.what, asked.owner)


def _is_task_for(judged: JudgedCase, awaited: NextStep, names: set[str]) -> bool:
    """Whether this is an open task or action that is assigned to exactly these names."""
    if awaited.step == TASK and awaited.subject is not None:
        return names == {tasks.name_task(judged.case, judged.progress, awaited.subject)[0]}
    if awaited.step == ACTION:
        return names == {actions.find_action(judged.case, actions.action_number_of(awaited.what)).who}
    return False


def _sort_key(one: OwedStep) -> _SortKey:
    clock = one.awaited.clock
    urgency = clock_urgency(clock) if clock else None
    return clock is None, urgency, not one.awaited.crisis, one.judged.case.id


def _shorten_commands(shorten: Callable[[str], str], entry: tables.TableRow) -> tables.TableRow:
    """Returns the row with the case in its commands named by a part of its id that names no other case."""
    case_id = str(entry["case"])
    return {
        **entry,
        **{
            name: str(entry[name]).replace(case_id, shorten(case_id))
            for name in ("command", "if_not_upheld")
            if entry[name]
        },
    }


def _columns(*, refusals: bool, asks: bool) -> dict[str, str]:
    """Returns the columns with their headings; the last two, a refusal's command and what is asked for, if wanted."""
    return {
        "due": _("due"),
        "left": _("left"),
        "case": _("case"),
        "step": _("step"),
        "level": _("level"),
        "owner": _("owner"),
        "title": _("title"),
        "command": _("do it with"),
        **({"if_not_upheld": _("or, if not upheld")} if refusals else {}),
        **({"asks": _("it asks for")} if asks else {}),
    }


def _entry(session: Session, owed_step: OwedStep, *, readable: bool) -> dict[str, object]:
    """Returns the columns of a row; if `readable`, as people read them."""
    asked = _asked_fields(owed_step, session.rules)
    words = _readable_entry(session, owed_step, asked) if readable else {}
    return _plain_entry(session, owed_step, asked) | words


def _plain_entry(session: Session, owed_step: OwedStep, asked: list[str]) -> dict[str, object]:
    case, awaited, clock = owed_step.judged.case, owed_step.awaited, owed_step.awaited.clock
    due = awaited.due.astimezone(session.rules.zone) if awaited.due else None
    left = int((due - owed_step.judged.as_of).total_seconds()) if due else None
    return {
        "due": values.iso_time(due),
        "left": left,
        "state": clock.state if clock else None,
        "warned": awaited.is_warned,
        "crisis": awaited.crisis,
        "case": case.id,
        "step": awaited.step,
        "what": awaited.what,
        "level": case.level,
        "owner": case.owner,
        "title": case.title,
        "command": owed_step_command(owed_step),
        "if_not_upheld": refusal_command(owed_step, session.rules),
        "asks": asked,
        "next": next_step_json(awaited, session.rules),
    }


def owed_step_command(one: OwedStep) -> str:
    """Returns the command that takes the step, reports the task or action, or signs the step."""
    judged, awaited, case_id = one.judged, one.awaited, one.judged.case.id
    if awaited.step == APPROVE_STEP:
        return f"complaintctl approve {case_id} {awaited.what}"
    if (awaited.step, awaited.what) == (TASK, PLANNED_TASKS):
        return f"complaintctl task {case_id} --planned"
    if awaited.step == TASK and awaited.subject is not None:
        _to, called = tasks.name_task(judged.case, judged.progress, awaited.subject)
        return f"complaintctl task {case_id} --done {shlex.quote(called)}"
    if awaited.step == CONTACT:
        channel = judged.case.channel if awaited.what == CONTACT else awaited.what
        return f"complaintctl update {case_id} --via {channel or '…'}"
    if awaited.step in {ACTION, ACTION_CHECK}:
        doing = "--done {number}" if awaited.step == ACTION else "--verify {number}"
        return f"complaintctl action {case_id} {doing.format(number=actions.action_number_of(awaited.what))}"
    return step_command(awaited.step, case_id)


def refusal_command(one: OwedStep, rules: Rulebook) -> str | None:
    """Returns the command that ends the case as not upheld, if that can be done instead of the step; otherwise None."""
    if one.awaited.step not in rules.steps:
        return None
    for step in rules.policy.steps:
        is_taken = step.step in one.judged.progress.taken
        if not is_taken and is_freed_by(one.judged, rules, step, _REFUSAL):
            given = "--outcome " if step.step == "respond" else "--set outcome="
            return f"{step_command(step.step, one.judged.case.id)} {given}{_REFUSAL}"
    return None


def _asked_fields(one: OwedStep, rules: Rulebook) -> list[str]:
    """Returns what the command of a row asks for on a terminal: the fields that its step needs and the case lacks."""
    step = one.awaited.step
    if step in {APPROVE_STEP, TASK, ACTION, CONTACT}:
        return []
    if step == ACTION_CHECK:
        return [EFFECTIVE]
    graded = fields_to_grade(one.judged.case, rules) if step == "classify" else ()
    return list(dict.fromkeys((*graded, *missing_for_step(one.judged.case, rules, step))))


def _readable_entry(session: Session, owed_step: OwedStep, asked: list[str]) -> dict[str, object]:
    judged, awaited, policy = owed_step.judged, owed_step.awaited, session.rules.policy
    due, left = "", ""
    if awaited.due is not None:
        seconds = (awaited.due - judged.as_of).total_seconds()
        length = values.duration_text(int(seconds))
        words = length if seconds >= 0 else _("{length} late").format(length=length)
        due, left = (
            values.moment_text(awaited.due, session.rules.zone),
            colours.paint_text(words, colours.time_left_colour(seconds)),
        )
    return {
        "due": due,
        "left": left,
        "step": next_step_text(awaited, policy),
        "level": labels.word_label(policy, "level", judged.case.level),
        "asks": _asked_text(policy, asked),
    }


def _asked_text(policy: Policy, names: list[str]) -> str:
    """Returns what is asked for as the questions call it; of a list there is one question, whatever parts are needed."""
    return _(", ").join(_asked_label(policy, name) for name in dict.fromkeys(map(list_of_part, names)))


def _asked_label(policy: Policy, name: str) -> str:
    if name == EFFECTIVE:
        return _("whether it worked")
    return " / ".join(question_label(policy, part) for part in name.split("|"))


def _summary(owed: int, waiting: int, unlimited: int) -> str:
    owed_text = ngettext("{count} case has a step to take", "{count} cases have a step to take", owed).format(
        count=owed
    )
    template = _(", {unlimited} without a limit; {waiting} waiting for the customer.")
    return owed_text + template.format(waiting=waiting, unlimited=unlimited)
