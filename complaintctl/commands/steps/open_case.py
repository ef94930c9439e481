"""Registration: a complaint becomes a case."""

import sys
from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.commands import session as desk
from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import Status
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Misspelt
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook, new_text
from complaintctl.storage.write import transaction


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
        str | None, typer.Option("--serial", metavar="TEXT", help=_("Its serial number."))
    ] = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="TEXT", help=_("Its batch."))] = None,
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
    waiting: Annotated[
        str | None,
        typer.Option(
            "--waiting", metavar="REASON", help=_("Open it waiting for the customer, and say what for.")
        ),
    ] = None,
    via: options.Via = None,
    text: options.Text = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Register a complaint and print its id."""
    how = recording.How(at=at, by=by, no_commit=no_commit, as_json=as_json)
    here = desk.sit_down()
    texts = {
        "title": title or _asked_title(),
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
    facts = desk.with_department(here, desk.facts_from(here, texts, sets))
    doing = recording.act(here, how)
    arrived = typed_times.parsed(received, here.now, here.rules.zone) if received else doing.at
    if arrived > doing.at:
        key = "future-time" if arrived > doing.now else "time-order"
        raise Misspelt(key, time=arrived, now=doing.now, received=arrived, at=doing.at)
    told = recording.promises(here, how, promise_by, promise)
    commit = recording.commits(here, how)
    with transaction.writing(here.book) as session:
        recording.say_completed(session.completed)
        case_id = next(recording.free_ids(here, arrived))
        status: Status = "open" if waiting is None else "waiting"
        case = Case(id=case_id, title="", received=arrived, status=status, promised=told)
        for name, value in facts.items():
            case = fields.with_value(case, name, value)
        opening = Request(did="open", via=desk.channel(here, via), text=text, reason=waiting)
        case = lifecycle.opened(case, here.rules, doing, opening)
        path = casebook.open_path(here.book, case.id)
        transaction.save(session, recording.first_change(case, path, new_text.case_text(case), commit=commit))
    recording.say_recorded(here, case, case.history[0], path, how)


def _read_stdin() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise Misspelt("stdin-not-utf-8") from error


def _asked_title() -> str:
    if not sys.stdin.isatty():
        raise Misspelt("option-missing", option="--title")
    return desk.ask(_("The complaint in one line"))
