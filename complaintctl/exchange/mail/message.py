"""Reads one e-mail of whatever bytes, with the libraries of the extra `mail`."""

import codecs
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from complaintctl.domain.problems import bug_place
from complaintctl.exchange.mail.mime.addresses import parse_addresses, parse_ids, parse_time
from complaintctl.exchange.mail.mime.contents import MailContents, collect_contents, take_attached_text
from complaintctl.exchange.mail.mime.header_block import HeaderBlock, is_cut
from complaintctl.exchange.mail.mime.header_words import decode_header
from complaintctl.exchange.mail.mime.mail_values import (
    MailAddress,
    MailAttachment,
    MailLimits,
    MailMessage,
    MailNote,
)
from complaintctl.exchange.mail.mime.part_tree import parse_parts

__all__ = ["MailAddress", "MailAttachment", "MailLimits", "MailMessage", "MailNote", "parse_message"]

_RECIPIENTS: Final = ("to", "cc")


def parse_message(raw: bytes, limits: MailLimits | None = None) -> MailMessage:
    """Reads an e-mail of whatever bytes; never raises. What is repaired, cut or left out is in the notes."""
    limits = limits or MailLimits()
    try:
        return read_message(raw, limits)
    except Exception as error:  # noqa: BLE001 - a fault of ours loses no e-mail and stops no mailbox
        return _unread_message(raw, limits, error)


def _unread_message(raw: bytes, limits: MailLimits, error: Exception) -> MailMessage:
    """An e-mail that a fault of ours prevents from being read: its text is everything as it came."""
    return MailMessage(
        message_id=None,
        in_reply_to=(),
        references=(),
        subject="",
        sender=None,
        recipients=(),
        sent=None,
        received=None,
        text=raw[: limits.text_characters].decode("utf-8", "replace").replace("\0", ""),
        attachments=(),
        headers={},
        notes=(MailNote(key="mail-unread", values=bug_place(error)),),
        raw=raw,
    )


def read_message(raw: bytes, limits: MailLimits) -> MailMessage:
    """Like `parse_message`, but a fault of ours raises."""
    root = parse_parts(_recode_file(raw[: limits.mail_bytes]), limits)
    contents = collect_contents(root, limits)
    if len(raw) > limits.mail_bytes:
        contents.add_note("mail-cut", size=limits.mail_bytes)
    text = _take_text(contents, limits)
    hint = contents.charset
    headers = _decode_headers(root.headers, hint, contents)
    if not root.headers.fields:
        contents.add_note("mail-no-headers")
    sender = _addresses(root.headers, ("from", "sender", "reply-to"), hint)
    return MailMessage(
        message_id=next(iter(parse_ids(_first(headers, "message-id"))), None),
        in_reply_to=parse_ids(" ".join(headers.get("in-reply-to", ()))),
        references=parse_ids(" ".join(headers.get("references", ()))),
        subject=_cut_subject(_first(headers, "subject"), contents),
        sender=next((one for one in sender if one.address), next(iter(sender), None)),
        recipients=tuple(_addresses(root.headers, _RECIPIENTS, hint)),
        sent=parse_time(_first(headers, "date")),
        received=_read_received(headers),
        text=text,
        attachments=tuple(contents.files),
        headers=headers,
        notes=tuple(contents.notes),
        raw=raw,
    )


def _recode_file(content: bytes) -> bytes:
    """The bytes of an e-mail that a Windows shell saved as UTF-16, or with a byte order mark."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    return content.removeprefix(codecs.BOM_UTF8)


def _first(headers: Mapping[str, tuple[str, ...]], name: str) -> str:
    """The first value of a header that is not empty: programs that add a second one keep the first."""
    return next((value for value in headers.get(name, ()) if value), "")


def _take_text(contents: MailContents, limits: MailLimits, depth: int = 0) -> str:
    """The whole text; of an e-mail that has none, that of the first e-mail or text that it encloses."""
    text = "\n\n".join(piece for one in contents.texts if (piece := one.strip("\n")).strip())
    if not text.strip() and contents.attached_mails and depth < limits.depth:
        inner = collect_contents(parse_parts(contents.attached_mails[0], limits), limits)
        text = _take_text(inner, limits, depth + 1)
    elif not text.strip():
        text = take_attached_text(contents).strip("\n")
    if not any(one.strip() for one in contents.texts) and text.strip():
        contents.add_note("mail-text-enclosed")
    if len(text) > limits.text_characters:
        contents.add_note("mail-text-cut", characters=len(text), limit=limits.text_characters)
    return text[: limits.text_characters]


def _decode_headers(
    block: HeaderBlock, hint: str | None, contents: MailContents
) -> Mapping[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in block.fields:
        decoded = decode_header(value, hint)
        text = decoded.text[: contents.limits.header_characters]
        headers[name] = (*headers.get(name, ()), text)
        if name != "subject" and (is_cut(value) or len(text) < len(decoded.text)):
            contents.add_note("mail-header-cut", header=name, limit=contents.limits.header_characters)
        if decoded.is_repaired and name in {"subject", "from", "to", "cc"}:
            contents.add_note("mail-header-charset", header=name)
    return headers


def _cut_subject(subject: str, contents: MailContents) -> str:
    limit = contents.limits.subject_characters
    if len(subject) > limit:
        contents.add_note("mail-header-cut", header="subject", limit=limit)
    return subject[:limit]


def _addresses(block: HeaderBlock, names: tuple[str, ...], hint: str | None) -> list[MailAddress]:
    """The addresses of some headers, in the order of the names, each once."""
    found = {
        (address.name, address.address): address
        for name in names
        for key, value in block.fields
        if key == name
        for address in parse_addresses(value, hint)
    }
    return list(found.values())


def _read_received(headers: Mapping[str, tuple[str, ...]]) -> datetime | None:
    """When the last server received the e-mail: servers write on top."""
    times = (parse_time(value.rpartition(";")[2]) for value in headers.get("received", ())[:20])
    return next((moment for moment in times if moment), None)
