"""A letter as an e-mail draft (RFC 5322): a mail program opens it, a person sends it."""

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

# Letters of every script in seven bits: no mail program, however old, mistakes them.
_SEVEN_BIT_POLICY: Final = SMTP.clone(cte_type="7bit")
_LOCAL_PART: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_DIRECTION_CHANGING: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_DOMAIN: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MESSAGE_ID: Final = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")
# Short words that stand in a header as they are; anything else is encoded.
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~-]{1,60}")
_PLAIN_SUBJECT: Final = re.compile(r"(?!.*=\?)[ -~]{0,60}")
# An encoded word has at most 75 signs (RFC 2047): this many bytes in base64, and its frame.
_MAX_WORD_BYTES: Final = 45
_MAX_MAILBOX_LINE: Final = 65
_MAX_LOCAL_PART: Final = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class MailDraft:
    """What a draft says; `answered` are the Message-IDs of the e-mails that it answers."""

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
    """Who writes or gets an e-mail; raises ValueError for an address that is none.

    A domain in another script stands in the letters that mail servers know.
    """
    local, _sign, domain = text.rpartition("@")
    host = domain.encode("idna").decode("ascii")
    if len(local) > _MAX_LOCAL_PART or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(host):
        raise ValueError(text)
    return Address(display_name=_header_text(name), username=local, domain=host)


def draft_bytes(letter: MailDraft) -> bytes:
    """The e-mail as a file: text and page as alternatives, the files attached, one thread for each case."""
    message = EmailMessage(policy=_SEVEN_BIT_POLICY)
    message.set_content(letter.text)
    message.add_alternative(letter.page, subtype="html")
    for name, content in letter.files.items():
        main, sub = _content_type(name)
        message.add_attachment(content, maintype=main, subtype=sub, filename=_header_text(name))
    head = "".join(f"{name}: {value}\r\n" for name, value in _header_lines(letter))
    return head.encode("ascii") + message.as_bytes()


def read_message_id(content: bytes) -> str | None:
    """By which Message-ID an e-mail that was kept is answered."""
    found = _MESSAGE_ID.search(str(message_from_bytes(content)["Message-ID"] or ""))
    return found[0] if found else None


def _header_lines(letter: MailDraft) -> Iterator[tuple[str, str]]:
    """The headers; those of Python break encoded words beyond the length that the standard allows."""
    yield "From", _mailbox(letter.sender)
    yield "To", _mailbox(letter.to)
    subject = _header_text(letter.subject)
    yield "Subject", subject if _PLAIN_SUBJECT.fullmatch(subject) else _encode_words(subject)
    yield "Date", format_datetime(letter.at)
    # Of the content: two drafts with one number would be one e-mail to a mail server, which keeps the first.
    content = "\0".join(
        (letter.at.isoformat(), letter.to.addr_spec, letter.subject, letter.text, *letter.files)
    )
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
    yield "Message-ID", _make_message_id(letter, f".{digest}")
    # Mail programs give an e-mail a number of their own when it is sent: what all letters of a case answer is none of them.
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
    """The text as encoded words, no sign of it in two of them (RFC 2047)."""
    words = [b""]
    for sign in text:
        one = sign.encode("utf-8", "replace")
        if len(words[-1]) + len(one) > _MAX_WORD_BYTES:
            words.append(b"")
        words[-1] += one
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def _make_message_id(letter: MailDraft, which: str) -> str:
    return f"<{letter.case_id.lower()}{which}@{letter.sender.domain}>"


def _content_type(name: str) -> tuple[str, str]:
    """The type that the name says; an e-mail in an e-mail is a file like others, or it could not be kept byte by byte."""
    kind, packed = mimetypes.guess_type(name)
    main, _slash, sub = (kind or "").partition("/")
    is_plain = sub and not packed and main not in {"message", "multipart"}
    return (main, sub) if is_plain else ("application", "octet-stream")


def _header_text(text: str) -> str:
    """A text that can stand in a header: another line there would be another header."""
    return " ".join("".join(sign for sign in text if _is_visible(sign)).split())


def _is_visible(sign: str) -> bool:
    """Not what has no sign, nor what turns the direction: a program would read like a picture, `photoexe.jpg`."""
    turns = unicodedata.bidirectional(sign) in _DIRECTION_CHANGING
    return sign.isspace() or (unicodedata.category(sign) != "Cc" and not turns)
