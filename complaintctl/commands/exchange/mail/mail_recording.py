"""Records one e-mail: as a new case, as a word of the customer on a case, or as a note that a letter came back."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.commands.recording import recording, revealing
from complaintctl.commands.session import Session
from complaintctl.domain.case import old_names
from complaintctl.domain.case.case import Case, Customer, ImportSource, RecordedMail
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.intake import mail_words
from complaintctl.domain.intake.mail_results import MailRemark, MailResult
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request
from complaintctl.domain.privacy.hidden_contacts import hide_contacts
from complaintctl.domain.privacy.hidden_customer import hide_customer
from complaintctl.domain.privacy.stated_names import stated_names
from complaintctl.errors import Broken
from complaintctl.exchange.imports import rows
from complaintctl.exchange.mail.mail_head import JudgedMail, content_id, is_same_mail
from complaintctl.exchange.mail.message import MailAddress, MailMessage, parse_message
from complaintctl.exchange.mail.quoted_text import trim_quoted_text
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile, new_text
from complaintctl.storage.case.casebook import attachment_path, open_case_path
from complaintctl.storage.case.sealed_file import SEALED_SUFFIX, open_file
from complaintctl.storage.disk.untrusted_file import MAX_YAML_BYTES
from complaintctl.storage.mail.mail_files import KeptFiles, keep_files, original_name
from complaintctl.storage.mail.mail_index import MailIndex
from complaintctl.storage.mail.mail_source import LIMITS
from complaintctl.storage.write.transaction import Transaction, save_in_transaction

# Longer texts stand in the original only: a case file has at most 2 MB, for all the mails of its customer.
_LONGEST_TEXT: Final = 20_000
_LONGEST_TEXT_OF_LARGE_CASE: Final = 500
_LARGE_CASE_BYTES: Final = MAX_YAML_BYTES // 2
_LONGEST_NAME: Final = 200
# Delivery failures that are noted on one case; more would only bury its history.
# Why a mail that no customer wrote is left out, by its kind.
_LEFT_OUT: Final = {
    "own": "mail-own",
    "bounce": "mail-bounce",
    "receipt": "mail-receipt",
    "auto-reply": "mail-auto-reply",
    "list": "mail-list",
}
_MOST_BOUNCES: Final = 5
_MOST_KNOWN: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class MailJob:
    """What the recording of mails needs; without a transaction nothing is written (dry run)."""

    session: Session
    transaction: Transaction | None
    index: MailIndex
    channel: str | None
    commit: bool
    actor: str
    recorder: str | None
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadMail:
    """An e-mail with its place among the files, and what was judged of it."""

    place: str
    message: MailMessage
    judged: JudgedMail

    def result(self, outcome: str, case_id: str | None, *remarks: MailRemark) -> MailResult:
        """Returns what became of this mail."""
        return MailResult(
            place=self.place,
            outcome=outcome,  # type: ignore[arg-type]
            message_id=self.judged.head.id,
            case_id=case_id or None,
            remarks=remarks,
        )

    def skipped(self, key: str, case_id: str | None = None) -> MailResult:
        """Returns that this mail is left out, with the reason."""
        return dataclasses.replace(self.result("skipped", case_id), reason=MailRemark(key=key))


@dataclass(frozen=True, kw_only=True, slots=True)
class _FoundCase:
    """The case of a mail ("" for one that a dry run would open), whether only its number says so, and other cases."""

    case_id: str
    by_number: bool
    others: tuple[str, ...]


def record_customer_mail(job: MailJob, mail: ReadMail, thread_case: str | None) -> MailResult:
    """Opens a case, or records the mail on the case that it belongs to; `thread_case` is that of its conversation."""
    if (earlier := job.index.find_recorded(mail.judged.head.id)) is not None:
        if not earlier or _is_recorded(job, mail, earlier):
            return mail.skipped("mail-imported-before", earlier)
        # A broken program gives several mails one id; the second one must not be lost.
        mail = _with_content_id(mail)
        if job.index.find_recorded(mail.judged.head.id) is not None:
            return mail.skipped("mail-imported-before", earlier)
        thread_case = earlier
    found = _find_case(job, mail, thread_case)
    if found is None:
        return _open_case(job, mail)
    if found.case_id == "":
        job.index.add_mail("", _recorded_mail(mail, ()))
        return mail.result("joined", None, *_note_remarks(mail))
    return _join_case(job, mail, found)


def _is_recorded(job: MailJob, mail: ReadMail, case_id: str) -> bool:
    """Whether the mail with this id in the case says the same; True if its original is not there to be compared."""
    casebook, name = job.session.casebook, original_name(mail.judged.head.id)
    path = attachment_path(casebook, case_id, name)
    if path.is_file():
        return is_same_mail(parse_message(path.read_bytes(), LIMITS), mail.message)
    sealed = attachment_path(casebook, case_id, f"{name}{SEALED_SUFFIX}")
    try:
        content = open_file(casebook, case_id, sealed.read_bytes())
    except (Broken, OSError):
        return True
    return is_same_mail(parse_message(content, LIMITS), mail.message)


def _with_content_id(mail: ReadMail) -> ReadMail:
    head = dataclasses.replace(mail.judged.head, id=content_id(mail.message))
    return dataclasses.replace(mail, judged=dataclasses.replace(mail.judged, head=head))


def _find_case(job: MailJob, mail: ReadMail, thread_case: str | None) -> _FoundCase | None:
    """Returns the case by the nearest reference, by one of our letters, by the conversation, or by a case number."""
    head = mail.judged.head
    linked = [
        case_id
        for other in (head.id, *reversed(head.references))
        for case_id in job.index.find_related(other)
        if case_id == "" or job.index.find_case(case_id)
    ]
    linked += [case_id for case_id in head.letters if job.index.find_case(case_id)]
    linked += [] if thread_case is None else [thread_case]
    named = [case_id for case_id in head.numbers if job.index.find_case(case_id)]
    cases = list(dict.fromkeys([*linked, *named]))
    if not cases:
        return None
    others = tuple(case_id for case_id in cases[1:] if case_id)
    return _FoundCase(case_id=cases[0], by_number=not linked, others=others)


def _join_case(job: MailJob, mail: ReadMail, found: _FoundCase) -> MailResult:
    path = job.index.find_case(found.case_id)
    before = read_case(job, found.case_id)
    size = path.stat().st_size if path else 0
    kept = _keep_files(job, mail, before)
    text, remarks = _answer_text(mail, kept.names[0], size)
    if _is_other_address(job, before, mail):
        remarks.append(MailRemark(key="mail-other-address"))
        text = f"{_sender_text(mail)}:\n\n{text}" if text else _sender_text(mail)
    text = _without_names(job, before, mail, text)
    if found.others:
        remarks.append(MailRemark(key="mail-other-case", values={"cases": ", ".join(found.others)}))
    request = Request(
        did="heard",
        via=job.channel,
        text=text or None,
        fields=_earlier_receipt(job, mail, before, found),
        mail=_recorded_mail(mail, kept.names),
        mail_files=kept.entries,
    )
    if request.fields:
        remarks.append(MailRemark(key="mail-received-earlier"))
    decision = lifecycle.decide_request(before, job.session.rules, request, _answer_time(job, mail, before))
    _save_decision(job, decision, kept)
    outcome = "kept" if before.status == "closed" else "joined"
    return mail.result(outcome, before.id, *remarks, *_common_remarks(mail))


def read_case(job: MailJob, case_id: str) -> Case:
    """Returns a case that can be written; raises Broken if its file has faults, which `check` names."""
    path = job.index.find_case(case_id)
    case = casefile.read_faultless_case(path) if path else None
    if not isinstance(case, Case):
        raise Broken("case-faulty", case=case_id)
    return old_names.with_current_names(case, job.session.rules.old_names)


def _keep_files(job: MailJob, mail: ReadMail, case: Case) -> KeptFiles:
    casebook = job.session.casebook
    return keep_files(
        # A dry run makes no key.
        casebook if job.transaction is not None else dataclasses.replace(casebook, keyring=None),
        case.id,
        case.attachments,
        (original_name(mail.judged.head.id), mail.message.raw),
        ((entry.name, entry.content) for entry in mail.message.attachments),
    )


def _recorded_mail(mail: ReadMail, files: tuple[str, ...]) -> RecordedMail:
    head = mail.judged.head
    return RecordedMail(id=head.id, references=head.references, files=files)


def _answer_text(mail: ReadMail, original: str, size: int) -> tuple[str, list[MailRemark]]:
    """Returns the words of an answer without the history that it quotes; of a forwarded mail all words."""
    text, remarks = mail_words.clean_text(mail.message.text), list[MailRemark]()
    if not mail_words.is_forwarded(mail.message.subject):
        trimmed = trim_quoted_text(text)
        if trimmed.lines:
            values = {"count": trimmed.lines, "file": original}
            text, remarks = trimmed.text, [MailRemark(key="mail-trimmed", values=values)]
    longest = _LONGEST_TEXT if size < _LARGE_CASE_BYTES else _LONGEST_TEXT_OF_LARGE_CASE
    return _cut(text, longest, original, remarks), remarks


def _cut(text: str, longest: int, original: str, remarks: list[MailRemark]) -> str:
    if len(text) > longest:
        remarks.append(MailRemark(key="mail-end-in-original", values={"file": original}))
    return mail_words.cut_text(text, longest, original)


def _is_other_address(job: MailJob, case: Case, mail: ReadMail) -> bool:
    """Whether somebody answers with an address that is not the customer's."""
    sender = mail.judged.sender
    return sender is None or job.index.is_customer_address(case, sender.address) is False


