"""Prints a letter to the customer or writes it to a file. Sends nothing."""

from collections.abc import Callable, Iterator
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.documents import letter_completion, letter_writing
from complaintctl.commands.documents.letter_writing import FilledLetter, LetterRequest
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.recording import RecordedCase
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import (
    Session,
    check_output_target,
    check_personal_option,
    open_session,
    parse_channel,
    parse_fields,
    print_masked_note,
    print_message,
    print_output,
    with_display,
    write_output,
)
from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.case import Case, Customer
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.exchange.documents import mail
from complaintctl.render.case.cases import event_json
from complaintctl.render.documents import letters
from complaintctl.render.text import language, tables, values
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import attachment_path

EMAIL_CHANNEL: Final = "email"
# A filled letter, and its content in the output format.
ReadyLetter = tuple[FilledLetter, str | bytes]


@with_write_options
def letter(
    case: options.Case,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=_("Which letter, such as ack or result."),
            autocompletion=letter_completion.complete_letter_kinds,
        ),
    ],
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            metavar="LANG",
            help=_("The language of the letter: en or zh."),
            autocompletion=completion.complete_languages,
        ),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help=_("Text for the letter, in your own words."))
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
            help=_(
                "After sending the letter, record that the customer was told; the clock of that step stops."
            ),
            show_default=False,
        ),
    ] = False,
    step: Annotated[
        str | None,
        typer.Option(
            "--step",
            metavar="STEP",
            help=_("The step that sending the letter completes, if it is not the one that the letter names."),
            autocompletion=completion.complete_steps,
        ),
    ] = None,
    via: options.Via = None,
    sets: options.Sets = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=_(
                "text, md, html (to print), eml (a draft for a mail program), docx or json. Default: by "
                "the name of the file, otherwise text."
            ),
            autocompletion=completion.choice_completer(letters.LETTER_FORMATS),
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Write it to this file instead of stdout.")),
    ] = None,
    reveal: options.Reveal = False,
    *,
    write_options: WriteOptions,
) -> None:
    """Print a letter about a case, filled from its template; nothing is sent."""
    output_format = _choose_format("json" if write_options.as_json else output_format, output)
    if output is not None or output_format in letters.BINARY_FORMATS:
        check_output_target(output)
    language.use_language(lang)

    def ready(session: Session) -> ReadyLetter:
        session = with_display(session, reveal=reveal, for_programs=output_format == "json")
        for option, is_given in _sending_options(output_format, output, send_record=send_record).items():
            check_personal_option(session, option, wanted=is_given)
        request = LetterRequest(
            fields=parse_fields(session, {}, sets),
            via=_channel(session, via, needed=send_record),
            text=text,
            promises=recording.parse_promises(session, write_options, promise_by, promise),
            step=vocabulary.parse_step(session.rules.policy, step) if step else None,
        )
        template = letter_writing.read_letter_template(session, kind, language.current_language())
        written = letter_writing.fill_letter(session, case, template, request, write_options)
        return written, _render_letter(session, written, output_format, enclose or [])

    # D-084: recorded before it is shown.
    if send_record:
        (written, content), recorded = _record_sending(case, write_options, ready)
        private = recorded.policy.private
    else:
        session = open_session(write_options.casebook_dir)
        (written, content), recorded = ready(session), None
        private = session.casebook.private
    if output_format == "json":
        content = _letter_json(written, recorded)
    if isinstance(content, str) and output is None:
        print_output(content)
    else:
        write_output(content.encode() if isinstance(content, str) else content, output, private=private)
    if recorded is None:
        print_masked_note(with_display(session, reveal=reveal, for_programs=False))
        _print_advice(written)


def _sending_options(output_format: str, output: Path | None, *, send_record: bool) -> dict[str, bool]:
    """Returns the options that make a letter to be sent, and whether they are given: a customer must not get masks."""
    is_draft = output_format == "eml" or output_format in letters.BINARY_FORMATS
    return {
        "--output": output is not None,
        f"--format {output_format}": is_draft,
        "--send-record": send_record,
    }


def _print_advice(written: FilledLetter) -> None:
    """Print what the sender of the letter should do next."""
    is_dated = any(promise.by > written.at for promise in written.case.promised)
    # D-088: written, and the handler is told.
    if written.letter.head.records == "ack" and not is_dated:
        print_message(
            _("This letter does not promise the customer a date. To promise one: --promise-by +48h")
        )
    if written.login is not None:
        template = _(
            "The letter is signed {name}. Write the name that customers know into complaintctl.yaml: {place}"
        )
        print_message(template.format(name=written.login, place="sender: {name: …}"))
    template = _("Nothing was sent. After sending it, run the same command with --send-record --at {time}")
    print_message(template.format(time=written.at.isoformat(timespec="seconds")))


# D-085: made under the lock.
def _record_sending(
    case: str, write_options: WriteOptions, ready: Callable[[Session], ReadyLetter]
) -> tuple[ReadyLetter, RecordedCase]:
    """Record that the letter was sent. It is filled inside the recording, so that it agrees with the recorded case."""
    ready_letters: list[ReadyLetter] = []

    def request(session: Session) -> Request:
        ready_letters.append(ready(session))
        return ready_letters[-1][0].request

    recorded = recording.record_event(case, write_options, request, quiet=True)
    return ready_letters[-1], recorded


