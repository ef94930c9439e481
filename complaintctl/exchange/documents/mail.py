"""Writes a letter as an e-mail draft (RFC 5322), which a person opens in a mail program and sends."""

import base64
import hashlib
import mimetypes
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

# 7-bit encoding of all scripts, which even old mail programs read correctly (D-090).
_SEVEN_BIT_POLICY: Final = SMTP.clone(cte_type="7bit")
_LOCAL_PART: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_DIRECTION_CHANGING: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_DOMAIN: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MESSAGE_ID: Final = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")
# Short ASCII texts are written as they are in a header; all others are encoded.
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~-]{1,60}")
_PLAIN_SUBJECT: Final = re.compile(r"(?!.*=\?)[ -~]{0,60}")
# An encoded word has at most 75 characters (RFC 2047): 45 bytes are 60 in base64, plus `=?utf-8?b?` and `?=`.
_MAX_WORD_BYTES: Final = 45
_MAX_MAILBOX_LINE: Final = 65
_MAX_LOCAL_PART: Final = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class MailDraft:
    """The content of a draft; `answered` are the Message-IDs of the e-mails that it answers."""

    case_id: str
    sender: Address
    to: Address
    at: datetime
    subject: str
    text: str
    page: str
    files: Mapping[str, bytes]
    answered: Sequence[str]


def parse_mail_address(name: str, text: str) -> Address:
    """Returns an address with a display name; raises ValueError if the address is invalid.

    A domain with non-ASCII letters is converted to IDNA (`xn--…`).
    """
    local, _sign, domain = text.rpartition("@")
    host = domain.encode("idna").decode("ascii")
    if len(local) > _MAX_LOCAL_PART or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(host):
        raise ValueError(text)
    return Address(display_name=_header_text(name), username=local, domain=host)


def draft_bytes(letter: MailDraft) -> bytes:
    """Returns the bytes of the e-mail: text and HTML as alternatives, attachments, and one thread per case."""
    message = EmailMessage(policy=_SEVEN_BIT_POLICY)
    message.set_content(letter.text)
    message.add_alternative(letter.page, subtype="html")
    for name, content in letter.files.items():
        main, sub = _content_type(name)
        message.add_attachment(content, maintype=main, subtype=sub, filename=_header_text(name))
    head = "".join(f"{name}: {value}\r\n" for name, value in _header_lines(letter))
    return head.encode("ascii") + message.as_bytes()


def read_message_id(content: bytes) -> str | None:
    """The Message-ID of a stored e-mail, or None."""
    match = _MESSAGE_ID.search(str(message_from_bytes(content)["Message-ID"] or ""))
    return match[0] if match else None


def _header_lines(letter: MailDraft) -> Iterator[tuple[str, str]]:
    """Yields the headers. Not by Python's `email`, whose encoded words exceed the length limit of RFC 2047."""
    yield "From", _mailbox(letter.sender)
    yield "To", _mailbox(letter.to)
    subject = _header_text(letter.subject)
    yield "Subject", subject if _PLAIN_SUBJECT.fullmatch(subject) else _encode_words(subject)
    yield "Date", format_datetime(letter.at)
    # A hash of the content: a mail server treats two drafts with one Message-ID as one e-mail, and keeps the first.
    content = "\0".join(
        (letter.at.isoformat(), letter.to.addr_spec, letter.subject, letter.text, *letter.files)
    )
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
    yield "Message-ID", _make_message_id(letter, f".{digest}")
    # Mail programs replace the Message-ID when they send, so all letters of a case refer to an id of the case itself.
    # D-091: one thread per case.
    thread = [_make_message_id(letter, ""), *letter.answered]
    yield "In-Reply-To", thread[-1]
    yield "References", "\r\n ".join(thread)
    # Thunderbird, Apple Mail and Outlook open a message with this header for editing.
    yield "X-Unsent", "1"


def _mailbox(side: Address) -> str:
    name = side.display_name
    shown = name if _PLAIN_NAME.fullmatch(name) or not name else _encode_words(name)
    fold = "" if len(shown) + len(side.addr_spec) <= _MAX_MAILBOX_LINE else "\r\n"
    return f"{shown}{fold} <{side.addr_spec}>" if shown else side.addr_spec


def _encode_words(text: str) -> str:
    """The text as encoded words; no character is split between two of them (RFC 2047; D-092)."""
    words = [b""]
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(words[-1]) + len(encoded) > _MAX_WORD_BYTES:
            words.append(b"")
        words[-1] += encoded
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def _make_message_id(letter: MailDraft, suffix: str) -> str:
    return f"<{letter.case_id.lower()}{suffix}@{letter.sender.domain}>"


def _content_type(name: str) -> tuple[str, str]:
    """The MIME type by file name. An attached e-mail becomes `application/octet-stream`, to keep it byte for byte."""
    mime_type, packed = mimetypes.guess_type(name)
    main, _slash, sub = (mime_type or "").partition("/")
    # D-090: an attached e-mail is a plain file.
    is_plain = sub and not packed and main not in {"message", "multipart"}
    return (main, sub) if is_plain else ("application", "octet-stream")


def _header_text(text: str) -> str:
    """Makes a text safe for a header: one line, because a line break would start another header."""
    return " ".join("".join(character for character in text if _is_visible(character)).split())


def _is_visible(character: str) -> bool:
    """False for control and bidirectional characters, which could show `photo[RLO]gpj.exe` as `photoexe.jpg`."""
    turns = unicodedata.bidirectional(character) in _DIRECTION_CHANGING
    return character.isspace() or (unicodedata.category(character) != "Cc" and not turns)