def _without_names(job: MailJob, case: Case, mail: ReadMail, text: str) -> str:
    """Returns the text without what names the sender or the customer, if the policy seals customer data."""
    if job.session.casebook.keyring is None:
        return text
    country_code = job.session.rules.policy.country_code
    for person in (*_writers(mail), _opened_customer(job, case)):
        text = hide_customer(text, person, country_code) if person is not None else text
    return text


def _opened_customer(job: MailJob, case: Case) -> Customer | None:
    try:
        return revealing.open_customer(job.session, case).customer
    except Broken:
        return None


def _sender_text(mail: ReadMail) -> str:
    sender = mail.judged.sender
    if sender is None:
        return "?"
    name, address = (mail_words.clean_line(text)[:_LONGEST_NAME] for text in (sender.name, sender.address))
    return f"{name} <{address}>" if name else address


def _earlier_receipt(job: MailJob, mail: ReadMail, case: Case, found: _FoundCase) -> dict[str, datetime]:
    """Returns the corrected receipt if an answer had opened the case before the first mail arrived here."""
    opened_by_mail = bool(case.history) and case.history[0].mail is not None
    at = to_policy_zone(job.session.rules, mail.judged.head.at)
    if case.status == "closed" or found.by_number or not opened_by_mail or mail.judged.clock != "server":
        return {}
    return {"received": at} if at < case.received else {}


