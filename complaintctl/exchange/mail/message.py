"""Reads one e-mail."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final

from complaintctl.exchange.mail.mail_values import (
    MailAddress,
    MailAttachment,
    MailLimits,
    MailMessage,
    MailNote,
)

__all__ = ["MailAddress", "MailAttachment", "MailLimits", "MailMessage", "MailNote", "parse_message"]

_MESSAGE_ID: Final = re.compile(r"<[^<>\s]+>")


def parse_message(raw: bytes, limits: MailLimits | None = None) -> MailMessage:
    """Reads an e-mail of whatever bytes; never raises. What is repaired, cut or left out is in the notes."""
    limits = limits or MailLimits()
    message = message_from_bytes(raw)
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in message.items():
        headers[name.lower()] = (*headers.get(name.lower(), ()), _decode(value))
    text, attachments = _read_parts(message)
    people = [
        MailAddress(name=name, address=address) for name, address in getaddresses(headers.get("from", ()))
    ]
    others = getaddresses([*headers.get("to", ()), *headers.get("cc", ())])
    return MailMessage(
        message_id=next(iter(_read_ids(headers, "message-id")), None),
        in_reply_to=_read_ids(headers, "in-reply-to"),
        references=_read_ids(headers, "references"),
        subject=next(iter(headers.get("subject", ())), "")[: limits.header_characters],
        sender=people[0] if people else None,
        recipients=tuple(MailAddress(name=name, address=address) for name, address in others),
        sent=_read_time(next(iter(headers.get("date", ())), "")),
        received=_read_time(next(iter(headers.get("received", ())), "").rpartition(";")[2]),
        text=text,
        attachments=attachments,
        headers=headers,
        notes=(),
        raw=raw,
    )


def _decode(value: Any) -> str:
    with suppress(Exception):
        return str(make_header(decode_header(str(value)))).replace("\r", "").replace("\n", "")
    return str(value)


def _read_ids(headers: dict[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    return tuple(_MESSAGE_ID.findall(" ".join(headers.get(name, ()))))


def _read_time(text: str) -> datetime | None:
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        moment = parsedate_to_datetime(text.strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _read_parts(message: Message) -> tuple[str, tuple[MailAttachment, ...]]:
    texts: list[str] = []
    files: list[MailAttachment] = []
    for part in message.walk():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if part.get_content_type() == "text/plain" and not part.get_filename():
            texts.append(content.decode("utf-8", "replace"))
        else:
            name = f"attachment-{len(files) + 1}"
            files.append(MailAttachment(name=name, content_type=part.get_content_type(), content=content))
    return "\n".join(texts).strip(), tuple(files)
