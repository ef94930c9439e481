"""What decides about an e-mail before it is recorded: its ids, its kind, the cases that it names, its time."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from complaintctl.domain.intake import mail_ids
from complaintctl.domain.intake.mail_threads import MailHead
from complaintctl.domain.worktime.time_range import is_in_range
from complaintctl.exchange.mail.mail_kind import (
    OurAddresses,
    find_mail_kind,
    find_returned_cases,
    find_sender,
)
from complaintctl.exchange.mail.message import MailAddress, MailMessage

Clock = Literal["server", "sender"]

# Headers with the address that a mail was delivered to, which need not stand in `To`.
_DELIVERY_HEADERS: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedMail:
    """An e-mail as judged: `kind` as of `find_mail_kind`, `fault` why it is no e-mail at all.

    `returned` are the cases whose letters a delivery failure returns. `clock` is whose time `head.at` is: that of the
    server that received the mail, of its sender, or (None) that of the import.
    """

    head: MailHead
    sender: MailAddress | None
    kind: str | None
    fault: str | None
    returned: tuple[str, ...]
    clock: Clock | None


def judge_mail(message: MailMessage, position: int, ours: OurAddresses, now: datetime) -> JudgedMail:
    """Returns what an import must know about a mail before it records any."""
    mail_id = mail_ids.plain_mail_id(message.message_id or "") or content_id(message)
    references = mail_ids.plain_references(mail_id, message.references, message.in_reply_to)
    kind = find_mail_kind(message, ours)
    delivered = [value for name in _DELIVERY_HEADERS for value in message.headers.get(name, ())]
    at, clock = mail_time(message, now)
    head = MailHead(
        position=position,
        id=mail_id,
        references=references,
        letters=tuple(dict.fromkeys(mail_ids.find_letter_cases(references))),
        numbers=tuple(dict.fromkeys(mail_ids.find_case_numbers(message.subject, *delivered))),
        at=at,
        is_customer=kind is None,
    )
    return JudgedMail(
        head=head,
        sender=find_sender(message, ours),
        kind=kind,
        fault=_find_fault(message),
        returned=tuple(dict.fromkeys(find_returned_cases(message))) if kind == "bounce" else (),
        clock=clock,
    )


def mail_time(message: MailMessage, now: datetime) -> tuple[datetime, Clock | None]:
    """Returns when a mail arrived, by the server that received it, else by its sender, else `now`; and whose time it is."""
    moments: tuple[tuple[datetime | None, Clock], ...] = (
        (message.received, "server"),
        (message.sent, "sender"),
    )
    for moment, clock in moments:
        if moment is not None and is_in_range(moment) and moment <= now:
            return moment.replace(microsecond=0), clock
    return now, None


def _find_fault(message: MailMessage) -> str | None:
    """Returns the key of the reason why bytes are no e-mail, or None."""
    if not message.raw.strip():
        return "mail-empty"
    names = ("from", "sender", "subject", "date", "message-id", "to", "received")
    return None if any(message.headers.get(name) for name in names) else "mail-not-one"


def content_id(message: MailMessage) -> str:
    """Returns a hash of what the mail says: a mailbox may add headers to it, but changes no word."""
    files = (hashlib.sha256(entry.content).hexdigest() for entry in message.attachments)
    sender = message.sender.address if message.sender else ""
    date = " ".join(message.headers.get("date", ()))
    return mail_ids.content_mail_id((sender, date, message.subject, message.text, *files))


def is_same_mail(one: MailMessage, other: MailMessage) -> bool:
    """Whether two mails with one Message-ID are one mail: a list or a virus scanner may have added lines to either."""
    texts = ["".join(mail.text.split()) for mail in (one, other)]
    return texts[0] in texts[1] or texts[1] in texts[0]
