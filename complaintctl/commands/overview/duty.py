"""Lists the recurring duties of the desk, and records one as done."""

import dataclasses
from datetime import datetime
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording import recording
from complaintctl.commands.session import (
    Session,
    current_time,
    open_session,
    parse_as_of,
    print_message,
    print_output,
    print_problems,
    problems_exit_code,
)
from complaintctl.domain.case import one_line, vocabulary
from complaintctl.domain.deadlines.duties import DutyRecord, JudgedDuty, judge_duties
from complaintctl.domain.policy.policy import Policy, labelled_role
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.render.overview.duties import duties_json, duties_text, duty_label
from complaintctl.render.text import tables, values
from complaintctl.render.text.language import _
from complaintctl.storage.policy.dutyfile import DUTIES_FILE, append_duty_record, read_duty_records


def duty(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help=_("The duty that was done; without one, all duties are listed."),
            autocompletion=completion.complete_duties,
        ),
    ] = None,
    text: options.Text = None,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> int:
    """List the duties with when each was last done and is due next, or record one as done."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx))
    if name is None:
        if text or at or by:
            raise InvalidInput("duty-which", choices=list(session.rules.policy.duties))
        return _list_duties(session, parse_as_of(session, as_of), output_format)
    if as_of is not None:
        raise InvalidInput("duty-as-of")
    known = {key: entry.label for key, entry in session.rules.policy.duties.items()}
    key = vocabulary.parse_choice("NAME", known, name)
    judged = _record(session, key, text, (at, by), no_commit=no_commit)
    if output_format == "json":
        print_output(tables.json_document("duty", duties_json([judged])[0]))
    else:
        print_output(f"duty {key}\n", "text")
    if judged.due is not None:
        words = _("next: {step}, due {due}")
        due = values.moment_text(judged.due, session.rules.zone)
        print_message(words.format(step=duty_label(judged), due=due))
    return 0


def _list_duties(session: Session, moment: datetime, output_format: str) -> int:
    records, problems = read_duty_records(session.casebook)
    judged = judge_duties(session.rules, records, moment)
    if output_format == "json":
        print_output(tables.json_document("duties", duties_json(judged)))
    else:
        print_output(duties_text(session.rules, judged, output_format))
    print_problems(problems, session.casebook.root)
    if not session.rules.policy.duties:
        print_message(_("The policy has no duties. List them under duties:"))
    return problems_exit_code(problems)


def _check_role(policy: Policy, name: str, actor: str) -> None:
    """Raises Refused if the duty belongs to a role that the person does not hold, as for a step with `roles`."""
    role, person = policy.duties[name].who, policy.people.get(actor)
    if role is not None and role in policy.roles and (person is None or role not in person.roles):
        could = [key for key, other in policy.people.items() if other and role in other.roles]
        raise Refused("duty-role", duty=name, role=labelled_role(policy, role), who=actor, could=could)


def _record(
    session: Session, name: str, text: str | None, typed: tuple[str | None, str | None], *, no_commit: bool
) -> JudgedDuty:
    """Appends a record with a commit of its own; raises InvalidInput if its time is in the future."""
    from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

    commit = recording.should_commit(session, no_commit=no_commit)
    path = session.casebook.root / DUTIES_FILE
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        session = dataclasses.replace(session, now=current_time())
        act = recording.parse_attribution(session, *typed)
        if act.at > act.now:
            raise InvalidInput("future-time", time=act.at, now=act.now)
        _check_role(session.rules.policy, name, act.by)
        records, problems = read_duty_records(session.casebook)
        if problems:
            print_problems(problems, session.casebook.root)
            raise Broken("duties-faulty", path=DUTIES_FILE)
        record = DutyRecord(
            duty=name,
            at=act.at,
            by=act.by,
            text=one_line.join_lines(text) if text else None,
            recorded=act.now if act.given else None,
            recorded_by=act.recorder,
        )
        content = path.read_bytes() if path.exists() else b""
        change = CasebookChange(
            files={path: append_duty_record(content, record)},
            subject=f"duty {name}",
            actor=recording.commit_actor(session, act.by),
            commit=commit,
        )
        save_in_transaction(transaction, change)
    judged = judge_duties(session.rules, (*records, record), act.now)
    return next(one for one in judged if one.name == name)
