"""Registers a complaint as a new case."""

import dataclasses
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.input import contacts, intake_questions
from complaintctl.commands.input.event_options import NoInput, may_ask
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import (
    Session,
    add_department,
    current_time,
    open_session,
    parse_channel,
    parse_fields,
)
from complaintctl.commands.steps import known_customer
from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Promise
from complaintctl.domain.case.event_kinds import Status
from complaintctl.domain.deadlines import rulebook
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _
from complaintctl.storage.case import new_text
from complaintctl.storage.case.casebook import open_case_path
from complaintctl.storage.write.settling import explain_stop
from complaintctl.storage.write.transaction import open_transaction, save_in_transaction


@with_write_options
def open_case(
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help=_("The complaint in one line."))
    ] = None,
    description: Annotated[
        str | None,
        typer.Option("--description", metavar="TEXT", help=_("The customer's words; - reads stdin.")),
    ] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="CHANNEL", help=_("How it arrived."))
    ] = None,
    received: Annotated[
        str | None,
        typer.Option(
            "--received", metavar="TIME", help=_("When it arrived. Default: the time of recording.")
        ),
    ] = None,
    customer_name: Annotated[
        str | None, typer.Option("--customer-name", metavar="NAME", help=_("Who complains."))
    ] = None,
    phone: Annotated[
        str | None, typer.Option("--phone", metavar="NUMBER", help=_("The customer's telephone."))
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", metavar="ADDRESS", help=_("The customer's e-mail."))
    ] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="TEXT", help=_("The product."))] = None,
    serial: Annotated[
        str | None, typer.Option("--serial", metavar="TEXT", help=_("The serial number of the product."))
    ] = None,
    batch: Annotated[
        str | None, typer.Option("--batch", metavar="TEXT", help=_("The batch of the product."))
    ] = None,
    bought: Annotated[
        str | None, typer.Option("--bought", metavar="DAY", help=_("When it was bought."))
    ] = None,
    remedy_sought: Annotated[
        str | None, typer.Option("--remedy-sought", metavar="TEXT", help=_("What the customer wants."))
    ] = None,
    category: options.Category = None,
    level: options.Level = None,
    owner: options.Owner = None,
    department: options.Department = None,
    promise_by: options.PromiseBy = None,
    promise: options.Promise = None,
    contact_by: options.ContactBy = None,
    contact_via: options.ContactVia = None,
    waiting: Annotated[
        str | None,
        typer.Option(
            "--waiting", metavar="REASON", help=_("Open the case waiting for the customer, and say what for.")
        ),
    ] = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    no_input: NoInput = False,
    *,
    write_options: WriteOptions,
) -> None:
    """Register a complaint and print its id."""
    session = open_session(write_options.casebook_dir)
    texts = {
        "title": title or None,
        "description": _read_stdin() if description == "-" else description,
        "channel": channel,
        "customer.name": customer_name,
        "customer.phone": phone,
        "customer.email": email,
        "product.model": model,
        "product.serial": serial,
        "product.batch": batch,
        "product.bought": bought,
        "remedy_sought": remedy_sought,
        "category": category,
        "level": level,
        "owner": owner,
        "department": department,
    }
    given = parse_fields(session, texts, sets)
    asking = may_ask(no_input=no_input, as_json=write_options.as_json)
    known = known_customer.find_known_cases(session, given)
    word = known_customer.Word(via=via or channel, text=text or texts["description"] or texts["title"])
    if asking and known_customer.record_word_instead(session, known, word, write_options):
        return
    given |= contacts.parse_contact(session, write_options, contact_by, contact_via)
    act, arrived = _parse_times(session, received, write_options)
    promises = recording.parse_promises(session, write_options, promise_by, promise)
    opening = Request(did="open", via=parse_channel(session, via), text=text, reason=waiting)
    given, arrived, act = _complete_intake(session, given, arrived, act, asking=asking)
    if asking and not known:
        # The telephone number may be one of the answers.
        known = known_customer.find_known_cases(session, given)
        if known_customer.record_word_instead(session, known, word, write_options):
            return
    commit = recording.should_commit(session, no_commit=write_options.no_commit)
    draft = _draft_case(session, given, arrived, promises, opening)
    case, path = _save_case(session, draft, act, opening, commit=commit)
    with explain_stop(committed=commit):
        known_customer.print_opening(session, case, path, known, write_options, shown=asking)


def _draft_case(
    session: Session,
    given: dict[str, object],
    arrived: datetime,
    promises: tuple[Promise, ...],
    opening: Request,
) -> Case:
    """Returns the case without an id, which is chosen when it is written; with a reason, it waits for the customer."""
    status: Status = "open" if opening.reason is None else "waiting"
    draft = Case(id="", title="", received=arrived, status=status, promised=promises)
    return fields.with_values(draft, add_department(session, given))


def _save_case(
    session: Session, draft: Case, act: Attribution, opening: Request, *, commit: bool
) -> tuple[Case, Path]:
    """Write and commit the draft under a free id; returns the case and its file."""
    session = dataclasses.replace(session, now=act.now)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        case_id = next(recording.free_case_ids(session, draft.received))
        case = lifecycle.create_case(dataclasses.replace(draft, id=case_id), session.rules, act, opening)
        path = open_case_path(session.casebook, case.id)
        change = recording.opening_change(session, case, path, new_text.case_yaml(case), commit=commit)
        save_in_transaction(transaction, change)
    return case, path


def _read_stdin() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise InvalidInput("stdin-not-utf-8") from error


def _parse_times(
    session: Session, received: str | None, write_options: WriteOptions
) -> tuple[Attribution, datetime]:
    """Returns who opens the case and when, and when the complaint arrived; raises InvalidInput if that is later."""
    act = recording.parse_attribution(session, write_options.at, write_options.by)
    arrived = typed_times.parse_time(received, session.now, session.rules.zone) if received else act.at
    if arrived > act.at:
        key = "future-time" if arrived > act.now else "time-order"
        raise InvalidInput(key, time=arrived, now=act.now, received=arrived, at=act.at)
    return act, arrived


def _complete_intake(
    session: Session, given: dict[str, object], arrived: datetime, act: Attribution, *, asking: bool
) -> tuple[dict[str, object], datetime, Attribution]:
    """Returns the fields, the time of receipt and who records it when; on a terminal after asking for what is missing.

    Raises InvalidInput without a title.
    """
    if asking:
        intake = intake_questions.ask_intake(session, given, arrived, act.at)
        now = rulebook.to_policy_zone(session.rules, current_time())
        # The complaint arrived before the questions were asked, and is recorded after them.
        act = act if act.given else dataclasses.replace(act, at=now, now=now)
        return intake.answered(), intake.received, act
    if "title" not in given:
        raise InvalidInput("option-missing", option="--title")
    return given, arrived, act
