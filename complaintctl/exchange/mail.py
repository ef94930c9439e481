"""A letter as an e-mail draft (RFC 5322): a mail program opens it, a person sends it."""

import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

# Letters of every script in seven bits: no mail program, however old, mistakes them.
_PLAIN: Final = SMTP.clone(cte_type="7bit")
_LOCAL: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_DOMAIN: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a draft says. `number` tells it from the other e-mails of its case."""

    case_id: str
    number: int
    sender: Address
    to: Address
    at: datetime
    subject: str
    text: str
    page: str
    files: Mapping[str, bytes]


def address(name: str, text: str) -> Address:
    """Who writes or gets an e-mail; raises ValueError for an address that is none.

    A domain in another script stands in the letters that mail servers know.
    """
    local, _sign, domain = text.rpartition("@")
    host = domain.encode("idna").decode("ascii")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(host):
        raise ValueError(text)
    return Address(display_name=_one_line(name), username=local, domain=host)


def draft(letter: Draft) -> bytes:
    """The e-mail as a file: text and page as alternatives, the files attached, one thread for each case."""
    message = EmailMessage(policy=_PLAIN)
    message["From"] = letter.sender
    message["To"] = letter.to
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = _message_id(letter, letter.number)
    earlier = [_message_id(letter, number) for number in range(letter.number)]
    if earlier:
        message["In-Reply-To"] = earlier[-1]
        message["References"] = " ".join(earlier)
    # Thunderbird, Apple Mail and Outlook open a message with this header for editing.
    message["X-Unsent"] = "1"
    message.set_content(letter.text)
    message.add_alternative(letter.page, subtype="html")
    for name, content in letter.files.items():
        main, sub = _type_of(name)
        message.add_attachment(content, maintype=main, subtype=sub, filename=_one_line(name))
    return message.as_bytes()


def _type_of(name: str) -> tuple[str, str]:
    """The type that the name says; an e-mail in an e-mail is a file like others, or it could not be kept byte by byte."""
    main, _slash, sub = (mimetypes.guess_type(name)[0] or "").partition("/")
    return (main, sub) if sub and main not in {"message", "multipart"} else ("application", "octet-stream")


def _message_id(letter: Draft, number: int) -> str:
    return f"<{letter.case_id.lower()}.{number}@{letter.sender.domain}>"


def _one_line(text: str) -> str:
    """A text that can stand in a header: another line there would be another header."""
    return " ".join("".join(sign for sign in text if _is_written(sign)).split())


def _is_written(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) != "Cc"
