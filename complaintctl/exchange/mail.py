"""A letter as an e-mail draft (RFC 5322): a mail program opens it, a person sends it."""

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a draft says. `number` tells it from the other letters of its case; addresses are (name, address)."""

    case_id: str
    number: int
    sender: tuple[str, str]
    to: tuple[str, str]
    at: datetime
    subject: str
    text: str
    page: str
    files: Mapping[str, bytes]


def draft(letter: Draft) -> str:
    """The e-mail as a file: text and page as alternatives, the files attached, one thread for each case.

    Raises ValueError for an address that is none.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(letter.sender)
    message["To"] = _address(letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    domain = letter.sender[1].rpartition("@")[2]
    message["Message-ID"] = _message_id(letter.case_id, letter.number, domain)
    earlier = [_message_id(letter.case_id, number, domain) for number in range(letter.number)]
    if earlier:
        message["In-Reply-To"] = earlier[-1]
        message["References"] = " ".join(earlier)
    # Thunderbird, Apple Mail and Outlook open a message with this header for editing.
    message["X-Unsent"] = "1"
    message.set_content(letter.text)
    message.add_alternative(letter.page, subtype="html")
    for name, content in letter.files.items():
        main, _slash, sub = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes().decode("ascii")


def _message_id(case_id: str, number: int, domain: str) -> str:
    return f"<{case_id.lower()}.{number}@{domain}>"


def _address(pair: Sequence[str]) -> Address:
    name, address = pair
    return Address(display_name=name, addr_spec=address)
