"""A letter to the customer: printed, or kept as a file; nothing is sent from here."""

from collections.abc import Callable, Iterator
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion, options, recording, session
from complaintctl.commands.documents import letter_completion, letter_writing
from complaintctl.commands.documents.letter_writing import Asked, Written
from complaintctl.commands.recording import Recorded
from complaintctl.commands.session import Desk
from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.case import Case, Customer
from complaintctl.domain.deadlines.rulebook import moment_in
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import Broken, Misspelt, Refused
from complaintctl.exchange.documents import mail
from complaintctl.render.case import cases as case_texts
from complaintctl.render.documents import letters
from complaintctl.render.text import language, tables, values
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook

EMAIL: Final = "email"
# A filled letter, and the form of it that was asked for.
Ready = tuple[Written, str | bytes]


def letter(
    case: options.Case,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=_("Which letter, such as ack or result."),
            autocompletion=letter_completion.kinds,
        ),
    ],
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            metavar="LANG",
            help=_("The language of the letter: en or zh."),
            autocompletion=completion.languages,
        ),
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=_(
                "text, md, html (to print), eml (a draft for a mail program), docx or json; text, or what the "
                "name of the file ends with, if left out."
            ),
            autocompletion=letter_completion.formats,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Write it to this file instead of stdout.")),
    ] = None,
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
    promise_by: options.PromiseBy = None,
    promise: options.Promise = None,
    send_record: Annotated[
        bool,
        typer.Option(
            "--send-record",
            help=_("Record that the customer was told so, once you have sent it: the clock it keeps stops."),
            show_default=False,
        ),
    ] = False,
    step: Annotated[
        str | None,
        typer.Option(
            "--step",
            metavar="STEP",
            help=_("The step that sending it is, if not the one that the letter names."),
            autocompletion=completion.steps,
        ),
    ] = None,
    via: options.Via = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Print a letter about a case in the words of its template; nothing is sent."""
    output_format = _format("json" if as_json else output_format, output)
    if output is not None or output_format in letters.FILES:
        session.check_way_out(output)
    session.speak(lang)
    how = recording.How(at=at, by=by, no_commit=no_commit, as_json=False)

    def ready(here: Desk) -> Ready:
        asked = Asked(
            facts=session.facts_from(here, {}, sets),
            via=_channel(here, via, needed=send_record),
            text=text,
            promises=recording.promises(here, how, promise_by, promise),
            step=vocabulary.step_of(here.rules.policy, step) if step else None,
        )
        found = letter_writing.template(here, kind, language.current())
        written = letter_writing.write(here, case, found, asked, how)
        return written, _made(here, written, output_format, enclose or [])

    if send_record:
        (written, made), recorded = _recorded(case, how, ready)
    else:
        (written, made), recorded = ready(session.sit_down()), None
    if output_format == "json":
        made = _machine(written, recorded)
    if isinstance(made, str) and output is None:
        session.show(made)
    else:
        session.hand_over(made.encode() if isinstance(made, str) else made, output)
    if recorded is None:
        _advise(written)


def _advise(written: Written) -> None:
    """What is left to be done by whoever sends the letter."""
    is_dated = any(promise.by > written.at for promise in written.case.promised)
    if written.letter.head.records == "ack" and not is_dated:
        session.say(_("This letter promises the customer no date. To promise one: --promise-by +48h"))
    if written.login is not None:
        words = _("It is signed {name}. The name that customers know goes into complaintctl.yaml: {place}")
        session.say(words.format(name=written.login, place="sender: {name: …}"))
    words = _("Nothing was sent. Once you have sent it: the same again with --send-record --at {time}")
    session.say(words.format(time=written.at.isoformat(timespec="seconds")))


def _recorded(case: str, how: recording.How, ready: Callable[[Desk], Ready]) -> tuple[Ready, Recorded]:
    """Record that the letter was sent; it is the one of that very moment and case, so that it tells what is recorded."""
    made: list[Ready] = []

    def request(here: Desk) -> Request:
        made.append(ready(here))
        return made[-1][0].request

    recorded = recording.record(case, how, request, quiet=True)
    return made[-1], recorded


def _format(given: str | None, output: Path | None) -> str:
    """The format asked for, else the one that the file is named after."""
    ending = output.suffix.removeprefix(".").lower() if output else ""
    return tables.check_format(given or (ending if ending in letters.FORMATS else "text"), letters.FORMATS)


def _channel(here: Desk, via: str | None, *, needed: bool) -> str | None:
    """How it goes out: by e-mail, unless --via says otherwise or the policy knows no e-mail."""
    channels = here.rules.policy.channels
    if via is None and channels and EMAIL not in channels:
        if needed:
            raise Misspelt("letter-via", choices=list(channels))
        return None
    return session.channel(here, via or EMAIL)


def _made(here: Desk, written: Written, output_format: str, enclosed: list[str]) -> str | bytes:
    """The letter in its form; as JSON only once it is known what was recorded."""
    if output_format == "eml":
        return _draft(here, written, enclosed)
    if enclosed:
        raise Misspelt("attach-without-eml")
    if output_format == "html":
        return letters.page(written.body, written.subject, _paper(here, written))
    if output_format == "docx":
        return _document(here, written)
    if output_format == "md":
        return letters.tidy(written.body)
    return f"{written.subject}\n\n{letters.plain(written.body)}"


def _machine(written: Written, recorded: Recorded | None) -> str:
    content = {
        "case": written.case.id,
        "kind": written.letter.kind,
        "language": written.letter.language,
        "subject": written.subject,
        "text": letters.plain(written.body),
        "recorded": case_texts.event_machine(recorded.case.history[-1]) if recorded else None,
    }
    return tables.document("letter", content)


def _paper(here: Desk, written: Written) -> letters.Paper:
    sender, customer = here.rules.policy.sender, written.case.customer
    from_whom = (sender.name, sender.address, sender.phone, sender.email)
    to = (customer.name, customer.address) if customer else ()
    # A Chinese letter ends with its date.
    day = "" if language.current() == "zh" else values.long_day(moment_in(here.rules, written.at).date())
    return letters.Paper(sender=_lines(*from_whom), to=_lines(*to), day=day)


def _lines(*texts: str | None) -> list[str]:
    return [text for text in texts if text]


def _document(here: Desk, written: Written) -> bytes:
    try:
        from complaintctl.exchange.documents import word_letter
    except ModuleNotFoundError as error:
        raise Broken("docx-missing", library=error.name) from error
    paper = _paper(here, written)
    return word_letter.document(
        word_letter.Letter(
            language=language.current(),
            sender=paper.sender,
            to=paper.to,
            day=paper.day,
            at=written.at,
            subject=written.subject,
            markdown=letters.tidy(written.body),
        )
    )


def _draft(here: Desk, written: Written, enclosed: list[str]) -> bytes:
    case = written.case
    return mail.draft(
        mail.Draft(
            case_id=case.id,
            sender=_address(here, written, "sender"),
            to=_address(here, written, "customer"),
            at=moment_in(here.rules, written.at),
            subject=written.subject,
            text=letters.plain(written.body),
            page=letters.page(written.body, written.subject, None),
            files={name: _enclosed(here, case, name) for name in enclosed},
            answered=list(_answered(here, case)),
        )
    )


def _address(here: Desk, written: Written, whose: str) -> Address:
    """The address of one side; raises Refused where it is missing or none."""
    side = here.rules.policy.sender if whose == "sender" else written.case.customer or Customer()
    if side.email is None:
        raise letter_writing.lacks(here, written.case, written.letter, f"{whose}.email")
    try:
        return mail.address(side.name or "", side.email)
    except ValueError as error:
        if whose == "sender":
            raise Refused("mail-sender") from error
        command = f"complaintctl edit {written.case.id} --set customer.email=…"
        raise Refused("mail-address", command=command) from error


def _answered(here: Desk, case: Case) -> Iterator[str]:
    """The Message-IDs of the e-mails that are attached to the case, so that the draft joins their thread."""
    for entry in case.attachments:
        path = casebook.attachment_path(here.book, case.id, entry.file)
        if path.suffix.lower() == ".eml" and path.is_file():
            found = mail.message_id(path.read_bytes())
            if found:
                yield found


def _enclosed(here: Desk, case: Case, name: str) -> bytes:
    known = [entry.file for entry in case.attachments]
    if name not in known:
        raise Misspelt("no-such-attachment", name=name, case=case.id, choices=known)
    path = casebook.attachment_path(here.book, case.id, name)
    if not path.is_file():
        raise Misspelt("no-such-file", path=str(path))
    return path.read_bytes()