def _choose_format(given: str | None, output: Path | None) -> str:
    """Returns the given format, else the suffix of the output file if it is a format, else text; raises InvalidInput."""
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    return tables.check_format(
        given or (suffix if suffix in letters.LETTER_FORMATS else "text"), letters.LETTER_FORMATS
    )


def _channel(session: Session, via: str | None, *, needed: bool) -> str | None:
    """Returns the channel: --via, else e-mail if the policy has it or lists no channels, else None.

    Raises InvalidInput if the channel is unknown, or missing although `needed`.
    """
    channels = session.rules.policy.channels
    if via is None and channels and EMAIL_CHANNEL not in channels:
        if needed:
            raise InvalidInput("letter-via", choices=list(channels))
        return None
    return parse_channel(session, via or EMAIL_CHANNEL)


def _render_letter(
    session: Session, written: FilledLetter, output_format: str, enclosed: list[str]
) -> str | bytes:
    """Returns the letter in the output format, for `json` as text: the JSON needs the recorded event."""
    if output_format == "eml":
        return _mail_draft(session, written, enclosed)
    if enclosed:
        raise InvalidInput("attach-without-eml")
    if output_format == "html":
        return letters.letter_html(written.body, written.subject, _letterhead(session, written))
    if output_format == "docx":
        return _word_document(session, written)
    if output_format == "md":
        return letters.tidy_markdown(written.body)
    return f"{written.subject}\n\n{letters.letter_text(written.body)}"


def _letter_json(written: FilledLetter, recorded: RecordedCase | None) -> str:
    content = {
        "case": written.case.id,
        "kind": written.letter.kind,
        "language": written.letter.language,
        "subject": written.subject,
        "text": letters.letter_text(written.body),
        "recorded": event_json(recorded.case.history[-1]) if recorded else None,
    }
    return tables.json_document("letter", content)


def _letterhead(session: Session, written: FilledLetter) -> letters.Letterhead:
    sender, customer = session.rules.policy.sender, written.case.customer
    sender_lines = (sender.name, sender.address, sender.phone, sender.email)
    to = (customer.name, customer.address) if customer else ()
    # A Chinese letter has its date at the end, from the template.
    day = (
        ""
        if language.current_language() == "zh"
        else values.long_date(to_policy_zone(session.rules, written.at).date())
    )
    return letters.Letterhead(sender=_known_lines(*sender_lines), to=_known_lines(*to), day=day)


def _known_lines(*texts: str | None) -> list[str]:
    return [text for text in texts if text]


def _word_document(session: Session, written: FilledLetter) -> bytes:
    try:
        from complaintctl.exchange.documents import word_letter
    except ModuleNotFoundError as error:
        raise Broken("docx-missing", library=error.name) from error
    letterhead = _letterhead(session, written)
    return word_letter.letter_docx(
        word_letter.WordLetter(
            language=language.current_language(),
            sender=letterhead.sender,
            to=letterhead.to,
            day=letterhead.day,
            at=written.at,
            subject=written.subject,
            markdown=letters.tidy_markdown(written.body),
        )
    )


def _mail_draft(session: Session, written: FilledLetter, enclosed: list[str]) -> bytes:
    case = written.case
    return mail.draft_bytes(
        mail.MailDraft(
            case_id=case.id,
            sender=_mail_address(session, written, "sender"),
            to=_mail_address(session, written, "customer"),
            at=to_policy_zone(session.rules, written.at),
            subject=written.subject,
            text=letters.letter_text(written.body),
            page=letters.letter_html(written.body, written.subject, None),
            files={name: _attachment_content(session, case, name) for name in enclosed},
            answered=list(_thread_message_ids(session, case)),
        )
    )


def _mail_address(session: Session, written: FilledLetter, whose: str) -> Address:
    """Returns the mail address of the `sender` or `customer`; raises Refused if it is missing or invalid."""
    party = session.rules.policy.sender if whose == "sender" else written.case.customer or Customer()
    if party.email is None:
        raise letter_writing.missing_value_error(session, written.case, written.letter, f"{whose}.email")
    try:
        return mail.parse_mail_address(party.name or "", party.email)
    except ValueError as error:
        if whose == "sender":
            raise Refused("mail-sender") from error
        command = f"complaintctl edit {written.case.id} --set customer.email=…"
        raise Refused("mail-address", command=command) from error


def _thread_message_ids(session: Session, case: Case) -> Iterator[str]:
    """Yields the Message-IDs of attached e-mails, so that mail programs show the draft in their thread."""
    for entry in case.attachments:
        path = attachment_path(session.casebook, case.id, entry.file)
        if path.suffix.lower() == ".eml" and path.is_file():
            message_id = mail.read_message_id(path.read_bytes())
            if message_id:
                yield message_id


def _attachment_content(session: Session, case: Case, name: str) -> bytes:
    names = [entry.file for entry in case.attachments]
    if name not in names:
        raise InvalidInput("no-such-attachment", name=name, case=case.id, choices=names)
    path = attachment_path(session.casebook, case.id, name)
    if not path.is_file():
        raise InvalidInput("no-such-file", path=str(path))
    return path.read_bytes()