def _answer_time(job: MailJob, mail: ReadMail, case: Case) -> Attribution:
    """Returns when the customer wrote, or now, if something was recorded on the case since then."""
    at = to_policy_zone(job.session.rules, mail.judged.head.at)
    last = max((event.at for event in case.history), default=case.received)
    is_last = mail.judged.clock is not None and last <= at <= job.now
    return Attribution(
        at=at if is_last else job.now, now=job.now, by=job.actor, given=is_last, recorder=job.recorder
    )


def _save_decision(job: MailJob, decision: Decision, kept: KeptFiles) -> None:
    path = job.index.find_case(decision.case.id)
    if job.transaction is not None and path is not None:
        room = MAX_YAML_BYTES - path.stat().st_size - sum(map(len, kept.names))
        if len((decision.event.text or "").encode()) * 2 > room:
            raise Broken("mail-case-full", case=decision.case.id)
        recording.save_decision(job.session, job.transaction, path, decision, kept.files, commit=job.commit)
    job.index.add_case(decision.case)


def _open_case(job: MailJob, mail: ReadMail) -> MailResult:
    """Opens a case with all words of the mail: what it quotes is in no case of ours."""
    head, remarks = mail.judged.head, list[MailRemark]()
    received = to_policy_zone(job.session.rules, head.at)
    case_id = next(_free_ids(job, head.id, received))
    draft = Case(id=case_id, title="", received=received, status="open", channel=job.channel)
    kept = _keep_files(job, mail, draft)
    text = _cut(mail_words.clean_text(mail.message.text), _LONGEST_TEXT, kept.names[0], remarks)
    draft = dataclasses.replace(
        draft,
        title=_without_contacts(
            job, mail, mail_words.mail_title(mail.message.subject, text, _("E-mail without subject"))
        ),
        customer=_customer(mail.judged.sender),
        description=_without_contacts(job, mail, text) or None,
        attachments=kept.entries,
    )
    act = Attribution(at=job.now, now=job.now, by=job.actor, given=False, recorder=job.recorder)
    opening = Request(did="open", mail=_recorded_mail(mail, kept.names))
    case = lifecycle.create_case(draft, job.session.rules, act, opening)
    known = job.index.find_customer_cases(mail.judged.sender.address) if mail.judged.sender else []
    if known:
        remarks.append(MailRemark(key="mail-known", values={"cases": ", ".join(known[:_MOST_KNOWN])}))
    remarks += _unknown_numbers(job, mail)
    if job.transaction is None:
        job.index.add_mail("", _recorded_mail(mail, ()))
        return mail.result("opened", None, *remarks, *_common_remarks(mail))
    path = open_case_path(job.session.casebook, case_id)
    change = recording.opening_change(job.session, case, path, new_text.case_yaml(case), commit=job.commit)
    save_in_transaction(job.transaction, dataclasses.replace(change, files={**kept.files, **change.files}))
    job.index.add_case(case)
    return mail.result("opened", case_id, *remarks, *_common_remarks(mail))


