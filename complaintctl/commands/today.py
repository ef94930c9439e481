"""What is owed next: the first thing to look at in the morning."""

import shlex
from collections.abc import Iterator
from typing import Annotated

import typer

from complaintctl.commands import completion, desk, options
from complaintctl.commands.overviews import Overview
from complaintctl.domain import actions, board, tasks
from complaintctl.domain.clocks import ACTION, ACTION_CHECK, PROMISE, TASK, Clock, Judged
from complaintctl.domain.words import BUILT_IN_STEPS
from complaintctl.errors import Misspelt
from complaintctl.render import colours, labels, tables, wording
from complaintctl.render.language import _, ngettext


def today(
    owner: options.Owner = None,
    mine: Annotated[bool, typer.Option("--mine", help=_("Only what I own."), show_default=False)] = False,
    department: options.Department = None,
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help=_("Only steps that this role takes and whose turn has come."),
            autocompletion=completion.roles,
        ),
    ] = None,
    as_of: options.AsOf = None,
    form: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Show what each open case is owed first: overdue, then past a warning, then only running.

    With a department or an owner, the tasks given to them on the cases of others stand there too.
    """
    form = tables.check_format("json" if as_json else form, tables.FORMATS)
    here = desk.sit_down()
    _check_role(here, role)
    owner = _me(here) if mine else owner
    view = Overview(here=here, moment=desk.as_of(here, as_of), archive=False)
    owed, waiting, quiet = [], 0, 0
    for _path, judged in view.cases():
        if judged.progress.status == "closed":
            continue
        theirs = list(_tasks_for(judged, {name for name in (owner, department) if name is not None}))
        owed += [(judged, clock) for clock in theirs]
        if not _is_for(judged, owner, department):
            continue
        clock = board.pressing(board.of_role(judged, here.rules, role) if role else judged.clocks)
        if clock is not None:
            owed += [(judged, clock)] if clock not in theirs else []
        elif role is not None:
            continue
        elif judged.progress.status == "waiting":
            waiting += 1
        else:
            quiet += 1
    owed.sort(key=_order)
    entries = [_entry(here, judged, clock) for judged, clock in owed]
    if form == "json":
        desk.show(tables.document("today", entries))
    else:
        if form in tables.FOR_PEOPLE:
            for entry, (judged, clock) in zip(entries, owed, strict=True):
                entry.update(_readable(here, judged, clock))
        desk.show(tables.rows(_columns(), entries, form))
    desk.say_problems(view.problems, here.book.root)
    desk.say(_summary(len({judged.case.id for judged, _clock in owed}), waiting, quiet))
    return view.exit_code()


def _check_role(here: desk.Desk, role: str | None) -> None:
    if role is not None and role not in here.rules.policy.roles:
        raise Misspelt("unknown-role", role=role, choices=list(here.rules.policy.roles))


def _me(here: desk.Desk) -> str:
    # What records events loads all that writes files.
    from complaintctl.commands import recorder

    return recorder.actor(here, None)[0]


def _is_for(judged: Judged, owner: str | None, department: str | None) -> bool:
    case = judged.case
    return (owner is None or case.owner == owner) and (department is None or case.department == department)


def _tasks_for(judged: Judged, names: set[str]) -> Iterator[Clock]:
    """The clocks of the open tasks that were given to whoever is asked for."""
    for clock in judged.clocks:
        if clock.step == TASK and clock.state in {"running", "overdue"}:
            to, _called = tasks.name(judged.case, judged.progress, clock)
            if names == {to}:
                yield clock
        if (
            clock.step == ACTION
            and clock.state in {"running", "overdue"}
            and names == {actions.numbered(judged.case, actions.number_of(clock)).who}
        ):
            yield clock


def _order(entry: tuple[Judged, Clock]) -> tuple[object, str]:
    return board.urgency(entry[1]), entry[0].case.id


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


def _entry(here: desk.Desk, judged: Judged, clock: Clock) -> dict[str, object]:
    case = judged.case
    due = clock.due.astimezone(here.rules.zone) if clock.due else None
    left = int((due - judged.as_of).total_seconds()) if due else None
    return {
        "due": wording.iso(due),
        "left": left,
        "state": clock.state,
        "warned": clock.warned,
        "case": case.id,
        "step": clock.step,
        "what": clock.what,
        "level": case.level,
        "owner": case.owner,
        "title": case.title,
        "command": command_for(judged, clock),
    }


def command_for(judged: Judged, clock: Clock) -> str:
    """The command that keeps the promise, or reports the task."""
    case_id = judged.case.id
    if clock.step == TASK:
        _to, called = tasks.name(judged.case, judged.progress, clock)
        return f"complaintctl task {case_id} --done {shlex.quote(called)}"
    if clock.step in {ACTION, ACTION_CHECK}:
        doing = "--done {number}" if clock.step == ACTION else "--verify {number} --effective yes|no"
        return f"complaintctl action {case_id} {doing.format(number=actions.number_of(clock))}"
    step = clock.what if clock.step == PROMISE else clock.step
    own = step in BUILT_IN_STEPS or step == "close"
    return f"complaintctl {step} {case_id}" if own else f"complaintctl step {case_id} {step}"


def _readable(here: desk.Desk, judged: Judged, clock: Clock) -> dict[str, object]:
    due, left = "", ""
    if clock.due is not None:
        seconds = (clock.due - judged.as_of).total_seconds()
        length = wording.duration(int(seconds))
        words = length if seconds >= 0 else _("{length} late").format(length=length)
        due, left = (
            wording.moment(clock.due, here.rules.zone),
            colours.painted(words, colours.of_time_left(seconds)),
        )
    return {
        "due": due,
        "left": left,
        "step": labels.clock(here.rules.policy, clock),
        "level": labels.word(here.rules.policy, "level", judged.case.level),
    }


def _summary(owed: int, waiting: int, quiet: int) -> str:
    said = ngettext("{count} case is owed a step", "{count} cases are owed a step", owed).format(count=owed)
    more = _("; {waiting} waiting for the customer, {quiet} without a running clock.")
    return said + more.format(waiting=waiting, quiet=quiet)
