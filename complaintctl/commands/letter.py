"""A letter to the customer: printed, or kept as an e-mail draft; nothing is sent from here."""

import dataclasses
from typing import Annotated, Final

import typer

from complaintctl.commands import completion, desk, letter_writing, options, recorder
from complaintctl.commands.desk import Desk
from complaintctl.commands.letter_writing import Written
from complaintctl.domain import rulebook
from complaintctl.domain.case import Case
from complaintctl.domain.lifecycle import Request
from complaintctl.domain.words import FROM_CUSTOMER
from complaintctl.errors import Misspelt, Refused
from complaintctl.exchange import mail
from complaintctl.render import language, letters, tables
from complaintctl.render.language import _
from complaintctl.storage import casebook

FORMATS: Final = ("text", "md", "html", "eml", "json")
EMAIL: Final = "email"


def letter(
    case: options.Case,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=_("Which letter, such as ack."),
            autocompletion=completion.letters,
        ),
    ],
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="LANG", help=_("The language of the letter: en or zh."))
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help=_("text, md, html, json, or eml: a draft for a mail program.")
        ),
    ] = "text",
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help=_("What the letter shall say in your words."))
    ] = None,
    enclose: Annotated[
        list[str] | None,
        typer.Option(
            "--attach",
            metavar="NAME",
            help=_("An attachment of the case to go with an e-mail draft. Repeatable."),
        ),
    ] = None,
    send_record: Annotated[
        bool,
        typer.Option(
            "--send-record",
            help=_("Record that the customer was told so, once you have sent it: the clock it keeps stops."),
            show_default=False,
        ),
    ] = False,
    via: options.Via = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Print a letter about a case in the words of its template; nothing is sent."""
    form = tables.check_format("json" if as_json else form, FORMATS)
    here = desk.sit_down()
    if lang is not None:
        language.use(_language(lang))
    found = letter_writing.template(here, kind, language.current())
    how = recorder.How(at=at, by=by, no_commit=no_commit, as_json=False)

    def request(here: Desk) -> Request:
        return Request(
            did=found.head.records,
            facts=desk.facts_from(here, {}, sets),
            via=desk.channel(here, via) or _mail(here),
            text=text,
        )

    written = letter_writing.write(here, case, found, request(here), how)
    desk.show(_shown(here, written, form, enclose or []))
    if send_record:
        told = f"{kind}.{found.language}" if text is None else f"{kind}.{found.language}: {text}"
        recorder.record(case, how, lambda here: dataclasses.replace(request(here), text=told))


def _language(text: str) -> language.Language:
    found = language.understood(text)
    if found is None:
        raise Misspelt("unknown-choice", option="--lang", value=text, choices=list(language.LANGUAGES))
    return found


def _mail(here: Desk) -> str | None:
    """Letters go by e-mail, unless --via says otherwise."""
    channels = here.rules.policy.channels
    return EMAIL if not channels or EMAIL in channels else next(iter(channels))


def _shown(here: Desk, written: Written, form: str, enclosed: list[str]) -> str:
    if form == "eml":
        return _draft(here, written, enclosed)
    if enclosed:
        raise Misspelt("attach-without-eml")
    if form == "html":
        return letters.page(written.body, written.subject)
    if form == "md":
        return letters.tidy(written.body)
    plain = letters.plain(written.body)
    if form == "json":
        content = {"case": written.case.id, "subject": written.subject, "text": plain}
        return tables.document("letter", {**content, "language": written.letter.language})
    return f"{written.subject}\n\n{plain}"


def _draft(here: Desk, written: Written, enclosed: list[str]) -> str:
    case, sender = written.case, here.rules.policy.sender
    customer = case.customer
    if sender.email is None:
        raise Refused("sender-missing")
    if customer is None or customer.email is None:
        raise letter_writing.lacks(case, written.letter, "customer.email")
    earlier = sum(event.via == EMAIL and event.did not in FROM_CUSTOMER for event in case.history)
    files = {name: _enclosed(here, case, name) for name in enclosed}
    made = mail.Draft(
        case_id=case.id,
        number=earlier,
        sender=(sender.name or here.rules.policy.name, sender.email),
        to=(customer.name or "", customer.email),
        at=rulebook.moment_in(here.rules, here.now),
        subject=written.subject,
        text=letters.plain(written.body),
        page=letters.page(written.body, written.subject),
        files=files,
    )
    try:
        return mail.draft(made)
    except ValueError as error:
        raise Refused("mail-address", detail=str(error)) from error


def _enclosed(here: Desk, case: Case, name: str) -> bytes:
    known = [entry.file for entry in case.attachments]
    if name not in known:
        raise Misspelt("no-such-attachment", name=name, case=case.id, choices=known)
    return casebook.attachment_path(here.book, case.id, name).read_bytes()