def _without_contacts(job: MailJob, mail: ReadMail, text: str) -> str:
    """Returns a text of a new case without names, numbers and addresses, if the policy seals customer data."""
    if job.session.casebook.keyring is None:
        return text
    country_code = job.session.rules.policy.country_code
    for person in (*_writers(mail), _customer(mail.message.sender)):
        text = hide_customer(text, person, country_code) if person is not None else text
    return hide_contacts(text)


def _writers(mail: ReadMail) -> Iterator[Customer | None]:
    """Yields who wrote a mail: the sender, and each name by which the text calls its writer."""
    yield _customer(mail.judged.sender)
    for name in stated_names(mail.message.subject, mail.message.text):
        yield Customer(name=name)


def _free_ids(job: MailJob, mail_id: str, received: datetime) -> Iterator[str]:
    """Yields unused case ids made of the mail's id: two clones that import one mail open one case."""
    source = ImportSource(system="mail", id=mail_id, row="")
    for case_id in rows.candidate_case_ids(source, received):
        if job.index.find_case(case_id) is None:
            yield case_id
    yield from recording.free_case_ids(job.session, received)


def _customer(sender: MailAddress | None) -> Customer | None:
    if sender is None:
        return None
    name, email = (mail_words.clean_line(text)[:_LONGEST_NAME] for text in (sender.name, sender.address))
    return Customer(name=name or None, email=email or None) if name or email else None


def _unknown_numbers(job: MailJob, mail: ReadMail) -> Iterator[MailRemark]:
    for case_id in mail.judged.head.numbers:
        if job.index.find_case(case_id) is None:
            yield MailRemark(key="mail-number-unknown", values={"case": case_id})


def _common_remarks(mail: ReadMail) -> Iterator[MailRemark]:
    if mail.judged.clock is None:
        yield MailRemark(key="mail-no-time")
    yield from _note_remarks(mail)


def _note_remarks(mail: ReadMail) -> Iterator[MailRemark]:
    for note in mail.message.notes:
        yield MailRemark(key=note.key, values=note.values)


def record_other_mail(job: MailJob, mail: ReadMail) -> MailResult:
    """Leaves out a mail that no customer wrote; notes on an open case that a letter of it came back."""
    kind = mail.judged.kind or "own"
    if (earlier := job.index.find_recorded(mail.judged.head.id)) is not None:
        return mail.skipped("mail-imported-before", earlier)
    result = mail.skipped(_LEFT_OUT[kind])
    for case_id in mail.judged.returned:
        if job.index.find_case(case_id) is None:
            continue
        case = read_case(job, case_id)
        bounces = sum(event.did == "note" and event.mail is not None for event in case.history)
        if case.status != "closed" and bounces < _MOST_BOUNCES:
            _note_bounce(job, mail, case)
            remark = MailRemark(key="mail-bounce-noted", values={"case": case_id})
            return dataclasses.replace(result, case_id=case_id, remarks=(remark,))
    return result


def _note_bounce(job: MailJob, mail: ReadMail, case: Case) -> None:
    """Notes it without any effect on clocks or on a wait."""
    kept = _keep_files(job, dataclasses.replace(mail, message=_without_files(mail.message)), case)
    text = _("A letter could not be delivered: {subject}").format(
        subject=mail_words.clean_line(mail.message.subject) or mail.judged.head.id
    )
    request = Request(did="note", text=text, mail=_recorded_mail(mail, kept.names), mail_files=kept.entries)
    act = Attribution(at=job.now, now=job.now, by=job.actor, given=False, recorder=job.recorder)
    _save_decision(job, lifecycle.decide_request(case, job.session.rules, request, act), kept)


def _without_files(message: MailMessage) -> MailMessage:
    return dataclasses.replace(message, attachments=())
