"""What an e-mail says: its addresses, text and attachments, and notes on what was repaired, cut or left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MailLimits:
    """How much of one e-mail is read; whatever exceeds a limit is left out with a note, and is still in `raw`."""

    mail_bytes: int = 100 * 1024 * 1024
    file_bytes: int = 25 * 1024 * 1024
    files: int = 100
    parts: int = 1_000
    depth: int = 30
    header_characters: int = 20_000
    subject_characters: int = 1_000
    text_characters: int = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class MailNote:
    """Something that was repaired, cut or left out: `key` names the sentence, `values` fill it."""

    key: str
    values: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class MailAttachment:
    """An attached file; `name` is safe as a file name and unique within its e-mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class MailAddress:
    """A mailbox with its display name, which may be empty."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MailMessage:
    """One e-mail. `sent` and `received` are aware; ids are written with their angle brackets.

    `text` is the whole readable text; `headers` have lower-case names, and values in the order of the e-mail.
    """

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    sender: MailAddress | None
    recipients: tuple[MailAddress, ...]
    sent: datetime | None
    received: datetime | None
    text: str
    attachments: tuple[MailAttachment, ...]
    headers: Mapping[str, tuple[str, ...]]
    notes: tuple[MailNote, ...]
    raw: bytes
